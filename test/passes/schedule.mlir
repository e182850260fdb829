// RUN: dspopt %s -p "schedule" --split-input-file --verify-each | filecheck %s

// What does not feed back is one rt.vec; constants stand where they are used, a constant output too.
!audio = !dsp.signal<f32, audio>
!f = !dsp.signal<f32, const>
dsp.program @forward {kind = "effect", voices = 0, flags = 0, params = []} {
^bb0(%left: !audio, %right: !audio):
  %half = dsp.constant 0.5 : !f
  %y = dsp.mul %left, %half : (!audio, !f) -> !audio
  %z = dsp.add %y, %right : !audio
  dsp.output %z, %left, %z, %half : (!audio, !audio, !audio, !f) -> ()
}
// CHECK-LABEL: @forward
// CHECK-SAME:    inputs = 2
// CHECK-NEXT:    %left = rt.input {channel = 0} : !rt.buffer<f32>
// CHECK-NEXT:    %right = rt.input {channel = 1} : !rt.buffer<f32>
// CHECK-NEXT:    %z = rt.vec %left, %right : !rt.buffer<f32> {
// CHECK-NEXT:    ^bb{{.*}}([[L:%.*]]: f32, [[R:%.*]]: f32):
// CHECK-NEXT:      %half = dsp.constant 0.5 : f32
// CHECK-NEXT:      %y = dsp.mul [[L]], %half : f32
// CHECK-NEXT:      [[Z:%.*]] = dsp.add %y, [[R]] : f32
// CHECK-NEXT:      rt.yield [[Z]] : (f32) -> ()
// CHECK:         %half = rt.vec : !rt.buffer<f32> {
// CHECK-NEXT:      [[HALF:%.*]] = dsp.constant 0.5 : f32
// CHECK-NEXT:      rt.yield [[HALF]]
// CHECK:         rt.output %z, %left, %z, %half

// -----

// Only the cycle is rt.rec: what leads to it and what follows is not.
!audio = !dsp.signal<f32, audio>
dsp.program @cycle {kind = "effect", voices = 0, flags = 0, params = []} {
^bb0(%x: !audio):
  rt.slot @s {type = f32, init = 0.0 : f32, dims = [], role = "state", field = "", component = 0}
  %before = dsp.neg %x : !audio
  %old = rt.read @s : !audio
  %new = dsp.add %old, %before : !audio
  rt.write @s %new {rate = "audio"} : (!audio) -> ()
  %after = dsp.sqrt %new : !audio
  dsp.output %after : (!audio) -> ()
}
// CHECK-LABEL: @cycle
// CHECK:         %before = rt.vec %x : !rt.buffer<f32> {
// CHECK-NEXT:    ^bb
// CHECK-NEXT:      dsp.neg
// CHECK-NEXT:      rt.yield
// CHECK-NEXT:    }
// CHECK-NEXT:    %new = rt.rec %before : !rt.buffer<f32> {
// CHECK-NEXT:    ^bb{{.*}}([[X:%.*]]: f32):
// CHECK-NEXT:      %old = rt.read @s : f32
// CHECK-NEXT:      [[NEW:%.*]] = dsp.add %old, [[X]]
// CHECK-NEXT:      rt.write @s [[NEW]] : (f32) -> ()
// CHECK-NEXT:      rt.yield [[NEW]]
// CHECK-NEXT:    }
// CHECK-NEXT:    %after = rt.vec %new : !rt.buffer<f32> {
// CHECK:           dsp.sqrt
// CHECK:         rt.output %after

// -----

// A delay that is never shorter than a block cuts the cycle, a shorter one does not.
!audio = !dsp.signal<f32, audio>
!i = !dsp.signal<i32, const>
dsp.program @cut {kind = "effect", voices = 0, flags = 0, params = []} {
^bb0(%x: !audio):
  rt.line @long {type = f32, dims = [], max_samples = 16, max_seconds = 0.0, min_samples = 16}
  %d = dsp.constant 16 : !i
  %old = rt.line_read @long %d : (!i) -> !audio
  %new = dsp.add %old, %x : !audio
  rt.line_write @long %new {rate = "audio"} : (!audio) -> ()
  dsp.output %new : (!audio) -> ()
}
// CHECK-LABEL: @cut
// CHECK-NOT:     rt.rec
// CHECK:         %new = rt.vec %x
// CHECK:           %old = rt.line_read @long
// CHECK:           rt.line_write @long

