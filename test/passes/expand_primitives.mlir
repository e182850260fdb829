// RUN: dspopt %s -p "expand-primitives" --split-input-file --verify-each | filecheck %s

// A phasor is a u32 that is read and written; its value is its top 24 bits.
!audio = !dsp.signal<f32, audio>
!f = !dsp.signal<f32, const>
dsp.program @phasor {kind = "effect"} {
  %step = dsp.constant 0.1 : !f
  %p = dsp.phasor %step {phase = 0.25} : (!f) -> !audio
  dsp.output %p : (!audio) -> ()
}
// CHECK-LABEL: @phasor
// CHECK-NEXT:    rt.slot @phasor_phase_0 {type = ui32, init = 1073741824 : ui32, dims = [], role = "state", field = ""}
// CHECK:         [[OLD:%.*]] = rt.read @phasor_phase_0 : !dsp.signal<ui32, audio>
// CHECK:         [[NEW:%.*]] = dsp.add [[OLD]]
// CHECK-NEXT:    [[TOP:%.*]] = dsp.shr [[OLD]]
// CHECK:         %p = dsp.mul
// CHECK-NEXT:    rt.write @phasor_phase_0 [[NEW]] {rate = "audio"}
// CHECK-NEXT:    dsp.output %p

// -----

// A feedback's state is a slot. At ticks the whole component is put back if a float of it is not finite, and floats
// that are almost 0 become 0. A delay reads what was written at least one sample ago.
!audio = !dsp.signal<f32, audio>
dsp.program @feedback {kind = "effect"} {
^bb0(%x: !audio):
  %s, %n = dsp.feedback {initial = [0.5 : f32, 3 : i32]} : () -> (!audio, !dsp.signal<i32, audio>) {
  ^bb1(%before: !audio, %count: !dsp.signal<i32, audio>):
    %y = dsp.add %before, %x : !audio
    %d = dsp.delay %y, %count {max_samples = 100, max_seconds = 0.0, min_samples = 1, interpolation = "none"} : (!audio, !dsp.signal<i32, audio>) -> !audio
    dsp.yield %d, %count : (!audio, !dsp.signal<i32, audio>) -> ()
  }
  dsp.output %s : (!audio) -> ()
}
// CHECK-LABEL: @feedback
// CHECK:         rt.slot @state_0 {type = f32, init = 5.000000e-01 : f32, {{.*}}component = 0}
// CHECK-NEXT:    rt.slot @state_1 {type = i32, init = 3 : i32, {{.*}}component = 0}
// CHECK-NEXT:    rt.line @line_0 {type = f32, dims = [], max_samples = 100, max_seconds = 0.0, min_samples = 1, component = 0}
// CHECK-NEXT:    rt.tick {
// CHECK:           [[FRAME:%.*]] = rt.frame
// CHECK:           [[LOW:%.*]] = dsp.and [[FRAME]]
// CHECK-NEXT:      [[DUE:%.*]] = dsp.eq [[LOW]]
// CHECK-NEXT:      dsp.when [[DUE]]
// CHECK-DAG:       [[INF:%.*]] = dsp.constant inf
// CHECK-DAG:       [[START:%.*]] = dsp.constant 0.5
// CHECK:           [[FINITE:%.*]] = dsp.lt {{.*}}, [[INF]]
// CHECK-NEXT:      [[BAD:%.*]] = dsp.not [[FINITE]]
// CHECK:           [[SMALL:%.*]] = dsp.lt
// CHECK-NEXT:      [[SNAPPED:%.*]] = dsp.select [[SMALL]]
// CHECK-NEXT:      [[S:%.*]] = dsp.select [[BAD]], [[START]], [[SNAPPED]]
// CHECK-NEXT:      rt.write @state_0 [[S]] {rate = "control"}
// CHECK-NEXT:      [[N:%.*]] = rt.read @state_1
// CHECK-NEXT:      [[N2:%.*]] = dsp.select [[BAD]], {{.*}}, [[N]]
// CHECK-NEXT:      rt.write @state_1 [[N2]] {rate = "control"}
// CHECK-NEXT:      rt.line_clear @line_0 [[BAD]] {rate = "control"}
// CHECK-NEXT:      dsp.yield
// CHECK:           rt.yield
// CHECK:         %before = rt.read @state_0 : !dsp.signal<f32, audio>
// CHECK-NEXT:    %count = rt.read @state_1
// CHECK-NEXT:    %y = dsp.add %before, %x
// CHECK:         rt.line_write @line_0 {{.*}} {rate = "audio"}
// CHECK-NEXT:    [[LONGEST:%.*]] = rt.longest @line_0 : !dsp.signal<i32, init>
// CHECK:         %d = rt.line_read @line_0
// CHECK-NEXT:    rt.write @state_0 %d {rate = "audio"}
// CHECK-NEXT:    rt.write @state_1 %count {rate = "audio"}
// CHECK-NEXT:    dsp.output %d

