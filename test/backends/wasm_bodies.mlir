// RUN: dspopt %s -t wasm | filecheck %s

// Two turns of a filter for each sample, while a gate is open; a memory that is read and stored in order; a sum of
// sixteen parts; elements of stacks; a line with its own position.

rt.program @gated {kind = "effect", inputs = 1, static_bytes = 512, params = []} {
  rt.slot @y {type = f32, init = 0.0 : f32, dims = [], role = "state", field = "", offset = 64, strides = []}
  rt.slot @at {type = ui32, init = 0 : ui32, dims = [], role = "state", field = "", offset = 68, strides = []}
  rt.slot @m {type = f32, init = 0.0 : f32, dims = [8], role = "state", field = "", offset = 72, strides = [4]}
  rt.line @l {type = f32, dims = [], max_samples = 7, max_seconds = 0.0, min_samples = 1, offset = 104}
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %o = rt.rec %x {offsets = [128]} : !rt.buffer<f32> {
  ^bb0(%s: f32):
    %zero = dsp.constant 0.0 : f32
    %three = dsp.constant 3 : i32
    %one = dsp.constant 1 : ui32
    %open = dsp.lt %zero, %s : (f32, f32) -> i1
    %r = rt.when %open : (i1) -> f32 {
      %t = rt.repeat {count = 2} : !rt.stack<f32, 2> {
      ^bb0(%i: i32):
        %y = rt.read @y : f32
        %d = dsp.sub %s, %y : f32
        rt.write @y %d : (f32) -> ()
        rt.yield %d : (f32) -> ()
      }
      %at = rt.read @at : ui32
      %last = dsp.convert %one : (ui32) -> i32
      %p = rt.pick %t, %last : (!rt.stack<f32, 2>, i32) -> f32
      %old = rt.line_read @l %three, %at : (i32, ui32) -> f32
      rt.line_write @l %p, %at : (f32, ui32) -> ()
      %next = dsp.add %at, %one : ui32
      rt.write @at %next : (ui32) -> ()
      rt.yield %old : (f32) -> ()
    }
    %e = rt.load @m %three : (i32) -> f32
    rt.store @m %three, %r : (i32, f32) -> ()
    %u = rt.loop {count = 20, width = 1, lanes = 20} : !rt.stack<f32, 20> {
    ^bb0(%k: i32):
      %f = dsp.convert %k : (i32) -> f32
      %g = dsp.mul %f, %s : f32
      rt.yield %g : (f32) -> ()
    }
    %sum = rt.reduce %u {kind = "add", lanes = 20, partials = 16} : (!rt.stack<f32, 20>) -> f32
    %pair = rt.stack %e, %sum : (f32, f32) -> !rt.stack<f32, 2>
    %z = rt.reduce %pair {kind = "max", lanes = 2} : (!rt.stack<f32, 2>) -> f32
    rt.yield %z : (f32) -> ()
  }
  rt.output %o : (!rt.buffer<f32>) -> ()
}

// What the gate writes waits in a local; the filter's state goes on in its own, from turn to turn and sample to sample.

// CHECK:      (func $rec_0
// CHECK:        f32.load offset=64
// CHECK-NEXT:   local.set [[Y:[0-9]+]]
// CHECK:        i32.load offset=68
// CHECK-NEXT:   local.set [[AT:[0-9]+]]
// CHECK:        loop
// CHECK:          local.get [[AT]]
// CHECK-NEXT:     local.set [[NEXT:[0-9]+]]
// CHECK:          f32.lt
// CHECK-NEXT:     if
// CHECK:            loop
// CHECK:              f32.sub
// CHECK-NEXT:         local.set [[D:[0-9]+]]
// CHECK:              f32.store offset=[[STACK:[0-9]+]]
// CHECK-NEXT:         local.get [[D]]
// CHECK-NEXT:         local.set [[Y]]
// CHECK:              br_if 0
// CHECK-NEXT:       end

// The line is read and written at the position, the element is one of the stack's.

// CHECK-NEXT:       local.get [[RING:[0-9]+]]
// CHECK-NEXT:       local.get [[AT]]
// CHECK-NEXT:       i32.const 3
// CHECK-NEXT:       i32.sub
// CHECK-NEXT:       local.get [[MASK:[0-9]+]]
// CHECK-NEXT:       i32.and
// CHECK:            f32.load
// CHECK-NEXT:       local.set [[OLD:[0-9]+]]
// CHECK-NEXT:       local.get [[RING]]
// CHECK-NEXT:       local.get [[AT]]
// CHECK-NEXT:       local.get [[MASK]]
// CHECK-NEXT:       i32.and
// CHECK:            f32.load offset=[[STACK]]
// CHECK-NEXT:       f32.store
// CHECK-NEXT:       local.get [[AT]]
// CHECK-NEXT:       i32.const 1
// CHECK-NEXT:       i32.add
// CHECK-NEXT:       local.set [[NEXT]]
// CHECK-NEXT:       local.get [[OLD]]
// CHECK-NEXT:       local.set [[R:[0-9]+]]
// CHECK-NEXT:     else
// CHECK-NEXT:       f32.const 0
// CHECK-NEXT:       local.set [[R]]
// CHECK-NEXT:     end

// The memory is loaded before it is stored; sixteen sums, of which four have two terms.

// CHECK:          f32.load offset=72
// CHECK-NEXT:     local.set [[E:[0-9]+]]
// CHECK:          local.get [[R]]
// CHECK-NEXT:     f32.store offset=72
// CHECK:          loop
// CHECK:            f32.mul
// CHECK-NEXT:       f32.store offset=80
// CHECK:          end
// CHECK:          f32.load offset=80
// CHECK-NEXT:     local.set [[FIRST:[0-9]+]]
// CHECK:          f32.load offset=140
// CHECK:          local.get [[FIRST]]
// CHECK-NEXT:     i32.const 0
// CHECK-NEXT:     f32.load offset=144
// CHECK-NEXT:     f32.add
// CHECK:          f32.load offset=156

// A small stack that is only reduced stays in locals.

// CHECK-NOT:      f32.store
// CHECK:          f32.lt
// CHECK-NEXT:     select

// CHECK:          local.get [[NEXT]]
// CHECK-NEXT:     local.set [[AT]]
// CHECK:          local.get $count
// CHECK:          end
// CHECK:        local.get [[Y]]
// CHECK-NEXT:   f32.store offset=64
// CHECK-NEXT:   local.get $core
// CHECK-NEXT:   local.get [[AT]]
// CHECK-NEXT:   i32.store offset=68
