// RUN: dspopt %s -p "cse" --split-input-file --verify-each | filecheck %s

// Equal operations become one: arithmetic, oscillators that do the same, whole bodies.
!audio = !dsp.signal<f32, audio>
!f = !dsp.signal<f32, const>
dsp.program @equal {kind = "effect"} {
^bb0(%x: !audio):
  %step = dsp.constant 0.1 : !f
  %again = dsp.constant 0.1 : !f
  %p = dsp.phasor %step {phase = 0.0} : (!f) -> !audio
  %q = dsp.phasor %again {phase = 0.0} : (!f) -> !audio
  %a = dsp.mul %x, %p : !audio
  %b = dsp.mul %x, %q : !audio
  %s = dsp.feedback {initial = [0.0 : f32]} : () -> !audio {
  ^bb1(%before: !audio):
    %y = dsp.add %before, %a : !audio
    dsp.yield %y : (!audio) -> ()
  }
  %t = dsp.feedback {initial = [0.0 : f32]} : () -> !audio {
  ^bb2(%old: !audio):
    %z = dsp.add %old, %b : !audio
    dsp.yield %z : (!audio) -> ()
  }
  dsp.output %s, %t : (!audio, !audio) -> ()
}
// CHECK-LABEL: @equal
// CHECK:         %step = dsp.constant 0.1
// CHECK-NEXT:    %p = dsp.phasor %step
// CHECK-NEXT:    %a = dsp.mul %x, %p
// CHECK-NEXT:    %s = dsp.feedback
// CHECK:           dsp.yield %y
// CHECK-NEXT:    }
// CHECK-NEXT:    dsp.output %s, %s

// -----

// Not equal: other phases, other initial values, zeros of other signs, other seeds, other rates.
!audio = !dsp.signal<f32, audio>
!f = !dsp.signal<f32, const>
!u = !dsp.signal<ui32, const>
dsp.program @different {kind = "effect"} {
^bb0(%x: !audio):
  %zero = dsp.constant 0.0 : !f
  %minus = dsp.constant -0.0 : !f
  %p = dsp.phasor %zero {phase = 0.0} : (!f) -> !audio
  %q = dsp.phasor %zero {phase = 0.5} : (!f) -> !audio
  %s = dsp.feedback {initial = [0.0 : f32]} : () -> !audio {
  ^bb1(%before: !audio):
    dsp.yield %before : (!audio) -> ()
  }
  %t = dsp.feedback {initial = [-0.0 : f32]} : () -> !audio {
  ^bb2(%old: !audio):
    dsp.yield %old : (!audio) -> ()
  }
  %one = dsp.constant 1 : !u
  %two = dsp.constant 2 : !u
  %m = dsp.noise %one : (!u) -> !audio
  %n = dsp.noise %two : (!u) -> !audio
  %d = dsp.sub %x, %m : !audio
  %e = dsp.sub %m, %x : !audio
  dsp.output %p, %q, %s, %t, %n, %d, %e, %minus : (!audio, !audio, !audio, !audio, !audio, !audio, !audio, !f) -> ()
}
// CHECK-LABEL: @different
// CHECK:         dsp.output %p, %q, %s, %t, %n, %d, %e, %minus

// -----

// An operation with state is not replaced by one outside its body: a voice's phase is put back with the voice.
// Arithmetic is.
!audio = !dsp.signal<f32, audio>
!f = !dsp.signal<f32, const>
dsp.program @bodies {kind = "instrument"} {
^bb0(%x: !audio):
  %step = dsp.constant 0.1 : !f
  %p = dsp.phasor %step {phase = 0.0} : (!f) -> !audio
  %neg = dsp.neg %x : !audio
  %mix = dsp.voices {count = 2, width = 1} : () -> !audio {
    %q = dsp.phasor %step {phase = 0.0} : (!f) -> !audio
    %minus = dsp.neg %x : !audio
    %y = dsp.mul %q, %minus : !audio
    dsp.yield %y : (!audio) -> ()
  }
  %more = dsp.voices {count = 2, width = 1} : () -> !audio {
    %q2 = dsp.phasor %step {phase = 0.0} : (!f) -> !audio
    %minus2 = dsp.neg %x : !audio
    %y2 = dsp.mul %q2, %minus2 : !audio
    dsp.yield %y2 : (!audio) -> ()
  }
  dsp.output %mix, %p, %neg, %more : (!audio, !audio, !audio, !audio) -> ()
}
// CHECK-LABEL: @bodies
// CHECK:         %mix = dsp.voices
// CHECK-NEXT:      %q = dsp.phasor %step
// CHECK-NEXT:      %y = dsp.mul %q, %neg
// CHECK:         %more = dsp.voices
// CHECK:         dsp.output %mix, %p, %neg, %more

// -----

// Equal constants of the lanes of two banks are not equal: each belongs to its bank's lane.
!i = !dsp.signal<i32, const>
!f = !dsp.signal<f32, const>
!array = !dsp.signal<f32, const, 2>
dsp.program @lanes {kind = "effect"} {
  %outer = dsp.bank {count = 2, width = 1} : () -> !array {
  ^bb0(%i: !i):
    %a = dsp.lanes {values = array<f32: 1.0, 2.0>} : !f
    %same = dsp.lanes {values = array<f32: 1.0, 2.0>} : !f
    %inner = dsp.bank {count = 2, width = 1} : () -> !array {
    ^bb1(%j: !i):
      %b = dsp.lanes {values = array<f32: 1.0, 2.0>} : !f
      %product = dsp.mul %a, %b : !f
      dsp.yield %product : (!f) -> ()
    }
    %sum = dsp.reduce %inner {kind = "add", count = 2} : (!array) -> !f
    %both = dsp.add %sum, %same : !f
    dsp.yield %both : (!f) -> ()
  }
  %all = dsp.reduce %outer {kind = "add", count = 2} : (!array) -> !f
  dsp.output %all : (!f) -> ()
}
// CHECK-LABEL: @lanes
// CHECK:         %a = dsp.lanes
// CHECK-NEXT:    %inner = dsp.bank
// CHECK:           %b = dsp.lanes
// CHECK-NEXT:      %product = dsp.mul %a, %b
// CHECK:         %both = dsp.add %sum, %a

