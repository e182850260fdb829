// RUN: not dspopt %s --split-input-file 2>&1 | filecheck %s

// A message begins with the line; its operation is named.
!audio = !dsp.signal<f32, audio>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %y = dsp.add %x, %x : (!audio, !audio) -> !dsp.signal<i1, audio>
  dsp.output %x : (!audio) -> ()
}
// CHECK:      dsp_errors.mlir:7:3: error: dsp.add: add.f32 gives f32
// CHECK-NEXT:     %y = dsp.add %x, %x
// CHECK-NEXT:     ^

// -----

!audio = !dsp.signal<f32, audio>
!i = !dsp.signal<i32, const>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio, %i: !i):
  %y = dsp.mul %x, %i : (!audio, !i) -> !audio
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.mul: operands are f32, i32; mul.f32 takes f32, f32

// -----

!i = !dsp.signal<i32, const>
dsp.program @p {kind = "effect"} {
^bb0(%i: !i):
  %y = dsp.sqrt %i : !i
  dsp.output %i : (!i) -> ()
}
// CHECK: dsp.sqrt: the scalar table has no sqrt on i32

// -----

!audio = !dsp.signal<f32, audio>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %y = dsp.neg : () -> !audio
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.neg: has too few operands

// -----

!audio = !dsp.signal<f32, audio>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %y = dsp.neg %x : (!audio) -> !dsp.signal<f32, control>
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.neg: a result of rate control from audio operands

// -----

!audio = !dsp.signal<f32, audio>
!wide = !dsp.signal<vector<4xf32>, audio>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio, %w: !wide):
  %y = dsp.add %w, %x : (!wide, !audio) -> !wide
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.add: operands and result have the same lanes

// -----

!audio = !dsp.signal<f32, audio>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %y = dsp.atan2 %x : !audio
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.atan2: takes 2 operands

// -----

!i = !dsp.signal<i32, audio>
dsp.program @p {kind = "effect"} {
^bb0(%x: !i):
  %y = dsp.sin %x : !i
  dsp.output %x : (!i) -> ()
}
// CHECK: dsp.sin: takes f32 or f64

// -----

!audio = !dsp.signal<f32, audio>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %y = dsp.exp %x : (!audio) -> !dsp.signal<f64, audio>
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.exp: operands and result have one element type

// -----

dsp.program @p {kind = "effect"} {
  %y = "dsp.constant"() <{value = 1 : i32}> : () -> !dsp.signal<f32, const>
  dsp.output %y : (!dsp.signal<f32, const>) -> ()
}
// CHECK: dsp.constant: 1 : i32 is no number of f32

// -----

dsp.program @p {kind = "synth"} {
^bb0(%x: !dsp.signal<f32, audio>):
  dsp.output %x : (!dsp.signal<f32, audio>) -> ()
}
// CHECK: dsp.program: kind is "effect" or "instrument"

// -----

dsp.program @p {kind = "effect"} {
^bb0(%x: !dsp.signal<f32, audio>):
  dsp.yield %x : (!dsp.signal<f32, audio>) -> ()
}
// CHECK: dsp.program: a program ends with dsp.output

// -----

dsp.program @p {name = "effect"} {
^bb0(%x: !dsp.signal<f32, audio>):
  dsp.output %x : (!dsp.signal<f32, audio>) -> ()
}
// CHECK: dsp.program: property 'kind' expected

// -----

!audio = !dsp.signal<f32, audio>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %y = dsp.scope {label = "a"} : () -> !audio {
    dsp.output %x : (!audio) -> ()
  }
  dsp.output %y : (!audio) -> ()
}
// CHECK: dsp.scope: the body of dsp.scope ends with dsp.yield

// -----

!audio = !dsp.signal<f32, audio>
!wide = !dsp.signal<vector<4xf32>, audio>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %y = dsp.scope {label = "a"} : () -> !wide {
    dsp.yield %x : (!audio) -> ()
  }
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.scope: a result has the lanes of what is yielded

// -----

!audio = !dsp.signal<f32, audio>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %y = dsp.voices {count = 2, width = 1} : () -> !audio {
    dsp.yield %x, %x : (!audio, !audio) -> ()
  }
  dsp.output %y : (!audio) -> ()
}
// CHECK: dsp.voices: yields 2 values and has 1 results

// -----

!audio = !dsp.signal<f32, audio>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %y = dsp.voices {count = 2, width = 4} : () -> !audio {
    dsp.yield %x : (!audio) -> ()
  }
  dsp.output %y : (!audio) -> ()
}
// CHECK: dsp.voices: 2 copies do not fill 4 lanes

// -----

!audio = !dsp.signal<f32, audio>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %b = dsp.bank {count = 3, width = 1} : () -> !dsp.signal<f32, audio, 4> {
  ^bb1(%i: !dsp.signal<i32, const>):
    dsp.yield %x : (!audio) -> ()
  }
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.bank: a result is an array of 3

