// RUN: not dspopt %s --split-input-file 2>&1 | filecheck %s

// What verifiers refuse of bodies, arrays and memories.

!audio = !dsp.signal<f32, audio>
!bool = !dsp.signal<i1, audio>
!int = !dsp.signal<i32, audio>
!two = !dsp.signal<f32, audio, 2>
!m = !dsp.memory<f32, 2>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %i = dsp.constant 0 : !int
  %b = dsp.constant true : !bool
  %s = dsp.stack %x, %x : (!audio, !audio) -> !two
  %m = dsp.memory {initial = 0.0 : f32} : () -> !m
  %y = dsp.when %b : (!bool) -> !audio {
  ^bb1(%z: !audio):
    dsp.yield %x : (!audio) -> ()
  }
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.when: the body of dsp.when has no arguments

// -----

!audio = !dsp.signal<f32, audio>
!bool = !dsp.signal<i1, audio>
!int = !dsp.signal<i32, audio>
!two = !dsp.signal<f32, audio, 2>
!m = !dsp.memory<f32, 2>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %i = dsp.constant 0 : !int
  %b = dsp.constant true : !bool
  %s = dsp.stack %x, %x : (!audio, !audio) -> !two
  %m = dsp.memory {initial = 0.0 : f32} : () -> !m
  %y = dsp.when %b : (!bool) -> !two {
    dsp.yield %s : (!two) -> ()
  }
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.when: dsp.when gives single signals, no arrays

// -----

!audio = !dsp.signal<f32, audio>
!bool = !dsp.signal<i1, audio>
!int = !dsp.signal<i32, audio>
!two = !dsp.signal<f32, audio, 2>
!m = !dsp.memory<f32, 2>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %i = dsp.constant 0 : !int
  %b = dsp.constant true : !bool
  %s = dsp.stack %x, %x : (!audio, !audio) -> !two
  %m = dsp.memory {initial = 0.0 : f32} : () -> !m
  %y = dsp.restart %x : (!audio) -> !audio {
    dsp.yield %x : (!audio) -> ()
  }
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.restart: the condition is a bool

// -----

!audio = !dsp.signal<f32, audio>
!bool = !dsp.signal<i1, audio>
!int = !dsp.signal<i32, audio>
!two = !dsp.signal<f32, audio, 2>
!m = !dsp.memory<f32, 2>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %i = dsp.constant 0 : !int
  %b = dsp.constant true : !bool
  %s = dsp.stack %x, %x : (!audio, !audio) -> !two
  %m = dsp.memory {initial = 0.0 : f32} : () -> !m
  %y = dsp.repeat {count = 0} : () -> !two {
  ^bb1(%t: !int):
    dsp.yield %x : (!audio) -> ()
  }
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.repeat: a repeat has at least one turn

// -----

!audio = !dsp.signal<f32, audio>
!bool = !dsp.signal<i1, audio>
!int = !dsp.signal<i32, audio>
!two = !dsp.signal<f32, audio, 2>
!m = !dsp.memory<f32, 2>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %i = dsp.constant 0 : !int
  %b = dsp.constant true : !bool
  %s = dsp.stack %x, %x : (!audio, !audio) -> !two
  %m = dsp.memory {initial = 0.0 : f32} : () -> !m
  %y = dsp.repeat {count = 2} : () -> !two {
  ^bb1(%t: !audio):
    dsp.yield %x : (!audio) -> ()
  }
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.repeat: the body's argument is the turn's number, an i32

// -----

!audio = !dsp.signal<f32, audio>
!bool = !dsp.signal<i1, audio>
!int = !dsp.signal<i32, audio>
!two = !dsp.signal<f32, audio, 2>
!m = !dsp.memory<f32, 2>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %i = dsp.constant 0 : !int
  %b = dsp.constant true : !bool
  %s = dsp.stack %x, %x : (!audio, !audio) -> !two
  %m = dsp.memory {initial = 0.0 : f32} : () -> !m
  %y = dsp.repeat {count = 2} : () -> !two {
  ^bb1(%t: !int):
    dsp.yield %s : (!two) -> ()
  }
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.repeat: a turn yields single signals, no arrays

// -----

!audio = !dsp.signal<f32, audio>
!bool = !dsp.signal<i1, audio>
!int = !dsp.signal<i32, audio>
!two = !dsp.signal<f32, audio, 2>
!m = !dsp.memory<f32, 2>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %i = dsp.constant 0 : !int
  %b = dsp.constant true : !bool
  %s = dsp.stack %x, %x : (!audio, !audio) -> !two
  %m = dsp.memory {initial = 0.0 : f32} : () -> !m
  %y = dsp.repeat {count = 3} : () -> !two {
  ^bb1(%t: !int):
    dsp.yield %x : (!audio) -> ()
  }
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.repeat: a result is an array of 3

