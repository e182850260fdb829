// RUN: dspopt %s | filecheck %s
// RUN: dspopt %s | dspopt | filecheck %s
// RUN: dspopt %s --print-op-generic | dspopt | filecheck %s

!f32 = !dsp.signal<f32, audio>
!f64 = !dsp.signal<f64, init>
!i32 = !dsp.signal<i32, audio>
!u32 = !dsp.signal<ui32, audio>
!u64 = !dsp.signal<ui64, audio>
!bool = !dsp.signal<i1, audio>
!const = !dsp.signal<f32, const>

// The shortest text that reads back as the same number.
dsp.program @constants {kind = "effect"} {
  %0 = dsp.constant 0.1 : !const
  %1 = dsp.constant -0.0 : !const
  %2 = dsp.constant inf : !const
  %3 = dsp.constant neg_inf : !const
  %4 = dsp.constant nan : !const
  %5 = dsp.constant 1.0e-45 : !const
  %6 = dsp.constant 3.4028235e+38 : !const
  %7 = dsp.constant 0.1 : !dsp.signal<f64, const>
  %8 = dsp.constant 1.0e+300 : !dsp.signal<f64, const>
  %9 = dsp.constant -2147483648 : !dsp.signal<i32, const>
  %10 = dsp.constant 4294967295 : !dsp.signal<ui32, const>
  %11 = dsp.constant 18446744073709551615 : !dsp.signal<ui64, const>
  %12 = dsp.constant true : !dsp.signal<i1, const>
  %13 = dsp.constant 0.1 : !dsp.signal<vector<4xf32>, const>
  %14 = dsp.constant -1 : !dsp.signal<ui32, const>
  dsp.output %0 : (!const) -> ()
}
// CHECK-LABEL: @constants
// CHECK-NEXT:    {{%.*}} = dsp.constant 0.1 : !dsp.signal<f32, const>
// CHECK-NEXT:    {{%.*}} = dsp.constant -0.0 : !dsp.signal<f32, const>
// CHECK-NEXT:    {{%.*}} = dsp.constant inf : !dsp.signal<f32, const>
// CHECK-NEXT:    {{%.*}} = dsp.constant neg_inf : !dsp.signal<f32, const>
// CHECK-NEXT:    {{%.*}} = dsp.constant nan : !dsp.signal<f32, const>
// CHECK-NEXT:    {{%.*}} = dsp.constant 1.0e-45 : !dsp.signal<f32, const>
// CHECK-NEXT:    {{%.*}} = dsp.constant 3.4028235e+38 : !dsp.signal<f32, const>
// CHECK-NEXT:    {{%.*}} = dsp.constant 0.1 : !dsp.signal<f64, const>
// CHECK-NEXT:    {{%.*}} = dsp.constant 1.0e+300 : !dsp.signal<f64, const>
// CHECK-NEXT:    {{%.*}} = dsp.constant -2147483648 : !dsp.signal<i32, const>
// CHECK-NEXT:    {{%.*}} = dsp.constant 4294967295 : !dsp.signal<ui32, const>
// CHECK-NEXT:    {{%.*}} = dsp.constant 18446744073709551615 : !dsp.signal<ui64, const>
// CHECK-NEXT:    {{%.*}} = dsp.constant true : !dsp.signal<i1, const>
// CHECK-NEXT:    {{%.*}} = dsp.constant 0.1 : !dsp.signal<vector<4xf32>, const>
// CHECK-NEXT:    {{%.*}} = dsp.constant 4294967295 : !dsp.signal<ui32, const>

