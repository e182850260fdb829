// RUN: dspopt %s | filecheck %s
// RUN: dspopt %s | dspopt | filecheck %s
// RUN: dspopt %s --print-op-generic | dspopt | filecheck %s
// RUN: dspopt %s --print-locations | dspopt --print-locations | filecheck %s --check-prefix LOC

!audio = !dsp.signal<f32, audio>
!control = !dsp.signal<f32, control>
!const = !dsp.signal<f32, const>
!array = !dsp.signal<f32, audio, 3>

dsp.table @curve {data = dense<[0.0, 0.5, 1.0]> : tensor<3xf32>}
// CHECK:       dsp.table @curve {data = dense<[0.000000e+00, 5.000000e-01, 1.000000e+00]> : tensor<3xf32>}

dsp.program @effect {kind = "effect", voices = 0, flags = 0, params = [], latency = 64, tail = 0.5, input_buses = [{name = "key", channels = 1, sidechain}]} {
^bb0(%x: !audio):
  %p = dsp.param {info = {id = "p", name = "P", min = 0.0, labels = "a\0Ab\0A", flags = 1}, smooth = 0.02} : !control
  %c = dsp.control %p {mode = "glide"} : (!control) -> !audio
  %wheel = dsp.controller {number = 1, default = 0.0} : !control
  %song = dsp.transport {field = "tempo"} : !control
  %keyed = dsp.connected {bus = "key"} : !dsp.signal<i1, control>
  %shown = dsp.meter %c {label = "level", channel = "0"} : !audio
  %rate = dsp.sample_rate : !dsp.signal<f64, init>
  %now = dsp.frame : !dsp.signal<ui32, audio>
  %step = dsp.constant 0.01 : !const
  %ramp = dsp.phasor %step {phase = 0.25} : (!const) -> !audio
  %zero = dsp.constant 0.0 : !const
  %high = dsp.lt %zero, %ramp : (!const, !audio) -> !dsp.signal<i1, audio>
  %sync = dsp.phasor %step, %high {phase = 0.0} : (!const, !dsp.signal<i1, audio>) -> !audio
  %key = dsp.constant 7 : !dsp.signal<ui32, const>
  %noise = dsp.noise %key : (!dsp.signal<ui32, const>) -> !audio
  %late = dsp.delay %x, %c {max_samples = 100, max_seconds = 0.5, min_samples = 0, interpolation = "linear"} : !audio
  dsp.line @shared %x {max_samples = 100, max_seconds = 0.5, min_samples = 1} : (!audio) -> ()
  %tap = dsp.delay %x, %c {max_samples = 9, max_seconds = 0.0, min_samples = 0, interpolation = "thiran", line = @shared} : !audio
  %low = dsp.biquads %x, %c, %c, %c, %c, %c : !audio
  %i = dsp.constant 1 : !dsp.signal<i32, const>
  %v = dsp.lookup @curve %i {size = 3} : (!dsp.signal<i32, const>) -> !const
  %safe = dsp.sanitize %late {limit = 1.0e+06} : !audio
  %loop, %more = dsp.feedback {initial = [0.0 : f32]} : () -> (!audio, !audio) {
  ^bb1(%before: !audio):
    %sum = dsp.add %before, %safe : !audio
    dsp.yield %sum, %before : (!audio, !audio) -> ()
  }
  %bank = dsp.bank {count = 3, width = 1} : () -> !array {
  ^bb2(%n: !dsp.signal<i32, const>):
    %own = dsp.lanes {values = array<f32: 1.0, 2.0, 3.0>} : !const
    %y = dsp.mul %loop, %own : (!audio, !const) -> !audio
    dsp.yield %y : (!audio) -> ()
  }
  %mix = dsp.reduce %bank {kind = "add", count = 3} : (!array) -> !audio
  %part = dsp.scope {label = "a part"} : () -> !audio {
    %neg = dsp.neg %mix : !audio
    dsp.yield %neg : (!audio) -> ()
  }
  dsp.output %part, %x : (!audio, !audio) -> ()
}
// CHECK-LABEL: dsp.program @effect {kind = "effect", voices = 0, flags = 0, params = [], latency = 64, tail = 0.5, input_buses = [{name = "key", channels = 1, sidechain}]} {
// CHECK-NEXT:    ^bb0(%x: !dsp.signal<f32, audio>):
// CHECK-NEXT:    %p = dsp.param {info = {id = "p", name = "P", min = 0.0, labels = "a\0Ab\0A", flags = 1}, smooth = 0.02} : !dsp.signal<f32, control>
// CHECK-NEXT:    %c = dsp.control %p {mode = "glide"} : (!dsp.signal<f32, control>) -> !dsp.signal<f32, audio>
// CHECK-NEXT:    %wheel = dsp.controller {number = 1, default = 0.0} : !dsp.signal<f32, control>
// CHECK-NEXT:    %song = dsp.transport {field = "tempo"} : !dsp.signal<f32, control>
// CHECK-NEXT:    %keyed = dsp.connected {bus = "key"} : !dsp.signal<i1, control>
// CHECK-NEXT:    %shown = dsp.meter %c {label = "level", channel = "0"} : !dsp.signal<f32, audio>
// CHECK-NEXT:    %rate = dsp.sample_rate : !dsp.signal<f64, init>
// CHECK-NEXT:    %now = dsp.frame : !dsp.signal<ui32, audio>
// CHECK:         %ramp = dsp.phasor %step {phase = 0.25} : (!dsp.signal<f32, const>) -> !dsp.signal<f32, audio>
// CHECK:         %sync = dsp.phasor %step, %high {phase = 0.0} : (!dsp.signal<f32, const>, !dsp.signal<i1, audio>) -> !dsp.signal<f32, audio>
// CHECK:         %noise = dsp.noise %key : (!dsp.signal<ui32, const>) -> !dsp.signal<f32, audio>
// CHECK-NEXT:    %late = dsp.delay %x, %c {max_samples = 100, max_seconds = 0.5, min_samples = 0, interpolation = "linear"} : !dsp.signal<f32, audio>
// CHECK-NEXT:    dsp.line @shared %x {max_samples = 100, max_seconds = 0.5, min_samples = 1} : (!dsp.signal<f32, audio>) -> ()
// CHECK-NEXT:    %tap = dsp.delay %x, %c {max_samples = 9, max_seconds = 0.0, min_samples = 0, interpolation = "thiran", line = @shared} : !dsp.signal<f32, audio>
// CHECK-NEXT:    %low = dsp.biquads %x, %c, %c, %c, %c, %c : !dsp.signal<f32, audio>
// CHECK:         %v = dsp.lookup @curve %i {size = 3} : (!dsp.signal<i32, const>) -> !dsp.signal<f32, const>
// CHECK-NEXT:    %safe = dsp.sanitize %late {limit = 1000000.0} : !dsp.signal<f32, audio>
// CHECK-NEXT:    %loop, %more = dsp.feedback {initial = [0.000000e+00 : f32]} : () -> (!dsp.signal<f32, audio>, !dsp.signal<f32, audio>) {
// CHECK-NEXT:    ^bb{{.*}}(%before: !dsp.signal<f32, audio>):
// CHECK-NEXT:      %sum = dsp.add %before, %safe
// CHECK-NEXT:      dsp.yield %sum, %before : (!dsp.signal<f32, audio>, !dsp.signal<f32, audio>) -> ()
// CHECK-NEXT:    }
// CHECK-NEXT:    %bank = dsp.bank {count = 3, width = 1} : !dsp.signal<f32, audio, 3> {
// CHECK-NEXT:    ^bb{{.*}}(%n: !dsp.signal<i32, const>):
// CHECK-NEXT:      %own = dsp.lanes {values = array<f32: 1.000000e+00, 2.000000e+00, 3.000000e+00>} : !dsp.signal<f32, const>
// CHECK:         %mix = dsp.reduce %bank {kind = "add", count = 3} : (!dsp.signal<f32, audio, 3>) -> !dsp.signal<f32, audio>
// CHECK-NEXT:    %part = dsp.scope {label = "a part"} : !dsp.signal<f32, audio> {
// CHECK-NEXT:      %neg = dsp.neg %mix
// CHECK-NEXT:      dsp.yield %neg
// CHECK-NEXT:    }
// CHECK-NEXT:    dsp.output %part, %x : (!dsp.signal<f32, audio>, !dsp.signal<f32, audio>) -> ()

