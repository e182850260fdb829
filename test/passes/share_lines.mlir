// RUN: dspopt %s -p "share-lines" --split-input-file | filecheck %s
// RUN: dspopt %s -p "share-lines,expand-primitives" --split-input-file --verify-each | filecheck %s --check-prefix EXPANDED

// Delays of one signal read one line, as long as the longest. Beyond their own longest they read nothing.
!audio = !dsp.signal<f32, audio>
!n = !dsp.signal<i32, const>
dsp.program @taps {kind = "effect"} {
^bb0(%x: !audio):
  %short = dsp.constant 3 : !n
  %long = dsp.constant 700 : !n
  %a = dsp.delay %x, %short {max_samples = 3, max_seconds = 0.0, min_samples = 3, interpolation = "none"} : (!audio, !n) -> !audio
  %b = dsp.delay %x, %long {max_samples = 10, max_seconds = 0.5, min_samples = 0, interpolation = "none"} : (!audio, !n) -> !audio
  %y = dsp.add %a, %b : !audio
  %c = dsp.delay %y, %long {max_samples = 700, max_seconds = 0.0, min_samples = 700, interpolation = "none"} : (!audio, !n) -> !audio
  dsp.output %c : (!audio) -> ()
}
// CHECK-LABEL: @taps
// CHECK-NEXT:  ^bb0
// CHECK-NEXT:    dsp.line @line_0 %x {max_samples = 10, max_seconds = 0.5, min_samples = 1} : (!dsp.signal<f32, audio>) -> ()
// CHECK:         %a = dsp.delay %x, %short {{.*}}, line = @line_0}
// CHECK-NEXT:    %b = dsp.delay %x, %long {{.*}}, line = @line_0}
// CHECK:         %c = dsp.delay %y, %long {max_samples = 700, max_seconds = 0.0, min_samples = 700, interpolation = "none"}
// EXPANDED-LABEL: @taps
// EXPANDED-NEXT:  ^bb0
// EXPANDED-NEXT:  rt.line @line_0 {type = f32, dims = [], max_samples = 10, max_seconds = 0.5, min_samples = 1}
// EXPANDED-NEXT:  rt.line @line_1 {type = f32, dims = [], max_samples = 700,
// EXPANDED:       rt.line_write @line_0
// EXPANDED-NOT:   rt.line_write @line_0
// EXPANDED:       [[SECONDS:%.*]] = dsp.mul {{.*}} : (!dsp.signal<f64, init>, !dsp.signal<f64, const>)
// EXPANDED-NEXT:  [[UP:%.*]] = dsp.ceil [[SECONDS]]
// EXPANDED-NEXT:  [[WHOLE:%.*]] = dsp.convert [[UP]]
// EXPANDED-NEXT:  dsp.add [[WHOLE]], {{.*}}
// EXPANDED:       rt.line_write @line_1

// -----

// The lanes of a bank that delay a signal from outside have one line there. What differs from lane to lane has a line
// for each.
!audio = !dsp.signal<f32, audio>
!n = !dsp.signal<i32, const>
!f = !dsp.signal<f32, const>
dsp.program @bank {kind = "effect"} {
^bb0(%x: !audio):
  %bank = dsp.bank {count = 64, width = 8} : () -> !dsp.signal<vector<8xf32>, audio, 8> {
  ^bb1(%i: !dsp.signal<vector<8xi32>, const>):
    %all = dsp.splat %x : (!audio) -> !dsp.signal<vector<8xf32>, audio>
    %y = dsp.delay %all, %i {max_samples = 63, max_seconds = 0.0, min_samples = 0, interpolation = "none"} : (!dsp.signal<vector<8xf32>, audio>, !dsp.signal<vector<8xi32>, const>) -> !dsp.signal<vector<8xf32>, audio>
    %z = dsp.delay %y, %i {max_samples = 63, max_seconds = 0.0, min_samples = 0, interpolation = "none"} : (!dsp.signal<vector<8xf32>, audio>, !dsp.signal<vector<8xi32>, const>) -> !dsp.signal<vector<8xf32>, audio>
    dsp.yield %z : (!dsp.signal<vector<8xf32>, audio>) -> ()
  }
  %sum = dsp.reduce %bank {kind = "add", count = 64} : (!dsp.signal<vector<8xf32>, audio, 8>) -> !audio
  dsp.output %sum : (!audio) -> ()
}
// CHECK-LABEL: @bank
// CHECK-NEXT:  ^bb0
// CHECK-NEXT:    dsp.line @line_0 %x {max_samples = 63, max_seconds = 0.0, min_samples = 1}
// CHECK-NEXT:    %bank = dsp.bank
// CHECK:           %y = dsp.delay %all, %i {{.*}}, line = @line_0}
// CHECK-NEXT:      %z = dsp.delay %y, %i {max_samples = 63, max_seconds = 0.0, min_samples = 0, interpolation = "none"} :
// EXPANDED-LABEL: @bank
// EXPANDED-NEXT:  ^bb0
// EXPANDED-NEXT:  rt.line @line_0 {type = f32, dims = [], max_samples = 63,
// EXPANDED-NEXT:  rt.line @line_1 {type = vector<8xf32>, dims = [8], max_samples = 63,
// EXPANDED:       rt.line_read @line_0 {{.*}} : (!dsp.signal<vector<8xi32>, const>) -> !dsp.signal<vector<8xf32>, audio>

