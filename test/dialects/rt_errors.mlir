// RUN: not dspopt %s --split-input-file 2>&1 | filecheck %s

rt.program @p {kind = "effect", inputs = 0, params = []} {
  rt.slot @s {type = f32, init = 0.0 : f32, dims = [], role = "oscillator", field = ""}
  rt.output
}
// CHECK:      rt_errors.mlir:4:3: error: rt.slot: a role is one of state, held, init, param, voice, controller
// CHECK-NEXT:     rt.slot @s

// -----

rt.program @p {kind = "effect", inputs = 0, params = []} {
  rt.slot @s {type = vector<4xf32>, init = 0 : i32, dims = [], role = "state", field = ""}
  rt.output
}
// CHECK: rt.slot: the initial value is f32

// -----

rt.program @p {kind = "effect", inputs = 0, params = []} {
  rt.slot @s {type = f32, init = 0.0 : f32, dims = [3, 0], role = "state", field = ""}
  rt.output
}
// CHECK: rt.slot: dims are numbers of copies, at least 1; in voices the first counts the groups

// -----

rt.program @p {kind = "effect", inputs = 0, params = []} {
  rt.slot @s {type = f32, init = 0.0 : f32, dims = [], role = "state", field = "", voice}
  rt.output
}
// CHECK: rt.slot: dims are numbers of copies, at least 1; in voices the first counts the groups

// -----

rt.program @p {kind = "effect", inputs = 0, params = []} {
  rt.line @l {type = f32, dims = [], max_samples = 1, max_seconds = 0.0, min_samples = 0}
  rt.output
}
// CHECK: rt.line: a line's delays are not negative, the shortest is at least 1

// -----

rt.program @p {kind = "effect", inputs = 0, params = []} {
  rt.line @l {type = index, dims = [], max_samples = 1, max_seconds = 0.0, min_samples = 1}
  rt.output
}
// CHECK: rt.line: index holds no element of the scalar table

// -----

rt.program @p {kind = "effect", inputs = 0, params = []} {
  rt.tick {
    dsp.yield
  }
  rt.output
}
// CHECK: rt.tick: rt.tick ends with rt.yield

// -----

rt.program @p {kind = "effect", inputs = 0, params = []} {
  rt.init {
    %a = dsp.constant 1.0 : f32
    rt.yield %a : (f32) -> ()
  }
  rt.output
}
// CHECK: rt.init: yields 1 values and has 0 results

// -----

rt.program @p {kind = "effect", inputs = 1, params = []} {
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %y = rt.vec %x : !rt.buffer<f32> {
    %a = dsp.constant 1.0 : f32
    rt.yield %a : (f32) -> ()
  }
  rt.output %y : (!rt.buffer<f32>) -> ()
}
// CHECK: rt.vec: as many arguments as operands

// -----

rt.program @p {kind = "effect", inputs = 1, params = []} {
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %y = rt.vec %x : !rt.buffer<f32> {
  ^bb0(%a: f64):
    %b = dsp.convert %a : (f64) -> f32
    rt.yield %b : (f32) -> ()
  }
  rt.output %y : (!rt.buffer<f32>) -> ()
}
// CHECK: rt.vec: an argument is a sample of its buffer

// -----

rt.program @p {kind = "effect", inputs = 1, params = []} {
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %y = rt.rec %x : !rt.buffer<f32> {
  ^bb0(%a: f32):
    %b = dsp.convert %a : (f32) -> i32
    rt.yield %b : (i32) -> ()
  }
  rt.output %y : (!rt.buffer<f32>) -> ()
}
// CHECK: rt.rec: a yielded value is a sample of its buffer

// -----

// A region sees nothing from outside but its operands.
rt.program @p {kind = "effect", inputs = 1, params = []} {
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %y = rt.vec : () -> !rt.buffer<f32> {
    rt.yield %x : (!rt.buffer<f32>) -> ()
  }
  rt.output %y : (!rt.buffer<f32>) -> ()
}
// CHECK: rt.vec: Operation using value defined out of its IsolatedFromAbove parent

// -----

rt.program @p {kind = "instrument", inputs = 0, params = []} {
  %m = rt.voices {count = 2, width = 4} : () -> !rt.buffer<f32> {
    %y = rt.vec : () -> !rt.buffer<vector<4xf32>> {
      %a = dsp.constant 1.0 : vector<4xf32>
      rt.yield %a : (vector<4xf32>) -> ()
    }
    rt.yield %y : (!rt.buffer<vector<4xf32>>) -> ()
  }
  rt.output %m : (!rt.buffer<f32>) -> ()
}
// CHECK: rt.voices: 2 voices do not fill 4 lanes

