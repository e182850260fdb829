// RUN: dspopt %s | filecheck %s
// RUN: dspopt %s | dspopt | filecheck %s
// RUN: dspopt %s --print-op-generic | dspopt | filecheck %s

rt.program @side_by_side {kind = "effect", inputs = 1, params = []} {
  rt.slot @n {type = ui32, init = 0 : ui32, dims = [], role = "state", field = ""}
  rt.slot @z {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %y = rt.vec %x {lanes = 8} : !rt.buffer<f32> {
  ^bb0(%v: f32):
    %step = dsp.constant 3 : ui32
    %p = rt.advance @n %step : ui32
    %f = dsp.convert %p : (ui32) -> f32
    %old = rt.previous @z %v : f32
    %sum = dsp.add %f, %old : f32
    rt.yield %sum : (f32) -> ()
  }
  rt.output %y : (!rt.buffer<f32>) -> ()
}
// CHECK:       %y = rt.vec %x {lanes = 8} : !rt.buffer<f32> {
// CHECK:         %p = rt.advance @n %step : ui32
// CHECK:         %old = rt.previous @z %v : f32
