// RUN: dspopt %s -p "check-rates" --split-input-file --verify-each | filecheck %s

// What a smoothed parameter is part of glides; one conversion serves all uses.
!audio = !dsp.signal<f32, audio>
!control = !dsp.signal<f32, control>
dsp.program @smoothed {kind = "effect"} {
^bb0(%x: !audio):
  %gain = dsp.param {info = {id = "gain"}, smooth = 0.02} : !control
  %two = dsp.constant 2.0 : !dsp.signal<f32, const>
  %twice = dsp.mul %gain, %two : (!control, !dsp.signal<f32, const>) -> !control
  %y = dsp.mul %x, %twice : (!audio, !control) -> !audio
  %z = dsp.add %y, %twice : (!audio, !control) -> !audio
  dsp.output %z : (!audio) -> ()
}
// CHECK-LABEL: @smoothed
// CHECK:         %twice = dsp.mul %gain, %two
// CHECK-NEXT:    [[G:%.*]] = dsp.control %twice {mode = "glide"} : (!dsp.signal<f32, control>) -> !dsp.signal<f32, audio>
// CHECK-NEXT:    %y = dsp.mul %x, [[G]] : !dsp.signal<f32, audio>
// CHECK-NEXT:    %z = dsp.add %y, [[G]] : !dsp.signal<f32, audio>
// CHECK-NEXT:    dsp.output %z

// -----

// Without smoothing a value steps; what is no float steps too.
!audio = !dsp.signal<f32, audio>
!control = !dsp.signal<f32, control>
dsp.program @held {kind = "effect"} {
^bb0(%x: !audio):
  %step = dsp.param {info = {id = "step"}, smooth = 0.0} : !control
  %mode = dsp.param {info = {id = "mode"}, smooth = 0.02} : !dsp.signal<i32, control>
  %one = dsp.constant 1 : !dsp.signal<i32, const>
  %on = dsp.eq %mode, %one : (!dsp.signal<i32, control>, !dsp.signal<i32, const>) -> !dsp.signal<i1, control>
  %y = dsp.select %on, %x, %step : (!dsp.signal<i1, control>, !audio, !control) -> !audio
  dsp.output %y : (!audio) -> ()
}
// CHECK-LABEL: @held
// CHECK-NOT:     glide
// CHECK:         %step = dsp.param
// CHECK-NEXT:    [[S:%.*]] = dsp.control %step {mode = "hold"}
// CHECK:         %on = dsp.eq
// CHECK-NEXT:    [[ON:%.*]] = dsp.control %on {mode = "hold"} : (!dsp.signal<i1, control>) -> !dsp.signal<i1, audio>
// CHECK-NEXT:    %y = dsp.select [[ON]], %x, [[S]]

// -----

// A value that is the same in all voices glides outside them; a voice has ticks of its own. A note's is held, but what
// depends on its pitch glides, if that does.
!audio = !dsp.signal<f32, audio>
!control = !dsp.signal<f32, control>
dsp.program @voices {kind = "instrument"} {
  %level = dsp.param {info = {id = "level"}, smooth = 0.02} : !control
  %mix = dsp.voices {count = 4, width = 1} : () -> !audio {
    %half = dsp.constant 0.5 : !dsp.signal<f32, const>
    %same = dsp.mul %level, %half : (!control, !dsp.signal<f32, const>) -> !control
    %velocity = dsp.note {field = "velocity"} : !control
    %own = dsp.mul %velocity, %level : !control
    %a = dsp.phasor %same {phase = 0.0} : (!control) -> !audio
    %b = dsp.mul %a, %own : (!audio, !control) -> !audio
    %c = dsp.mul %b, %velocity : (!audio, !control) -> !audio
    %pitch = dsp.portamento %half : (!dsp.signal<f32, const>) -> !control
    %bend = dsp.note {field = "bend"} : !control
    %bent = dsp.add %pitch, %bend : !control
    %e = dsp.add %c, %bent : (!audio, !control) -> !audio
    %gate = dsp.note {field = "gate"} : !dsp.signal<i1, control>
    %d = dsp.voice_end %e, %gate {has_finish = 1} : (!audio, !dsp.signal<i1, control>) -> !audio
    dsp.yield %d : (!audio) -> ()
  }
  dsp.output %mix : (!audio) -> ()
}
// CHECK-LABEL: @voices
// CHECK:         %level = dsp.param
// CHECK:         %half = dsp.constant
// CHECK-NEXT:    %same = dsp.mul %level, %half
// CHECK-NEXT:    [[SAME:%.*]] = dsp.control %same {mode = "glide"}
// CHECK-NEXT:    %mix = dsp.voices
// CHECK-NEXT:      %velocity = dsp.note
// CHECK-NEXT:      [[VELOCITY:%.*]] = dsp.control %velocity {mode = "hold"}
// CHECK-NEXT:      %own = dsp.mul %velocity, %level
// CHECK-NEXT:      [[OWN:%.*]] = dsp.control %own {mode = "glide"}
// CHECK-NEXT:      %a = dsp.phasor [[SAME]]
// CHECK-NEXT:      %b = dsp.mul %a, [[OWN]]
// CHECK-NEXT:      %c = dsp.mul %b, [[VELOCITY]]
// CHECK:           %bent = dsp.add %pitch, %bend
// CHECK-NEXT:      [[BENT:%.*]] = dsp.control %bent {mode = "glide"}
// CHECK-NEXT:      %e = dsp.add %c, [[BENT]]
// CHECK-NEXT:      %gate = dsp.note
// CHECK-NEXT:      [[GATE:%.*]] = dsp.control %gate {mode = "hold"}
// CHECK-NEXT:      dsp.voice_end %e, [[GATE]]

