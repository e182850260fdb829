// RUN: dspopt %s -p "unroll-oscillators{max=8}" --split-input-file --verify-each | filecheck %s
// RUN: dspopt %s -p "unroll-oscillators{max=2 width=4}" --split-input-file --verify-each | filecheck %s --check-prefix LANES

// Copies, each with its own constants and state; three are added as (0 + 2) + 1: lanes 0 and 2 are partners in the
// halving tree of four, lane 1 has none and is passed by.
!audio = !dsp.signal<f32, audio>
!f = !dsp.signal<f32, const>
!i = !dsp.signal<i32, const>
dsp.program @three {kind = "effect"} {
^bb0(%x: !audio):
  %bank = dsp.bank {count = 3, width = 1} : () -> !dsp.signal<f32, audio, 3> {
  ^bb1(%i: !i):
    %step = dsp.lanes {values = array<f32: 0.1, 0.2, 0.3>} : !f
    %n = dsp.convert %i : (!i) -> !f
    %ramp = dsp.phasor %step {phase = 0.0} : (!f) -> !audio
    %y = dsp.mul %ramp, %n : (!audio, !f) -> !audio
    dsp.yield %y : (!audio) -> ()
  }
  %sum = dsp.reduce %bank {kind = "add", count = 3} : (!dsp.signal<f32, audio, 3>) -> !audio
  %most = dsp.reduce %bank {kind = "max", count = 3} : (!dsp.signal<f32, audio, 3>) -> !audio
  %out = dsp.add %sum, %most : !audio
  dsp.output %out : (!audio) -> ()
}
// CHECK-LABEL: @three
// CHECK-NOT:     dsp.{{bank|lanes|reduce}}
// CHECK:         [[I0:%.*]] = dsp.constant 0 : !dsp.signal<i32, const>
// CHECK-NEXT:    [[S0:%.*]] = dsp.constant 0.1 : !dsp.signal<f32, const>
// CHECK-NEXT:    [[N0:%.*]] = dsp.convert [[I0]]
// CHECK-NEXT:    [[R0:%.*]] = dsp.phasor [[S0]]
// CHECK-NEXT:    [[Y0:%.*]] = dsp.mul [[R0]], [[N0]]
// CHECK-NEXT:    [[I1:%.*]] = dsp.constant 1
// CHECK-NEXT:    [[S1:%.*]] = dsp.constant 0.2
// CHECK:         [[Y1:%.*]] = dsp.mul
// CHECK-NEXT:    [[I2:%.*]] = dsp.constant 2
// CHECK-NEXT:    [[S2:%.*]] = dsp.constant 0.3
// CHECK:         [[Y2:%.*]] = dsp.mul
// CHECK-NEXT:    [[A:%.*]] = dsp.add [[Y0]], [[Y2]]
// CHECK-NEXT:    %sum = dsp.add [[A]], [[Y1]]
// CHECK-NEXT:    [[B:%.*]] = dsp.max [[Y0]], [[Y2]]
// CHECK-NEXT:    %most = dsp.max [[B]], [[Y1]]
// CHECK-NEXT:    %out = dsp.add %sum, %most

// Three lanes do not fill a vector of four: the bank stays a loop, and says why.
// LANES-LABEL: @three
// LANES:         dsp.bank {count = 3, width = 1, refused = "copies: 3 copies are more than 2; lanes: 3 lanes do not fill a vector of 4"}
// LANES:         dsp.lanes {values = array<f32: 1.000000e-01, 2.000000e-01, 3.000000e-01>}

// -----

// One copy is its own sum.
!audio = !dsp.signal<f32, audio>
dsp.program @one {kind = "effect"} {
^bb0(%x: !audio):
  %bank = dsp.bank {count = 1, width = 1} : () -> !dsp.signal<f32, audio, 1> {
  ^bb1(%i: !dsp.signal<i32, const>):
    %y = dsp.neg %x : !audio
    dsp.yield %y : (!audio) -> ()
  }
  %sum = dsp.reduce %bank {kind = "add", count = 1} : (!dsp.signal<f32, audio, 1>) -> !audio
  dsp.output %sum : (!audio) -> ()
}
// CHECK-LABEL: @one
// CHECK:         [[Y:%.*]] = dsp.neg %x
// CHECK-NEXT:    dsp.output [[Y]]

