// RUN: not dspopt %s --split-input-file 2>&1 | filecheck %s

// What verifiers refuse of sounds and of what reads them.

dsp.recording @r {label = "kick", channels = 1, rate = 8000.0, data = dense<[1, 2]> : tensor<2xi32>}
// CHECK: dsp.recording: a recording is f32 or f64

// -----

dsp.recording @r {label = "kick", channels = 2, rate = 8000.0, data = dense<[0.0, 0.5, 1.0]> : tensor<3xf32>}
// CHECK: dsp.recording: 3 samples are no 2 channels

// -----

rt.program @p {kind = "effect", inputs = 0, params = []} {
  rt.recording @r {label = "kick", channels = 1, rate = 0.0, data = dense<[0.0, 0.5]> : tensor<2xf32>}
  rt.output
}
// CHECK: rt.recording: the rate of a recording is in 1..1e9 Hz

// -----

!audio = !dsp.signal<f32, audio>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %y = dsp.recorded @r %x {channels = 1} : (!audio) -> !audio
  dsp.output %y : (!audio) -> ()
}
// CHECK: dsp.recorded: the index is an i32, the number of channels at least 1

// -----

!i = !dsp.signal<i32, audio>
dsp.program @p {kind = "effect"} {
^bb0(%x: !i):
  %y = dsp.recorded @r %x {channels = 1} : (!i) -> !i
  dsp.output %y : (!i) -> ()
}
// CHECK: dsp.recorded: the recording is read as f32 or f64
