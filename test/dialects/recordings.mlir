// RUN: dspopt %s | filecheck %s
// RUN: dspopt %s | dspopt | filecheck %s
// RUN: dspopt %s --print-op-generic | dspopt | filecheck %s

// Sounds that a host may replace.

!audio = !dsp.signal<f32, audio>
!const = !dsp.signal<i32, const>
dsp.recording @r {label = "kick", channels = 2, rate = 8000.0, data = dense<[0.0, 0.5, 1.0, 0.25]> : tensor<4xf32>}
dsp.program @p {kind = "effect"} {
  %i = dsp.constant 1 : !const
  %y = dsp.recorded @r %i {channels = 2} : (!const) -> !dsp.signal<f32, init>
  %n = dsp.recording_frames @r : !dsp.signal<i32, init>
  %hz = dsp.recording_rate @r : !dsp.signal<f64, init>
  dsp.output %y, %n, %hz : (!dsp.signal<f32, init>, !dsp.signal<i32, init>, !dsp.signal<f64, init>) -> ()
}
// CHECK:      dsp.recording @r {label = "kick", channels = 2, rate = 8000.0, data = dense<[0.000000e+00, 5.000000e-01, 1.000000e+00, 2.500000e-01]> : tensor<4xf32>}
// CHECK:        %y = dsp.recorded @r %i {channels = 2} : (!dsp.signal<i32, const>) -> !dsp.signal<f32, init>
// CHECK-NEXT:   %n = dsp.recording_frames @r : !dsp.signal<i32, init>
// CHECK-NEXT:   %hz = dsp.recording_rate @r : !dsp.signal<f64, init>

rt.program @q {kind = "effect", inputs = 0, params = []} {
  rt.recording @r {label = "kick", channels = 1, rate = 44100.0, data = dense<[0.0, 0.5]> : tensor<2xf64>, offset = 64}
  %a = rt.vec : () -> !rt.buffer<f64> {
    %n = rt.recording_frames @r : i32
    %one = dsp.constant 1 : i32
    %last = dsp.sub %n, %one : i32
    %y = rt.recorded @r %last : (i32) -> f64
    %hz = rt.recording_rate @r : f32
    rt.yield %y : (f64) -> ()
  }
  rt.output %a : (!rt.buffer<f64>) -> ()
}
// CHECK-LABEL: rt.program @q
// CHECK-NEXT:    rt.recording @r {label = "kick", channels = 1, rate = 44100.0, data = dense<[0.000000e+00, 5.000000e-01]> : tensor<2xf64>, offset = 64}
// CHECK:           %n = rt.recording_frames @r : i32
// CHECK:           %y = rt.recorded @r %last : (i32) -> f64
// CHECK-NEXT:      %hz = rt.recording_rate @r : f32
