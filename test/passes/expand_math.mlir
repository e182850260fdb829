// RUN: dspopt %s -p "expand-math" --split-input-file --verify-each | filecheck %s
// RUN: dspopt %s -p "expand-math{max-error=1e-3}" --split-input-file --verify-each | filecheck %s --check-prefix COARSE
// RUN: not dspopt %s -p "expand-math{max-error=1e-30}" --split-input-file 2>&1 | filecheck %s --check-prefix TOO-MUCH

// Only operations of the scalar table are left. A coarser tanh is a shorter one.
!audio = !dsp.signal<f32, audio>
dsp.program @tanh {kind = "effect"} {
^bb0(%x: !audio):
  %y = dsp.tanh %x : !audio
  dsp.output %y : (!audio) -> ()
}
// CHECK-LABEL: @tanh
// CHECK-NOT:     dsp.tanh
// CHECK:         dsp.mul
// CHECK:         dsp.div
// CHECK:         dsp.output %y : (!dsp.signal<f32, audio>) -> ()

// COARSE-LABEL: @tanh
// COARSE-NOT:    dsp.tanh
// COARSE:        dsp.output

// TOO-MUCH: error: the pass expand-math failed: no approximation of tanh on f32 within 1e-30

// -----

// Every function, in both float types, at the rate of its operands.
!c = !dsp.signal<f32, control>
!i = !dsp.signal<f64, init>
dsp.program @all {kind = "effect"} {
  %x = dsp.param {info = {id = "x"}, smooth = 0.0} : !c
  %0 = dsp.sin %x : !c
  %1 = dsp.cos %0 : !c
  %2 = dsp.tan %1 : !c
  %3 = dsp.asin %2 : !c
  %4 = dsp.acos %3 : !c
  %5 = dsp.atan %4 : !c
  %6 = dsp.atan2 %5, %x : !c
  %7 = dsp.sinh %6 : !c
  %8 = dsp.cosh %7 : !c
  %9 = dsp.exp %8 : !c
  %10 = dsp.exp2 %9 : !c
  %11 = dsp.log %10 : !c
  %12 = dsp.log2 %11 : !c
  %13 = dsp.log10 %12 : !c
  %14 = dsp.pow %13, %x : !c
  %15 = dsp.fmod %14, %x : !c
  %16 = dsp.sign %15 : !c
  %17 = dsp.trunc %16 : !c
  %18 = dsp.sin_turns %17 : !c
  %19 = dsp.cos_turns %18 : !c
  %rate = dsp.sample_rate : !i
  %e = dsp.exp2 %rate : !i
  %f = dsp.sin %e : !i
  dsp.output %19, %f : (!c, !i) -> ()
}
// CHECK-LABEL: @all
// CHECK-NOT:     dsp.{{sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|exp|exp2|log|log2|log10|pow|fmod|sign|trunc|sin_turns|cos_turns}} %
// CHECK:         dsp.output %{{.*}}, %f : (!dsp.signal<f32, control>, !dsp.signal<f64, init>) -> ()

// -----

// Lanes stay lanes.
!wide = !dsp.signal<vector<4xf32>, audio>
dsp.program @wide {kind = "instrument"} {
  %mix = dsp.voices {count = 4, width = 4} : () -> !dsp.signal<f32, audio> {
    %count = dsp.frame : !dsp.signal<ui32, audio>
    %one = dsp.convert %count : (!dsp.signal<ui32, audio>) -> !dsp.signal<f32, audio>
    %x = dsp.splat %one : (!dsp.signal<f32, audio>) -> !wide
    %y = dsp.exp2 %x : !wide
    dsp.yield %y : (!wide) -> ()
  }
  dsp.output %mix : (!dsp.signal<f32, audio>) -> ()
}
// CHECK-LABEL: @wide
// CHECK-NOT:     dsp.exp2
// CHECK:         dsp.{{.*}} : !dsp.signal<vector<4xf32>, audio>
// CHECK:         dsp.yield %y : (!dsp.signal<vector<4xf32>, audio>) -> ()

// -----

// The scalar table has these: nothing to do.
!audio = !dsp.signal<f32, audio>
dsp.program @nothing {kind = "effect"} {
^bb0(%x: !audio):
  %root = dsp.sqrt %x : !audio
  %floor = dsp.floor %root : !audio
  dsp.output %floor : (!audio) -> ()
}
// CHECK-LABEL: @nothing
// CHECK:         %root = dsp.sqrt %x
// CHECK-NEXT:    %floor = dsp.floor %root
// CHECK-NEXT:    dsp.output %floor