// -----

!audio = !dsp.signal<f32, audio>
!bool = !dsp.signal<i1, audio>
!int = !dsp.signal<i32, audio>
!two = !dsp.signal<f32, audio, 2>
!m = !dsp.memory<f32, 2>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %i = dsp.constant 0 : !int
  %b = dsp.constant true : !bool
  %s = dsp.stack %x, %x : (!audio, !audio) -> !two
  %m = dsp.memory {initial = 0.0 : f32} : () -> !m
  %y = dsp.feedback {initial = [0.0 : f32]} : () -> !two {
  ^bb1(%z: !two):
    dsp.yield %x : (!audio) -> ()
  }
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.feedback: a state is fed as many elements as it has

// -----

!audio = !dsp.signal<f32, audio>
!bool = !dsp.signal<i1, audio>
!int = !dsp.signal<i32, audio>
!two = !dsp.signal<f32, audio, 2>
!m = !dsp.memory<f32, 2>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %i = dsp.constant 0 : !int
  %b = dsp.constant true : !bool
  %s = dsp.stack %x, %x : (!audio, !audio) -> !two
  %m = dsp.memory {initial = 0.0 : f32} : () -> !m
  %y = dsp.reduce %s {kind = "max", count = 2, partials = 16} : (!two) -> !audio
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.reduce: there are 16 partial sums

// -----

!audio = !dsp.signal<f32, audio>
!bool = !dsp.signal<i1, audio>
!int = !dsp.signal<i32, audio>
!two = !dsp.signal<f32, audio, 2>
!m = !dsp.memory<f32, 2>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %i = dsp.constant 0 : !int
  %b = dsp.constant true : !bool
  %s = dsp.stack %x, %x : (!audio, !audio) -> !two
  %m = dsp.memory {initial = 0.0 : f32} : () -> !m
  %y = dsp.stack %x : (!audio) -> !two
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.stack: 1 signals are no array of 2

// -----

!audio = !dsp.signal<f32, audio>
!bool = !dsp.signal<i1, audio>
!int = !dsp.signal<i32, audio>
!two = !dsp.signal<f32, audio, 2>
!m = !dsp.memory<f32, 2>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %i = dsp.constant 0 : !int
  %b = dsp.constant true : !bool
  %s = dsp.stack %x, %x : (!audio, !audio) -> !two
  %m = dsp.memory {initial = 0.0 : f32} : () -> !m
  %y = dsp.stack %x, %i : (!audio, !int) -> !two
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.stack: the elements are single signals of the array's type

// -----

!audio = !dsp.signal<f32, audio>
!bool = !dsp.signal<i1, audio>
!int = !dsp.signal<i32, audio>
!two = !dsp.signal<f32, audio, 2>
!m = !dsp.memory<f32, 2>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %i = dsp.constant 0 : !int
  %b = dsp.constant true : !bool
  %s = dsp.stack %x, %x : (!audio, !audio) -> !two
  %m = dsp.memory {initial = 0.0 : f32} : () -> !m
  %y = dsp.pick %x, %i : (!audio, !int) -> !audio
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.pick: takes an array and gives no array

// -----

!audio = !dsp.signal<f32, audio>
!bool = !dsp.signal<i1, audio>
!int = !dsp.signal<i32, audio>
!two = !dsp.signal<f32, audio, 2>
!m = !dsp.memory<f32, 2>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %i = dsp.constant 0 : !int
  %b = dsp.constant true : !bool
  %s = dsp.stack %x, %x : (!audio, !audio) -> !two
  %m = dsp.memory {initial = 0.0 : f32} : () -> !m
  %y = dsp.pick %s, %x : (!two, !audio) -> !audio
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.pick: the index is an i32

// -----

!audio = !dsp.signal<f32, audio>
!bool = !dsp.signal<i1, audio>
!int = !dsp.signal<i32, audio>
!two = !dsp.signal<f32, audio, 2>
!m = !dsp.memory<f32, 2>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %i = dsp.constant 0 : !int
  %b = dsp.constant true : !bool
  %s = dsp.stack %x, %x : (!audio, !audio) -> !two
  %m = dsp.memory {initial = 0.0 : f32} : () -> !m
  %y = dsp.pick %s, %i : (!two, !int) -> !int
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.pick: operand and result have one element type

// -----

!audio = !dsp.signal<f32, audio>
!bool = !dsp.signal<i1, audio>
!int = !dsp.signal<i32, audio>
!two = !dsp.signal<f32, audio, 2>
!m = !dsp.memory<f32, 2>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %i = dsp.constant 0 : !int
  %b = dsp.constant true : !bool
  %s = dsp.stack %x, %x : (!audio, !audio) -> !two
  %m = dsp.memory {initial = 0.0 : f32} : () -> !m
  %y = dsp.load %m, %x : (!m, !audio) -> !audio
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.load: the index is an i32

