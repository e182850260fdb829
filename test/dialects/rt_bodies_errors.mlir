// RUN: not dspopt %s --split-input-file 2>&1 | filecheck %s

// What verifiers refuse of bodies, stacks and their elements.

rt.program @p {kind = "effect", inputs = 0, params = []} {
  rt.tick {
    %s = rt.repeat {count = 0} : !rt.stack<i32, 0> {
    ^bb0(%i: i32):
      rt.yield %i : (i32) -> ()
    }
    rt.yield
  }
  rt.output
}
// CHECK: rt.repeat: a repeat has at least one turn

// -----

rt.program @p {kind = "effect", inputs = 0, params = []} {
  rt.tick {
    %s = rt.repeat {count = 2} : !rt.stack<f32, 2> {
    ^bb0(%i: f32):
      rt.yield %i : (f32) -> ()
    }
    rt.yield
  }
  rt.output
}
// CHECK: rt.repeat: the argument is the turn's number

// -----

rt.program @p {kind = "effect", inputs = 0, params = []} {
  rt.tick {
    %z = dsp.constant 0.0 : f32
    rt.when %z : (f32) -> () {
      rt.yield
    }
    rt.yield
  }
  rt.output
}
// CHECK: rt.when: the condition is a bool

// -----

rt.program @p {kind = "effect", inputs = 0, params = []} {
  rt.tick {
    %z = dsp.constant true : i1
    rt.when %z : (i1) -> () {
    ^bb0(%i: f32):
      rt.yield
    }
    rt.yield
  }
  rt.output
}
// CHECK: rt.when: the body has no arguments

// -----

rt.program @p {kind = "effect", inputs = 0, params = []} {
  rt.tick {
    %z = dsp.constant true : i1
    %y = rt.when %z : (i1) -> f32 {
      rt.yield %z : (i1) -> ()
    }
    rt.yield
  }
  rt.output
}
// CHECK: rt.when: a result is what the body yields

// -----

rt.program @p {kind = "effect", inputs = 0, params = []} {
  rt.tick {
    %z = dsp.constant true : i1
    %y = rt.when %z : (i1) -> !rt.stack<i1, 1> {
      %s = rt.stack %z : (i1) -> !rt.stack<i1, 1>
      rt.yield %s : (!rt.stack<i1, 1>) -> ()
    }
    rt.yield
  }
  rt.output
}
// CHECK: rt.when: a body that may not run yields no stack

// -----

rt.program @p {kind = "effect", inputs = 0, params = []} {
  rt.tick {
    %z = dsp.constant 1.0 : f32
    %s = rt.stack %z : (f32) -> !rt.stack<f32, 1>
    %y = rt.reduce %s {kind = "mul", lanes = 1, partials = 16} : (!rt.stack<f32, 1>) -> f32
    rt.yield
  }
  rt.output
}
// CHECK: rt.reduce: there are 16 partial sums

// -----

rt.program @p {kind = "effect", inputs = 0, params = []} {
  rt.tick {
    %z = dsp.constant 1.0 : f32
    %s = rt.stack %z : (f32) -> !rt.stack<f32, 2>
    rt.yield
  }
  rt.output
}
// CHECK: rt.stack: as many values of the stack's type as it has

// -----

rt.program @p {kind = "effect", inputs = 0, params = []} {
  rt.tick {
    %z = dsp.constant 1.0 : f32
    %s = rt.stack %z : (f32) -> !rt.stack<f32, 1>
    %i = dsp.constant 0 : i32
    %y = rt.pick %s, %i : (!rt.stack<f32, 1>, i32) -> i32
    rt.yield
  }
  rt.output
}
// CHECK: rt.pick: the result is an element of the stack

// -----

rt.program @p {kind = "effect", inputs = 0, params = []} {
  rt.tick {
    %z = dsp.constant 1.0 : f32
    %s = rt.stack %z : (f32) -> !rt.stack<f32, 1>
    %y = rt.pick %s, %z : (!rt.stack<f32, 1>, f32) -> f32
    rt.yield
  }
  rt.output
}
// CHECK: rt.pick: the index is an i32, or one for each lane
