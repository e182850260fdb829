// RUN: dspopt %s -p "inline" --split-input-file --verify-each | filecheck %s
// RUN: dspopt %s -p "inline{only=outer}" --split-input-file --verify-each | filecheck %s --check-prefix ONLY

// Scopes dissolve, those inside others too; their operations keep their order.
!audio = !dsp.signal<f32, audio>
dsp.program @nested {kind = "effect"} {
^bb0(%x: !audio):
  %a, %b = dsp.scope {label = "outer"} : () -> (!audio, !audio) {
    %twice = dsp.add %x, %x : !audio
    %c = dsp.scope {label = "inner"} : () -> !audio {
      %square = dsp.mul %twice, %twice : !audio
      dsp.yield %square : (!audio) -> ()
    }
    dsp.yield %c, %x : (!audio, !audio) -> ()
  }
  %y = dsp.sub %a, %b : !audio
  dsp.output %y : (!audio) -> ()
}
// CHECK-LABEL: @nested
// CHECK-NEXT:    ^bb0(%x: !dsp.signal<f32, audio>):
// CHECK-NEXT:    %twice = dsp.add %x, %x
// CHECK-NEXT:    %square = dsp.mul %twice, %twice
// CHECK-NEXT:    %y = dsp.sub %square, %x
// CHECK-NEXT:    dsp.output %y

// ONLY-LABEL: @nested
// ONLY:         %twice = dsp.add %x, %x
// ONLY-NEXT:    %c = dsp.scope {label = "inner"}
// ONLY-NEXT:      %square = dsp.mul
// ONLY-NEXT:      dsp.yield %square
// ONLY-NEXT:    }
// ONLY-NEXT:    %y = dsp.sub %c, %x

// -----

// In voices, banks and feedbacks as well. Those stay: they are no scopes.
!audio = !dsp.signal<f32, audio>
dsp.program @bodies {kind = "instrument"} {
  %mix = dsp.voices {count = 2, width = 1} : () -> !audio {
    %bank = dsp.bank {count = 2, width = 1} : () -> !dsp.signal<f32, audio, 2> {
    ^bb0(%i: !dsp.signal<i32, const>):
      %f = dsp.feedback {initial = [0.0 : f32]} : () -> !audio {
      ^bb1(%before: !audio):
        %s = dsp.scope {label = "other"} : () -> !audio {
          %neg = dsp.neg %before : !audio
          dsp.yield %neg : (!audio) -> ()
        }
        dsp.yield %s : (!audio) -> ()
      }
      dsp.yield %f : (!audio) -> ()
    }
    %sum = dsp.reduce %bank {kind = "add", count = 2} : (!dsp.signal<f32, audio, 2>) -> !audio
    dsp.yield %sum : (!audio) -> ()
  }
  dsp.output %mix : (!audio) -> ()
}
// CHECK-LABEL: @bodies
// CHECK:         dsp.voices
// CHECK:           dsp.bank
// CHECK:             dsp.feedback
// CHECK-NEXT:          ^bb{{.*}}(%before: !dsp.signal<f32, audio>):
// CHECK-NEXT:          %neg = dsp.neg %before
// CHECK-NEXT:          dsp.yield %neg

// Another label is left alone.
// ONLY-LABEL: @bodies
// ONLY:         dsp.scope {label = "other"}

// -----

dsp.program @nothing {kind = "effect"} {
^bb0(%x: !dsp.signal<f32, audio>):
  %y = dsp.neg %x : !dsp.signal<f32, audio>
  dsp.output %y : (!dsp.signal<f32, audio>) -> ()
}
// CHECK-LABEL: @nothing
// CHECK:         %y = dsp.neg %x
// CHECK-NEXT:    dsp.output %y
