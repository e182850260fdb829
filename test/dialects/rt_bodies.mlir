// RUN: dspopt %s | filecheck %s
// RUN: dspopt %s | dspopt | filecheck %s
// RUN: dspopt %s --print-op-generic | dspopt | filecheck %s

rt.program @bodies {kind = "effect", inputs = 1, params = []} {
  rt.slot @s {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  rt.slot @memory {type = f32, init = 0.0 : f32, dims = [8], role = "state", field = ""}
  rt.line @l {type = f32, dims = [], max_samples = 100, max_seconds = 0.0, min_samples = 16}
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %a = rt.rec %x : (!rt.buffer<f32>) -> !rt.buffer<f32> {
  ^bb0(%0: f32):
    %zero = dsp.constant 0.0 : f32
    %loud = dsp.lt %zero, %0 : (f32, f32) -> i1
    %stack = rt.repeat {count = 4} : !rt.stack<f32, 4> {
    ^bb0(%turn: i32):
      %old = rt.read @s : f32
      %new = dsp.add %old, %0 : f32
      rt.write @s %new : (f32) -> ()
      rt.yield %new : (f32) -> ()
    }
    %two = dsp.constant 2 : i32
    %third = rt.pick %stack, %two : (!rt.stack<f32, 4>, i32) -> f32
    %pair = rt.stack %0, %third : (f32, f32) -> !rt.stack<f32, 2>
    %sum = rt.reduce %pair {kind = "add", lanes = 2, partials = 16} : (!rt.stack<f32, 2>) -> f32
    %y = rt.when %loud : (i1) -> f32 {
      %e = rt.load @memory %two : (i32) -> f32
      rt.store @memory %two, %sum : (i32, f32) -> ()
      %frame = rt.frame : ui32
      %late = rt.line_read @l %two, %frame : (i32, ui32) -> f32
      rt.line_write @l %e, %frame : (f32, ui32) -> ()
      rt.yield %late : (f32) -> ()
    }
    rt.yield %y : (f32) -> ()
  }
  rt.output %a : (!rt.buffer<f32>) -> ()
}
// CHECK-LABEL: rt.program @bodies
// CHECK:         %stack = rt.repeat {count = 4} : !rt.stack<f32, 4> {
// CHECK-NEXT:    ^bb0(%turn: i32):
// CHECK:         %third = rt.pick %stack, %two : (!rt.stack<f32, 4>, i32) -> f32
// CHECK-NEXT:    %pair = rt.stack %0, %third : (f32, f32) -> !rt.stack<f32, 2>
// CHECK-NEXT:    %sum = rt.reduce %pair {kind = "add", lanes = 2, partials = 16} : (!rt.stack<f32, 2>) -> f32
// CHECK-NEXT:    %y = rt.when %loud : (i1) -> f32 {
// CHECK-NEXT:      %e = rt.load @memory %two : (i32) -> f32
// CHECK-NEXT:      rt.store @memory %two, %sum : (i32, f32) -> ()
// CHECK-NEXT:      %frame = rt.frame : ui32
// CHECK-NEXT:      %late = rt.line_read @l %two, %frame : (i32, ui32) -> f32
// CHECK-NEXT:      rt.line_write @l %e, %frame : (f32, ui32) -> ()
// CHECK-NEXT:      rt.yield %late : (f32) -> ()
