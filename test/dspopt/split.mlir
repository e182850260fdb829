// RUN: not dspopt %s --split-input-file -p inline >%t.out 2>%t.err
// RUN: filecheck %s --check-prefix OUT --input-file %t.out
// RUN: filecheck %s --check-prefix ERR --input-file %t.err
// RUN: not dspopt %s 2>&1 | filecheck %s --check-prefix WHOLE

// A comment that has // ----- in it does not split, and parts are worked on one by one: a bad one does not keep
// the others back.
dsp.program @first {kind = "effect"} {
^bb0(%x: !dsp.signal<f32, audio>):
  dsp.output %x : (!dsp.signal<f32, audio>) -> ()
}

// -----

dsp.program @second {kind = "effect"} {

// -----

dsp.program @third {kind = "effect"} {
^bb0(%x: !dsp.signal<f32, audio>):
  dsp.output %x : (!dsp.signal<f32, audio>) -> ()
}

// OUT:      dsp.program @first
// OUT:      // -----
// OUT-NOT:  @second
// OUT:      // -----
// OUT-NEXT: builtin.module {
// OUT-NEXT:   dsp.program @third

// ERR:      split.mlir:17:1: error:
// ERR-NOT:  error:

// WHOLE:    split.mlir:{{[0-9]+}}:{{[0-9]+}}: error:
