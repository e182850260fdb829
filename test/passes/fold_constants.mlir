// RUN: dspopt %s -p "fold-constants" --split-input-file --verify-each | filecheck %s

// In f32, as it would be at run time: 0.1 + 0.2 is not what Python's doubles give.
!f = !dsp.signal<f32, const>
dsp.program @numbers {kind = "effect"} {
  %a = dsp.constant 0.1 : !f
  %b = dsp.constant 0.2 : !f
  %sum = dsp.add %a, %b : !f
  %big = dsp.constant 3.0e38 : !f
  %inf = dsp.add %big, %big : !f
  %nan = dsp.sub %inf, %inf : !f
  %c = dsp.constant 2.5 : !f
  %even = dsp.round %c : !f
  %four = dsp.convert %sum : (!f) -> !dsp.signal<i32, const>
  %none = dsp.convert %nan : (!f) -> !dsp.signal<i32, const>
  %most = dsp.convert %inf : (!f) -> !dsp.signal<i32, const>
  dsp.output %sum, %inf, %nan, %even, %four, %none, %most : (!f, !f, !f, !f, !dsp.signal<i32, const>, !dsp.signal<i32, const>, !dsp.signal<i32, const>) -> ()
}
// CHECK-LABEL: @numbers
// CHECK:         %sum = dsp.constant 0.3 : !dsp.signal<f32, const>
// CHECK:         %inf = dsp.constant inf
// CHECK-NEXT:    %nan = dsp.constant nan
// CHECK:         %even = dsp.constant 2.0
// CHECK-NEXT:    %four = dsp.constant 0 : !dsp.signal<i32, const>
// CHECK-NEXT:    %none = dsp.constant 0
// CHECK-NEXT:    %most = dsp.constant 2147483647
// CHECK-NEXT:    dsp.output %sum, %inf, %nan

// -----

// Integers wrap, division by zero gives 0 and floors, shifts take the count modulo 32.
!i = !dsp.signal<i32, const>
!u = !dsp.signal<ui32, const>
dsp.program @integers {kind = "effect"} {
  %most = dsp.constant 2147483647 : !i
  %one = dsp.constant 1 : !i
  %zero = dsp.constant 0 : !i
  %seven = dsp.constant -7 : !i
  %two = dsp.constant 2 : !i
  %wrapped = dsp.add %most, %one : !i
  %nothing = dsp.floordiv %one, %zero : !i
  %floored = dsp.floordiv %seven, %two : !i
  %rest = dsp.mod %seven, %two : !i
  %u1 = dsp.constant 1 : !u
  %u33 = dsp.constant 33 : !u
  %shifted = dsp.shl %u1, %u33 : !u
  %minus = dsp.sub %u1, %u33 : !u
  dsp.output %wrapped, %nothing, %floored, %rest, %shifted, %minus : (!i, !i, !i, !i, !u, !u) -> ()
}
// CHECK-LABEL: @integers
// CHECK:         %wrapped = dsp.constant -2147483648
// CHECK-NEXT:    %nothing = dsp.constant 0
// CHECK-NEXT:    %floored = dsp.constant -4
// CHECK-NEXT:    %rest = dsp.constant 1
// CHECK:         %shifted = dsp.constant 2 : !dsp.signal<ui32, const>
// CHECK-NEXT:    %minus = dsp.constant 4294967264

// -----

