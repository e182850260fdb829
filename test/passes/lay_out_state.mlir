// RUN: dspopt %s -p "lay-out-state" --split-input-file --verify-each | filecheck %s

// After the header (64 bytes): wide elements first, each at a multiple of its size. A bool has 4 bytes, a line a cell
// of 8; copies follow each other, the last dimension fastest.
rt.program @once {kind = "effect", inputs = 1, params = []} {
  rt.slot @flag {type = i1, init = false, dims = [], role = "state", field = ""}
  rt.slot @f {type = f32, init = 0.0 : f32, dims = [2, 3], role = "state", field = ""}
  rt.slot @d {type = f64, init = 0.0 : f64, dims = [], role = "state", field = ""}
  rt.slot @w {type = vector<8xf32>, init = 0.0 : f32, dims = [3], role = "state", field = ""}
  rt.line @l {type = f32, dims = [7], max_samples = 100, max_seconds = 0.5, min_samples = 1}
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  rt.output %x : (!rt.buffer<f32>) -> ()
}
// CHECK-LABEL: @once
// CHECK-SAME:    static_bytes = 256
// CHECK-NEXT:    rt.slot @flag {{.*}} offset = 176, strides = []
// CHECK-NEXT:    rt.slot @f {{.*}} offset = 180, strides = [12, 4]
// CHECK-NEXT:    rt.slot @d {{.*}} offset = 160, strides = []
// CHECK-NEXT:    rt.slot @w {{.*}} offset = 64, strides = [32]
// CHECK-NEXT:    rt.line @l {{.*}} offset = 168}

// -----

// A recording's cell has 12 bytes.
rt.program @recorded {kind = "effect", inputs = 1, params = []} {
  rt.slot @f {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  rt.recording @r {label = "kick", channels = 1, rate = 8000.0, data = dense<[1.0]> : tensor<1xf32>}
  rt.slot @d {type = f64, init = 0.0 : f64, dims = [], role = "state", field = ""}
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  rt.output %x : (!rt.buffer<f32>) -> ()
}
// CHECK-LABEL: @recorded
// CHECK:         rt.slot @f {{.*}} offset = 88
// CHECK-NEXT:    rt.recording @r {{.*}} offset = 64}
// CHECK-NEXT:    rt.slot @d {{.*}} offset = 80

// -----

// In voices: one block for each group, all of the same size; a slot's first stride is that size. A line has one cell
// for all groups. The voices' samples (leaves) and buffers follow.
rt.program @voices {kind = "instrument", inputs = 0, params = []} {
  rt.slot @global {type = f32, init = 0.0 : f32, dims = [], role = "param", field = "p"}
  rt.slot @gate {type = vector<4xi1>, init = false, dims = [5], role = "voice", field = "gate", voice}
  rt.slot @s {type = vector<4xf32>, init = 0.0 : f32, dims = [5, 10], role = "state", field = "", voice}
  rt.line @l {type = vector<4xf32>, dims = [5], max_samples = 100, max_seconds = 0.0, min_samples = 1, voice}
  %mix = rt.voices {count = 20, width = 4} : () -> !rt.buffer<f32> {
    %y, %unused = rt.vec : () -> (!rt.buffer<vector<4xf32>>, !rt.buffer<f64>) {
      %0 = rt.read @gate : vector<4xi1>
      %1 = dsp.convert %0 : (vector<4xi1>) -> vector<4xf32>
      %2 = dsp.constant 1.0 : f64
      rt.yield %1, %2 : (vector<4xf32>, f64) -> ()
    }
    rt.yield %y : (!rt.buffer<vector<4xf32>>) -> ()
  }
  rt.output %mix : (!rt.buffer<f32>) -> ()
}
// CHECK-LABEL: @voices
// CHECK-SAME:    static_bytes = 2816
// CHECK-NEXT:    rt.slot @global {{.*}} offset = 72, strides = []
// CHECK-NEXT:    rt.slot @gate {{.*}} offset = 128, strides = [192]
// CHECK-NEXT:    rt.slot @s {{.*}} offset = 144, strides = [192, 16]
// CHECK-NEXT:    rt.line @l {{.*}} offset = 64}
// CHECK-NEXT:    %mix = rt.voices {count = 20, width = 4, offsets = [1088], leaves = [1152]}
// CHECK-NEXT:      %y, %unused = rt.vec {offsets = [2432, 2688]}

// -----

// Buffers (16 samples) come last; those that share a number share their place, those without one have their own.
rt.program @buffers {kind = "effect", inputs = 1, params = []} {
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %a = rt.vec %x {buffers = [0]} : !rt.buffer<f32> {
  ^bb0(%0: f32):
    rt.yield %0 : (f32) -> ()
  }
  %b, %c = rt.vec %a {buffers = [1, 2]} : (!rt.buffer<f32>) -> (!rt.buffer<f32>, !rt.buffer<f64>) {
  ^bb1(%1: f32):
    %2 = dsp.convert %1 : (f32) -> f64
    rt.yield %1, %2 : (f32, f64) -> ()
  }
  %d = rt.vec %b, %c {buffers = [0]} : (!rt.buffer<f32>, !rt.buffer<f64>) -> !rt.buffer<f32> {
  ^bb2(%3: f32, %4: f64):
    rt.yield %3 : (f32) -> ()
  }
  %e = rt.vec %d : !rt.buffer<f32> {
  ^bb3(%5: f32):
    rt.yield %5 : (f32) -> ()
  }
  %f = rt.vec %e : !rt.buffer<f32> {
  ^bb4(%6: f32):
    rt.yield %6 : (f32) -> ()
  }
  rt.output %f : (!rt.buffer<f32>) -> ()
}
// CHECK-LABEL: @buffers
// CHECK-SAME:    static_bytes = 448
// CHECK:         %a = rt.vec %x {buffers = [0], offsets = [64]}
// CHECK:         %b, %c = rt.vec %a {buffers = [1, 2], offsets = [128, 192]}
// CHECK:         %d = rt.vec %b, %c {buffers = [0], offsets = [64]}
// CHECK:         %e = rt.vec %d {offsets = [320]}
// CHECK:         %f = rt.vec %e {offsets = [384]}

// -----

// Nothing to remember: the header is all there is.
rt.program @nothing {kind = "effect", inputs = 1, params = []} {
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  rt.output %x : (!rt.buffer<f32>) -> ()
}
// CHECK-LABEL: @nothing
// CHECK-SAME:    static_bytes = 64
// CHECK-NEXT:    %x = rt.input {channel = 0} : !rt.buffer<f32>
// CHECK-NEXT:    rt.output %x
