// RUN: dspopt %s | filecheck %s
// RUN: dspopt %s | dspopt | filecheck %s
// RUN: dspopt %s --print-op-generic | dspopt | filecheck %s

!audio = !dsp.signal<f32, audio>
!bool = !dsp.signal<i1, audio>
!int = !dsp.signal<i32, audio>
!four = !dsp.signal<f32, audio, 4>
dsp.table @first {data = dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>}
dsp.program @bodies {kind = "effect"} {
^bb0(%x: !audio):
  %zero = dsp.constant 0.0 : !audio
  %loud = dsp.lt %zero, %x : (!audio, !audio) -> !bool
  %on = dsp.when %loud : (!bool) -> !audio {
    dsp.yield %x : (!audio) -> ()
  }
  %again = dsp.restart %loud : (!bool) -> !audio {
    dsp.yield %x : (!audio) -> ()
  }
  %turns = dsp.repeat {count = 4} : () -> !four {
  ^bb1(%turn: !int):
    dsp.yield %x : (!audio) -> ()
  }
  %two = dsp.constant 2 : !int
  %third = dsp.pick %turns, %two : (!four, !int) -> !audio
  %all = dsp.stack %on, %again, %third, %x : (!audio, !audio, !audio, !audio) -> !four
  %next = dsp.feedback {initial = [@first]} : () -> !four {
  ^bb2(%old: !four):
    dsp.yield %all : (!four) -> ()
  }
  %sum = dsp.reduce %next {kind = "add", count = 4, partials = 16} : (!four) -> !audio
  %memory = dsp.memory {initial = 0.0 : f32} : () -> !dsp.memory<f32, 8>
  dsp.store %memory, %two, %x : (!dsp.memory<f32, 8>, !int, !audio) -> ()
  %read = dsp.load %memory, %two : (!dsp.memory<f32, 8>, !int) -> !audio
  %window = dsp.table_init {count = 16} : () -> !dsp.memory<f32, 16> {
    %c = dsp.constant 1.0 : !audio
    dsp.yield %c : (!audio) -> ()
  }
  dsp.output %sum, %read : (!audio, !audio) -> ()
}
// CHECK:         dsp.table @first {data = dense<[1.000000e+00, 2.000000e+00, 3.000000e+00, 4.000000e+00]> : tensor<4xf32>}
// CHECK:         dsp.program @bodies {kind = "effect"} {
// CHECK:         ^bb0(%x: !dsp.signal<f32, audio>):
// CHECK:         %zero = dsp.constant 0.0 : !dsp.signal<f32, audio>
// CHECK:         %loud = dsp.lt %zero, %x : (!dsp.signal<f32, audio>, !dsp.signal<f32, audio>) -> !dsp.signal<i1, audio>
// CHECK:         %on = dsp.when %loud : (!dsp.signal<i1, audio>) -> !dsp.signal<f32, audio> {
// CHECK:         dsp.yield %x : (!dsp.signal<f32, audio>) -> ()
// CHECK:         %again = dsp.restart %loud : (!dsp.signal<i1, audio>) -> !dsp.signal<f32, audio> {
// CHECK:         dsp.yield %x : (!dsp.signal<f32, audio>) -> ()
// CHECK:         %turns = dsp.repeat {count = 4} : !dsp.signal<f32, audio, 4> {
// CHECK:         ^bb0(%turn: !dsp.signal<i32, audio>):
// CHECK:         dsp.yield %x : (!dsp.signal<f32, audio>) -> ()
// CHECK:         %two = dsp.constant 2 : !dsp.signal<i32, audio>
// CHECK:         %third = dsp.pick %turns, %two : (!dsp.signal<f32, audio, 4>, !dsp.signal<i32, audio>) -> !dsp.signal<f32, audio>
// CHECK:         %all = dsp.stack %on, %again, %third, %x : (!dsp.signal<f32, audio>, !dsp.signal<f32, audio>, !dsp.signal<f32, audio>, !dsp.signal<f32, audio>) -> !dsp.signal<f32, audio, 4>
// CHECK:         %next = dsp.feedback {initial = [@first]} : !dsp.signal<f32, audio, 4> {
// CHECK:         ^bb0(%old: !dsp.signal<f32, audio, 4>):
// CHECK:         dsp.yield %all : (!dsp.signal<f32, audio, 4>) -> ()
// CHECK:         %sum = dsp.reduce %next {kind = "add", count = 4, partials = 16} : (!dsp.signal<f32, audio, 4>) -> !dsp.signal<f32, audio>
// CHECK:         %memory = dsp.memory {initial = 0.000000e+00 : f32} : !dsp.memory<f32, 8>
// CHECK:         dsp.store %memory, %two, %x : (!dsp.memory<f32, 8>, !dsp.signal<i32, audio>, !dsp.signal<f32, audio>) -> ()
// CHECK:         %read = dsp.load %memory, %two : (!dsp.memory<f32, 8>, !dsp.signal<i32, audio>) -> !dsp.signal<f32, audio>
// CHECK:         %window = dsp.table_init {count = 16} : !dsp.memory<f32, 16> {
// CHECK:         %c = dsp.constant 1.0 : !dsp.signal<f32, audio>
// CHECK:         dsp.yield %c : (!dsp.signal<f32, audio>) -> ()
// CHECK:         dsp.output %sum, %read : (!dsp.signal<f32, audio>, !dsp.signal<f32, audio>) -> ()
