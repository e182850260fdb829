// RUN: dspopt %s -p "fuse-buffers{verbose}" --split-input-file --verify-each 2>&1 | filecheck %s
// RUN: dspopt %s -p "fuse-buffers{max-ops=6 verbose=true}" --split-input-file --verify-each 2>&1 | filecheck %s --check-prefix SMALL

// Neighbours become one region, rt.rec if one of them is. What only they used stays inside as a value.
rt.program @merged {kind = "effect", inputs = 1, params = []} {
  rt.slot @s {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %a, %b = rt.vec %x : (!rt.buffer<f32>) -> (!rt.buffer<f32>, !rt.buffer<f32>) {
  ^bb0(%0: f32):
    %1 = dsp.neg %0 : f32
    %2 = dsp.sqrt %0 : f32
    rt.yield %1, %2 : (f32, f32) -> ()
  }
  %c = rt.rec %a, %x : !rt.buffer<f32> {
  ^bb1(%3: f32, %4: f32):
    %5 = rt.read @s : f32
    %6 = dsp.add %3, %5 : f32
    %7 = dsp.mul %6, %4 : f32
    rt.write @s %7 : (f32) -> ()
    rt.yield %7 : (f32) -> ()
  }
  %d = rt.vec %c, %b : !rt.buffer<f32> {
  ^bb2(%8: f32, %9: f32):
    %10 = dsp.add %8, %9 : f32
    rt.yield %10 : (f32) -> ()
  }
  rt.output %d, %b : (!rt.buffer<f32>, !rt.buffer<f32>) -> ()
}
// CHECK:       fuse-buffers: merged: 256 -> 128 bytes
// CHECK:         %b, %d = rt.rec %x {buffers = [0, 1]} : (!rt.buffer<f32>) -> (!rt.buffer<f32>, !rt.buffer<f32>) {
// CHECK-NEXT:    ^bb{{.*}}([[X:%.*]]: f32):
// CHECK-NEXT:      [[A:%.*]] = dsp.neg [[X]]
// CHECK-NEXT:      [[B:%.*]] = dsp.sqrt [[X]]
// CHECK-NEXT:      [[S:%.*]] = rt.read @s
// CHECK-NEXT:      [[SUM:%.*]] = dsp.add [[A]], [[S]]
// CHECK-NEXT:      [[C:%.*]] = dsp.mul [[SUM]], [[X]]
// CHECK-NEXT:      rt.write @s [[C]]
// CHECK-NEXT:      [[D:%.*]] = dsp.add [[C]], [[B]]
// CHECK-NEXT:      rt.yield [[B]], [[D]]
// CHECK-NEXT:    }
// CHECK-NEXT:    rt.output %d, %b

// A limit on size keeps them apart.
// SMALL:       fuse-buffers: merged: 256 -> 192 bytes
// SMALL:         %a, %b = rt.vec %x {buffers = [0, 1]}
// SMALL:         %c = rt.rec %a, %x {buffers = [2]}
// SMALL:         %d = rt.vec %c, %b {buffers = [0]}

// -----

// Voices part what lies before from what follows; inside them regions are merged as well.
rt.program @voices {kind = "instrument", inputs = 1, params = []} {
  rt.slot @s {type = f32, init = 0.0 : f32, dims = [4], role = "state", field = "", voice}
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %a = rt.vec %x : !rt.buffer<f32> {
  ^bb0(%0: f32):
    %1 = dsp.neg %0 : f32
    rt.yield %1 : (f32) -> ()
  }
  %mix = rt.voices %a {count = 4, width = 1} : !rt.buffer<f32> {
  ^bb1(%in: !rt.buffer<f32>):
    rt.tick {
      %t = rt.read @s : f32
      rt.write @s %t : (f32) -> ()
      rt.yield
    }
    %b = rt.vec %in : !rt.buffer<f32> {
    ^bb2(%2: f32):
      %3 = dsp.neg %2 : f32
      rt.yield %3 : (f32) -> ()
    }
    %c = rt.vec %b : !rt.buffer<f32> {
    ^bb3(%4: f32):
      %5 = dsp.sqrt %4 : f32
      rt.yield %5 : (f32) -> ()
    }
    rt.yield %c : (!rt.buffer<f32>) -> ()
  }
  %d = rt.vec %mix, %a : !rt.buffer<f32> {
  ^bb4(%6: f32, %7: f32):
    %8 = dsp.add %6, %7 : f32
    rt.yield %8 : (f32) -> ()
  }
  rt.output %d : (!rt.buffer<f32>) -> ()
}
// CHECK:       fuse-buffers: voices: 320 -> 256 bytes
// CHECK:         %a = rt.vec %x {buffers = [0]}
// CHECK:         %mix = rt.voices %a {count = 4, width = 1, buffers = [1]}
// CHECK:           rt.tick {
// CHECK:           %c = rt.vec %in {buffers = [0]} : !rt.buffer<f32> {
// CHECK-NEXT:      ^bb{{.*}}([[IN:%.*]]: f32):
// CHECK-NEXT:        [[NEG:%.*]] = dsp.neg [[IN]]
// CHECK-NEXT:        [[ROOT:%.*]] = dsp.sqrt [[NEG]]
// CHECK-NEXT:        rt.yield [[ROOT]]
// CHECK:           rt.yield %c
// CHECK:         %d = rt.vec %mix, %a {buffers = [2]}
// CHECK:         rt.output %d

// -----

// A buffer is free after its last use; the next one of its kind (bytes, lanes) takes its place.
rt.program @reused {kind = "effect", inputs = 1, params = []} {
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %a = rt.vec %x : !rt.buffer<f32> {
  ^bb0(%0: f32):
    %1 = dsp.neg %0 : f32
    %2 = dsp.neg %1 : f32
    %3 = dsp.neg %2 : f32
    rt.yield %3 : (f32) -> ()
  }
  %b = rt.vec %a : !rt.buffer<f32> {
  ^bb1(%4: f32):
    %5 = dsp.neg %4 : f32
    %6 = dsp.neg %5 : f32
    %7 = dsp.neg %6 : f32
    rt.yield %7 : (f32) -> ()
  }
  %c, %w = rt.vec %b : (!rt.buffer<f32>) -> (!rt.buffer<f32>, !rt.buffer<f64>) {
  ^bb2(%8: f32):
    %9 = dsp.neg %8 : f32
    %10 = dsp.neg %9 : f32
    %11 = dsp.convert %10 : (f32) -> f64
    rt.yield %10, %11 : (f32, f64) -> ()
  }
  %d = rt.vec %c, %w : (!rt.buffer<f32>, !rt.buffer<f64>) -> !rt.buffer<f32> {
  ^bb3(%12: f32, %13: f64):
    %14 = dsp.convert %13 : (f64) -> f32
    %15 = dsp.add %12, %14 : f32
    %16 = dsp.neg %15 : f32
    rt.yield %16 : (f32) -> ()
  }
  rt.output %d : (!rt.buffer<f32>) -> ()
}
// CHECK:       fuse-buffers: reused: 384 -> 64 bytes
// CHECK:         %d = rt.vec %x {buffers = [0]}
// CHECK-NOT:     rt.vec

// SMALL:       fuse-buffers: reused: 384 -> 256 bytes
// SMALL:         %a = rt.vec %x {buffers = [0]}
// SMALL:         %b = rt.vec %a {buffers = [1]}
// SMALL:         %c, %w = rt.vec %b {buffers = [0, 2]}
// SMALL:         %d = rt.vec %c, %w {buffers = [1]}

// -----

// One region: nothing to merge.
rt.program @nothing {kind = "effect", inputs = 1, params = []} {
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %a = rt.vec %x : !rt.buffer<f32> {
  ^bb0(%0: f32):
    %1 = dsp.neg %0 : f32
    rt.yield %1 : (f32) -> ()
  }
  rt.output %a : (!rt.buffer<f32>) -> ()
}
// CHECK:       fuse-buffers: nothing: 64 -> 64 bytes
// CHECK:         %a = rt.vec %x {buffers = [0]}
// CHECK:           dsp.neg
// CHECK-NEXT:      rt.yield
// CHECK:         rt.output %a
