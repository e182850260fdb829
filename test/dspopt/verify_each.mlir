// RUN: not dspopt %s -p "schedule,lay-out-state" --verify-each --split-input-file 2>&1 | filecheck %s

// With --verify-each what a level promises is checked after the pass that should have brought it about. A pass that
// finds nothing to do is blamed all the same: the program is not where it should be.

rt.program @mathematics {kind = "effect", inputs = 0, params = []} {
  %y = rt.vec : () -> !rt.buffer<f32> {
    %a = dsp.constant 1.0 : f32
    %b = dsp.sin %a : f32 loc("voice.py":12:7)
    rt.yield %b : (f32) -> ()
  }
  rt.output %y : (!rt.buffer<f32>) -> ()
}
// CHECK:      voice.py:12:7: DSP406: after lay-out-state: dsp.sin remains, voice.py:12
// CHECK-NEXT:     help: this is a mistake in the pass lay-out-state, not in the program

// -----

rt.program @declared {kind = "effect", inputs = 0, params = []} {
  rt.slot @s {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  rt.tick {
    %a = rt.read @t : f32
    rt.yield
  }
  rt.output
}
// CHECK: DSP405: after schedule: @t is no rt.slot, verify_each.mlir:22

// -----

rt.program @twice {kind = "effect", inputs = 0, params = []} {
  rt.slot @s {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  rt.tick {
    %a = dsp.constant 1.0 : f32
    rt.write @s %a : (f32) -> ()
    rt.write @s %a : (f32) -> ()
    rt.yield
  }
  rt.output
}
// CHECK: DSP405: after schedule: @s is written a second time

// -----

rt.program @order {kind = "effect", inputs = 1, params = []} {
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  rt.slot @s {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  rt.output %x : (!rt.buffer<f32>) -> ()
}
// CHECK: DSP405: after schedule: rt.slot comes too late

// -----

rt.program @outside {kind = "effect", inputs = 1, params = []} {
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %f = rt.frame : ui32
  rt.output %x : (!rt.buffer<f32>) -> ()
}
// CHECK: DSP405: after schedule: rt.frame stands outside a region

// -----

rt.program @remains {kind = "effect", inputs = 1, params = []} {
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %y = rt.vec %x : !rt.buffer<f32> {
  ^bb0(%a: f32):
    %b = dsp.delay %a, %a {max_samples = 9, max_seconds = 0.0, min_samples = 0, interpolation = "linear"} : f32
    rt.yield %b : (f32) -> ()
  }
  rt.output %y : (!rt.buffer<f32>) -> ()
}
// CHECK: DSP405: after schedule: dsp.delay remains

// -----

rt.program @fine {kind = "effect", inputs = 1, params = []} {
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  rt.output %x : (!rt.buffer<f32>) -> ()
}
// CHECK: rt.program @fine {kind = "effect", inputs = 1, params = [], static_bytes = 64}