// -----

!audio = !dsp.signal<f32, audio>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %b = dsp.bank {count = 3, width = 1} : () -> !dsp.signal<f32, audio, 3> {
    dsp.yield %x : (!audio) -> ()
  }
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.bank: the body's argument is the lane's index, an i32

// -----

!audio = !dsp.signal<f32, audio>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %b = dsp.bank {count = 0, width = 1} : () -> !dsp.signal<f32, audio, 3> {
  ^bb1(%i: !dsp.signal<i32, const>):
    dsp.yield %x : (!audio) -> ()
  }
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.bank: 0 copies do not fill 1 lanes

// -----

!audio = !dsp.signal<f32, audio>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %b = dsp.feedback {initial = [0.0 : f32]} : () -> !audio {
    dsp.yield %x : (!audio) -> ()
  }
  dsp.output %b : (!audio) -> ()
}
// CHECK: dsp.feedback: as many initial values as arguments

// -----

!audio = !dsp.signal<f32, audio>
!i = !dsp.signal<i32, audio>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %b = dsp.feedback {initial = [0 : i32]} : () -> !audio {
  ^bb1(%before: !i):
    dsp.yield %x : (!audio) -> ()
  }
  dsp.output %b : (!audio) -> ()
}
// CHECK: dsp.feedback: a state of i32 is fed f32

// -----

!audio = !dsp.signal<f32, audio>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %b = dsp.feedback {initial = [0.0 : f32, 0.0 : f32]} : () -> !audio {
  ^bb1(%one: !audio, %two: !audio):
    dsp.yield %x : (!audio) -> ()
  }
  dsp.output %b : (!audio) -> ()
}
// CHECK: dsp.feedback: yields the next value of every argument

// -----

!audio = !dsp.signal<f32, audio>
dsp.program @p {kind = "effect"} {
^bb0(%a: !dsp.signal<f32, audio, 3>):
  %y = dsp.reduce %a {kind = "xor", count = 3} : (!dsp.signal<f32, audio, 3>) -> !audio
  dsp.output %y : (!audio) -> ()
}
// CHECK: dsp.reduce: kind is one of add, mul, min, max, or

// -----

!audio = !dsp.signal<f32, audio>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %y = dsp.reduce %x {kind = "add", count = 3} : !audio
  dsp.output %y : (!audio) -> ()
}
// CHECK: dsp.reduce: takes an array and gives no array

// -----

!i = !dsp.signal<i32, const>
dsp.program @p {kind = "effect"} {
^bb0(%x: !dsp.signal<f32, audio>):
  %b = dsp.bank {count = 3, width = 1} : () -> !dsp.signal<i32, const, 3> {
  ^bb1(%i: !i):
    %own = dsp.lanes {values = array<i32: 1, 2>} : !i
    dsp.yield %own : (!i) -> ()
  }
  dsp.output %x : (!dsp.signal<f32, audio>) -> ()
}
// CHECK: dsp.lanes: 2 constants for 3 lanes

// -----

!wide = !dsp.signal<vector<4xf32>, audio>
dsp.program @p {kind = "effect"} {
^bb0(%x: !wide):
  %y = dsp.splat %x : (!wide) -> !dsp.signal<vector<8xf32>, audio>
  dsp.output %x : (!wide) -> ()
}
// CHECK: dsp.splat: takes one value, not a vector

// -----

!audio = !dsp.signal<f32, audio>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %y = dsp.splat %x : (!audio) -> !dsp.signal<vector<8xi32>, audio>
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.splat: operand and result have one element type

// -----

!audio = !dsp.signal<f32, audio>
!i = !dsp.signal<i32, const>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio, %n: !i):
  %y = dsp.delay %x, %n {max_samples = 1, max_seconds = 0.0, min_samples = 0, interpolation = "spline"} : (!audio, !i) -> !audio
  dsp.output %y : (!audio) -> ()
}
// CHECK: dsp.delay: a delay has no interpolation spline

// -----

!n = !dsp.signal<i32, audio>
!f = !dsp.signal<f32, const>
dsp.program @p {kind = "effect"} {
^bb0(%x: !n, %at: !f):
  %y = dsp.delay %x, %at {max_samples = 1, max_seconds = 0.0, min_samples = 0, interpolation = "linear"} : (!n, !f) -> !n
  dsp.output %y : (!n) -> ()
}
// CHECK: dsp.delay: only floats are interpolated

// -----

!audio = !dsp.signal<f32, audio>
!i = !dsp.signal<i32, const>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio, %n: !i):
  %y = dsp.delay %x, %n {max_samples = 1, max_seconds = 0.0, min_samples = -1, interpolation = "none"} : (!audio, !i) -> !audio
  dsp.output %y : (!audio) -> ()
}
// CHECK: dsp.delay: a delay is not negative

