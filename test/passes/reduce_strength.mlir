// RUN: dspopt %s -p "reduce-strength" --split-input-file --verify-each | filecheck %s

// By powers of two, of signed and unsigned integers; other divisors, and what is no constant, stay.
!u = !dsp.signal<ui32, audio>
!i = !dsp.signal<i32, audio>
dsp.program @integers {kind = "effect"} {
^bb0(%x: !u, %y: !i):
  %eight = dsp.constant 8 : !dsp.signal<ui32, const>
  %ten = dsp.constant 10 : !dsp.signal<ui32, const>
  %top = dsp.constant 2147483648 : !dsp.signal<ui32, const>
  %four = dsp.constant 4 : !dsp.signal<i32, const>
  %least = dsp.constant -2147483648 : !dsp.signal<i32, const>
  %r1 = dsp.mod %x, %eight : (!u, !dsp.signal<ui32, const>) -> !u
  %r2 = dsp.floordiv %x, %eight : (!u, !dsp.signal<ui32, const>) -> !u
  %r3 = dsp.mod %y, %four : (!i, !dsp.signal<i32, const>) -> !i
  %r4 = dsp.floordiv %y, %four : (!i, !dsp.signal<i32, const>) -> !i
  %r5 = dsp.mod %x, %ten : (!u, !dsp.signal<ui32, const>) -> !u
  %r6 = dsp.mod %x, %top : (!u, !dsp.signal<ui32, const>) -> !u
  %r7 = dsp.mod %y, %least : (!i, !dsp.signal<i32, const>) -> !i
  %r8 = dsp.mod %x, %x : !u
  dsp.output %r1, %r2, %r3, %r4, %r5, %r6, %r7, %r8 : (!u, !u, !i, !i, !u, !u, !i, !u) -> ()
}
// CHECK-LABEL: @integers
// CHECK:         [[M:%.*]] = dsp.constant 7 : !dsp.signal<ui32, const>
// CHECK-NEXT:    %r1 = dsp.and %x, [[M]]
// CHECK-NEXT:    [[S:%.*]] = dsp.constant 3
// CHECK-NEXT:    %r2 = dsp.shr %x, [[S]]
// CHECK:         %r3 = dsp.and %y
// CHECK:         %r4 = dsp.shr %y
// CHECK:         %r5 = dsp.mod %x, %ten
// CHECK:         [[REST:%.*]] = dsp.constant 2147483647
// CHECK-NEXT:    %r6 = dsp.and %x, [[REST]]
// CHECK:         %r7 = dsp.mod %y, %least
// CHECK-NEXT:    %r8 = dsp.mod %x, %x

// -----

// Each lane has a power of two of its own.
!u = !dsp.signal<ui32, audio>
dsp.program @lanes {kind = "effect"} {
^bb0(%x: !u):
  %y = dsp.bank {count = 2, width = 1} : () -> !dsp.signal<ui32, audio, 2> {
  ^bb1(%i: !dsp.signal<i32, const>):
    %c = dsp.lanes {values = array<ui32: 2, 16>} : !dsp.signal<ui32, const>
    %q = dsp.mod %x, %c : (!u, !dsp.signal<ui32, const>) -> !u
    dsp.yield %q : (!u) -> ()
  }
  %sum = dsp.reduce %y {kind = "add", count = 2} : (!dsp.signal<ui32, audio, 2>) -> !u
  dsp.output %sum : (!u) -> ()
}
// CHECK-LABEL: @lanes
// CHECK:         [[M:%.*]] = dsp.lanes {values = array<ui32: 1, 15>}
// CHECK:         %q = dsp.and %x, [[M]]

// -----

// A phase, a whole number of steps of 2^-24, times a number: one product. Not so what was no integer.
!a = !dsp.signal<f32, audio>
!i = !dsp.signal<i32, audio>
!k = !dsp.signal<f32, const>
dsp.program @phases {kind = "effect"} {
^bb0(%n: !i, %x: !a):
  %step = dsp.constant 5.9604645e-08 : !k
  %three = dsp.constant 3.0 : !k
  %tiny = dsp.constant 1.0e-30 : !k
  %f = dsp.convert %n : (!i) -> !a
  %p = dsp.mul %f, %step : (!a, !k) -> !a
  %q = dsp.mul %three, %p : (!k, !a) -> !a
  %r = dsp.mul %p, %tiny : (!a, !k) -> !a
  %s = dsp.mul %x, %step : (!a, !k) -> !a
  %t = dsp.mul %s, %three : (!a, !k) -> !a
  dsp.output %q, %r, %t : (!a, !a, !a) -> ()
}
// CHECK-LABEL: @phases
// CHECK:         [[C:%.*]] = dsp.constant 1.7881393e-07
// CHECK-NEXT:    %q = dsp.mul %f, [[C]]
// CHECK-NEXT:    %r = dsp.mul %p, %tiny
// CHECK:         %t = dsp.mul %s, %three