// In a bank the index is known for each lane. What is the same in all of them is one number; +0 and -0 are not
// the same.
!i = !dsp.signal<i32, const>
!f = !dsp.signal<f32, const>
!b = !dsp.signal<i1, const>
!array = !dsp.signal<f32, const, 4>
dsp.program @lanes {kind = "effect"} {
  %zero = dsp.constant 0.0 : !f
  %one = dsp.constant 1 : !i
  %r0, %r1, %r2, %r3 = dsp.bank {count = 4, width = 1} : () -> (!array, !array, !array, !dsp.signal<i1, const, 4>) {
  ^bb0(%i: !i):
    %n = dsp.convert %i : (!i) -> !f
    %scale = dsp.lanes {values = array<f32: 0.5, 1.0, 2.0, -1.0>} : !f
    %product = dsp.mul %n, %scale : !f
    %zeros = dsp.mul %scale, %zero : !f
    %masked = dsp.mod %i, %one : !i
    %same = dsp.convert %masked : (!i) -> !f
    %few = dsp.le %i, %one : (!i, !i) -> !b
    dsp.yield %product, %zeros, %same, %few : (!f, !f, !f, !b) -> ()
  }
  %s0 = dsp.reduce %r0 {kind = "add", count = 4} : (!array) -> !f
  dsp.output %s0 : (!f) -> ()
}
// CHECK-LABEL: @lanes
// CHECK:         %n = dsp.lanes {values = array<f32: 0.000000e+00, 1.000000e+00, 2.000000e+00, 3.000000e+00>}
// CHECK:         %product = dsp.lanes {values = array<f32: 0.000000e+00, 1.000000e+00, 4.000000e+00, -3.000000e+00>}
// CHECK-NEXT:    %zeros = dsp.lanes {values = array<f32: 0.000000e+00, 0.000000e+00, 0.000000e+00, -0.000000e+00>}
// CHECK:         %same = dsp.constant 0.0 : !dsp.signal<f32, const>
// CHECK-NEXT:    %few = dsp.lanes {values = array<i1: true, true, false, false>} : !dsp.signal<i1, const>
// CHECK-NEXT:    dsp.yield %product, %zeros, %same, %few

// -----

// Inside two banks the lanes of the outer one cannot be spelled out; those of the inner one can.
!i = !dsp.signal<i32, const>
!array = !dsp.signal<i32, const, 2>
dsp.program @nested {kind = "effect"} {
  %three = dsp.constant 3 : !i
  %outer = dsp.bank {count = 2, width = 1} : () -> !array {
  ^bb0(%i: !i):
    %ti = dsp.mul %i, %three : !i
    %inner = dsp.bank {count = 2, width = 1} : () -> !array {
    ^bb1(%j: !i):
      %tj = dsp.mul %j, %three : !i
      %both = dsp.add %ti, %tj : !i
      dsp.yield %both : (!i) -> ()
    }
    %sum = dsp.reduce %inner {kind = "add", count = 2} : (!array) -> !i
    dsp.yield %sum : (!i) -> ()
  }
  %all = dsp.reduce %outer {kind = "add", count = 2} : (!array) -> !i
  dsp.output %all : (!i) -> ()
}
// CHECK-LABEL: @nested
// CHECK:         %ti = dsp.lanes {values = array<i32: 0, 3>}
// CHECK:           %tj = dsp.lanes {values = array<i32: 0, 3>}
// CHECK-NEXT:      %both = dsp.add %ti, %tj

// -----

// What is known at prepare, at ticks or at samples only, and vectors, stay as they are.
!f = !dsp.signal<f32, const>
!init = !dsp.signal<f64, init>
dsp.program @refused {kind = "effect"} {
^bb0(%x: !dsp.signal<f32, audio>):
  %rate = dsp.sample_rate : !init
  %two = dsp.constant 2.0 : !dsp.signal<f64, const>
  %half = dsp.div %rate, %two : (!init, !dsp.signal<f64, const>) -> !init
  %v = dsp.constant 1.0 : !dsp.signal<vector<4xf32>, const>
  %w = dsp.add %v, %v : !dsp.signal<vector<4xf32>, const>
  %one = dsp.constant 1.0 : !f
  %y = dsp.mul %x, %one : (!dsp.signal<f32, audio>, !f) -> !dsp.signal<f32, audio>
  dsp.output %y, %half, %w : (!dsp.signal<f32, audio>, !init, !dsp.signal<vector<4xf32>, const>) -> ()
}
// CHECK-LABEL: @refused
// CHECK:         %half = dsp.div %rate, %two
// CHECK:         %w = dsp.add %v, %v
// CHECK:         %y = dsp.mul %x, %one

// -----

// No dsp program: nothing to do.
rt.program @scheduled {kind = "effect", inputs = 0, params = []} {
  %y = rt.vec : () -> !rt.buffer<f32> {
    %a = dsp.constant 1.0 : f32
    %b = dsp.add %a, %a : f32
    rt.yield %b : (f32) -> ()
  }
  rt.output %y : (!rt.buffer<f32>) -> ()
}
// CHECK-LABEL: @scheduled
// CHECK:         %b = dsp.add %a, %a : f32