// -----

!audio = !dsp.signal<f32, audio>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %y = dsp.lookup @t %x {size = 3} : !audio
  dsp.output %y : (!audio) -> ()
}
// CHECK: dsp.lookup: the index is an i32, the size at least 1

// -----

dsp.program @p {kind = "effect"} {
  %p = dsp.param {info = {name = "P"}, smooth = 0.0} : !dsp.signal<f32, control>
  dsp.output
}
// CHECK: dsp.param: info has an id

// -----

dsp.program @p {kind = "effect"} {
  %p = dsp.param {info = {id = "P"}, smooth = -1.0} : !dsp.signal<f32, control>
  dsp.output
}
// CHECK: dsp.param: smooth is not negative

// -----

!control = !dsp.signal<f32, control>
dsp.program @p {kind = "effect"} {
^bb0(%x: !control):
  %y = dsp.control %x {mode = "slide"} : (!control) -> !dsp.signal<f32, audio>
  dsp.output %x : (!control) -> ()
}
// CHECK: dsp.control: mode is "hold" or "glide"

// -----

dsp.program @p {kind = "effect"} {
  %c = dsp.controller {number = 128, default = 0.0} : !dsp.signal<f32, control>
  dsp.output
}
// CHECK: dsp.controller: a controller's number is 0 to 127

// -----

dsp.program @p {kind = "effect"} {
  %c = dsp.transport {field = "bpm"} : !dsp.signal<f32, control>
  dsp.output
}
// CHECK: dsp.transport: a transport has no bpm

// -----

dsp.program @p {kind = "effect"} {
  %n = dsp.note {field = "colour"} : !dsp.signal<f32, control>
  dsp.output
}
// CHECK: dsp.note: a note has no colour

// -----

dsp.program @p {kind = "effect"} {
  %n = dsp.note {field = "gate"} : !dsp.signal<f32, control>
  dsp.output
}
// CHECK: dsp.note: a note's gate is bool

// -----

dsp.program @p {kind = "effect"} {
  %n = dsp.note {field = "velocity"} : !dsp.signal<f32, control>
  dsp.output
}
// CHECK: dsp.note: there are notes in voices only

// -----

dsp.program @p {kind = "effect"} {
  %s = dsp.constant 0.1 : !dsp.signal<f32, const>
  %p = dsp.phasor %s {phase = 0.0} : (!dsp.signal<f32, const>) -> !dsp.signal<f64, audio>
  dsp.output
}
// CHECK: dsp.phasor: step_cycles and the result have one type

// -----

!audio = !dsp.signal<f32, audio>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %y = dsp.voice_end %x, %x : (!audio, !audio) -> !audio
  dsp.output %y : (!audio) -> ()
}
// CHECK: dsp.voice_end: 2 operands for 1 outputs

// -----

dsp.program @p {kind = "instrument"} {
  %t = dsp.constant 0.1 : !dsp.signal<f32, const>
  %y = dsp.portamento %t : (!dsp.signal<f32, const>) -> !dsp.signal<f32, audio>
  dsp.output
}
// CHECK: dsp.portamento: a pitch is an f32 at control rate

// -----

dsp.program @p {kind = "instrument"} {
  %t = dsp.constant 0.1 : !dsp.signal<f32, const>
  %y = dsp.portamento %t : (!dsp.signal<f32, const>) -> !dsp.signal<f32, control>
  dsp.output
}
// CHECK: dsp.portamento: there are notes in voices only

// -----

!audio = !dsp.signal<f32, audio>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %y = dsp.bank {count = 1, width = 1} : () -> !dsp.signal<i32, audio, 1> {
  ^bb1(%i: !dsp.signal<i32, const>):
    dsp.yield %x : (!audio) -> ()
  }
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.bank: yields f32 for i32

// -----

!audio = !dsp.signal<f32, audio>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %y = dsp.biquads %x, %x, %x, %x : !audio
  dsp.output %y : (!audio) -> ()
}
// CHECK: dsp.biquads: takes five coefficients for each section

// -----

!audio = !dsp.signal<f32, audio>
!k = !dsp.signal<f64, const>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio, %k: !k):
  %y = dsp.biquads %x, %k, %k, %k, %k, %k : (!audio, !k, !k, !k, !k, !k) -> !audio
  dsp.output %y : (!audio) -> ()
}
// CHECK: dsp.biquads: signal, coefficients and result have one type, a float

// -----

!audio = !dsp.signal<f32, audio>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  dsp.line @shared %x {max_samples = 100, max_seconds = 0.0, min_samples = 0} : (!audio) -> ()
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.line: a line's delays are not negative, the shortest is at least 1
