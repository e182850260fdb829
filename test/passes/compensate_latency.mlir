// RUN: dspopt %s -p compensate-latency --split-input-file | filecheck %s

// What meets a look-ahead is delayed by as much; the program says how late its outputs are.
!audio = !dsp.signal<f32, audio>
dsp.program @meets {kind = "effect"} {
^bb0(%x: !audio, %y: !audio):
  %soon = dsp.ahead %x {samples = 64} : !audio
  %sum = dsp.add %soon, %y : !audio
  dsp.output %sum, %y : (!audio, !audio) -> ()
}
// CHECK-LABEL: @meets
// CHECK-SAME:    latency = 64
// CHECK:         [[N:%.*]] = dsp.constant 64 : !dsp.signal<i32, const>
// CHECK-NEXT:      [[LATE:%.*]] = dsp.delay %y, [[N]] {max_samples = 64, max_seconds = 0.0, min_samples = 64, interpolation = "none"}
// CHECK-NEXT:      %sum = dsp.add %x, [[LATE]]
// CHECK-NEXT:      dsp.output %sum, [[LATE]]

// -----

// A feedback is one operation: all that it takes is aligned. What is known before the first sample is not delayed.
!audio = !dsp.signal<f32, audio>
dsp.program @loop {kind = "effect"} {
^bb0(%x: !audio, %y: !audio):
  %gain = dsp.constant 0.5 : !dsp.signal<f32, const>
  %soon = dsp.ahead %x {samples = 3} : !audio
  %fed = dsp.feedback {initial = [0.0 : f32]} : () -> !audio {
  ^bb1(%old: !audio):
    %a = dsp.add %old, %soon : !audio
    %b = dsp.mul %y, %gain : (!audio, !dsp.signal<f32, const>) -> !audio
    %next = dsp.add %a, %b : !audio
    dsp.yield %next : (!audio) -> ()
  }
  dsp.output %fed : (!audio) -> ()
}
// CHECK-LABEL: @loop
// CHECK-SAME:    latency = 3
// CHECK:         [[LATE:%.*]] = dsp.delay %y
// CHECK:         dsp.feedback
// CHECK:           dsp.add %old, %x
// CHECK:           dsp.mul [[LATE]], %gain

// -----

// An array is delayed element by element; a program without look-ahead stays as it is.
!audio = !dsp.signal<f32, audio>
!two = !dsp.signal<f32, audio, 2>
dsp.program @array {kind = "effect"} {
^bb0(%x: !audio, %i: !dsp.signal<i32, audio>):
  %pair = dsp.stack %x, %x : (!audio, !audio) -> !two
  %c = dsp.convert %i : (!dsp.signal<i32, audio>) -> !audio
  %soon = dsp.ahead %c {samples = 2} : !audio
  %j = dsp.convert %soon : (!audio) -> !dsp.signal<i32, audio>
  %y = dsp.pick %pair, %j : (!two, !dsp.signal<i32, audio>) -> !audio
  dsp.output %y : (!audio) -> ()
}
dsp.program @prompt {kind = "effect"} {
^bb0(%x: !audio):
  dsp.output %x : (!audio) -> ()
}
// CHECK-LABEL: @array
// CHECK:         [[PAIR:%.*]] = dsp.bank {count = 2, width = 1}
// CHECK:           dsp.pick %pair
// CHECK:           dsp.delay
// CHECK:         %y = dsp.pick [[PAIR]], %j
// CHECK-LABEL: @prompt
// CHECK-NOT:     latency