// -----

// A parameter's target is the host's cell; smoothing adds state. Nothing feeds back: there is no guard.
!audio = !dsp.signal<f32, audio>
!control = !dsp.signal<f32, control>
dsp.program @params {kind = "effect"} {
  %a = dsp.param {info = {id = "group.a", default = 0.5}, smooth = 0.0} : !control
  %g = dsp.control %a {mode = "hold"} : (!control) -> !audio
  %b = dsp.param {info = {id = "b"}, smooth = 0.02} : !control
  %h = dsp.control %b {mode = "glide"} : (!control) -> !audio
  %c = dsp.controller {number = 7, default = 0.25} : !control
  %k = dsp.control %c {mode = "hold"} : (!control) -> !audio
  dsp.output %g, %h, %k : (!audio, !audio, !audio) -> ()
}
// CHECK-LABEL: @params
// CHECK-SAME:    params = [{id = "group.a", default = 0.5, type = f32}, {id = "b", type = f32}]
// CHECK:         rt.slot @param_group_a_0 {type = f32, {{.*}}role = "param", field = "group.a"}
// CHECK:         rt.slot @control_held_0
// CHECK:         rt.slot @param_b_0
// CHECK:         rt.slot @param_left_0 {type = f32, init = -1.000000e+00 : f32
// CHECK:         rt.slot @control_base_0
// CHECK:         rt.slot @controller_7_0 {type = f32, init = 2.500000e-01 : f32, {{.*}}role = "controller", field = "7"}
// CHECK-NOT:     rt.tick
// CHECK:         %a = rt.read @param_group_a_0 : !dsp.signal<f32, control>
// CHECK-NEXT:    rt.write @control_held_0 %a {rate = "control"}
// CHECK-NEXT:    %g = rt.read @control_held_0 : !dsp.signal<f32, audio>
// CHECK:         rt.write @param_now_0 %b {rate = "control"}
// CHECK:         rt.write @control_goal_0 %b {rate = "control"}
// CHECK:         [[BASE:%.*]] = rt.read @control_base_0 : !dsp.signal<f32, audio>
// CHECK:         %h = dsp.add [[BASE]]
// CHECK:         %c = rt.read @controller_7_0

// -----