// LANES-LABEL: @one
// LANES:         [[Y:%.*]] = dsp.neg %x
// LANES-NEXT:    dsp.output [[Y]]

// -----

// Seven: (0+4)+(2+6), (1+5)+3.
!audio = !dsp.signal<f32, audio>
!lanes = !dsp.signal<f32, audio, 7>
dsp.program @seven {kind = "effect"} {
^bb0(%x: !audio):
  %bank = dsp.bank {count = 7, width = 1} : () -> !lanes {
  ^bb1(%i: !dsp.signal<i32, const>):
    %y = dsp.neg %x : !audio
    dsp.yield %y : (!audio) -> ()
  }
  %sum = dsp.reduce %bank {kind = "mul", count = 7} : (!lanes) -> !audio
  dsp.output %sum : (!audio) -> ()
}
// CHECK-LABEL: @seven
// CHECK:         [[Y0:%.*]] = dsp.neg
// CHECK:         [[Y1:%.*]] = dsp.neg
// CHECK:         [[Y2:%.*]] = dsp.neg
// CHECK:         [[Y3:%.*]] = dsp.neg
// CHECK:         [[Y4:%.*]] = dsp.neg
// CHECK:         [[Y5:%.*]] = dsp.neg
// CHECK:         [[Y6:%.*]] = dsp.neg
// CHECK-NEXT:    [[A0:%.*]] = dsp.mul [[Y0]], [[Y4]]
// CHECK-NEXT:    [[A1:%.*]] = dsp.mul [[Y1]], [[Y5]]
// CHECK-NEXT:    [[A2:%.*]] = dsp.mul [[Y2]], [[Y6]]
// CHECK-NEXT:    [[B0:%.*]] = dsp.mul [[A0]], [[A2]]
// CHECK-NEXT:    [[B1:%.*]] = dsp.mul [[A1]], [[Y3]]
// CHECK-NEXT:    %sum = dsp.mul [[B0]], [[B1]]

// Two turns of four lanes; what comes from outside is the same in all lanes. The array has two elements, the sum
// still counts seven.
// LANES-LABEL: @seven
// LANES:         %bank = dsp.bank {count = 7, width = 4} : !dsp.signal<vector<4xf32>, audio, 2> {
// LANES-NEXT:    ^bb{{.*}}(%i: !dsp.signal<vector<4xi32>, const>):
// LANES-NEXT:      [[X:%.*]] = dsp.splat %x : (!dsp.signal<f32, audio>) -> !dsp.signal<vector<4xf32>, audio>
// LANES-NEXT:      %y = dsp.neg [[X]] : !dsp.signal<vector<4xf32>, audio>
// LANES:         dsp.reduce %bank {kind = "mul", count = 7} : (!dsp.signal<vector<4xf32>, audio, 2>) -> !dsp.signal<f32, audio>

// -----