// -----

// A feedback is put back as a whole: no line is shared across its border. In it, short lines and long ones stay
// apart; an inner feedback belongs to it.
!audio = !dsp.signal<f32, audio>
!n = !dsp.signal<i32, const>
dsp.program @feedback {kind = "effect"} {
^bb0(%x: !audio):
  %n = dsp.constant 20 : !n
  %out = dsp.delay %x, %n {max_samples = 20, max_seconds = 0.0, min_samples = 20, interpolation = "none"} : (!audio, !n) -> !audio
  %s = dsp.feedback {initial = [0.0 : f32]} : () -> !audio {
  ^bb1(%before: !audio):
    %a = dsp.delay %x, %n {max_samples = 20, max_seconds = 0.0, min_samples = 20, interpolation = "none"} : (!audio, !n) -> !audio
    %t = dsp.feedback {initial = [0.0 : f32]} : () -> !audio {
    ^bb2(%inner: !audio):
      %b = dsp.delay %x, %n {max_samples = 99, max_seconds = 0.0, min_samples = 20, interpolation = "none"} : (!audio, !n) -> !audio
      %c = dsp.delay %x, %n {max_samples = 20, max_seconds = 0.0, min_samples = 3, interpolation = "none"} : (!audio, !n) -> !audio
      %bc = dsp.add %b, %c : !audio
      dsp.yield %bc : (!audio) -> ()
    }
    %y = dsp.add %a, %t : !audio
    dsp.yield %y : (!audio) -> ()
  }
  dsp.output %out, %s : (!audio, !audio) -> ()
}
// CHECK-LABEL: @feedback
// CHECK:         %out = dsp.delay {{.*}}interpolation = "none"} :
// CHECK-NEXT:    %s = dsp.feedback
// CHECK-NEXT:    ^bb{{.*}}(%before
// CHECK-NEXT:      dsp.line @line_0 %x {max_samples = 99, max_seconds = 0.0, min_samples = 20}
// CHECK-NEXT:      %a = dsp.delay {{.*}}, line = @line_0}
// CHECK:             %b = dsp.delay {{.*}}, line = @line_0}
// CHECK-NEXT:        %c = dsp.delay {{.*}}interpolation = "none"} :

// -----

// Nor across the border of voices: there each voice begins anew.
!audio = !dsp.signal<f32, audio>
!wide = !dsp.signal<vector<4xf32>, audio>
!n = !dsp.signal<vector<4xi32>, const>
dsp.program @voices {kind = "instrument", voices = 4, flags = 0} {
  %n = dsp.constant 20 : !dsp.signal<i32, const>
  %step = dsp.constant 0.1 : !dsp.signal<f32, const>
  %x = dsp.phasor %step {phase = 0.25} : (!dsp.signal<f32, const>) -> !audio
  %out = dsp.delay %x, %n {max_samples = 20, max_seconds = 0.0, min_samples = 20, interpolation = "none"} : (!audio, !dsp.signal<i32, const>) -> !audio
  %mix = dsp.voices {count = 8, width = 4} : () -> !audio {
    %all = dsp.splat %x : (!audio) -> !wide
    %m = dsp.constant 20 : !n
    %k = dsp.constant 30 : !n
    %a = dsp.delay %all, %m {max_samples = 20, max_seconds = 0.0, min_samples = 20, interpolation = "none"} : (!wide, !n) -> !wide
    %b = dsp.delay %all, %k {max_samples = 30, max_seconds = 0.0, min_samples = 30, interpolation = "none"} : (!wide, !n) -> !wide
    %ab = dsp.add %a, %b : !wide
    dsp.yield %ab : (!wide) -> ()
  }
  dsp.output %mix, %out : (!audio, !audio) -> ()
}
// CHECK-LABEL: @voices
// CHECK:         %out = dsp.delay {{.*}}interpolation = "none"} :
// CHECK-NEXT:    %mix = dsp.voices
// CHECK-NEXT:      dsp.line @line_0 %x {max_samples = 30, max_seconds = 0.0, min_samples = 20}
// CHECK:           %a = dsp.delay {{.*}}, line = @line_0}
// CHECK-NEXT:      %b = dsp.delay {{.*}}, line = @line_0}
// EXPANDED-LABEL: @voices
// EXPANDED:       rt.line @line_{{.*}} {type = vector<4xf32>, dims = [2], max_samples = 30, max_seconds = 0.0, min_samples = 20, voice}