// -----

!audio = !dsp.signal<f32, audio>
!i = !dsp.signal<i32, const>
dsp.program @not_cut {kind = "effect", voices = 0, flags = 0, params = []} {
^bb0(%x: !audio):
  rt.line @short {type = f32, dims = [], max_samples = 16, max_seconds = 0.0, min_samples = 15}
  %d = dsp.constant 16 : !i
  %old = rt.line_read @short %d : (!i) -> !audio
  %new = dsp.add %old, %x : !audio
  rt.line_write @short %new {rate = "audio"} : (!audio) -> ()
  dsp.output %new : (!audio) -> ()
}
// CHECK-LABEL: @not_cut
// CHECK-NOT:     rt.vec
// CHECK:         %new = rt.rec %x
// CHECK:           %old = rt.line_read @short
// CHECK:           rt.line_write @short

// -----

// Two cycles are two regions; they run in the order of their values.
!audio = !dsp.signal<f32, audio>
dsp.program @two {kind = "effect", voices = 0, flags = 0, params = []} {
^bb0(%x: !audio):
  rt.slot @a {type = f32, init = 0.0 : f32, dims = [], role = "state", field = "", component = 0}
  rt.slot @b {type = f32, init = 0.0 : f32, dims = [], role = "state", field = "", component = 1}
  %olda = rt.read @a : !audio
  %oldb = rt.read @b : !audio
  %newa = dsp.add %olda, %x : !audio
  %newb = dsp.mul %oldb, %newa : !audio
  rt.write @a %newa {rate = "audio"} : (!audio) -> ()
  rt.write @b %newb {rate = "audio"} : (!audio) -> ()
  dsp.output %newb : (!audio) -> ()
}
// CHECK-LABEL: @two
// CHECK:         %newa = rt.rec %x
// CHECK:           rt.write @a
// CHECK-NEXT:      rt.yield
// CHECK-NEXT:    }
// CHECK-NEXT:    %newb = rt.rec %newa
// CHECK:           rt.write @b
// CHECK:         rt.output %newb

// -----

// What is known at prepare or at ticks travels to later phases in slots, once however many uses there are.
!audio = !dsp.signal<f32, audio>
!control = !dsp.signal<f32, control>
!init = !dsp.signal<f32, init>
!f = !dsp.signal<f32, const>
dsp.program @phases {kind = "effect", voices = 0, flags = 0, params = []} {
^bb0(%x: !audio):
  rt.slot @p {type = f32, init = 0.0 : f32, dims = [], role = "param", field = "p"}
  rt.slot @held {type = f32, init = 0.0 : f32, dims = [], role = "state", field = ""}
  rt.tick {
    rt.yield
  }
  %rate = rt.sample_rate : !dsp.signal<f64, init>
  %r = dsp.convert %rate : (!dsp.signal<f64, init>) -> !init
  %p = rt.read @p : !control
  %two = dsp.constant 2.0 : !f
  %twice = dsp.mul %two, %two : !f
  %c = dsp.mul %p, %r : (!control, !init) -> !control
  rt.write @held %c {rate = "control"} : (!control) -> ()
  %h = rt.read @held : !audio
  %a = dsp.mul %x, %h : !audio
  %b = dsp.mul %a, %r : (!audio, !init) -> !audio
  %d = dsp.mul %b, %r : (!audio, !init) -> !audio
  %e = dsp.mul %d, %twice : (!audio, !f) -> !audio
  dsp.output %e : (!audio) -> ()
}
// CHECK-LABEL: @phases
// CHECK-NEXT:    rt.slot @held_1 {type = f32, {{.*}}role = "held"
// CHECK-NEXT:    rt.slot @held_0 {type = f32, {{.*}}role = "held"
// CHECK:         rt.init {
// CHECK-NEXT:      %rate = rt.sample_rate : f64
// CHECK-NEXT:      %r = dsp.convert %rate
// CHECK-NEXT:      rt.write @held_0 %r
// CHECK-NEXT:      %two = dsp.constant
// CHECK-NEXT:      %twice = dsp.mul %two, %two
// CHECK-NEXT:      rt.write @held_1 %twice
// CHECK-NEXT:      rt.yield
// CHECK-NEXT:    }
// CHECK-NEXT:    rt.tick {
// CHECK-NEXT:      rt.yield
// CHECK-NEXT:    }
// CHECK-NEXT:    rt.tick {
// CHECK-NEXT:      %r = rt.read @held_0 : f32
// CHECK-NEXT:      %p = rt.read @p : f32
// CHECK-NEXT:      %c = dsp.mul %p, %r
// CHECK-NEXT:      rt.write @held %c
// CHECK-NEXT:      rt.yield
// CHECK:         rt.vec %x
// CHECK:           %h = rt.read @held : f32
// CHECK-NEXT:      %r = rt.read @held_0
// CHECK-NEXT:      %twice = rt.read @held_1
// CHECK-NEXT:      %a = dsp.mul {{.*}}, %h
// CHECK-NEXT:      %b = dsp.mul %a, %r
// CHECK-NEXT:      %d = dsp.mul %b, %r