// Eight: 0+4, 1+5, 2+6, 3+7, then the halves of those.
!audio = !dsp.signal<f32, audio>
!lanes = !dsp.signal<f32, audio, 8>
!f = !dsp.signal<f32, const>
dsp.program @eight {kind = "effect"} {
^bb0(%x: !audio):
  %bank = dsp.bank {count = 8, width = 1} : () -> !lanes {
  ^bb1(%i: !dsp.signal<i32, const>):
    %gain = dsp.lanes {values = array<f32: 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0>} : !f
    %s = dsp.feedback {initial = [0.5 : f32]} : () -> !audio {
    ^bb2(%before: !audio):
      %inner = dsp.lanes {values = array<f32: 9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0>} : !f
      %m = dsp.mul %before, %inner : (!audio, !f) -> !audio
      dsp.yield %m : (!audio) -> ()
    }
    %y = dsp.mul %s, %gain : (!audio, !f) -> !audio
    dsp.yield %y : (!audio) -> ()
  }
  %sum = dsp.reduce %bank {kind = "add", count = 8} : (!lanes) -> !audio
  dsp.output %sum : (!audio) -> ()
}
// CHECK-LABEL: @eight
// CHECK:         dsp.constant 0 : !dsp.signal<i32, const>
// CHECK-NEXT:    [[G0:%.*]] = dsp.constant 1.0
// CHECK-NEXT:    [[S0:%.*]] = dsp.feedback {initial = [5.000000e-01 : f32]}
// CHECK:           dsp.constant 9.0
// CHECK:         [[Y0:%.*]] = dsp.mul [[S0]], [[G0]]
// CHECK-NEXT:    dsp.constant 1 : !dsp.signal<i32, const>
// CHECK-NEXT:    [[G1:%.*]] = dsp.constant 2.0
// CHECK-NEXT:    [[S1:%.*]] = dsp.feedback
// CHECK:           dsp.constant 8.0
// CHECK:         [[Y1:%.*]] = dsp.mul [[S1]], [[G1]]
// CHECK:         dsp.constant 7 : !dsp.signal<i32, const>
// CHECK-NEXT:    [[G7:%.*]] = dsp.constant 8.0
// CHECK-NEXT:    [[S7:%.*]] = dsp.feedback
// CHECK:           dsp.constant 2.0
// CHECK:         [[Y7:%.*]] = dsp.mul [[S7]], [[G7]]
// CHECK-NEXT:    [[A0:%.*]] = dsp.add [[Y0]], {{.*}} :
// CHECK-NEXT:    [[A1:%.*]] = dsp.add [[Y1]], {{.*}} :
// CHECK-NEXT:    [[A2:%.*]] = dsp.add {{.*}} :
// CHECK-NEXT:    [[A3:%.*]] = dsp.add {{.*}}, [[Y7]] :
// CHECK-NEXT:    [[B0:%.*]] = dsp.add [[A0]], [[A2]]
// CHECK-NEXT:    [[B1:%.*]] = dsp.add [[A1]], [[A3]]
// CHECK-NEXT:    %sum = dsp.add [[B0]], [[B1]]

// Constants of lanes become vectors, also in a body inside the bank's.
// LANES-LABEL: @eight
// LANES:         dsp.bank {count = 8, width = 4} : !dsp.signal<vector<4xf32>, audio, 2>
// LANES:           %gain = dsp.lanes {values = {{.*}}} : !dsp.signal<vector<4xf32>, const>
// LANES-NEXT:      %s = dsp.feedback {initial = [5.000000e-01 : f32]} : !dsp.signal<vector<4xf32>, audio>
// LANES-NEXT:      ^bb{{.*}}(%before: !dsp.signal<vector<4xf32>, audio>):
// LANES-NEXT:        %inner = dsp.lanes {values = {{.*}}} : !dsp.signal<vector<4xf32>, const>
// LANES-NEXT:        %m = dsp.mul %before, %inner

// -----

// Many lanes, or many operations, are not copied. In the voices lanes belong to the voices.
!audio = !dsp.signal<f32, audio>
!nine = !dsp.signal<f32, audio, 9>
dsp.program @refused {kind = "instrument"} {
  %mix = dsp.voices {count = 4, width = 1} : () -> !audio {
    %key = dsp.constant 1 : !dsp.signal<ui32, const>
    %bank = dsp.bank {count = 9, width = 1} : () -> !nine {
    ^bb0(%i: !dsp.signal<i32, const>):
      %y = dsp.noise %key : (!dsp.signal<ui32, const>) -> !audio
      dsp.yield %y : (!audio) -> ()
    }
    %sum = dsp.reduce %bank {kind = "add", count = 9} : (!nine) -> !audio
    dsp.yield %sum : (!audio) -> ()
  }
  dsp.output %mix : (!audio) -> ()
}
// CHECK-LABEL: @refused
// CHECK:         dsp.bank {count = 9, width = 1, refused = "copies: 9 copies are more than 8; lanes: the target has none"}
// CHECK:         %sum = dsp.reduce %bank

// LANES-LABEL: @refused
// LANES:         dsp.bank {count = 9, width = 1, refused = "copies: 9 copies are more than 2; lanes: the voices have them"}

// -----