// -----

// Samples also leave through outputs and the ends of feedbacks, and enter delays.
!audio = !dsp.signal<f32, audio>
!control = !dsp.signal<f32, control>
dsp.program @ends {kind = "effect"} {
^bb0(%x: !audio):
  %p = dsp.param {info = {id = "p"}, smooth = 0.0} : !control
  %s = dsp.feedback {initial = [0.0 : f32]} : () -> !audio {
  ^bb1(%before: !audio):
    dsp.yield %p : (!control) -> ()
  }
  %n = dsp.param {info = {id = "n"}, smooth = 0.1} : !control
  %d = dsp.delay %x, %n {max_samples = 100, max_seconds = 0.0, min_samples = 0, interpolation = "linear"} : (!audio, !control) -> !audio
  dsp.output %s, %d, %p : (!audio, !audio, !control) -> ()
}
// CHECK-LABEL: @ends
// CHECK:         [[P:%.*]] = dsp.control %p {mode = "hold"}
// CHECK:           dsp.yield [[P]] : (!dsp.signal<f32, audio>) -> ()
// CHECK:         [[N:%.*]] = dsp.control %n {mode = "glide"}
// CHECK-NEXT:    %d = dsp.delay %x, [[N]]
// CHECK-NEXT:    dsp.output %s, %d, [[P]]

// -----

// A bank's array may stay at control rate; what differs from lane to lane glides in the bank. Rates of results
// follow from those of operands, whatever the input says.
!audio = !dsp.signal<f32, audio>
!control = !dsp.signal<f32, control>
dsp.program @bank {kind = "effect"} {
^bb0(%x: !audio):
  %f = dsp.param {info = {id = "f"}, smooth = 0.02} : !control
  %slow, %fast = dsp.bank {count = 3, width = 1} : () -> (!dsp.signal<f32, audio, 3>, !dsp.signal<f32, audio, 3>) {
  ^bb1(%i: !dsp.signal<i32, const>):
    %j = dsp.convert %i : (!dsp.signal<i32, const>) -> !dsp.signal<f32, audio>
    %g = dsp.mul %f, %j : (!control, !audio) -> !audio
    %ramp = dsp.phasor %g {phase = 0.0} : (!audio) -> !audio
    dsp.yield %g, %ramp : (!audio, !audio) -> ()
  }
  %sum = dsp.reduce %slow {kind = "add", count = 3} : (!dsp.signal<f32, audio, 3>) -> !audio
  %y = dsp.mul %x, %sum : !audio
  dsp.output %y : (!audio) -> ()
}
// CHECK-LABEL: @bank
// CHECK:         dsp.bank {count = 3, width = 1} : () -> (!dsp.signal<f32, control, 3>, !dsp.signal<f32, audio, 3>)
// CHECK:           %j = dsp.convert %i : (!dsp.signal<i32, const>) -> !dsp.signal<f32, const>
// CHECK-NEXT:      %g = dsp.mul %f, %j : (!dsp.signal<f32, control>, !dsp.signal<f32, const>) -> !dsp.signal<f32, control>
// CHECK-NEXT:      [[G:%.*]] = dsp.control %g {mode = "glide"}
// CHECK-NEXT:      %ramp = dsp.phasor [[G]]
// CHECK-NEXT:      dsp.yield %g, %ramp
// CHECK:         %sum = dsp.reduce %slow {kind = "add", count = 3} : (!dsp.signal<f32, control, 3>) -> !dsp.signal<f32, control>
// CHECK-NEXT:    [[SUM:%.*]] = dsp.control %sum {mode = "glide"}
// CHECK-NEXT:    %y = dsp.mul %x, [[SUM]]

// -----

// Constants and what is known at prepare meet audio as they are: nothing to do.
!audio = !dsp.signal<f32, audio>
dsp.program @nothing {kind = "effect"} {
^bb0(%x: !audio):
  %half = dsp.constant 0.5 : !dsp.signal<f32, const>
  %rate = dsp.sample_rate : !dsp.signal<f64, init>
  %slow = dsp.convert %rate : (!dsp.signal<f64, init>) -> !dsp.signal<f32, init>
  %y = dsp.mul %x, %half : (!audio, !dsp.signal<f32, const>) -> !audio
  %z = dsp.mul %y, %slow : (!audio, !dsp.signal<f32, init>) -> !audio
  dsp.output %z : (!audio) -> ()
}
// CHECK-LABEL: @nothing
// CHECK-NOT:     dsp.control
// CHECK:         %y = dsp.mul %x, %half : (!dsp.signal<f32, audio>, !dsp.signal<f32, const>) -> !dsp.signal<f32, audio>
// CHECK-NEXT:    %z = dsp.mul %y, %slow
// CHECK-NEXT:    dsp.output %z
