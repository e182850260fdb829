// RUN: dspopt %s -p "vectorize-time{width=8}" --split-input-file --verify-each | filecheck %s
// RUN: dspopt %s -p "vectorize-time{width=8},fuse-buffers" --split-input-file --verify-each | filecheck %s --check-prefix FUSED
// RUN: dspopt %s -p "vectorize-time" --split-input-file --verify-each | filecheck %s --check-prefix SCALAR
// SCALAR-NOT: rt.vec{{.*}}lanes

// Long feed-forward work beside a recursion gets lanes, and stays a loop of its own; a little of it does not.
rt.program @long {kind = "effect", inputs = 1, params = []} {
  rt.slot @s {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %a = rt.vec %x : !rt.buffer<f32> {
  ^bb0(%0: f32):
    %1 = dsp.sqrt %0 : f32
    %2 = dsp.div %0, %1 : f32
    %3 = dsp.sqrt %2 : f32
    rt.yield %3 : (f32) -> ()
  }
  %b = rt.rec %a : !rt.buffer<f32> {
  ^bb1(%4: f32):
    %5 = rt.read @s : f32
    %6 = dsp.add %4, %5 : f32
    rt.write @s %6 : (f32) -> ()
    rt.yield %6 : (f32) -> ()
  }
  %c = rt.vec %b : !rt.buffer<f32> {
  ^bb2(%7: f32):
    %8 = dsp.neg %7 : f32
    rt.yield %8 : (f32) -> ()
  }
  rt.output %c : (!rt.buffer<f32>) -> ()
}
// CHECK-LABEL: rt.program @long
// CHECK:         %a = rt.vec %x {lanes = 8}
// CHECK:         %b = rt.rec %a
// CHECK:         %c = rt.vec %b : !rt.buffer<f32>
// FUSED-LABEL: rt.program @long
// FUSED:         %a = rt.vec %x {lanes = 8, buffers = [0]}
// FUSED:         %c = rt.rec %a {buffers = [1]}

// -----

// Feed-forward regions that can run one after the other are one, and recursions come together.
rt.program @regrouped {kind = "effect", inputs = 1, params = []} {
  rt.slot @s {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  rt.slot @t {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %a = rt.rec %x : !rt.buffer<f32> {
  ^bb0(%0: f32):
    %1 = rt.read @s : f32
    %2 = dsp.add %0, %1 : f32
    rt.write @s %2 : (f32) -> ()
    rt.yield %2 : (f32) -> ()
  }
  %b = rt.vec %a : !rt.buffer<f32> {
  ^bb1(%3: f32):
    %4 = dsp.neg %3 : f32
    rt.yield %4 : (f32) -> ()
  }
  %c = rt.rec %x : !rt.buffer<f32> {
  ^bb2(%5: f32):
    %6 = rt.read @t : f32
    %7 = dsp.mul %5, %6 : f32
    rt.write @t %7 : (f32) -> ()
    rt.yield %7 : (f32) -> ()
  }
  %d = rt.vec %c : !rt.buffer<f32> {
  ^bb3(%8: f32):
    %9 = dsp.abs %8 : f32
    rt.yield %9 : (f32) -> ()
  }
  rt.output %b, %d : (!rt.buffer<f32>, !rt.buffer<f32>) -> ()
}
// CHECK-LABEL: rt.program @regrouped
// CHECK:         %a = rt.rec %x
// CHECK:         %c = rt.rec %x
// CHECK:         %b, %d = rt.vec %a, %c : (!rt.buffer<f32>, !rt.buffer<f32>)
// CHECK:         rt.output %b, %d

// -----

// What has lanes already, or bodies, is left alone.
rt.program @bank {kind = "effect", inputs = 1, params = []} {
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %a = rt.vec %x : !rt.buffer<f32> {
  ^bb0(%0: f32):
    %1 = dsp.splat %0 : (f32) -> vector<4xf32>
    %2 = dsp.sqrt %1 : vector<4xf32>
    %3 = dsp.sqrt %2 : vector<4xf32>
    %4 = rt.stack %3 : (vector<4xf32>) -> !rt.stack<vector<4xf32>, 1>
    %5 = rt.reduce %4 {kind = "add", lanes = 4} : (!rt.stack<vector<4xf32>, 1>) -> f32
    rt.yield %5 : (f32) -> ()
  }
  rt.output %a : (!rt.buffer<f32>) -> ()
}
// CHECK-LABEL: rt.program @bank
// CHECK:         %a = rt.vec %x : !rt.buffer<f32>