// Banks in banks: the inner one goes first. Two copies of two are four; with lanes nested banks stay loops.
!audio = !dsp.signal<f32, audio>
!two = !dsp.signal<f32, audio, 2>
!five = !dsp.signal<f32, audio, 5>
!i = !dsp.signal<i32, const>
dsp.program @nested {kind = "effect"} {
^bb0(%x: !audio):
  %outer = dsp.bank {count = 2, width = 1} : () -> !two {
  ^bb1(%i: !i):
    %inner = dsp.bank {count = 2, width = 1} : () -> !two {
    ^bb2(%j: !i):
      %ij = dsp.add %i, %j : !i
      %n = dsp.convert %ij : (!i) -> !dsp.signal<f32, const>
      %y = dsp.mul %x, %n : (!audio, !dsp.signal<f32, const>) -> !audio
      dsp.yield %y : (!audio) -> ()
    }
    %sum = dsp.reduce %inner {kind = "add", count = 2} : (!two) -> !audio
    dsp.yield %sum : (!audio) -> ()
  }
  %all = dsp.reduce %outer {kind = "add", count = 2} : (!two) -> !audio

  %loops = dsp.bank {count = 5, width = 1} : () -> !five {
  ^bb3(%k: !i):
    %more = dsp.bank {count = 5, width = 1} : () -> !five {
    ^bb4(%l: !i):
      %z = dsp.neg %x : !audio
      dsp.yield %z : (!audio) -> ()
    }
    %sum2 = dsp.reduce %more {kind = "add", count = 5} : (!five) -> !audio
    dsp.yield %sum2 : (!audio) -> ()
  }
  %rest = dsp.reduce %loops {kind = "add", count = 5} : (!five) -> !audio
  dsp.output %all, %rest : (!audio, !audio) -> ()
}
// CHECK-LABEL: @nested
// CHECK-NOT:     dsp.bank
// CHECK-COUNT-4: dsp.mul %x
// CHECK:         %all = dsp.add
// CHECK-COUNT-25: dsp.neg %x
// CHECK:         %rest = dsp.add

// LANES-LABEL: @nested
// LANES-NOT:     dsp.bank {count = 2
// LANES:         dsp.bank {count = 5, width = 1, refused = "copies: 5 copies are more than 2; lanes: banks are nested"}
// LANES:           dsp.bank {count = 5, width = 1, refused = "copies: 5 copies are more than 2; lanes: banks are nested"}

// -----

// Copies of a bank that someone needs as an array are put together again; a bank whose body reduces another gets no lanes.
!audio = !dsp.signal<f32, audio>
!four = !dsp.signal<f32, audio, 4>
!i = !dsp.signal<i32, const>
dsp.program @arrays {kind = "effect"} {
^bb0(%x: !audio):
  %a = dsp.bank {count = 4, width = 1} : () -> !four {
  ^bb1(%i: !i):
    %y = dsp.neg %x : !audio
    dsp.yield %y : (!audio) -> ()
  }
  %both = dsp.scope {label = "array"} : () -> !four {
    dsp.yield %a : (!four) -> ()
  }
  %b = dsp.bank {count = 4, width = 1} : () -> !four {
  ^bb2(%j: !i):
    %other = dsp.reduce %both {kind = "add", count = 4} : (!four) -> !audio
    dsp.yield %other : (!audio) -> ()
  }
  %sum = dsp.reduce %b {kind = "add", count = 4} : (!four) -> !audio
  dsp.output %sum : (!audio) -> ()
}
// CHECK-LABEL: @arrays
// CHECK-COUNT-4: dsp.neg %x
// CHECK:         %a = dsp.stack
// CHECK-NOT:     dsp.bank

// LANES-LABEL: @arrays
// LANES:         %a = dsp.bank {count = 4, width = 1, refused = "copies: 4 copies are more than 2; lanes: its lanes are used as an array"}
// LANES:         %b = dsp.bank {count = 4, width = 1, refused = "copies: 4 copies are more than 2; lanes: it reduces another bank"}

// -----

dsp.program @nothing {kind = "effect"} {
^bb0(%x: !dsp.signal<f32, audio>):
  %y = dsp.neg %x : !dsp.signal<f32, audio>
  dsp.output %y : (!dsp.signal<f32, audio>) -> ()
}
// CHECK-LABEL: @nothing
// CHECK:         %y = dsp.neg %x
// CHECK-NEXT:    dsp.output %y

// LANES-LABEL: @nothing
// LANES:         %y = dsp.neg %x