// One type where all are the same, else a function's type.
dsp.program @table {kind = "effect"} {
^bb0(%x: !f32, %n: !i32, %u: !u32, %w: !u64, %c: !bool):
  %0 = dsp.add %x, %x : !f32
  %1 = dsp.sub %x, %x : !f32
  %2 = dsp.mul %n, %n : !i32
  %3 = dsp.div %x, %x : !f32
  %4 = dsp.neg %x : !f32
  %5 = dsp.abs %n : !i32
  %6 = dsp.sqrt %x : !f32
  %7 = dsp.floor %x : !f32
  %8 = dsp.ceil %x : !f32
  %9 = dsp.round %x : !f32
  %10 = dsp.min %x, %x : !f32
  %11 = dsp.max %u, %u : !u32
  %12 = dsp.lt %x, %x : (!f32, !f32) -> !bool
  %13 = dsp.le %x, %x : (!f32, !f32) -> !bool
  %14 = dsp.eq %n, %n : (!i32, !i32) -> !bool
  %15 = dsp.ne %w, %w : (!u64, !u64) -> !bool
  %16 = dsp.and %c, %c : !bool
  %17 = dsp.or %u, %u : !u32
  %18 = dsp.xor %n, %n : !i32
  %19 = dsp.not %c : !bool
  %20 = dsp.shl %u, %u : !u32
  %21 = dsp.shr %n, %n : !i32
  %22 = dsp.select %c, %x, %x : (!bool, !f32, !f32) -> !f32
  %23 = dsp.convert %x : (!f32) -> !i32
  %24 = dsp.bitcast %x : (!f32) -> !u32
  %25 = dsp.floordiv %n, %n : !i32
  %26 = dsp.mod %u, %u : !u32
  %h = dsp.constant 0.5 : !const
  %27 = dsp.add %x, %h : (!f32, !const) -> !f32
  dsp.output %0 : (!f32) -> ()
}
// CHECK-LABEL: @table
// CHECK:         {{%.*}} = dsp.add %x, %x : !dsp.signal<f32, audio>
// CHECK-NEXT:    {{%.*}} = dsp.sub %x, %x : !dsp.signal<f32, audio>
// CHECK-NEXT:    {{%.*}} = dsp.mul %n, %n : !dsp.signal<i32, audio>
// CHECK-NEXT:    {{%.*}} = dsp.div
// CHECK-NEXT:    {{%.*}} = dsp.neg %x : !dsp.signal<f32, audio>
// CHECK-NEXT:    {{%.*}} = dsp.abs
// CHECK-NEXT:    {{%.*}} = dsp.sqrt
// CHECK-NEXT:    {{%.*}} = dsp.floor
// CHECK-NEXT:    {{%.*}} = dsp.ceil
// CHECK-NEXT:    {{%.*}} = dsp.round
// CHECK-NEXT:    {{%.*}} = dsp.min
// CHECK-NEXT:    {{%.*}} = dsp.max %u, %u : !dsp.signal<ui32, audio>
// CHECK-NEXT:    {{%.*}} = dsp.lt %x, %x : (!dsp.signal<f32, audio>, !dsp.signal<f32, audio>) -> !dsp.signal<i1, audio>
// CHECK-NEXT:    {{%.*}} = dsp.le
// CHECK-NEXT:    {{%.*}} = dsp.eq
// CHECK-NEXT:    {{%.*}} = dsp.ne
// CHECK-NEXT:    {{%.*}} = dsp.and %c, %c : !dsp.signal<i1, audio>
// CHECK-NEXT:    {{%.*}} = dsp.or
// CHECK-NEXT:    {{%.*}} = dsp.xor
// CHECK-NEXT:    {{%.*}} = dsp.not
// CHECK-NEXT:    {{%.*}} = dsp.shl
// CHECK-NEXT:    {{%.*}} = dsp.shr
// CHECK-NEXT:    {{%.*}} = dsp.select %c, %x, %x : (!dsp.signal<i1, audio>, !dsp.signal<f32, audio>, !dsp.signal<f32, audio>) -> !dsp.signal<f32, audio>
// CHECK-NEXT:    {{%.*}} = dsp.convert %x : (!dsp.signal<f32, audio>) -> !dsp.signal<i32, audio>
// CHECK-NEXT:    {{%.*}} = dsp.bitcast
// CHECK-NEXT:    {{%.*}} = dsp.floordiv
// CHECK-NEXT:    {{%.*}} = dsp.mod
// CHECK:         {{%.*}} = dsp.add %x, %h : (!dsp.signal<f32, audio>, !dsp.signal<f32, const>) -> !dsp.signal<f32, audio>

dsp.program @functions {kind = "effect"} {
^bb0(%x: !f32):
  %0 = dsp.sin %x : !f32
  %1 = dsp.cos %x : !f32
  %2 = dsp.tan %x : !f32
  %3 = dsp.asin %x : !f32
  %4 = dsp.acos %x : !f32
  %5 = dsp.atan %x : !f32
  %6 = dsp.atan2 %x, %x : !f32
  %7 = dsp.sinh %x : !f32
  %8 = dsp.cosh %x : !f32
  %9 = dsp.tanh %x {variant = "fast"} : !f32
  %10 = dsp.exp %x : !f32
  %11 = dsp.exp2 %x : !f32
  %12 = dsp.log %x : !f32
  %13 = dsp.log2 %x : !f32
  %14 = dsp.log10 %x : !f32
  %15 = dsp.pow %x, %x : !f32
  %16 = dsp.fmod %x, %x : !f32
  %17 = dsp.sign %x : !f32
  %18 = dsp.trunc %x : !f32
  %19 = dsp.sin_turns %x : !f32
  %20 = dsp.cos_turns %x : !f32
  %21 = dsp.tan_turns %x {domain = [0.0, 0.24]} : !f32
  dsp.output %x : (!f32) -> ()
}
// CHECK-LABEL: @functions
// CHECK:         {{%.*}} = dsp.sin %x : !dsp.signal<f32, audio>
// CHECK-NEXT:    {{%.*}} = dsp.cos
// CHECK-NEXT:    {{%.*}} = dsp.tan
// CHECK-NEXT:    {{%.*}} = dsp.asin
// CHECK-NEXT:    {{%.*}} = dsp.acos
// CHECK-NEXT:    {{%.*}} = dsp.atan
// CHECK-NEXT:    {{%.*}} = dsp.atan2 %x, %x : !dsp.signal<f32, audio>
// CHECK-NEXT:    {{%.*}} = dsp.sinh
// CHECK-NEXT:    {{%.*}} = dsp.cosh
// CHECK-NEXT:    {{%.*}} = dsp.tanh %x {variant = "fast"} : !dsp.signal<f32, audio>
// CHECK-NEXT:    {{%.*}} = dsp.exp
// CHECK-NEXT:    {{%.*}} = dsp.exp2
// CHECK-NEXT:    {{%.*}} = dsp.log
// CHECK-NEXT:    {{%.*}} = dsp.log2
// CHECK-NEXT:    {{%.*}} = dsp.log10
// CHECK-NEXT:    {{%.*}} = dsp.pow
// CHECK-NEXT:    {{%.*}} = dsp.fmod
// CHECK-NEXT:    {{%.*}} = dsp.sign
// CHECK-NEXT:    {{%.*}} = dsp.trunc
// CHECK-NEXT:    {{%.*}} = dsp.sin_turns
// CHECK-NEXT:    {{%.*}} = dsp.cos_turns
// CHECK-NEXT:    {{%.*}} = dsp.tan_turns %x {domain = [0.0, 0.24]} : !dsp.signal<f32, audio>
