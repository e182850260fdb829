// RUN: dspopt %s | filecheck %s
// RUN: dspopt %s | dspopt | filecheck %s
// RUN: dspopt %s --print-op-generic | dspopt | filecheck %s

// Two recursions in series: the first takes the region's sample, the second what the first one yields.
rt.program @p {kind = "effect", inputs = 1, params = []} {
  rt.slot @a {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  rt.slot @b {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %y = rt.rec %x : !rt.buffer<f32> {
  ^bb0(%s: f32):
    %o = rt.pack %s {width = 4, places = [0, 1], feeds = [1], links = [0], taken = [[0, 1]]} : (f32) -> f32 {
    ^bb1(%v: vector<4xf32>):
      %z = rt.read_lanes {symbols = [@a, @b]} : vector<4xf32>
      %u = dsp.add %v, %z : vector<4xf32>
      rt.write_lanes %u {symbols = [@a, @b]} : (vector<4xf32>) -> ()
      rt.yield %u : (vector<4xf32>) -> ()
    }
    rt.yield %o : (f32) -> ()
  }
  rt.output %y : (!rt.buffer<f32>) -> ()
}
// CHECK:         rt.rec
// CHECK:           %o = rt.pack %s {width = 4, places = [0, 1], feeds = [1], links = [0], taken = {{\[\[}}0, 1]]} : f32 {
// CHECK-NEXT:      ^bb{{[0-9]+}}(%v: vector<4xf32>):
// CHECK-NEXT:        %z = rt.read_lanes {symbols = [@a, @b]} : vector<4xf32>
// CHECK-NEXT:        %u = dsp.add %v, %z : vector<4xf32>
// CHECK-NEXT:        rt.write_lanes %u {symbols = [@a, @b]} : (vector<4xf32>) -> ()
// CHECK-NEXT:        rt.yield %u
