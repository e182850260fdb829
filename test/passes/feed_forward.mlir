// RUN: dspopt %s -p "feed-forward{width=8}" --split-input-file --verify-each | filecheck %s
// RUN: dspopt %s -p "feed-forward" --split-input-file --verify-each | filecheck %s --check-prefix SCALAR

// A phase grows by a step that is held: its samples are start + n * step. What else the region does goes along.
// SCALAR-NOT: rt.advance
// SCALAR-NOT: rt.previous
rt.program @phase {kind = "effect", inputs = 0, params = []} {
  rt.slot @step {type = ui32, init = 3 : ui32, dims = [], role = "held", field = ""}
  rt.slot @phase {type = ui32, init = 0 : ui32, dims = [], role = "state", field = ""}
  %p = rt.rec : !rt.buffer<ui32> {
    %0 = rt.read @phase : ui32
    %1 = rt.read @step : ui32
    %2 = dsp.add %0, %1 : ui32
    rt.write @phase %2 : (ui32) -> ()
    rt.yield %0 : (ui32) -> ()
  }
  %y = rt.vec %p : (!rt.buffer<ui32>) -> !rt.buffer<f32> {
  ^bb0(%3: ui32):
    %4 = dsp.convert %3 : (ui32) -> f32
    rt.yield %4 : (f32) -> ()
  }
  rt.output %y : (!rt.buffer<f32>) -> ()
}
// CHECK-LABEL: rt.program @phase
// CHECK:         %p = rt.vec : !rt.buffer<ui32> {
// CHECK-NEXT:      [[STEP:%.*]] = rt.read @step : ui32
// CHECK-NEXT:      [[P:%.*]] = rt.advance @phase [[STEP]] : ui32
// CHECK-NEXT:      rt.yield [[P]]
// CHECK-NEXT:    }

// -----

// The value before the step, or after it, may be used; the addition stays for that.
rt.program @counter {kind = "effect", inputs = 0, params = []} {
  rt.slot @n {type = i32, init = 0 : i32, dims = [], role = "state", field = ""}
  %y = rt.rec : !rt.buffer<f32> {
    %0 = rt.read @n : i32
    %1 = dsp.constant 1 : i32
    %2 = dsp.add %1, %0 : i32
    rt.write @n %2 : (i32) -> ()
    %3 = dsp.convert %2 : (i32) -> f32
    rt.yield %3 : (f32) -> ()
  }
  rt.output %y : (!rt.buffer<f32>) -> ()
}
// CHECK-LABEL: rt.program @counter
// CHECK:         %y = rt.vec : !rt.buffer<f32> {
// CHECK-NEXT:      [[ONE:%.*]] = dsp.constant 1 : i32
// CHECK-NEXT:      [[N:%.*]] = rt.advance @n [[ONE]] : i32
// CHECK-NEXT:      [[NEXT:%.*]] = dsp.add [[ONE]], [[N]] : i32
// CHECK-NEXT:      dsp.convert [[NEXT]]

// -----

// A unit delay: what uses the old value may stand before the new one is known.
rt.program @delay {kind = "effect", inputs = 1, params = []} {
  rt.slot @z {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %y = rt.rec %x : !rt.buffer<f32> {
  ^bb0(%0: f32):
    %1 = rt.read @z : f32
    %2 = dsp.neg %1 : f32
    %3 = dsp.sqrt %0 : f32
    rt.write @z %3 : (f32) -> ()
    rt.yield %2 : (f32) -> ()
  }
  rt.output %y : (!rt.buffer<f32>) -> ()
}
// CHECK-LABEL: rt.program @delay
// CHECK:         %y = rt.vec %x : !rt.buffer<f32> {
// CHECK-NEXT:    ^bb{{.*}}([[X:%.*]]: f32):
// CHECK-NEXT:      [[ROOT:%.*]] = dsp.sqrt [[X]] : f32
// CHECK-NEXT:      [[OLD:%.*]] = rt.previous @z [[ROOT]] : f32
// CHECK-NEXT:      [[NEG:%.*]] = dsp.neg [[OLD]] : f32
// CHECK-NEXT:      rt.yield [[NEG]]

// -----

// True recursions stay: a float that grows would round otherwise, a step that is not held is not known ahead, and a new
// value that depends on the old one is no delay. A bool is no number to step.
rt.program @recursive {kind = "effect", inputs = 1, params = []} {
  rt.slot @sum {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  rt.slot @phase {type = ui32, init = 0 : ui32, dims = [], role = "state", field = ""}
  rt.slot @was {type = i1, init = false, dims = [], role = "state", field = ""}
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %y = rt.rec %x : !rt.buffer<f32> {
  ^bb0(%0: f32):
    %1 = rt.read @sum : f32
    %2 = dsp.add %1, %0 : f32
    rt.write @sum %2 : (f32) -> ()
    %3 = rt.read @phase : ui32
    %4 = dsp.convert %0 : (f32) -> ui32
    %5 = dsp.add %3, %4 : ui32
    rt.write @phase %5 : (ui32) -> ()
    %6 = rt.read @was : i1
    %7 = dsp.lt %0, %2 : (f32, f32) -> i1
    rt.write @was %7 : (i1) -> ()
    %8 = dsp.select %6, %2, %0 : (i1, f32, f32) -> f32
    rt.yield %8 : (f32) -> ()
  }
  rt.output %y : (!rt.buffer<f32>) -> ()
}
// CHECK-LABEL: rt.program @recursive
// CHECK:         %y = rt.rec %x
// CHECK:           rt.read @sum
// CHECK:           rt.write @sum
// CHECK:           rt.write @phase
// CHECK:           rt.write @was
