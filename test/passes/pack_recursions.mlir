// RUN: dspopt %s -p "expand-primitives,cse,dce,pack-recursions{width=8},dce" --split-input-file --verify-each | filecheck %s
// RUN: dspopt %s -p "expand-primitives,cse,dce,pack-recursions{width=2},dce" --split-input-file --verify-each | filecheck %s --check-prefix NARROW

// Sections in series: one body, a constant for each lane, the signal from lane to lane.
!a = !dsp.signal<f32, audio>
!k = !dsp.signal<f32, const>
dsp.program @series {kind = "effect"} {
^bb0(%x: !a):
  %b = dsp.constant 0.5 : !k
  %c = dsp.constant 0.25 : !k
  %d = dsp.constant 0.125 : !k
  %e = dsp.constant 0.75 : !k
  %f = dsp.constant -0.75 : !k
  %g = dsp.constant 0.375 : !k
  %y = dsp.biquads %x, %b, %c, %d, %f, %g, %b, %c, %d, %e, %g, %b, %c, %d, %f, %g, %b, %c, %d, %e, %g, %b, %c, %d, %f, %g, %b, %c, %d, %e, %g, %b, %c, %d, %f, %g, %b, %c, %d, %e, %g : (!a, !k, !k, !k, !k, !k, !k, !k, !k, !k, !k, !k, !k, !k, !k, !k, !k, !k, !k, !k, !k, !k, !k, !k, !k, !k, !k, !k, !k, !k, !k, !k, !k, !k, !k, !k, !k, !k, !k, !k, !k) -> !a
  dsp.output %y : (!a) -> ()
}
// CHECK-LABEL: @series
// CHECK:         [[Y:%.*]] = rt.pack %x {width = 8, places = [0, 1, 2, 3, 4, 5, 6, 7], feeds = [1], links = [0], taken = {{\[\[}}0, 7]]}
// CHECK-NEXT:    ^bb{{[0-9]+}}({{%[0-9]+}}: !dsp.signal<vector<8xf32>, audio>):
// CHECK:           rt.read_lanes {symbols = [@biquads_z1_0_0, @biquads_z1_1_0,
// CHECK:           dsp.lanes {values = array<f32: -7.500000e-01, 7.500000e-01, -7.500000e-01,
// CHECK:           rt.write_lanes {{.*}} {symbols = [@biquads_z1_0_0, @biquads_z1_1_0,
// CHECK-NEXT:      rt.write_lanes
// CHECK-NEXT:      rt.yield
// CHECK-NOT:     rt.write @
// CHECK:         dsp.output [[Y]]

// NARROW-LABEL: @series
// NARROW-NOT:    rt.pack

// -----

// Recursions that do not know of one another: each has its input and its result.
!a = !dsp.signal<f32, audio>
!k = !dsp.signal<f32, const>
dsp.program @beside {kind = "effect"} {
^bb0(%i0: !a, %i1: !a, %i2: !a, %i3: !a, %i4: !a, %i5: !a, %i6: !a, %i7: !a):
  %k = dsp.constant 0.5 : !k
  %r0 = dsp.feedback {initial = [0.0 : f32]} : () -> !a {
  ^bb1(%y: !a):
    %m = dsp.mul %k, %y : (!k, !a) -> !a
    %s = dsp.add %i0, %m : !a
    dsp.yield %s : (!a) -> ()
  }
  %r1 = dsp.feedback {initial = [0.0 : f32]} : () -> !a {
  ^bb2(%y: !a):
    %m = dsp.mul %k, %y : (!k, !a) -> !a
    %s = dsp.add %i1, %m : !a
    dsp.yield %s : (!a) -> ()
  }
  %r2 = dsp.feedback {initial = [0.0 : f32]} : () -> !a {
  ^bb3(%y: !a):
    %m = dsp.mul %k, %y : (!k, !a) -> !a
    %s = dsp.add %i2, %m : !a
    dsp.yield %s : (!a) -> ()
  }
  %r3 = dsp.feedback {initial = [0.0 : f32]} : () -> !a {
  ^bb4(%y: !a):
    %m = dsp.mul %k, %y : (!k, !a) -> !a
    %s = dsp.add %i3, %m : !a
    dsp.yield %s : (!a) -> ()
  }
  %r4 = dsp.feedback {initial = [0.0 : f32]} : () -> !a {
  ^bb5(%y: !a):
    %m = dsp.mul %k, %y : (!k, !a) -> !a
    %s = dsp.add %i4, %m : !a
    dsp.yield %s : (!a) -> ()
  }
  %r5 = dsp.feedback {initial = [0.0 : f32]} : () -> !a {
  ^bb6(%y: !a):
    %m = dsp.mul %k, %y : (!k, !a) -> !a
    %s = dsp.add %i5, %m : !a
    dsp.yield %s : (!a) -> ()
  }
  %r6 = dsp.feedback {initial = [0.0 : f32]} : () -> !a {
  ^bb7(%y: !a):
    %m = dsp.mul %k, %y : (!k, !a) -> !a
    %s = dsp.add %i6, %m : !a
    dsp.yield %s : (!a) -> ()
  }
  %r7 = dsp.feedback {initial = [0.0 : f32]} : () -> !a {
  ^bb8(%y: !a):
    %m = dsp.mul %k, %y : (!k, !a) -> !a
    %s = dsp.add %i7, %m : !a
    dsp.yield %s : (!a) -> ()
  }
  dsp.output %r0, %r1, %r2, %r3, %r4, %r5, %r6, %r7 : (!a, !a, !a, !a, !a, !a, !a, !a) -> ()
}
// CHECK-LABEL: @beside
// CHECK:         [[ALL:%.*]], {{.*}} = rt.pack %i0, %i1, %i2, %i3, %i4, %i5, %i6, %i7 {width = 8, places = [0, 0, 0, 0, 0, 0, 0, 0], feeds = [8], links = [-1],
// CHECK:           [[Z:%.*]] = rt.read_lanes {symbols = [@state_0, @state_1,
// CHECK:           dsp.constant 0.5 : !dsp.signal<vector<8xf32>, const>
// CHECK:           rt.write_lanes
// CHECK-NEXT:      rt.yield
// CHECK:         dsp.output

// -----

// A counter and a unit delay are no recursions: `feed-forward` knows better.
!a = !dsp.signal<f32, audio>
!u = !dsp.signal<ui32, audio>
dsp.program @not_recursive {kind = "effect"} {
^bb0(%a: !a):
  %1 = dsp.feedback {initial = [0.0 : f32]} : () -> !a {
  ^bb1(%y: !a):
    dsp.yield %a : (!a) -> ()
  }
  dsp.output %1 : (!a) -> ()
}
// CHECK-LABEL: @not_recursive
// CHECK-NOT:     rt.pack
