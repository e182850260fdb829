// RUN: dspopt %s -p "dce" --split-input-file --verify-each | filecheck %s

// RUN: dspopt %s -p "dce,dce" --split-input-file --verify-each | filecheck %s --check-prefix TWICE

// What nobody needs goes, oscillators, banks and feedbacks too: their state cannot be observed. What only such a
// body needed goes the next time.
!audio = !dsp.signal<f32, audio>
!f = !dsp.signal<f32, const>
dsp.program @dead {kind = "effect"} {
^bb0(%x: !audio):
  %step = dsp.constant 0.1 : !f
  %p = dsp.phasor %step {phase = 0.0} : (!f) -> !audio
  %y = dsp.mul %x, %p : !audio
  %s = dsp.feedback {initial = [0.0 : f32]} : () -> !audio {
  ^bb1(%before: !audio):
    dsp.yield %y : (!audio) -> ()
  }
  %bank = dsp.bank {count = 2, width = 1} : () -> !dsp.signal<f32, audio, 2> {
  ^bb2(%i: !dsp.signal<i32, const>):
    dsp.yield %x : (!audio) -> ()
  }
  %neg = dsp.neg %x : !audio
  dsp.output %neg : (!audio) -> ()
}
// CHECK-LABEL: @dead
// CHECK-NEXT:    ^bb0(%x
// CHECK-NOT:     dsp.{{feedback|bank}}
// CHECK:         %neg = dsp.neg %x
// CHECK-NEXT:    dsp.output %neg

// TWICE-LABEL: @dead
// TWICE-NEXT:    ^bb0(%x
// TWICE-NEXT:    %neg = dsp.neg %x
// TWICE-NEXT:    dsp.output %neg

// -----

// One result that is used keeps the whole.
!audio = !dsp.signal<f32, audio>
dsp.program @half {kind = "effect"} {
^bb0(%x: !audio):
  %a, %b = dsp.feedback {initial = [0.0 : f32]} : () -> (!audio, !audio) {
  ^bb1(%before: !audio):
    %sum = dsp.add %before, %x : !audio
    %unused = dsp.neg %sum : !audio
    %minus = dsp.sub %sum, %x : !audio
    dsp.yield %sum, %minus : (!audio, !audio) -> ()
  }
  dsp.output %b : (!audio) -> ()
}
// CHECK-LABEL: @half
// CHECK:         %a, %b = dsp.feedback
// CHECK:           %sum = dsp.add
// CHECK-NEXT:      %minus = dsp.sub
// CHECK-NEXT:      dsp.yield %sum, %minus

// -----

// Below the graph level: writes are needed, and so is every loop with one.
rt.program @regions {kind = "effect", inputs = 1, params = []} {
  rt.slot @s {type = f32, init = 0.0 : f32, dims = [2], role = "state", field = ""}
  rt.line @l {type = f32, dims = [], max_samples = 10, max_seconds = 0.0, min_samples = 1}
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  %unused = rt.input {channel = 0} : !rt.buffer<f32>
  %y = rt.rec %x : !rt.buffer<f32> {
  ^bb0(%v: f32):
    %dead = dsp.neg %v : f32
    %read = rt.read @s : f32
    rt.line_write @l %v : (f32) -> ()
    rt.loop {count = 2, width = 1, lanes = 2} {
    ^bb1(%i: i32):
      rt.write @s %v : (f32) -> ()
      rt.yield
    }
    rt.yield %v : (f32) -> ()
  }
  rt.output %y : (!rt.buffer<f32>) -> ()
}
// CHECK-LABEL: @regions
// CHECK:         rt.slot @s
// CHECK:         rt.line @l
// CHECK-NEXT:    %x = rt.input
// CHECK-NEXT:    %y = rt.rec %x
// CHECK-NEXT:    ^bb{{.*}}(%v: f32):
// CHECK-NEXT:      rt.line_write @l %v
// CHECK-NEXT:      rt.loop
// CHECK-NEXT:      ^bb{{.*}}(%i: i32):
// CHECK-NEXT:        rt.write @s %v

// -----

// Programs, tables and outputs stay.
dsp.table @t {data = dense<[1.0, 2.0]> : tensor<2xf32>}
dsp.program @nothing {kind = "effect"} {
^bb0(%x: !dsp.signal<f32, audio>):
  dsp.output %x : (!dsp.signal<f32, audio>) -> ()
}
// CHECK:       dsp.table @t
// CHECK:       dsp.program @nothing
// CHECK:         dsp.output %x
