// RUN: dspopt %s -p "hoist-control" --split-input-file --verify-each | filecheck %s

// What is computed once a tick, or once at all, leaves the bodies that run at every sample, whole chains too.
!audio = !dsp.signal<f32, audio>
!control = !dsp.signal<f32, control>
!f = !dsp.signal<f32, const>
dsp.program @out {kind = "effect"} {
^bb0(%x: !audio):
  %p = dsp.param {info = {id = "p"}, smooth = 0.0} : !control
  %s = dsp.feedback {initial = [0.0 : f32]} : () -> !audio {
  ^bb1(%before: !audio):
    %two = dsp.constant 2.0 : !f
    %twice = dsp.mul %p, %two : (!control, !f) -> !control
    %root = dsp.sqrt %twice : !control
    %c = dsp.control %root {mode = "hold"} : (!control) -> !audio
    %y = dsp.mul %before, %c : !audio
    dsp.yield %y : (!audio) -> ()
  }
  dsp.output %s : (!audio) -> ()
}
// CHECK-LABEL: @out
// CHECK:         %p = dsp.param
// CHECK-NEXT:    %two = dsp.constant 2.0
// CHECK-NEXT:    %twice = dsp.mul %p, %two
// CHECK-NEXT:    %root = dsp.sqrt %twice
// CHECK-NEXT:    %s = dsp.feedback
// CHECK-NEXT:    ^bb{{.*}}(%before
// CHECK-NEXT:      %c = dsp.control %root
// CHECK-NEXT:      %y = dsp.mul %before, %c

// -----

// To the outermost body in which all operands are known: past the feedback, but not past the voice's note or the
// bank's lane.
!audio = !dsp.signal<f32, audio>
!control = !dsp.signal<f32, control>
!f = !dsp.signal<f32, const>
dsp.program @known {kind = "instrument"} {
  %p = dsp.param {info = {id = "p"}, smooth = 0.0} : !control
  %mix = dsp.voices {count = 2, width = 1} : () -> !audio {
    %v = dsp.note {field = "velocity"} : !control
    %bank = dsp.bank {count = 2, width = 1} : () -> !dsp.signal<f32, audio, 2> {
    ^bb0(%i: !dsp.signal<i32, const>):
      %s = dsp.feedback {initial = [0.0 : f32]} : () -> !audio {
      ^bb1(%before: !audio):
        %all = dsp.neg %p : !control
        %voice = dsp.mul %v, %all : !control
        %n = dsp.convert %i : (!dsp.signal<i32, const>) -> !f
        %lane = dsp.mul %voice, %n : (!control, !f) -> !control
        %c = dsp.control %lane {mode = "hold"} : (!control) -> !audio
        dsp.yield %c : (!audio) -> ()
      }
      dsp.yield %s : (!audio) -> ()
    }
    %sum = dsp.reduce %bank {kind = "add", count = 2} : (!dsp.signal<f32, audio, 2>) -> !audio
    dsp.yield %sum : (!audio) -> ()
  }
  dsp.output %mix : (!audio) -> ()
}
// CHECK-LABEL: @known
// CHECK:         %p = dsp.param
// CHECK-NEXT:    %all = dsp.neg %p
// CHECK-NEXT:    %mix = dsp.voices
// CHECK-NEXT:      %v = dsp.note
// CHECK-NEXT:      %voice = dsp.mul %v, %all
// CHECK-NEXT:      %bank = dsp.bank
// CHECK-NEXT:      ^bb{{.*}}(%i
// CHECK-NEXT:        %n = dsp.convert %i
// CHECK-NEXT:        %lane = dsp.mul %voice, %n
// CHECK-NEXT:        %s = dsp.feedback
// CHECK-NEXT:        ^bb{{.*}}(%before
// CHECK-NEXT:          %c = dsp.control %lane

// -----

// State, audio and lanes stay where they are: moving them would change how many there are of them.
!audio = !dsp.signal<f32, audio>
!control = !dsp.signal<f32, control>
!f = !dsp.signal<f32, const>
dsp.program @stays {kind = "effect"} {
^bb0(%x: !audio):
  %bank = dsp.bank {count = 2, width = 1} : () -> !dsp.signal<f32, audio, 2> {
  ^bb1(%i: !dsp.signal<i32, const>):
    %c = dsp.controller {number = 1, default = 0.0} : !control
    %own = dsp.lanes {values = array<f32: 1.0, 2.0>} : !f
    %square = dsp.mul %x, %x : !audio
    %key = dsp.constant 1 : !dsp.signal<ui32, const>
    %noise = dsp.noise %key : (!dsp.signal<ui32, const>) -> !audio
    %y = dsp.mul %noise, %own : (!audio, !f) -> !audio
    dsp.yield %y : (!audio) -> ()
  }
  %sum = dsp.reduce %bank {kind = "add", count = 2} : (!dsp.signal<f32, audio, 2>) -> !audio
  dsp.output %sum : (!audio) -> ()
}
// CHECK-LABEL: @stays
// CHECK-NEXT:    ^bb{{.*}}(%x
// CHECK-NEXT:    %key = dsp.constant 1
// CHECK-NEXT:    %bank = dsp.bank
// CHECK-NEXT:    ^bb{{.*}}(%i
// CHECK-NEXT:      %c = dsp.controller
// CHECK-NEXT:      %own = dsp.lanes
// CHECK-NEXT:      %square = dsp.mul %x, %x
// CHECK-NEXT:      %noise = dsp.noise %key
// CHECK-NEXT:      %y = dsp.mul

// -----

dsp.program @nothing {kind = "effect"} {
  %p = dsp.param {info = {id = "p"}, smooth = 0.0} : !dsp.signal<f32, control>
  %n = dsp.neg %p : !dsp.signal<f32, control>
  %c = dsp.control %n {mode = "hold"} : (!dsp.signal<f32, control>) -> !dsp.signal<f32, audio>
  dsp.output %c : (!dsp.signal<f32, audio>) -> ()
}
// CHECK-LABEL: @nothing
// CHECK-NEXT:    %p = dsp.param
// CHECK-NEXT:    %n = dsp.neg %p
// CHECK-NEXT:    %c = dsp.control %n
