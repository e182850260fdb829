// RUN: dspopt %s -p "count-turns" --split-input-file --verify-each | filecheck %s

// 2 pi times a phase is the phase in turns; what is added to it is divided by 2 pi, once, in its factor.
!a = !dsp.signal<f32, audio>
!k = !dsp.signal<f32, const>
dsp.program @modulated {kind = "effect"} {
^bb0(%p: !a, %m: !a):
  %turn = dsp.constant 6.2831855 : !k
  %index = dsp.constant 3.0 : !k
  %angle = dsp.mul %turn, %p : (!k, !a) -> !a
  %deep = dsp.mul %index, %m : (!k, !a) -> !a
  %x = dsp.add %angle, %deep : !a
  %y = dsp.sin %x : !a
  %z = dsp.cos %x : !a
  dsp.output %y, %z : (!a, !a) -> ()
}
// CHECK-LABEL: @modulated
// CHECK-NEXT:  ^bb0([[P:%.*]]: !dsp.signal<f32, audio>, [[M:%.*]]: !dsp.signal
// CHECK:         [[C:%.*]] = dsp.constant 0.47746482
// CHECK-NEXT:    [[D:%.*]] = dsp.mul [[M]], [[C]]
// CHECK-NEXT:    [[T:%.*]] = dsp.add [[P]], [[D]]
// CHECK-NEXT:    %y = dsp.sin_turns [[T]] {domain = [-4096.0, 4096.0]}
// CHECK:         %z = dsp.cos_turns

// -----

// A phasor is within its turn; pi is half a turn, whatever else stands in the product or the quotient.
!a = !dsp.signal<f32, audio>
!k = !dsp.signal<f32, const>
dsp.program @simple {kind = "effect"} {
^bb0(%f: !a, %r: !a):
  %turn = dsp.constant 6.2831855 : !k
  %pi = dsp.constant 3.1415927 : !k
  %step = dsp.constant 0.01 : !k
  %p = dsp.phasor %step {phase = 0.0} : (!k) -> !a
  %angle = dsp.mul %p, %turn : (!a, !k) -> !a
  %y = dsp.sin %angle : !a
  %half = dsp.mul %pi, %f : (!k, !a) -> !a
  %w = dsp.div %half, %r : !a
  %g = dsp.tan %w : !a
  dsp.output %y, %g : (!a, !a) -> ()
}
// CHECK-LABEL: @simple
// CHECK:         %y = dsp.sin_turns %p {domain = [0.0, 1.0]}
// CHECK:         [[Q:%.*]] = dsp.div %f, %r
// CHECK:         [[HALF:%.*]] = dsp.constant 0.5
// CHECK-NEXT:    [[T:%.*]] = dsp.mul [[Q]], [[HALF]]
// CHECK-NEXT:    %g = dsp.tan_turns [[T]] {domain = [-4096.0

// -----

// Without a factor that counts turns nothing changes: 3.0 is none, and 6.28 is not exact enough.
!a = !dsp.signal<f32, audio>
!k = !dsp.signal<f32, const>
dsp.program @radians {kind = "effect"} {
^bb0(%x: !a):
  %three = dsp.constant 3.0 : !k
  %rough = dsp.constant 6.28 : !k
  %a = dsp.mul %three, %x : (!k, !a) -> !a
  %b = dsp.mul %rough, %x : (!k, !a) -> !a
  %c = dsp.sin %x : !a
  %d = dsp.sin %a : !a
  %e = dsp.sin %b : !a
  dsp.output %c, %d, %e : (!a, !a, !a) -> ()
}
// CHECK-LABEL: @radians
// CHECK:         %c = dsp.sin %x
// CHECK-NEXT:    %d = dsp.sin %a
// CHECK-NEXT:    %e = dsp.sin %b

// -----

// Nested sums and signs: 2 pi (p - q) - pi is p - q - 0.5.
!a = !dsp.signal<f32, audio>
!k = !dsp.signal<f32, const>
dsp.program @nested {kind = "effect"} {
^bb0(%p: !a, %q: !a):
  %turn = dsp.constant 6.2831855 : !k
  %pi = dsp.constant 3.1415927 : !k
  %difference = dsp.sub %p, %q : !a
  %angle = dsp.mul %turn, %difference : (!k, !a) -> !a
  %x = dsp.sub %angle, %pi : (!a, !k) -> !a
  %y = dsp.sin %x : !a
  dsp.output %y : (!a) -> ()
}
// CHECK-LABEL: @nested
// CHECK:         [[D:%.*]] = dsp.sub %p, %q
// CHECK:         [[HALF:%.*]] = dsp.constant -0.5
// CHECK:         [[T:%.*]] = dsp.add [[D]], [[HALF]]
// CHECK:         dsp.sin_turns [[T]]