// In voices slots have a copy for each group. Only voices that have a tick now change what ticks compute; state is
// put back when the engine asks for it. A note's cell is one, however often it is read; a trigger is taken back.
!audio = !dsp.signal<f32, audio>
!control = !dsp.signal<f32, control>
!f = !dsp.signal<f32, const>
dsp.program @voices {kind = "instrument"} {
  %step = dsp.constant 0.1 : !f
  %mix = dsp.voices {count = 6, width = 1} : () -> !audio {
    %v = dsp.note {field = "velocity"} : !control
    %w = dsp.note {field = "velocity"} : !control
    %g = dsp.control %v {mode = "hold"} : (!control) -> !audio
    %p = dsp.phasor %step {phase = 0.0} : (!f) -> !audio
    %t = dsp.note {field = "trigger"} : !dsp.signal<i1, audio>
    %y = dsp.mul %p, %g : !audio
    %z = dsp.select %t, %y, %p : (!dsp.signal<i1, audio>, !audio, !audio) -> !audio
    dsp.yield %z : (!audio) -> ()
  }
  dsp.output %mix : (!audio) -> ()
}
// CHECK-LABEL: @voices
// CHECK:         rt.slot @voice_velocity_0 {type = f32, {{.*}}dims = [6], role = "voice", field = "velocity", voice}
// CHECK-NOT:     rt.slot @voice_velocity_1
// CHECK:         rt.slot @phasor_phase_0 {type = ui32, {{.*}}dims = [6], role = "state", field = "", voice}
// CHECK:         dsp.voices
// CHECK-NEXT:      rt.tick {
// CHECK:             [[MARKED:%.*]] = rt.read @voice_tick_0
// CHECK-NEXT:        [[ALL:%.*]] = rt.tick_all
// CHECK-NEXT:        [[RESET:%.*]] = rt.read @voice_reset_0
// CHECK-NEXT:        [[NOW:%.*]] = dsp.or [[MARKED]], [[ALL]]
// CHECK-NEXT:        [[AGAIN:%.*]] = dsp.and [[RESET]], [[NOW]]
// CHECK:             [[PHASE:%.*]] = dsp.select [[AGAIN]]
// CHECK:             rt.write @phasor_phase_0
// CHECK:             rt.yield
// CHECK:           [[MASK:%.*]] = dsp.or
// CHECK:           %v = rt.read @voice_velocity_0
// CHECK:           [[HELD:%.*]] = dsp.select [[MASK]], %v
// CHECK-NEXT:      rt.write @control_held_0 [[HELD]] {rate = "control"}
// CHECK:           %t = rt.read @voice_trigger_0 : !dsp.signal<i1, audio>
// CHECK-NEXT:      rt.write @voice_trigger_0 {{.*}} {rate = "audio"}
// CHECK:           rt.write @voice_tick_0 {{.*}} {rate = "control"}
// CHECK:           rt.write @voice_reset_0 {{.*}} {rate = "control"}
// CHECK-NEXT:      dsp.yield %z

// -----

// In banks slots have a copy for each turn, outermost first, and the guard runs over the same turns.
!audio = !dsp.signal<f32, audio>
!i = !dsp.signal<i32, const>
!f = !dsp.signal<f32, const>
!three = !dsp.signal<f32, audio, 3>
!five = !dsp.signal<f32, audio, 5>
dsp.program @banks {kind = "effect"} {
  %step = dsp.constant 0.1 : !f
  %outer = dsp.bank {count = 3, width = 1} : () -> !three {
  ^bb0(%i: !i):
    %inner = dsp.bank {count = 5, width = 1} : () -> !five {
    ^bb1(%j: !i):
      %p = dsp.phasor %step {phase = 0.0} : (!f) -> !audio
      %s = dsp.feedback {initial = [0.0 : f32]} : () -> !audio {
      ^bb2(%before: !audio):
        %y = dsp.add %before, %p : !audio
        dsp.yield %y : (!audio) -> ()
      }
      dsp.yield %s : (!audio) -> ()
    }
    %sum = dsp.reduce %inner {kind = "add", count = 5} : (!five) -> !audio
    dsp.yield %sum : (!audio) -> ()
  }
  %all = dsp.reduce %outer {kind = "add", count = 3} : (!three) -> !audio
  dsp.output %all : (!audio) -> ()
}
// CHECK-LABEL: @banks
// CHECK-NEXT:    rt.slot @phasor_phase_0 {type = ui32, {{.*}}dims = [3, 5]
// CHECK-NEXT:    rt.slot @state_0 {type = f32, {{.*}}dims = [3, 5], {{.*}}component = 0}
// CHECK-NEXT:    rt.tick {
// CHECK:           dsp.bank {count = 3, width = 1}
// CHECK:             dsp.bank {count = 5, width = 1}
// CHECK:               rt.write @state_0 {{.*}} {rate = "control"}
// CHECK-NEXT:          dsp.yield
// CHECK:             dsp.yield
// CHECK:           rt.yield
// CHECK:         %outer = dsp.bank
// CHECK:           %inner = dsp.bank
// CHECK:             rt.write @phasor_phase_0

