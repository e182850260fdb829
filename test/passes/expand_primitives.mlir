// RUN: dspopt %s -p "expand-primitives" --split-input-file --verify-each | filecheck %s

// A phasor is a u32 that is read and written; its value is its top 24 bits.
!audio = !dsp.signal<f32, audio>
!f = !dsp.signal<f32, const>
dsp.program @phasor {kind = "effect"} {
  %step = dsp.constant 0.1 : !f
  %p = dsp.phasor %step {phase = 0.25} : (!f) -> !audio
  dsp.output %p : (!audio) -> ()
}
// -----

// A feedback's state is a slot. At ticks ...
!audio = !dsp.signal<f32, audio>
dsp.program @feedback {kind = "effect"} {
^bb0(%x: !audio):
  %s, %n = dsp.feedback {initial = [0.5 : f32, 3 : i32]} : () -> (!audio, !dsp.signal<i32, audio>) {
  ^bb1(%before: !audio, %count: !dsp.signal<i32, audio>):
    %y = dsp.add %before, %x : !audio
    %d = dsp.delay %y, %count {max_samples = 100, max_seconds = 0.0, min_samples = 1, interpolation = "none"} : (!audio, !dsp.signal<i32, audio>) -> !audio
    dsp.yield %d, %count : (!audio, !dsp.signal<i32, audio>) -> ()
  }
  dsp.output %s : (!audio) -> ()
}
// -----
!audio = !dsp.signal<f32, audio>
!control = !dsp.signal<f32, control>
dsp.program @params {kind = "effect"} {
  %a = dsp.param {info = {id = "group.a", default = 0.5}, smooth = 0.0} : !control
  %g = dsp.control %a {mode = "hold"} : (!control) -> !audio
  %b = dsp.param {info = {id = "b"}, smooth = 0.02} : !control
  %h = dsp.control %b {mode = "glide"} : (!control) -> !audio
  %c = dsp.controller {number = 7, default = 0.25} : !control
  %k = dsp.control %c {mode = "hold"} : (!control) -> !audio
  dsp.output %g, %h, %k : (!audio, !audio, !audio) -> ()
}
// -----
!audio = !dsp.signal<f32, audio>
!control = !dsp.signal<f32, control>
!f = !dsp.signal<f32, const>
dsp.program @voices {kind = "instrument"} {
  %step = dsp.constant 0.1 : !f
  %mix = dsp.voices {count = 6, width = 1} : () -> !audio {
    %v = dsp.note {field = "velocity"} : !control
    %w = dsp.note {field = "velocity"} : !control
    %g = dsp.control %v {mode = "hold"} : (!control) -> !audio
    %p = dsp.phasor %step {phase = 0.0} : (!f) -> !audio
    %t = dsp.note {field = "trigger"} : !dsp.signal<i1, audio>
    %y = dsp.mul %p, %g : !audio
    %z = dsp.select %t, %y, %p : (!dsp.signal<i1, audio>, !audio, !audio) -> !audio
    dsp.yield %z : (!audio) -> ()
  }
  dsp.output %mix : (!audio) -> ()
}
// -----
!audio = !dsp.signal<f32, audio>
!i = !dsp.signal<i32, const>
!f = !dsp.signal<f32, const>
!three = !dsp.signal<f32, audio, 3>
!five = !dsp.signal<f32, audio, 5>
dsp.program @banks {kind = "effect"} {
  %step = dsp.constant 0.1 : !f
  %outer = dsp.bank {count = 3, width = 1} : () -> !three {
  ^bb0(%i: !i):
    %inner = dsp.bank {count = 5, width = 1} : () -> !five {
    ^bb1(%j: !i):
      %p = dsp.phasor %step {phase = 0.0} : (!f) -> !audio
      %s = dsp.feedback {initial = [0.0 : f32]} : () -> !audio {
      ^bb2(%before: !audio):
        %y = dsp.add %before, %p : !audio
        dsp.yield %y : (!audio) -> ()
      }
      dsp.yield %s : (!audio) -> ()
    }
    %sum = dsp.reduce %inner {kind = "add", count = 5} : (!five) -> !audio
    dsp.yield %sum : (!audio) -> ()
  }
  %all = dsp.reduce %outer {kind = "add", count = 3} : (!three) -> !audio
  dsp.output %all : (!audio) -> ()
}
// -----
!audio = !dsp.signal<f32, audio>
dsp.table @t {data = dense<[1.0, 2.0, 3.0]> : tensor<3xf32>}
dsp.program @small {kind = "effect"} {
^bb0(%x: !audio):
  %n = dsp.frame : !dsp.signal<ui32, audio>
  %i = dsp.convert %n : (!dsp.signal<ui32, audio>) -> !dsp.signal<i32, audio>
  %v = dsp.lookup @t %i {size = 3} : (!dsp.signal<i32, audio>) -> !audio
  %rate = dsp.sample_rate : !dsp.signal<f64, init>
  %c = dsp.sanitize %x {limit = 4.0} : !audio
  dsp.output %v, %c, %rate : (!audio, !audio, !dsp.signal<f64, init>) -> ()
}
// -----
dsp.program @nothing {kind = "effect"} {
^bb0(%x: !dsp.signal<f32, audio>):
  %y = dsp.neg %x : !dsp.signal<f32, audio>
  dsp.output %y : (!dsp.signal<f32, audio>) -> ()
}