// -----

rt.program @p {kind = "instrument", inputs = 0, params = []} {
  %m = rt.voices {count = 4, width = 4} : () -> !rt.buffer<f32> {
    %y = rt.vec : () -> !rt.buffer<f32> {
      %a = dsp.constant 1.0 : f32
      rt.yield %a : (f32) -> ()
    }
    rt.yield %y : (!rt.buffer<f32>) -> ()
  }
  rt.output %m : (!rt.buffer<f32>) -> ()
}
// CHECK: rt.voices: yields buffers with 4 lanes

// -----

rt.program @p {kind = "instrument", inputs = 1, params = []} {
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  rt.voices %x {count = 4, width = 1} : (!rt.buffer<f32>) -> () {
  ^bb0(%y: f32):
    rt.yield
  }
  rt.output %x : (!rt.buffer<f32>) -> ()
}
// CHECK: rt.voices: an argument is its buffer

// -----

rt.program @p {kind = "effect", inputs = 0, params = []} {
  rt.tick {
    %s = rt.loop {count = 3, width = 4, lanes = 8} : !rt.stack<vector<4xi32>, 3> {
    ^bb0(%i: vector<4xi32>):
      rt.yield %i : (vector<4xi32>) -> ()
    }
    rt.yield
  }
  rt.output
}
// CHECK: rt.loop: 8 lanes are not 3 turns of 4

// -----

rt.program @p {kind = "effect", inputs = 0, params = []} {
  rt.tick {
    %s = rt.loop {count = 2, width = 4, lanes = 8} : !rt.stack<i32, 2> {
    ^bb0(%i: i32):
      rt.yield %i : (i32) -> ()
    }
    rt.yield
  }
  rt.output
}
// CHECK: rt.loop: the argument is the turn's number, or its lanes' numbers

// -----

rt.program @p {kind = "effect", inputs = 0, params = []} {
  rt.tick {
    %s = rt.loop {count = 2, width = 1, lanes = 2} : !rt.stack<i32, 3> {
    ^bb0(%i: i32):
      rt.yield %i : (i32) -> ()
    }
    rt.yield
  }
  rt.output
}
// CHECK: rt.loop: a result is the stack of what is yielded

// -----

rt.program @p {kind = "effect", inputs = 0, params = []} {
  rt.tick {
    rt.loop {count = 2, width = 1, lanes = 2} {
    ^bb0(%i: i32):
      dsp.yield
    }
    rt.yield
  }
  rt.output
}
// CHECK: rt.loop: the body of rt.loop ends with rt.yield

// -----

rt.program @p {kind = "effect", inputs = 0, params = []} {
  rt.tick {
    %s = rt.loop {count = 2, width = 1, lanes = 2} : !rt.stack<i32, 2> {
    ^bb0(%i: i32):
      rt.yield %i : (i32) -> ()
    }
    %r = rt.reduce %s {kind = "sub", lanes = 2} : (!rt.stack<i32, 2>) -> i32
    rt.yield
  }
  rt.output
}
// CHECK: rt.reduce: kind is one of add, mul, min, max, or

// -----

rt.program @p {kind = "effect", inputs = 0, params = []} {
  rt.tick {
    %s = rt.loop {count = 2, width = 1, lanes = 2} : !rt.stack<i32, 2> {
    ^bb0(%i: i32):
      rt.yield %i : (i32) -> ()
    }
    %r = rt.reduce %s {kind = "add", lanes = 2} : (!rt.stack<i32, 2>) -> f32
    rt.yield
  }
  rt.output
}
// CHECK: rt.reduce: operand and result have one element type

// -----

rt.program @p {kind = "effect", inputs = 1, params = []} {
  rt.slot @n {type = ui32, init = 0 : ui32, dims = [], role = "state", field = ""}
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  rt.vec %x : (!rt.buffer<f32>) -> () {
  ^bb0(%v: f32):
    %step = dsp.convert %v : (f32) -> ui32
    %p = rt.advance @n %step : ui32
    rt.yield
  }
  rt.output
}
// CHECK: rt.advance: steps by a constant or a slot's value of its own type

// -----

rt.program @p {kind = "effect", inputs = 1, params = []} {
  rt.slot @z {type = f64, init = 0.0 : f64, dims = [], role = "state", field = ""}
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  rt.vec %x : (!rt.buffer<f32>) -> () {
  ^bb0(%v: f32):
    %old = rt.previous @z %v : (f32) -> f64
    rt.yield
  }
  rt.output
}
// CHECK: rt.previous: the last sample has the type of this one