// -----

// What has no state is arithmetic: a table's index is kept inside, an input's values are kept finite.
!audio = !dsp.signal<f32, audio>
dsp.table @t {data = dense<[1.0, 2.0, 3.0]> : tensor<3xf32>}
dsp.program @small {kind = "effect"} {
^bb0(%x: !audio):
  %n = dsp.frame : !dsp.signal<ui32, audio>
  %i = dsp.convert %n : (!dsp.signal<ui32, audio>) -> !dsp.signal<i32, audio>
  %v = dsp.lookup @t %i {size = 3} : (!dsp.signal<i32, audio>) -> !audio
  %rate = dsp.sample_rate : !dsp.signal<f64, init>
  %c = dsp.sanitize %x {limit = 4.0} : !audio
  dsp.output %v, %c, %rate : (!audio, !audio, !dsp.signal<f64, init>) -> ()
}
// CHECK-LABEL: @small
// CHECK:         %n = rt.frame : !dsp.signal<ui32, audio>
// CHECK-DAG:     [[FIRST:%.*]] = dsp.constant 0 : !dsp.signal<i32, const>
// CHECK-DAG:     [[LAST:%.*]] = dsp.constant 2 : !dsp.signal<i32, const>
// CHECK-DAG:     %rate = rt.sample_rate : !dsp.signal<f64, init>
// CHECK:         [[LOW:%.*]] = dsp.max %i, [[FIRST]]
// CHECK-NEXT:    [[INSIDE:%.*]] = dsp.min [[LOW]], [[LAST]]
// CHECK-NEXT:    %v = rt.lookup @t [[INSIDE]]
// CHECK:         [[FITS:%.*]] = dsp.le
// CHECK-NEXT:    %c = dsp.select [[FITS]], %x

// -----

dsp.program @nothing {kind = "effect"} {
^bb0(%x: !dsp.signal<f32, audio>):
  %y = dsp.neg %x : !dsp.signal<f32, audio>
  dsp.output %y : (!dsp.signal<f32, audio>) -> ()
}
// CHECK-LABEL: @nothing
// CHECK-NOT:     rt.
// CHECK:         %y = dsp.neg %x
// CHECK-NEXT:    dsp.output %y

// -----

// A sound's length is known at prepare; the index is kept inside all channels.
!audio = !dsp.signal<f32, audio>
!i = !dsp.signal<i32, audio>
dsp.recording @r {label = "kick", channels = 2, rate = 8000.0, data = dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>}
dsp.program @sound {kind = "effect"} {
^bb0(%i: !i):
  %y = dsp.recorded @r %i {channels = 2} : (!i) -> !audio
  %z = dsp.recorded @r %i {channels = 2} : (!i) -> !audio
  %n = dsp.recording_frames @r : !dsp.signal<i32, init>
  %hz = dsp.recording_rate @r : !dsp.signal<f64, init>
  dsp.output %y, %z, %n, %hz : (!audio, !audio, !dsp.signal<i32, init>, !dsp.signal<f64, init>) -> ()
}
// CHECK-LABEL: @sound
// CHECK:         [[N:%.*]] = rt.recording_frames @r : !dsp.signal<i32, init>
// CHECK:         [[ALL:%.*]] = dsp.mul [[N]], {{.*}} -> !dsp.signal<i32, init>
// CHECK:         [[LAST:%.*]] = dsp.sub [[ALL]], {{.*}} -> !dsp.signal<i32, init>
// CHECK:         [[LOW:%.*]] = dsp.max %i
// CHECK-NEXT:    [[INSIDE:%.*]] = dsp.min [[LOW]], [[LAST]]
// CHECK-NEXT:    %y = rt.recorded @r [[INSIDE]] : ({{.*}}) -> !dsp.signal<f32, audio>
// CHECK-NOT:     rt.recording_frames
// CHECK:         %z = rt.recorded @r
