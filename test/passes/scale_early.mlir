// RUN: dspopt %s -p "scale-early" --split-input-file --verify-each | filecheck %s

// 2 * (a * s + b * v) - s: the coefficients are doubled instead. Who wants the sum itself gets half of the double.
!a = !dsp.signal<f32, audio>
!k = !dsp.signal<f32, const>
dsp.program @doubled {kind = "effect"} {
^bb0(%x: !a, %a: !a, %b: !a):
  %two = dsp.constant 2.0 : !k
  %next, %plain = dsp.feedback {initial = [0.0 : f32]} : () -> (!a, !a) {
  ^bb1(%s: !a):
    %v = dsp.sub %x, %s : !a
    %as = dsp.mul %a, %s : !a
    %bv = dsp.mul %v, %b : !a
    %sum = dsp.add %as, %bv : !a
    %double = dsp.mul %two, %sum : (!k, !a) -> !a
    %new = dsp.sub %double, %s : !a
    dsp.yield %new, %sum : (!a, !a) -> ()
  }
  dsp.output %plain : (!a) -> ()
}
// CHECK-LABEL: @doubled
// CHECK:           %bv = dsp.mul %v, %b
// CHECK-NEXT:      [[TWO:%.*]] = dsp.constant 2.0
// CHECK-NEXT:      [[A:%.*]] = dsp.mul %a, [[TWO]]
// CHECK-NEXT:      [[AS:%.*]] = dsp.mul [[A]], %s
// CHECK-NEXT:      [[B:%.*]] = dsp.mul %b, [[TWO]]
// CHECK-NEXT:      [[BV:%.*]] = dsp.mul [[B]], %v
// CHECK-NEXT:      %double = dsp.add [[AS]], [[BV]]
// CHECK:           [[HALF:%.*]] = dsp.constant 0.5
// CHECK-NEXT:      [[PLAIN:%.*]] = dsp.mul %double, [[HALF]]
// CHECK:           %new = dsp.sub %double, %s
// CHECK-NEXT:      dsp.yield %new, [[PLAIN]]

// -----

// Nothing to gain: no coefficient outside the recursion, no power of two, no recursion.
!a = !dsp.signal<f32, audio>
!k = !dsp.signal<f32, const>
dsp.program @stays {kind = "effect"} {
^bb0(%x: !a, %a: !a):
  %two = dsp.constant 2.0 : !k
  %three = dsp.constant 3.0 : !k
  %1 = dsp.feedback {initial = [0.0 : f32]} : () -> !a {
  ^bb1(%s: !a):
    %as = dsp.mul %a, %s : !a
    %squared = dsp.mul %s, %s : !a
    %sum = dsp.add %squared, %x : !a
    %double = dsp.mul %two, %sum : (!k, !a) -> !a
    %other = dsp.add %as, %x : !a
    %triple = dsp.mul %three, %other : (!k, !a) -> !a
    %new = dsp.sub %double, %triple : !a
    dsp.yield %new : (!a) -> ()
  }
  %ax = dsp.mul %a, %x : !a
  %all = dsp.add %ax, %1 : !a
  %y = dsp.mul %two, %all : (!k, !a) -> !a
  dsp.output %y : (!a) -> ()
}
// CHECK-LABEL: @stays
// CHECK:         %double = dsp.mul %two, %sum
// CHECK:         %triple = dsp.mul %three, %other
// CHECK:         %y = dsp.mul %two, %all