// -----

// A bank is a loop in each phase in which it does something; its sum stays in its region.
!audio = !dsp.signal<f32, audio>
!control = !dsp.signal<f32, control>
!i = !dsp.signal<i32, const>
!array = !dsp.signal<f32, audio, 10>
dsp.program @bank {kind = "effect", voices = 0, flags = 0, params = []} {
^bb0(%x: !audio):
  rt.slot @p {type = f32, init = 0.0 : f32, dims = [], role = "param", field = "p"}
  rt.slot @h {type = f32, init = 0.0 : f32, dims = [10], role = "state", field = ""}
  rt.slot @s {type = f32, init = 0.0 : f32, dims = [10], role = "state", field = ""}
  %p = rt.read @p : !control
  %bank = dsp.bank {count = 10, width = 1} : () -> !array {
  ^bb1(%i: !i):
    %n = dsp.convert %i : (!i) -> !dsp.signal<f32, const>
    %c = dsp.mul %p, %n : (!control, !dsp.signal<f32, const>) -> !control
    rt.write @h %c {rate = "control"} : (!control) -> ()
    %h = rt.read @h : !audio
    %old = rt.read @s : !audio
    %new = dsp.add %old, %h : !audio
    rt.write @s %new {rate = "audio"} : (!audio) -> ()
    dsp.yield %new : (!audio) -> ()
  }
  %sum = dsp.reduce %bank {kind = "add", count = 10} : (!array) -> !audio
  %y = dsp.mul %sum, %x : !audio
  dsp.output %y : (!audio) -> ()
}
// CHECK-LABEL: @bank
// CHECK-NEXT:    rt.slot @held_0 {type = f32, {{.*}}dims = [10], role = "held"
// CHECK:         rt.init {
// CHECK-NEXT:      rt.loop {count = 10, width = 1, lanes = 10} {
// CHECK-NEXT:      ^bb{{.*}}([[I:%.*]]: i32):
// CHECK-NEXT:        %n = dsp.convert [[I]]
// CHECK-NEXT:        rt.write @held_0 %n
// CHECK-NEXT:        rt.yield
// CHECK:         rt.tick {
// CHECK-NEXT:      %p = rt.read @p
// CHECK-NEXT:      rt.loop {count = 10, width = 1, lanes = 10} {
// CHECK:             %n = rt.read @held_0
// CHECK-NEXT:        %c = dsp.mul %p, %n
// CHECK-NEXT:        rt.write @h %c
// CHECK:         %sum = rt.rec : !rt.buffer<f32> {
// CHECK-NEXT:      %bank = rt.loop {count = 10, width = 1, lanes = 10} : !rt.stack<f32, 10> {
// CHECK:             rt.write @s %new
// CHECK-NEXT:        rt.yield %new
// CHECK-NEXT:      }
// CHECK-NEXT:      [[SUM:%.*]] = rt.reduce %bank {kind = "add", lanes = 10} : (!rt.stack<f32, 10>) -> f32
// CHECK-NEXT:      rt.yield [[SUM]]
// CHECK:         %y = rt.vec %sum, %x

// -----

