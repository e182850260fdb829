// RUN: not dspopt %s --split-input-file 2>&1 | filecheck %s

// What cannot be read: the line of the file, the text, what was expected.
dsp.program @p {kind = "effect"} {
^bb0(%x: !dsp.signal<f32>):
  dsp.output %x : (!dsp.signal<f32>) -> ()
}
// CHECK:      syntax_errors.mlir:5:{{[0-9]+}}: error: Expected ','
// CHECK-NEXT:     ^bb0(%x: !dsp.signal<f32>):
// CHECK-NEXT:                              ^

// -----

dsp.program @p {kind = "effect"} {
^bb0(%x: !dsp.signal<f32, sometimes>):
  dsp.output %x : (!dsp.signal<f32, sometimes>) -> ()
}
// CHECK:      syntax_errors.mlir:15:37: error: a rate is one of const, init, control, audio

// -----

dsp.program @p {kind = "effect"} {
^bb0(%x: !dsp.signal<index, audio>):
  dsp.output %x : (!dsp.signal<index, audio>) -> ()
}
// CHECK: error: a signal's element is one of f32, f64, i32, u32, u64, bool

// -----

dsp.program @p {kind = "effect"} {
^bb0(%x: !dsp.signal<f32, audio>):
  %y = dsp.gain %x : !dsp.signal<f32, audio>
  dsp.output %y : (!dsp.signal<f32, audio>) -> ()
}
// CHECK:      syntax_errors.mlir:32:17: error: Operation dsp.gain is not registered

// -----

dsp.program @p {kind = "effect"} {
^bb0(%x: !dsp.signal<f32, audio>):
  %y = dsp.add %x, %z : !dsp.signal<f32, audio>
  dsp.output %y : (!dsp.signal<f32, audio>) -> ()
}
// CHECK: error: values used but not defined: [%z]

// -----

dsp.program @p {kind = "effect"} {
^bb0(%x: !dsp.signal<f32, audio>):
  %y = dsp.add %x, %x : (!dsp.signal<f32, audio>) -> !dsp.signal<f32, audio>
  dsp.output %y : (!dsp.signal<f32, audio>) -> ()
}
// CHECK: error: expected 1 operand types but had 2

// -----

dsp.program @p {kind = "effect" {
  dsp.output
}
// CHECK: error: Expected ','

// -----

dsp.program @p {kind = "effect"} {
^bb0(%x: !dsp.signal<f32, audio, -3>):
  dsp.output %x : (!dsp.signal<f32, audio, -3>) -> ()
}
// CHECK: error: lanes are not negative
