// RUN: dspopt %s | filecheck %s
// RUN: dspopt %s | dspopt | filecheck %s
// RUN: dspopt %s --print-op-generic | dspopt | filecheck %s

rt.program @lead {kind = "instrument", inputs = 1, voices = 2, voice_slots = 6, flags = 1, static_bytes = 1024, params = [{id = "p", type = f32}]} {
  rt.slot @p {type = f32, init = 0.0 : f32, dims = [], role = "param", field = "p", offset = 64, strides = []}
  rt.slot @s {type = ui32, init = 7 : ui32, dims = [3], role = "state", field = "", component = 0, offset = 68, strides = [4]}
  rt.slot @v {type = vector<2xi1>, init = false, dims = [3], role = "voice", field = "gate", voice}
  rt.line @l {type = f32, dims = [], max_samples = 100, max_seconds = 0.5, min_samples = 16, component = 0, offset = 80}
  rt.table @t {data = dense<[1.0, 2.0]> : tensor<2xf32>}
  rt.init {
    %rate = rt.sample_rate : f64
    rt.yield
  }
  rt.tick {
    %all = rt.tick_all : i1
    rt.line_clear @l %all : (i1) -> ()
    rt.yield
  }
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %a = rt.vec %x {buffers = [0], offsets = [128]} : !rt.buffer<f32> {
  ^bb0(%0: f32):
    %longest = rt.longest @l : i32
    %late = rt.line_read @l %longest : (i32) -> f32
    %one = dsp.constant 1 : i32
    %e = rt.lookup @t %one : (i32) -> f32
    %sum = dsp.add %late, %e : f32
    rt.line_write @l %0 : (f32) -> ()
    rt.yield %sum : (f32) -> ()
  }
  %b = rt.rec %a : (!rt.buffer<f32>) -> !rt.buffer<f32> {
  ^bb1(%1: f32):
    %stack = rt.loop {count = 3, width = 1, lanes = 3} : !rt.stack<ui32, 3> {
    ^bb2(%i: i32):
      %n = rt.frame : ui32
      %s = rt.read @s : ui32
      %new = dsp.add %s, %n : ui32
      rt.write @s %new : (ui32) -> ()
      rt.yield %new : (ui32) -> ()
    }
    %total = rt.reduce %stack {kind = "add", lanes = 3} : (!rt.stack<ui32, 3>) -> ui32
    %f = dsp.convert %total : (ui32) -> f32
    %y = dsp.mul %f, %1 : f32
    rt.yield %y : (f32) -> ()
  }
  %mix = rt.voices %b {count = 6, width = 2, buffers = [1], offsets = [192], leaves = [256]} : !rt.buffer<f32> {
  ^bb3(%in: !rt.buffer<f32>):
    rt.tick {
      rt.yield
    }
    %w = rt.vec %in : (!rt.buffer<f32>) -> !rt.buffer<vector<2xf32>> {
    ^bb4(%2: f32):
      %wide = dsp.splat %2 : (f32) -> vector<2xf32>
      rt.yield %wide : (vector<2xf32>) -> ()
    }
    rt.yield %w : (!rt.buffer<vector<2xf32>>) -> ()
  }
  rt.output %mix : (!rt.buffer<f32>) -> ()
}
// CHECK-LABEL: rt.program @lead {kind = "instrument", inputs = 1, voices = 2, voice_slots = 6, flags = 1, static_bytes = 1024, params = [{id = "p", type = f32}]} {
// CHECK-NEXT:    rt.slot @p {type = f32, init = 0.000000e+00 : f32, dims = [], role = "param", field = "p", offset = 64, strides = []}
// CHECK-NEXT:    rt.slot @s {type = ui32, init = 7 : ui32, dims = [3], role = "state", field = "", component = 0, offset = 68, strides = [4]}
// CHECK-NEXT:    rt.slot @v {type = vector<2xi1>, init = false, dims = [3], role = "voice", field = "gate", voice}
// CHECK-NEXT:    rt.line @l {type = f32, dims = [], max_samples = 100, max_seconds = 0.5, min_samples = 16, component = 0, offset = 80}
// CHECK-NEXT:    rt.table @t {data = dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>}
// CHECK-NEXT:    rt.init {
// CHECK-NEXT:      %rate = rt.sample_rate : f64
// CHECK-NEXT:      rt.yield
// CHECK-NEXT:    }
// CHECK-NEXT:    rt.tick {
// CHECK-NEXT:      %all = rt.tick_all : i1
// CHECK-NEXT:      rt.line_clear @l %all : (i1) -> ()
// CHECK-NEXT:      rt.yield
// CHECK-NEXT:    }
// CHECK-NEXT:    %x = rt.input {channel = 0} : !rt.buffer<f32>
// CHECK-NEXT:    %a = rt.vec %x {buffers = [0], offsets = [128]} : !rt.buffer<f32> {
// CHECK-NEXT:    ^bb{{.*}}([[X:%.*]]: f32):
// CHECK-NEXT:      %longest = rt.longest @l : i32
// CHECK-NEXT:      %late = rt.line_read @l %longest : (i32) -> f32
// CHECK-NEXT:      %one = dsp.constant 1 : i32
// CHECK-NEXT:      %e = rt.lookup @t %one : (i32) -> f32
// CHECK-NEXT:      %sum = dsp.add %late, %e : f32
// CHECK-NEXT:      rt.line_write @l [[X]] : (f32) -> ()
// CHECK-NEXT:      rt.yield %sum : (f32) -> ()
// CHECK-NEXT:    }
// CHECK-NEXT:    %b = rt.rec %a : !rt.buffer<f32> {
// CHECK:           %stack = rt.loop {count = 3, width = 1, lanes = 3} : !rt.stack<ui32, 3> {
// CHECK-NEXT:      ^bb{{.*}}(%i: i32):
// CHECK-NEXT:        %n = rt.frame : ui32
// CHECK-NEXT:        %s = rt.read @s : ui32
// CHECK-NEXT:        %new = dsp.add %s, %n : ui32
// CHECK-NEXT:        rt.write @s %new : (ui32) -> ()
// CHECK-NEXT:        rt.yield %new : (ui32) -> ()
// CHECK-NEXT:      }
// CHECK-NEXT:      %total = rt.reduce %stack {kind = "add", lanes = 3} : (!rt.stack<ui32, 3>) -> ui32
// CHECK:         %mix = rt.voices %b {count = 6, width = 2, buffers = [1], offsets = [192], leaves = [256]} : !rt.buffer<f32> {
// CHECK-NEXT:    ^bb{{.*}}(%in: !rt.buffer<f32>):
// CHECK-NEXT:      rt.tick {
// CHECK-NEXT:        rt.yield
// CHECK-NEXT:      }
// CHECK-NEXT:      %w = rt.vec %in : (!rt.buffer<f32>) -> !rt.buffer<vector<2xf32>> {
// CHECK:           rt.yield %w : (!rt.buffer<vector<2xf32>>) -> ()
// CHECK-NEXT:    }
// CHECK-NEXT:    rt.output %mix : (!rt.buffer<f32>) -> ()