dsp.program @instrument {kind = "instrument", voices = 4, flags = 1} {
  %mix = dsp.voices {count = 8, width = 4} : () -> !audio {
    %gate = dsp.note {field = "gate"} : !dsp.signal<vector<4xi1>, control>
    %c = dsp.control %gate {mode = "hold"} : (!dsp.signal<vector<4xi1>, control>) -> !dsp.signal<vector<4xi1>, audio>
    %n = dsp.frame : !dsp.signal<ui32, audio>
    %t = dsp.convert %n : (!dsp.signal<ui32, audio>) -> !audio
    %x = dsp.splat %t : (!audio) -> !dsp.signal<vector<4xf32>, audio>
    %time = dsp.constant 0.05 : !dsp.signal<f32, const>
    %pitch = dsp.portamento %time : (!dsp.signal<f32, const>) -> !dsp.signal<vector<4xf32>, control>
    %end = dsp.voice_end %x, %c {has_finish = 1, has_level = 1} : (!dsp.signal<vector<4xf32>, audio>, !dsp.signal<vector<4xi1>, audio>) -> !dsp.signal<vector<4xf32>, audio>
    dsp.yield %end : (!dsp.signal<vector<4xf32>, audio>) -> ()
  }
  dsp.output %mix : (!audio) -> () loc("lead.py":12:5)
}
// CHECK-LABEL: dsp.program @instrument {kind = "instrument", voices = 4, flags = 1} {
// CHECK-NEXT:    %mix = dsp.voices {count = 8, width = 4} : !dsp.signal<f32, audio> {
// CHECK-NEXT:      %gate = dsp.note {field = "gate"} : !dsp.signal<vector<4xi1>, control>
// CHECK:           %x = dsp.splat %t : (!dsp.signal<f32, audio>) -> !dsp.signal<vector<4xf32>, audio>
// CHECK:           %pitch = dsp.portamento %time : (!dsp.signal<f32, const>) -> !dsp.signal<vector<4xf32>, control>
// CHECK-NEXT:      %end = dsp.voice_end %x, %c {has_finish = 1, has_level = 1}

// Locations are read back: given ones, and those of the lines of this file.
// LOC:         %y = dsp.mul %loop, %own {{.*}} loc("{{.*}}dsp_graph.mlir":46:5)
// LOC:         dsp.output %mix : (!dsp.signal<f32, audio>) -> () loc("lead.py":12:5)
