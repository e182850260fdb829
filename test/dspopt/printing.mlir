// RUN: dspopt %s -p "inline,canonicalize,cse,dce,cse" --print-ir-before inline --print-ir-after "cse, dce" 2>&1 >%t.out | filecheck %s --check-prefix SOME
// RUN: dspopt %s -p "inline,canonicalize,cse,dce" --print-ir-after-all 2>&1 | filecheck %s --check-prefix ALL
// RUN: dspopt %s -p "inline,canonicalize,cse,dce" --print-ir-after-change 2>&1 | filecheck %s --check-prefix CHANGE
// RUN: dspopt %s -p "inline,fuse-buffers{max-ops=3}" --print-locations --print-ir-after inline 2>&1 | filecheck %s --check-prefix LOC
// RUN: dspopt %s --print-op-generic | filecheck %s --check-prefix GENERIC
// RUN: dspopt - < %s | filecheck %s --check-prefix STDIN
// RUN: dspopt < %s | filecheck %s --check-prefix STDIN
// RUN: dspopt %s -p inline -o %t.mlir
// RUN: filecheck %s --check-prefix FILE --input-file %t.mlir

dsp.program @p {kind = "effect"} {
^bb0(%x: !dsp.signal<f32, audio>):
  %y = dsp.scope {label = "part"} : () -> !dsp.signal<f32, audio> {
    %z = dsp.neg %x : !dsp.signal<f32, audio>
    dsp.yield %z : (!dsp.signal<f32, audio>) -> ()
  } loc("voice.py":12:5)
  dsp.output %y : (!dsp.signal<f32, audio>) -> ()
}

// SOME:       // IR before inline, pass 1 of 5
// SOME-NEXT:  builtin.module {
// SOME:         dsp.scope
// SOME:       // IR after cse, pass 3 of 5
// SOME-NOT:     dsp.scope
// SOME:       // IR after dce, pass 4 of 5
// SOME:       // IR after cse, pass 5 of 5
// SOME-NOT:   // IR

// ALL:        // IR after inline, pass 1 of 4
// ALL:        // IR after canonicalize, pass 2 of 4
// ALL:        // IR after cse, pass 3 of 4
// ALL:        // IR after dce, pass 4 of 4
// ALL:        builtin.module

// CHANGE:     // IR after inline, pass 1 of 4
// CHANGE-NOT: // IR after

// LOC:        // IR after inline, pass 1 of 2
// LOC:        %z = dsp.neg %x : !dsp.signal<f32, audio> loc("{{.*}}printing.mlir":14:5)
// LOC:        dsp.output %z : (!dsp.signal<f32, audio>) -> () loc("{{.*}}printing.mlir":17:3)
// LOC:        %z = dsp.neg %x : !dsp.signal<f32, audio> loc("{{.*}}printing.mlir":14:5)

// GENERIC:    "dsp.program"() <{sym_name = "p", kind = "effect"}> ({
// GENERIC:      "dsp.scope"() <{label = "part"}> ({

// STDIN:      dsp.program @p {kind = "effect"} {
// STDIN:        dsp.scope {label = "part"}

// FILE:       builtin.module {
// FILE-NEXT:    dsp.program @p
// FILE:           %z = dsp.neg %x
// FILE-NEXT:      dsp.output %z
