// RUN: dspopt %s -t wasm | filecheck %s

// A one-pole filter: its coefficient is set by ticks, its state stays in a local for a block's samples.

rt.program @smooth {kind = "effect", inputs = 1, static_bytes = 192, params = []} {
  rt.slot @a {type = f32, init = 0.5 : f32, dims = [], role = "held", field = "", offset = 64, strides = []}
  rt.slot @y {type = f32, init = 0.0 : f32, dims = [], role = "state", field = "", offset = 68, strides = []}
  rt.tick {} {
    %r = rt.sample_rate : f64
    %s = dsp.convert %r : (f64) -> f32
    %c = dsp.constant 480.0 : f32
    %a = dsp.div %c, %s : f32
    rt.write @a %a : (f32) -> ()
    rt.yield
  }
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %o = rt.rec %x {offsets = [128]} : !rt.buffer<f32> {
  ^bb0(%s: f32):
    %a = rt.read @a : f32
    %y = rt.read @y : f32
    %p = dsp.mul %a, %y : f32
    %q = dsp.add %p, %s : f32
    rt.write @y %q : (f32) -> ()
    rt.yield %q : (f32) -> ()
  }
  rt.output %o : (!rt.buffer<f32>) -> ()
}

// CHECK:      (module
// CHECK:        (memory (export "memory") 1)
// CHECK-NEXT:   (global $heap_base (export "heap_base") i32 (i32.const 64))

// CHECK:        (func $tick_0
// CHECK:          local.get $core
// CHECK-NEXT:     f64.load offset=16
// CHECK:          f32.const 480
// CHECK-NEXT:     local.get [[RATE:[0-9]+]]
// CHECK-NEXT:     f32.demote_f64
// CHECK-NEXT:     f32.div
// CHECK-NEXT:     f32.store offset=64

// CHECK:        (func $rec_0
// CHECK:          f32.load offset=68
// CHECK-NEXT:     local.set [[Y:[0-9]+]]
// CHECK:          loop
// CHECK:            f32.mul
// CHECK:            f32.add
// CHECK-NOT:        f32.store offset=68
// CHECK:            br_if 0
// CHECK-NEXT:     end
// CHECK-NEXT:     local.get $core
// CHECK-NEXT:     local.get [[Y]]
// CHECK-NEXT:     f32.store offset=68

// CHECK:        (func $run (export "run")
// CHECK:          call $tick_0
// CHECK:          call $rec_0
// CHECK-NOT:      call $output
