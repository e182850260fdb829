// RUN: dspopt %s -p "vectorize-voices{width=4}" --split-input-file --verify-each | filecheck %s
// RUN: dspopt %s -p "vectorize-voices{width=1}" --split-input-file --verify-each | filecheck %s --check-prefix SCALAR

// Every value of a voice becomes a vector; what comes from outside is spread, constants are written anew.
!audio = !dsp.signal<f32, audio>
!control = !dsp.signal<f32, control>
!f = !dsp.signal<f32, const>
dsp.program @lead {kind = "instrument"} {
  %p = dsp.param {info = {id = "p"}, smooth = 0.02} : !control
  %g = dsp.control %p {mode = "glide"} : (!control) -> !audio
  %half = dsp.constant 0.5 : !f
  %mix = dsp.voices {count = 6, width = 1} : () -> !audio {
    %gate = dsp.note {field = "gate"} : !dsp.signal<i1, control>
    %on = dsp.control %gate {mode = "hold"} : (!dsp.signal<i1, control>) -> !dsp.signal<i1, audio>
    %ramp = dsp.phasor %half {phase = 0.0} : (!f) -> !audio
    %s = dsp.feedback {initial = [0.0 : f32]} : () -> !audio {
    ^bb0(%before: !audio):
      %y = dsp.mul %before, %g : !audio
      %z = dsp.add %y, %g : !audio
      dsp.yield %z : (!audio) -> ()
    }
    %a = dsp.select %on, %ramp, %s : (!dsp.signal<i1, audio>, !audio, !audio) -> !audio
    %end = dsp.voice_end %a : !audio
    dsp.yield %end : (!audio) -> ()
  }
  dsp.output %mix : (!audio) -> ()
}
// CHECK-LABEL: @lead
// CHECK:         %g = dsp.control %p {mode = "glide"} : (!dsp.signal<f32, control>) -> !dsp.signal<f32, audio>
// CHECK:         %mix = dsp.voices {count = 6, width = 4} : !dsp.signal<f32, audio> {
// CHECK-NEXT:      %gate = dsp.note {field = "gate"} : !dsp.signal<vector<4xi1>, control>
// CHECK-NEXT:      %on = dsp.control %gate {mode = "hold"} : (!dsp.signal<vector<4xi1>, control>) -> !dsp.signal<vector<4xi1>, audio>
// CHECK-NEXT:      [[HALF:%.*]] = dsp.constant 0.5 : !dsp.signal<vector<4xf32>, const>
// CHECK-NEXT:      %ramp = dsp.phasor [[HALF]] {phase = 0.0} : (!dsp.signal<vector<4xf32>, const>) -> !dsp.signal<vector<4xf32>, audio>
// CHECK-NEXT:      %s = dsp.feedback {initial = [0.000000e+00 : f32]} : !dsp.signal<vector<4xf32>, audio> {
// CHECK-NEXT:      ^bb{{.*}}(%before: !dsp.signal<vector<4xf32>, audio>):
// CHECK-NEXT:        [[G:%.*]] = dsp.splat %g : (!dsp.signal<f32, audio>) -> !dsp.signal<vector<4xf32>, audio>
// CHECK-NEXT:        %y = dsp.mul %before, [[G]] : !dsp.signal<vector<4xf32>, audio>
// CHECK-NEXT:        %z = dsp.add %y, [[G]]
// CHECK:           %end = dsp.voice_end %a : !dsp.signal<vector<4xf32>, audio>
// CHECK-NEXT:      dsp.yield %end : (!dsp.signal<vector<4xf32>, audio>) -> ()
// CHECK:         dsp.output %mix : (!dsp.signal<f32, audio>) -> ()

// SCALAR-LABEL: @lead
// SCALAR:         dsp.voices {count = 6, width = 1, refused = "the target has no lanes"} : !dsp.signal<f32, audio>
// SCALAR-NEXT:      %gate = dsp.note {field = "gate"} : !dsp.signal<i1, control>

// -----

// A bank in a voice stays a loop; its index, and the constants of its lanes, are the same in all voices.
!audio = !dsp.signal<f32, audio>
!i = !dsp.signal<i32, const>
!f = !dsp.signal<f32, const>
!array = !dsp.signal<f32, audio, 9>
dsp.program @bank {kind = "instrument"} {
  %mix = dsp.voices {count = 4, width = 1} : () -> !audio {
    %bank = dsp.bank {count = 9, width = 1} : () -> !array {
    ^bb0(%i: !i):
      %n = dsp.convert %i : (!i) -> !f
      %own = dsp.lanes {values = array<f32: 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0>} : !f
      %step = dsp.mul %n, %own : !f
      %ramp = dsp.phasor %step {phase = 0.0} : (!f) -> !audio
      dsp.yield %ramp : (!audio) -> ()
    }
    %sum = dsp.reduce %bank {kind = "add", count = 9} : (!array) -> !audio
    dsp.yield %sum : (!audio) -> ()
  }
  dsp.output %mix : (!audio) -> ()
}
// CHECK-LABEL: @bank
// CHECK:         dsp.voices {count = 4, width = 4}
// CHECK:           dsp.bank {count = 9, width = 1} : !dsp.signal<vector<4xf32>, audio, 9> {
// CHECK-NEXT:      ^bb{{.*}}(%i: !dsp.signal<i32, const>):
// CHECK-NEXT:        [[I:%.*]] = dsp.splat %i : (!dsp.signal<i32, const>) -> !dsp.signal<vector<4xi32>, const>
// CHECK-NEXT:        %n = dsp.convert [[I]]
// CHECK-NEXT:        %own = dsp.lanes {values = {{.*}}} : !dsp.signal<f32, const>
// CHECK-NEXT:        [[OWN:%.*]] = dsp.splat %own
// CHECK-NEXT:        %step = dsp.mul %n, [[OWN]] : !dsp.signal<vector<4xf32>, const>
// CHECK:           dsp.reduce %bank {kind = "add", count = 9} : (!dsp.signal<vector<4xf32>, audio, 9>) -> !dsp.signal<vector<4xf32>, audio>

// -----

// Fewer voices than lanes stay as they are, and say so.
!audio = !dsp.signal<f32, audio>
dsp.program @few {kind = "instrument"} {
  %mix = dsp.voices {count = 1, width = 1} : () -> !audio {
    %v = dsp.note {field = "velocity"} : !dsp.signal<f32, control>
    %c = dsp.control %v {mode = "hold"} : (!dsp.signal<f32, control>) -> !audio
    dsp.yield %c : (!audio) -> ()
  }
  dsp.output %mix : (!audio) -> ()
}
// CHECK-LABEL: @few
// CHECK:         dsp.voices {count = 1, width = 1, refused = "only 1 of 4 lanes would be used"}
// CHECK-NEXT:      %v = dsp.note {field = "velocity"} : !dsp.signal<f32, control>

// -----

// No voices: nothing to do.
dsp.program @nothing {kind = "effect"} {
^bb0(%x: !dsp.signal<f32, audio>):
  %y = dsp.neg %x : !dsp.signal<f32, audio>
  dsp.output %y : (!dsp.signal<f32, audio>) -> ()
}
// CHECK-LABEL: @nothing
// CHECK:         %y = dsp.neg %x : !dsp.signal<f32, audio>
