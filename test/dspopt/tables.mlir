// RUN: dspopt %s -p "inline,cse" --timing --statistics 2>&1 >%t.out | filecheck %s --check-prefix MLIR
// RUN: dspopt %S/Inputs/two.py:tremolo -p check-rates --timing 2>&1 >%t.out | filecheck %s --check-prefix PYTHON

dsp.program @p {kind = "effect"} {
^bb0(%x: !dsp.signal<f32, audio>):
  %y = dsp.scope {label = "part"} : () -> !dsp.signal<f32, audio> {
    %z = dsp.neg %x : !dsp.signal<f32, audio>
    dsp.yield %z : (!dsp.signal<f32, audio>) -> ()
  }
  %w = dsp.neg %x : !dsp.signal<f32, audio>
  %v = dsp.add %y, %w : !dsp.signal<f32, audio>
  dsp.output %v : (!dsp.signal<f32, audio>) -> ()
}

// MLIR:       statistics of {{.*}}tables.mlir
// MLIR-NEXT:    operation {{ +}}before   after
// MLIR-NEXT:    dsp.add {{ +}}1 {{ +}}1
// MLIR-NEXT:    dsp.neg {{ +}}2 {{ +}}1
// MLIR-NEXT:    dsp.output {{ +}}1 {{ +}}1
// MLIR-NEXT:    dsp.program {{ +}}1 {{ +}}1
// MLIR-NEXT:    dsp.scope {{ +}}1 {{ +}}0
// MLIR-NEXT:    dsp.yield {{ +}}1 {{ +}}0
// MLIR-NEXT:    total {{ +}}7 {{ +}}4
// MLIR-NEXT:  timing of {{.*}}tables.mlir
// MLIR-NEXT:    stage {{ +}}ms {{ +}}% {{ +}}ops
// MLIR-NEXT:    parse {{ +[0-9.]+ +[0-9.]+ +}}7
// MLIR-NEXT:    inline {{ +[0-9.]+ +[0-9.]+ +}}5
// MLIR-NEXT:    cse {{ +[0-9.]+ +[0-9.]+ +}}4
// MLIR-NEXT:    emit {{ +[0-9.]+ +[0-9.]+}}
// MLIR-NEXT:    total {{ +[0-9.]+}}

// PYTHON:      timing of tremolo
// PYTHON:        load {{ +[0-9.]+ +[0-9.]+}}
// PYTHON-NEXT:   trace {{ +[0-9.]+ +[0-9.]+ +[0-9]+}}
// PYTHON-NEXT:   check-rates
// PYTHON-NEXT:   emit