// -----

!audio = !dsp.signal<f32, audio>
!bool = !dsp.signal<i1, audio>
!int = !dsp.signal<i32, audio>
!two = !dsp.signal<f32, audio, 2>
!m = !dsp.memory<f32, 2>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %i = dsp.constant 0 : !int
  %b = dsp.constant true : !bool
  %s = dsp.stack %x, %x : (!audio, !audio) -> !two
  %m = dsp.memory {initial = 0.0 : f32} : () -> !m
  %y = dsp.load %m, %i : (!m, !int) -> !int
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.load: memory and result have one element type

// -----

!audio = !dsp.signal<f32, audio>
!bool = !dsp.signal<i1, audio>
!int = !dsp.signal<i32, audio>
!two = !dsp.signal<f32, audio, 2>
!m = !dsp.memory<f32, 2>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %i = dsp.constant 0 : !int
  %b = dsp.constant true : !bool
  %s = dsp.stack %x, %x : (!audio, !audio) -> !two
  %m = dsp.memory {initial = 0.0 : f32} : () -> !m
  dsp.store %m, %x, %x : (!m, !audio, !audio) -> ()
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.store: the index is an i32

// -----

!audio = !dsp.signal<f32, audio>
!bool = !dsp.signal<i1, audio>
!int = !dsp.signal<i32, audio>
!two = !dsp.signal<f32, audio, 2>
!m = !dsp.memory<f32, 2>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %i = dsp.constant 0 : !int
  %b = dsp.constant true : !bool
  %s = dsp.stack %x, %x : (!audio, !audio) -> !two
  %m = dsp.memory {initial = 0.0 : f32} : () -> !m
  dsp.store %m, %i, %i : (!m, !int, !int) -> ()
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.store: memory and value have one element type

// -----

!audio = !dsp.signal<f32, audio>
!bool = !dsp.signal<i1, audio>
!int = !dsp.signal<i32, audio>
!two = !dsp.signal<f32, audio, 2>
!m = !dsp.memory<f32, 2>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %i = dsp.constant 0 : !int
  %b = dsp.constant true : !bool
  %s = dsp.stack %x, %x : (!audio, !audio) -> !two
  %m = dsp.memory {initial = 0.0 : f32} : () -> !m
  %t = dsp.table_init {count = 2} : () -> !m {
    dsp.yield %x, %x : (!audio, !audio) -> ()
  }
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.table_init: the body of dsp.table_init yields one signal

// -----

!audio = !dsp.signal<f32, audio>
!bool = !dsp.signal<i1, audio>
!int = !dsp.signal<i32, audio>
!two = !dsp.signal<f32, audio, 2>
!m = !dsp.memory<f32, 2>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %i = dsp.constant 0 : !int
  %b = dsp.constant true : !bool
  %s = dsp.stack %x, %x : (!audio, !audio) -> !two
  %m = dsp.memory {initial = 0.0 : f32} : () -> !m
  %t = dsp.table_init {count = 2} : () -> !audio {
    dsp.yield %x : (!audio) -> ()
  }
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.table_init: the result is a memory

// -----

!audio = !dsp.signal<f32, audio>
!bool = !dsp.signal<i1, audio>
!int = !dsp.signal<i32, audio>
!two = !dsp.signal<f32, audio, 2>
!m = !dsp.memory<f32, 2>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %i = dsp.constant 0 : !int
  %b = dsp.constant true : !bool
  %s = dsp.stack %x, %x : (!audio, !audio) -> !two
  %m = dsp.memory {initial = 0.0 : f32} : () -> !m
  %t = dsp.table_init {count = 3} : () -> !m {
    dsp.yield %x : (!audio) -> ()
  }
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.table_init: as many turns as the memory has elements

// -----

!audio = !dsp.signal<f32, audio>
!bool = !dsp.signal<i1, audio>
!int = !dsp.signal<i32, audio>
!two = !dsp.signal<f32, audio, 2>
!m = !dsp.memory<f32, 2>
dsp.program @p {kind = "effect"} {
^bb0(%x: !audio):
  %i = dsp.constant 0 : !int
  %b = dsp.constant true : !bool
  %s = dsp.stack %x, %x : (!audio, !audio) -> !two
  %m = dsp.memory {initial = 0.0 : f32} : () -> !m
  %t = dsp.table_init {count = 2} : () -> !m {
    dsp.yield %i : (!int) -> ()
  }
  dsp.output %x : (!audio) -> ()
}
// CHECK: dsp.table_init: a turn has no argument and yields one element
