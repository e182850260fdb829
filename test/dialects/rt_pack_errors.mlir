// RUN: not dspopt %s --split-input-file 2>&1 | filecheck %s

rt.program @p {kind = "effect", inputs = 1, params = []} {
  rt.slot @a {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  rt.slot @b {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %y = rt.rec %x : !rt.buffer<f32> {
  ^bb0(%s: f32):
    %o = rt.pack %s {width = 4, places = [0], feeds = [1], links = [0], taken = [[0, 1]]} : (f32) -> f32 {
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
// CHECK: rt.pack: 1 recursions in 4 lanes

// -----

rt.program @p {kind = "effect", inputs = 1, params = []} {
  rt.slot @a {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  rt.slot @b {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %y = rt.rec %x : !rt.buffer<f32> {
  ^bb0(%s: f32):
    %o = rt.pack %s {width = 4, places = [0, 2], feeds = [1], links = [0], taken = [[0, 1]]} : (f32) -> f32 {
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
// CHECK: rt.pack: places count up from 0, once or several times

// -----

rt.program @p {kind = "effect", inputs = 1, params = []} {
  rt.slot @a {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  rt.slot @b {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %y = rt.rec %x : !rt.buffer<f32> {
  ^bb0(%s: f32):
    %o = rt.pack %s {width = 4, places = [0, 1], feeds = [1, 1], links = [0], taken = [[0, 1]]} : (f32) -> f32 {
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
// CHECK: rt.pack: feeds and links have a number for each argument

// -----

rt.program @p {kind = "effect", inputs = 1, params = []} {
  rt.slot @a {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  rt.slot @b {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %y = rt.rec %x : !rt.buffer<f32> {
  ^bb0(%s: f32):
    %o = rt.pack %s {width = 4, places = [0, 1], feeds = [2], links = [0], taken = [[0, 1]]} : (f32) -> f32 {
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
// CHECK: rt.pack: feeds do not add up to the operands

// -----

rt.program @p {kind = "effect", inputs = 1, params = []} {
  rt.slot @a {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  rt.slot @b {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %y = rt.rec %x : !rt.buffer<f32> {
  ^bb0(%s: f32):
    %o = rt.pack %s {width = 8, places = [0, 1], feeds = [1], links = [0], taken = [[0, 1]]} : (f32) -> f32 {
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
// CHECK: rt.pack: arguments and yielded values have the lanes of the body

// -----

rt.program @p {kind = "effect", inputs = 1, params = []} {
  rt.slot @a {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  rt.slot @b {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %y = rt.rec %x : !rt.buffer<f32> {
  ^bb0(%s: f32):
    %o = rt.pack %s {width = 4, places = [0, 0], feeds = [1], links = [0], taken = [[0, 1]]} : (f32) -> f32 {
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
// CHECK: rt.pack: an argument has one operand, or one for each recursion

// -----

rt.program @p {kind = "effect", inputs = 1, params = []} {
  rt.slot @a {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  rt.slot @b {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %y = rt.rec %x : !rt.buffer<f32> {
  ^bb0(%s: f32):
    %o = rt.pack %s {width = 4, places = [0, 1], feeds = [1], links = [1], taken = [[0, 1]]} : (f32) -> f32 {
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
// CHECK: rt.pack: an argument has the type of its operands, and a link is a yielded value

// -----

rt.program @p {kind = "effect", inputs = 1, params = []} {
  rt.slot @a {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  rt.slot @b {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %y = rt.rec %x : !rt.buffer<f32> {
  ^bb0(%s: f32):
    %o = rt.pack %s {width = 4, places = [0, 1], feeds = [1], links = [0], taken = []} : (f32) -> f32 {
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
// CHECK: rt.pack: taken says what each result is

// -----

rt.program @p {kind = "effect", inputs = 1, params = []} {
  rt.slot @a {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  rt.slot @b {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %y = rt.rec %x : !rt.buffer<f32> {
  ^bb0(%s: f32):
    %o = rt.pack %s {width = 4, places = [0, 1], feeds = [1], links = [0], taken = [[0, 2]]} : (f32) -> f32 {
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
// CHECK: rt.pack: a result is a lane of a yielded value

// -----

rt.program @p {kind = "effect", inputs = 1, params = []} {
  rt.slot @a {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  rt.slot @b {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %y = rt.rec %x : (!rt.buffer<f32>) -> !rt.buffer<f64> {
  ^bb0(%s: f32):
    %o = rt.pack %s {width = 4, places = [0, 1], feeds = [1], links = [0], taken = [[0, 1]]} : (f32) -> f64 {
    ^bb1(%v: vector<4xf32>):
      %z = rt.read_lanes {symbols = [@a, @b]} : vector<4xf32>
      %u = dsp.add %v, %z : vector<4xf32>
      rt.write_lanes %u {symbols = [@a, @b]} : (vector<4xf32>) -> ()
      rt.yield %u : (vector<4xf32>) -> ()
    }
    rt.yield %o : (f64) -> ()
  }
  rt.output %y : (!rt.buffer<f64>) -> ()
}
// CHECK: rt.pack: a result has the type of the value it is a lane of