// -----

// In a region reads of one slot are one; the next region has its own. Writes stay, all of them.
rt.program @regions {kind = "effect", inputs = 0, params = []} {
  rt.slot @s {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  rt.slot @t {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  rt.tick {
    %a = rt.read @s : f32
    %b = rt.read @s : f32
    %c = dsp.add %a, %b : f32
    rt.write @s %c : (f32) -> ()
    rt.write @t %c : (f32) -> ()
    rt.yield
  }
  %y = rt.rec : () -> !rt.buffer<f32> {
    %d = rt.read @s : f32
    %n = rt.frame : ui32
    %m = rt.frame : ui32
    %e = dsp.add %n, %m : ui32
    %f = dsp.convert %e : (ui32) -> f32
    %g = dsp.add %d, %f : f32
    rt.yield %g : (f32) -> ()
  }
  rt.output %y : (!rt.buffer<f32>) -> ()
}
// CHECK-LABEL: @regions
// CHECK:         rt.tick
// CHECK-NEXT:      %a = rt.read @s
// CHECK-NEXT:      %c = dsp.add %a, %a
// CHECK-NEXT:      rt.write @s %c
// CHECK-NEXT:      rt.write @t %c
// CHECK:         rt.rec
// CHECK-NEXT:      %d = rt.read @s
// CHECK-NEXT:      %n = rt.frame
// CHECK-NEXT:      %e = dsp.add %n, %n

// -----

dsp.program @nothing {kind = "effect"} {
^bb0(%x: !dsp.signal<f32, audio>):
  %y = dsp.neg %x : !dsp.signal<f32, audio>
  %z = dsp.neg %y : !dsp.signal<f32, audio>
  dsp.output %z : (!dsp.signal<f32, audio>) -> ()
}
// CHECK-LABEL: @nothing
// CHECK:         %y = dsp.neg %x
// CHECK-NEXT:    %z = dsp.neg %y
// CHECK-NEXT:    dsp.output %z

// -----

// What feeds back on itself is merged too, also inside a feedback, whose reset it may call for.
!audio = !dsp.signal<f32, audio>
!f = !dsp.signal<f32, const>
dsp.program @recursive {kind = "effect"} {
^bb0(%x: !audio):
  %k = dsp.constant 0.1 : !f
  %s = dsp.feedback {initial = [0.0 : f32]} : () -> !audio {
  ^bb1(%before: !audio):
    %a = dsp.biquads %before, %k, %k, %k, %k, %k : (!audio, !f, !f, !f, !f, !f) -> !audio
    %b = dsp.biquads %before, %k, %k, %k, %k, %k : (!audio, !f, !f, !f, !f, !f) -> !audio
    %ab = dsp.add %a, %b : !audio
    dsp.yield %ab : (!audio) -> ()
  }
  %c = dsp.biquads %x, %k, %k, %k, %k, %k : (!audio, !f, !f, !f, !f, !f) -> !audio
  %d = dsp.biquads %x, %k, %k, %k, %k, %k : (!audio, !f, !f, !f, !f, !f) -> !audio
  dsp.output %s, %c, %d : (!audio, !audio, !audio) -> ()
}
// CHECK-LABEL: @recursive
// CHECK:           %a = dsp.biquads %before
// CHECK-NEXT:      %ab = dsp.add %a, %a
// CHECK:         %c = dsp.biquads %x
// CHECK-NEXT:    dsp.output %s, %c, %c

// -----

// An array in voices stays theirs: it is made there of elements that come from outside.
!audio = !dsp.signal<f32, audio>
!two = !dsp.signal<f32, audio, 2>
!i = !dsp.signal<i32, audio>
dsp.program @arrays_of_voices {kind = "instrument"} {
^bb0(%x: !audio, %n: !i):
  %outer = dsp.stack %x, %x : (!audio, !audio) -> !two
  %o = dsp.pick %outer, %n : (!two, !i) -> !audio
  %mix = dsp.voices {count = 4, width = 1} : () -> !audio {
    %inner = dsp.stack %x, %x : (!audio, !audio) -> !two
    %again = dsp.stack %x, %x : (!audio, !audio) -> !two
    %a = dsp.pick %inner, %n : (!two, !i) -> !audio
    %b = dsp.pick %again, %n : (!two, !i) -> !audio
    %c = dsp.add %a, %b : !audio
    dsp.yield %c : (!audio) -> ()
  }
  dsp.output %mix, %o : (!audio, !audio) -> ()
}
// CHECK-LABEL: @arrays_of_voices
// CHECK:         %outer = dsp.stack
// CHECK:         dsp.voices
// CHECK-NEXT:      %inner = dsp.stack
// CHECK-NEXT:      %a = dsp.pick %inner
// CHECK-NEXT:      %c = dsp.add %a, %a