// Voices have ticks and regions of their own; samples from outside come in as buffers, sums leave.
!audio = !dsp.signal<f32, audio>
!wide = !dsp.signal<vector<4xf32>, audio>
!control = !dsp.signal<vector<4xf32>, control>
dsp.program @voices {kind = "instrument", voices = 4, flags = 1, params = []} {
^bb0(%x: !audio):
  rt.slot @v {type = vector<4xf32>, init = 0.0 : f32, dims = [2], role = "voice", field = "velocity", voice}
  rt.slot @h {type = vector<4xf32>, init = 0.0 : f32, dims = [2], role = "state", field = "", voice}
  %neg = dsp.neg %x : !audio
  %mix = dsp.voices {count = 8, width = 4} : () -> !audio {
    %v = rt.read @v : !control
    rt.write @h %v {rate = "control"} : (!control) -> ()
    %h = rt.read @h : !wide
    %in = dsp.splat %neg : (!audio) -> !wide
    %y = dsp.mul %h, %in : !wide
    dsp.yield %y : (!wide) -> ()
  }
  %z = dsp.neg %mix : !audio
  dsp.output %z : (!audio) -> ()
}
// CHECK-LABEL: @voices
// CHECK-SAME:    voices = 4, voice_slots = 8
// CHECK:         %neg = rt.vec %x
// CHECK:         [[MIX:%.*]] = rt.voices %neg {count = 8, width = 4} : !rt.buffer<f32> {
// CHECK-NEXT:    ^bb{{.*}}([[IN:%.*]]: !rt.buffer<f32>):
// CHECK-NEXT:      rt.tick {
// CHECK-NEXT:        %v = rt.read @v : vector<4xf32>
// CHECK-NEXT:        rt.write @h %v
// CHECK-NEXT:        rt.yield
// CHECK-NEXT:      }
// CHECK-NEXT:      %y = rt.vec [[IN]] : (!rt.buffer<f32>) -> !rt.buffer<vector<4xf32>> {
// CHECK-NEXT:      ^bb{{.*}}([[X:%.*]]: f32):
// CHECK-NEXT:        %h = rt.read @h : vector<4xf32>
// CHECK-NEXT:        %in = dsp.splat [[X]] : (f32) -> vector<4xf32>
// CHECK:           rt.yield %y : (!rt.buffer<vector<4xf32>>) -> ()
// CHECK:         %z = rt.vec [[MIX]]

// -----

// Tables become the program's, those that it reads.
!audio = !dsp.signal<f32, audio>
!i = !dsp.signal<i32, const>
dsp.table @t {data = dense<[1.0, 2.0]> : tensor<2xf32>}
dsp.table @unread {data = dense<[3.0, 4.0]> : tensor<2xf32>}
dsp.program @table {kind = "effect", voices = 0, flags = 0, params = []} {
^bb0(%x: !audio):
  %i = dsp.constant 1 : !i
  %v = rt.lookup @t %i : (!i) -> !audio
  %y = dsp.mul %x, %v : !audio
  dsp.output %y : (!audio) -> ()
}
// CHECK-NOT:   dsp.table
// CHECK:       rt.program @table
// CHECK-NEXT:    rt.table @t {data = dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>}
// CHECK-NEXT:    %x = rt.input
// CHECK:           %v = rt.lookup @t %i : (i32) -> f32

// -----

// Sounds become the program's, read or not: a host knows them by name.
!audio = !dsp.signal<f32, audio>
!i = !dsp.signal<i32, audio>
dsp.recording @r {label = "kick", channels = 1, rate = 8000.0, data = dense<[1.0, 2.0]> : tensor<2xf32>}
dsp.recording @unread {label = "snare", channels = 1, rate = 8000.0, data = dense<[1.0]> : tensor<1xf32>}
dsp.program @sounds {kind = "effect", voices = 0, flags = 0, params = []} {
^bb0(%i: !i):
  %n = rt.recording_frames @r : !dsp.signal<i32, init>
  %at = dsp.min %i, %n : (!i, !dsp.signal<i32, init>) -> !i
  %y = rt.recorded @r %at : (!i) -> !audio
  dsp.output %y : (!audio) -> ()
}
// CHECK-NOT:   dsp.recording
// CHECK:       rt.program @sounds
// CHECK:         rt.recording @r {label = "kick", channels = 1, rate = 8000.0, data = dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>}
// CHECK-NEXT:    rt.recording @unread
// CHECK:         rt.init
// CHECK:           %n = rt.recording_frames @r : i32
// CHECK:           rt.recorded @r %at : (i32) -> f32

// -----

// A program that has regions already: nothing to do.
rt.program @nothing {kind = "effect", inputs = 1, params = []} {
  %x = rt.input {channel = 0} : !rt.buffer<f32>
  rt.output %x : (!rt.buffer<f32>) -> ()
}
// CHECK-LABEL: @nothing
// CHECK-NEXT:    %x = rt.input {channel = 0}
// CHECK-NEXT:    rt.output %x
