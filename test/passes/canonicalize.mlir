// RUN: dspopt %s -p "canonicalize" --split-input-file --verify-each | filecheck %s

// What leaves every bit as it is: x*1, 1*x, x/1, x-0, x+(-0).
!audio = !dsp.signal<f32, audio>
dsp.program @neutral {kind = "effect"} {
^bb0(%x: !audio):
  %one = dsp.constant 1.0 : !audio
  %zero = dsp.constant 0.0 : !audio
  %minus = dsp.constant -0.0 : !audio
  %a = dsp.mul %x, %one : !audio
  %b = dsp.mul %one, %a : !audio
  %c = dsp.div %b, %one : !audio
  %d = dsp.sub %c, %zero : !audio
  %e = dsp.add %d, %minus : !audio
  %f = dsp.add %minus, %e : !audio
  dsp.output %f : (!audio) -> ()
}
// CHECK-LABEL: @neutral
// CHECK-NEXT:    ^bb0(%x
// CHECK-NEXT:    dsp.output %x

// -----

// What does not: x+0 turns -0 into 0, x*0 is NaN for an infinite x, x-(-0), x/x, 1/x.
!audio = !dsp.signal<f32, audio>
dsp.program @not_neutral {kind = "effect"} {
^bb0(%x: !audio):
  %one = dsp.constant 1.0 : !audio
  %zero = dsp.constant 0.0 : !audio
  %minus = dsp.constant -0.0 : !audio
  %a = dsp.add %x, %zero : !audio
  %b = dsp.mul %a, %zero : !audio
  %c = dsp.sub %b, %minus : !audio
  %d = dsp.div %c, %x : !audio
  %e = dsp.div %one, %d : !audio
  %f = dsp.sub %x, %x : !audio
  dsp.output %e, %f : (!audio, !audio) -> ()
}
// CHECK-LABEL: @not_neutral
// CHECK:         %a = dsp.add %x, %zero
// CHECK-NEXT:    %b = dsp.mul %a, %zero
// CHECK-NEXT:    %c = dsp.sub %b, %minus
// CHECK-NEXT:    %d = dsp.div %c, %x
// CHECK-NEXT:    %e = dsp.div %one, %d
// CHECK-NEXT:    %f = dsp.sub %x, %x

// -----

// Integers have one zero. A choice that is known is made; a choice between equal things is none.
!i = !dsp.signal<i32, audio>
!bool = !dsp.signal<i1, audio>
dsp.program @integers {kind = "effect"} {
  %frame = dsp.frame : !dsp.signal<ui32, audio>
  %n = dsp.convert %frame : (!dsp.signal<ui32, audio>) -> !i
  %zero = dsp.constant 0 : !i
  %yes = dsp.constant true : !bool
  %no = dsp.constant false : !bool
  %a = dsp.add %n, %zero : !i
  %b = dsp.shl %a, %zero : !i
  %c = dsp.select %yes, %b, %zero : (!bool, !i, !i) -> !i
  %d = dsp.select %no, %zero, %c : (!bool, !i, !i) -> !i
  %positive = dsp.lt %zero, %d : (!i, !i) -> !bool
  %e = dsp.select %positive, %d, %d : (!bool, !i, !i) -> !i
  dsp.output %e : (!i) -> ()
}
// CHECK-LABEL: @integers
// CHECK:         %n = dsp.convert
// CHECK-NEXT:    dsp.output %n

// -----

// Arithmetic on constants, in their own type; overflow gives infinity. What is unused goes.
!f = !dsp.signal<f32, const>
dsp.program @constants {kind = "effect"} {
  %big = dsp.constant 3.0e38 : !f
  %inf = dsp.add %big, %big : !f
  %small = dsp.constant 1.0e-30 : !f
  %none = dsp.mul %small, %small : !f
  %unused = dsp.mul %big, %small : !f
  dsp.output %inf, %none : (!f, !f) -> ()
}
// CHECK-LABEL: @constants
// CHECK-NEXT:    %inf = dsp.constant inf
// CHECK-NEXT:    %none = dsp.constant 0.0
// CHECK-NEXT:    dsp.output %inf, %none

// -----

// A result that would have another rate than the operand stays: rates are part of the program's meaning.
!audio = !dsp.signal<f32, audio>
!control = !dsp.signal<f32, control>
dsp.program @nothing {kind = "effect"} {
^bb0(%x: !audio):
  %p = dsp.param {info = {id = "p"}, smooth = 0.0} : !control
  %one = dsp.constant 1.0 : !audio
  %a = dsp.mul %p, %one : (!control, !audio) -> !audio
  dsp.output %a : (!audio) -> ()
}
// CHECK-LABEL: @nothing
// CHECK:         %a = dsp.mul %p, %one
