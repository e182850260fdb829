// RUN: dspopt %s -p "divide-by-invariants" --split-input-file --verify-each | filecheck %s

// By a number, by what is known at prepare, by what is held between ticks: the reciprocal is computed there.
!a = !dsp.signal<f32, audio>
!c = !dsp.signal<f32, control>
!k = !dsp.signal<f32, const>
dsp.program @known {kind = "effect"} {
^bb0(%x: !a):
  %seven = dsp.constant 7.0 : !k
  %rate = dsp.sample_rate : !dsp.signal<f32, init>
  %knob = dsp.param {info = {id = "x"}, smooth = 0.0} : !c
  %held = dsp.control %knob {mode = "hold"} : (!c) -> !a
  %r1 = dsp.div %x, %seven : (!a, !k) -> !a
  %r2 = dsp.div %x, %rate : (!a, !dsp.signal<f32, init>) -> !a
  %r3 = dsp.div %x, %held : !a
  %r4 = dsp.div %r1, %held : !a
  dsp.output %r1, %r2, %r3, %r4 : (!a, !a, !a, !a) -> ()
}
// CHECK-LABEL: @known
// CHECK:         [[SEVENTH:%.*]] = dsp.constant 0.14285715
// CHECK:         [[ONE:%.*]] = dsp.constant 1.0
// CHECK-NEXT:    [[PERIOD:%.*]] = dsp.div [[ONE]], %rate : (!dsp.signal<f32, const>, !dsp.signal<f32, init>) -> !dsp.signal<f32, init>
// CHECK:         [[INVERSE:%.*]] = dsp.div {{%.*}}, %knob
// CHECK:         [[HELD:%.*]] = dsp.control [[INVERSE]] {mode = "hold"}
// CHECK-NEXT:    %r1 = dsp.mul %x, [[SEVENTH]]
// CHECK-NEXT:    %r2 = dsp.mul %x, [[PERIOD]]
// CHECK-NEXT:    %r3 = dsp.mul %x, [[HELD]]
// CHECK-NEXT:    %r4 = dsp.mul %r1, [[HELD]]

// -----

// What changes from sample to sample divides; so does what has no reciprocal among normal numbers.
!a = !dsp.signal<f32, audio>
!k = !dsp.signal<f32, const>
dsp.program @unknown {kind = "effect"} {
^bb0(%x: !a, %y: !a):
  %zero = dsp.constant 0.0 : !k
  %tiny = dsp.constant 1.0e-40 : !k
  %huge = dsp.constant 3.0e+38 : !k
  %r1 = dsp.div %x, %y : !a
  %r2 = dsp.div %x, %zero : (!a, !k) -> !a
  %r3 = dsp.div %x, %tiny : (!a, !k) -> !a
  %r4 = dsp.div %x, %huge : (!a, !k) -> !a
  dsp.output %r1, %r2, %r3, %r4 : (!a, !a, !a, !a) -> ()
}
// CHECK-LABEL: @unknown
// CHECK:         %r1 = dsp.div %x, %y
// CHECK-NEXT:    %r2 = dsp.div %x, %zero
// CHECK-NEXT:    %r3 = dsp.div %x, %tiny
// CHECK-NEXT:    %r4 = dsp.div %x, %huge

// -----

// Where the last bit decides, the quotient is exact: floor(49 / 49) is 1.
!a = !dsp.signal<f32, audio>
!k = !dsp.signal<f32, const>
dsp.program @decides {kind = "effect"} {
^bb0(%x: !a):
  %c = dsp.constant 49.0 : !k
  %half = dsp.constant 0.5 : !k
  %r1 = dsp.div %x, %c : (!a, !k) -> !a
  %r2 = dsp.floor %r1 : !a
  %r3 = dsp.div %x, %half : (!a, !k) -> !a
  %r4 = dsp.add %r3, %c : (!a, !k) -> !a
  %r5 = dsp.lt %r4, %x : (!a, !a) -> !dsp.signal<i1, audio>
  dsp.output %r2, %r4 : (!a, !a) -> ()
}
// CHECK-LABEL: @decides
// CHECK:         %r1 = dsp.div %x, %c
// CHECK:         %r3 = dsp.div %x, %half

// -----

// In a bank each lane has a reciprocal of its own.
!a = !dsp.signal<f32, audio>
dsp.program @lanes {kind = "effect"} {
^bb0(%x: !a):
  %y = dsp.bank {count = 3, width = 1} : () -> !dsp.signal<f32, audio, 3> {
  ^bb1(%i: !dsp.signal<i32, const>):
    %c = dsp.lanes {values = array<f32: 2.0, 4.0, 5.0>} : !dsp.signal<f32, const>
    %q = dsp.div %x, %c : (!a, !dsp.signal<f32, const>) -> !a
    dsp.yield %q : (!a) -> ()
  }
  %sum = dsp.reduce %y {kind = "add", count = 3} : (!dsp.signal<f32, audio, 3>) -> !a
  dsp.output %sum : (!a) -> ()
}
// CHECK-LABEL: @lanes
// CHECK:         [[R:%.*]] = dsp.lanes {values = array<f32: 5.000000e-01, 2.500000e-01, 2.000000e-01>}
// CHECK:         %q = dsp.mul %x, [[R]]
