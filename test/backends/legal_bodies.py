"""Programs of the legal level with bodies that repeat or may not run; see legal_drafts.py."""

from __future__ import annotations

from legal_drafts import effect, slot

from dspc.dialects import rt

# --- rt.when --------------------------------------------------------------------------------------


def chosen() -> rt.ProgramOp:
    """What runs while the input is positive gives results of four types, and writes what is read before and after."""
    return effect([slot("a", init=2), slot("n", "u32", 7), slot("loud", "bool")], """
        %zero = dsp.constant 0.0 : f32
        %c = dsp.lt %zero, %x : (f32, f32) -> i1
        %before = rt.read @a : f32
        %r:4 = rt.when %c : (i1) -> (f32, i32, i1, f64) {
          %old = rt.read @a : f32
          %new = dsp.add %old, %x : f32
          rt.write @a %new : (f32) -> ()
          %n = rt.read @n : ui32
          %three = dsp.constant 3 : ui32
          %m = dsp.mul %n, %three : ui32
          rt.write @n %m : (ui32) -> ()
          %was = rt.read @loud : i1
          %not = dsp.not %was : i1
          rt.write @loud %not : (i1) -> ()
          %neg = dsp.neg %x : f32
          %i = dsp.convert %m : (ui32) -> i32
          %d = dsp.convert %new : (f32) -> f64
          rt.yield %neg, %i, %not, %d : (f32, i32, i1, f64) -> ()
        }
        %after = rt.read @a : f32
        %same = dsp.sub %after, %before : f32
        %i_ = dsp.convert %r#1 : (i32) -> f32
        %b_ = dsp.convert %r#2 : (i1) -> f32
        %d_ = dsp.convert %r#3 : (f64) -> f32
        %n_ = rt.read @n : ui32
        %l_ = rt.read @loud : i1
        %n__ = dsp.convert %n_ : (ui32) -> f32
        %l__ = dsp.convert %l_ : (i1) -> f32
    """, "%r#0, %after, %same, %i_, %b_, %d_, %n__, %l__")  # fmt: skip


def always_and_never() -> rt.ProgramOp:
    """Conditions that are constant; one that alternates; one within another; a result that is another's operand."""
    return effect([slot(n, init=1) for n in ("t", "f", "a", "inner")], """
        %true = dsp.constant true : i1
        %false = dsp.constant false : i1
        %half = dsp.constant 0.5 : f32
        %p = rt.when %true : (i1) -> f32 {
          %t = rt.read @t : f32
          %t_ = dsp.mul %t, %half : f32
          rt.write @t %t_ : (f32) -> ()
          rt.yield %t_ : (f32) -> ()
        }
        %q = rt.when %false : (i1) -> f32 {
          %f = rt.read @f : f32
          %f_ = dsp.add %f, %half : f32
          rt.write @f %f_ : (f32) -> ()
          rt.yield %half : (f32) -> ()
        }
        %frame = rt.frame : ui32
        %one = dsp.constant 1 : ui32
        %two = dsp.constant 2 : ui32
        %odd = dsp.and %frame, %one : ui32
        %second = dsp.and %frame, %two : ui32
        %c = dsp.convert %odd : (ui32) -> i1
        %d = dsp.convert %second : (ui32) -> i1
        %r = rt.when %c : (i1) -> f32 {
          %a = rt.read @a : f32
          %in_ = rt.read @inner : f32
          %s = rt.when %d : (i1) -> f32 {
            %i = rt.read @inner : f32
            %a_ = rt.read @a : f32
            %i_ = dsp.add %i, %a_ : f32
            rt.write @inner %i_ : (f32) -> ()
            rt.yield %i_ : (f32) -> ()
          }
          %u = dsp.add %a, %s : f32
          %w = dsp.add %u, %in_ : f32
          %z = dsp.mul %w, %half : f32
          rt.write @a %z : (f32) -> ()
          rt.yield %z : (f32) -> ()
        }
        %y = dsp.add %r, %x : f32
        %last = rt.read @inner : f32
        %e = dsp.lt %half, %r : (f32, f32) -> i1
        %g = rt.when %e : (i1) -> f32 {
          rt.yield %r : (f32) -> ()
        }
        rt.when %e : (i1) -> () {
          rt.yield
        }
    """, "%p, %q, %y, %last, %g")  # fmt: skip


def in_turns() -> rt.ProgramOp:
    """In a loop, some turns run; loops before and after read the slot as it was, and so does the turn itself."""
    return effect([slot("a", dims=[5], init=0.25), slot("b", dims=[5]), slot("sum")], """
        %zero = dsp.constant 0.0 : f32
        %t0 = $LOOP5 : () -> $S5 {
        ^bb0(%i0: i32):
          %a0 = rt.read @a : f32
          rt.yield %a0 : (f32) -> ()
        }
        %t1 = $LOOP5 : () -> $S5 {
        ^bb0(%i1: i32):
          %n = dsp.convert %i1 : (i32) -> f32
          %m = dsp.mul %n, %x : f32
          %a1 = rt.read @a : f32
          %k = dsp.sub %a1, %m : f32
          %c = dsp.lt %zero, %k : (f32, f32) -> i1
          %r = rt.when %c : (i1) -> f32 {
            %a2 = rt.read @a : f32
            %w = dsp.sub %a2, %x : f32
            rt.write @a %w : (f32) -> ()
            rt.yield %w : (f32) -> ()
          }
          %a3 = rt.read @a : f32
          %y = dsp.sub %r, %a3 : f32
          rt.yield %y : (f32) -> ()
        }
        %t2 = $LOOP5 : () -> $S5 {
        ^bb0(%i2: i32):
          %a4 = rt.read @a : f32
          rt.write @b %a4 : (f32) -> ()
          rt.yield %a4 : (f32) -> ()
        }
        %y0 = rt.reduce %t0 {kind = "add", lanes = 5} : ($S5) -> f32
        %y1 = rt.reduce %t1 {kind = "add", lanes = 5} : ($S5) -> f32
        %y2 = rt.reduce %t2 {kind = "max", lanes = 5} : ($S5) -> f32
    """, "%y0, %y1, %y2")  # fmt: skip


def with_turns() -> rt.ProgramOp:
    """A loop in a body that may not run writes a bank, which loops outside read as it was; such a body in a loop."""
    return effect([slot("a", dims=[4], init=1), slot("m", dims=[3, 4]), slot("count", "i32", dims=[3])], """
        %zero = dsp.constant 0.0 : f32
        %half = dsp.constant 0.5 : f32
        %c = dsp.lt %zero, %x : (f32, f32) -> i1
        %r = rt.when %c : (i1) -> f32 {
          %t = $LOOP4 : () -> $S4 {
          ^bb0(%i: i32):
            %a = rt.read @a : f32
            %n = dsp.convert %i : (i32) -> f32
            %b = dsp.mul %a, %half : f32
            %e = dsp.add %b, %n : f32
            rt.write @a %e : (f32) -> ()
            rt.yield %e : (f32) -> ()
          }
          %s = $LOOP4 : () -> $S4 {
          ^bb0(%j: i32):
            %a_ = rt.read @a : f32
            rt.yield %a_ : (f32) -> ()
          }
          %p = rt.reduce %t {kind = "add", lanes = 4} : ($S4) -> f32
          %q = rt.reduce %s {kind = "add", lanes = 4} : ($S4) -> f32
          %pq = dsp.sub %p, %q : f32
          rt.yield %pq : (f32) -> ()
        }
        %u = $LOOP4 : () -> $S4 {
        ^bb0(%k: i32):
          %a1 = rt.read @a : f32
          rt.yield %a1 : (f32) -> ()
        }
        %v = rt.reduce %u {kind = "add", lanes = 4} : ($S4) -> f32
        %w = $LOOP3 : () -> $S3 {
        ^bb0(%o: i32):
          %of = dsp.convert %o : (i32) -> f32
          %g = dsp.lt %of, %x : (f32, f32) -> i1
          %h = rt.when %g : (i1) -> f32 {
            %count = rt.read @count : i32
            %one = dsp.constant 1 : i32
            %more = dsp.add %count, %one : i32
            rt.write @count %more : (i32) -> ()
            %z = $LOOP4 : () -> $S4 {
            ^bb0(%l: i32):
              %m = rt.read @m : f32
              %d = rt.read @count : i32
              %f = dsp.convert %d : (i32) -> f32
              %m_ = dsp.add %m, %f : f32
              rt.write @m %m_ : (f32) -> ()
              rt.yield %m_ : (f32) -> ()
            }
            %zz = rt.reduce %z {kind = "add", lanes = 4} : ($S4) -> f32
            rt.yield %zz : (f32) -> ()
          }
          rt.yield %h : (f32) -> ()
        }
        %y = rt.reduce %w {kind = "add", lanes = 3} : ($S3) -> f32
    """, "%r, %v, %y")  # fmt: skip


def at_ticks() -> rt.ProgramOp:
    """Bodies that may not run, at prepare and at ticks."""
    return effect([slot(n) for n in ("first", "other", "tick")] + [slot("bank", dims=[3], init=1)], """
        %first = rt.read @first : f32
        %other = rt.read @other : f32
        %tick = rt.read @tick : f32
        %t = $LOOP3 : () -> $S3 {
        ^bb0(%i: i32):
          %b = rt.read @bank : f32
          rt.yield %b : (f32) -> ()
        }
        %bank = rt.reduce %t {kind = "add", lanes = 3} : ($S3) -> f32
    """, "%first, %other, %tick, %bank", """
        rt.init {} {
          %r = rt.sample_rate : f64
          %limit = dsp.constant 40000.0 : f64
          %high = dsp.lt %limit, %r : (f64, f64) -> i1
          %low = dsp.not %high : i1
          rt.when %high : (i1) -> () {
            %h = dsp.constant 2.0 : f32
            rt.write @first %h : (f32) -> ()
            rt.yield
          }
          rt.when %low : (i1) -> () {
            %l = dsp.constant 3.0 : f32
            rt.write @other %l : (f32) -> ()
            rt.yield
          }
          rt.yield
        }
        rt.tick {} {
          %f = rt.frame : ui32
          %mask = dsp.constant 16 : ui32
          %bit = dsp.and %f, %mask : ui32
          %c = dsp.convert %bit : (ui32) -> i1
          %y = rt.when %c : (i1) -> f32 {
            %t = rt.read @tick : f32
            %one = dsp.constant 1.0 : f32
            %u = dsp.add %t, %one : f32
            rt.write @tick %u : (f32) -> ()
            $LOOP3 {
            ^bb0(%i: i32):
              %b = rt.read @bank : f32
              %d = dsp.add %b, %u : f32
              rt.write @bank %d : (f32) -> ()
              rt.yield
            }
            rt.yield %u : (f32) -> ()
          }
          %now = rt.read @tick : f32
          %z = dsp.sub %now, %y : f32
          rt.write @other %z : (f32) -> ()
          rt.yield
        }
    """)  # fmt: skip


# --- rt.repeat ------------------------------------------------------------------------------------


def again() -> rt.ProgramOp:
    """Four turns a sample: two slots change places and one grows; what the turns yield is picked and summed."""
    return effect([slot("a", init=1), slot("b", init=2), slot("y"), slot("once", init=0.5)], """
        %half = dsp.constant 0.5 : f32
        %t:2 = rt.repeat {count = 4} : () -> ($S4, !rt.stack<i32, 4>) {
        ^bb0(%i: i32):
          %a = rt.read @a : f32
          %b = rt.read @b : f32
          rt.write @b %a : (f32) -> ()
          %a_ = rt.read @a : f32
          %once = rt.read @once : f32
          %n = dsp.convert %i : (i32) -> f32
          %m = dsp.add %b, %n : f32
          %k = dsp.mul %m, %half : f32
          rt.write @a %k : (f32) -> ()
          %y = rt.read @y : f32
          %p = dsp.mul %y, %half : f32
          %q = dsp.add %p, %x : f32
          rt.write @y %q : (f32) -> ()
          %z = dsp.sub %q, %a_ : f32
          %w = dsp.mul %z, %once : f32
          rt.yield %w, %i : (f32, i32) -> ()
        }
        %last = dsp.constant 3 : i32
        %second = dsp.constant 1 : i32
        %o0 = rt.pick %t#0, %last : ($S4, i32) -> f32
        %o1 = rt.pick %t#0, %second : ($S4, i32) -> f32
        %o2 = rt.reduce %t#0 {kind = "add", lanes = 4} : ($S4) -> f32
        %s = rt.reduce %t#1 {kind = "max", lanes = 4} : (!rt.stack<i32, 4>) -> i32
        %o3 = dsp.convert %s : (i32) -> f32
        %once_ = rt.read @once : f32
        %grown = dsp.add %once_, %half : f32
        rt.write @once %grown : (f32) -> ()
        %u = rt.repeat {count = 1} : () -> $S1 {
        ^bb0(%j: i32):
          %now = rt.read @once : f32
          rt.yield %now : (f32) -> ()
        }
        %zero = dsp.constant 0 : i32
        %o4 = rt.pick %u, %zero : ($S1, i32) -> f32
    """, "%o0, %o1, %o2, %o3, %o4")  # fmt: skip


def banks_again() -> rt.ProgramOp:
    """Loops in a repeat: a later loop of the same turn reads what was there; repeats in a repeat, and in a loop."""
    banks = [slot("a", dims=[3], init=0.5), slot("b", dims=[3]), slot("c", dims=[3, 2]), slot("d", dims=[3])]
    return effect([*banks, slot("n", "i32")], """
        %half = dsp.constant 0.5 : f32
        %t = rt.repeat {count = 5} : () -> $S5 {
        ^bb0(%i: i32):
          %n = dsp.convert %i : (i32) -> f32
          $LOOP3 {
          ^bb0(%j: i32):
            %m = dsp.convert %j : (i32) -> f32
            %a = rt.read @a : f32
            %e = dsp.mul %a, %half : f32
            %f = dsp.add %e, %x : f32
            %g = dsp.add %f, %m : f32
            %h = dsp.add %g, %n : f32
            rt.write @a %h : (f32) -> ()
            rt.yield
          }
          %s = $LOOP3 : () -> $S3 {
          ^bb0(%k: i32):
            %a_ = rt.read @a : f32
            %b = rt.read @b : f32
            %l = dsp.sub %a_, %b : f32
            rt.write @b %l : (f32) -> ()
            rt.yield %l : (f32) -> ()
          }
          %y = rt.reduce %s {kind = "add", lanes = 3} : ($S3) -> f32
          rt.yield %y : (f32) -> ()
        }
        %o0 = rt.reduce %t {kind = "add", lanes = 5} : ($S5) -> f32
        %u = rt.repeat {count = 3} : () -> !rt.stack<i32, 3> {
        ^bb0(%p: i32):
          %v = rt.repeat {count = 2} : () -> !rt.stack<i32, 2> {
          ^bb0(%q: i32):
            %old = rt.read @n : i32
            %pq = dsp.mul %p, %q : i32
            %add = dsp.add %pq, %q : i32
            %new = dsp.add %old, %add : i32
            rt.write @n %new : (i32) -> ()
            rt.yield %new : (i32) -> ()
          }
          %w = rt.reduce %v {kind = "add", lanes = 2} : (!rt.stack<i32, 2>) -> i32
          rt.yield %w : (i32) -> ()
        }
        %r = rt.reduce %u {kind = "add", lanes = 3} : (!rt.stack<i32, 3>) -> i32
        %o1 = dsp.convert %r : (i32) -> f32
        %z = $LOOP3 : () -> $S3 {
        ^bb0(%o: i32):
          %of = dsp.convert %o : (i32) -> f32
          %d0 = rt.read @d : f32
          %d1 = dsp.add %d0, %half : f32
          rt.write @d %d1 : (f32) -> ()
          %zz = rt.repeat {count = 4} : () -> $S4 {
          ^bb0(%turn: i32):
            %d2 = rt.read @d : f32
            %zzz = $LOOP2 : () -> $S2 {
            ^bb0(%lane: i32):
              %c = rt.read @c : f32
              %c0 = dsp.mul %c, %half : f32
              %c1 = dsp.add %c0, %of : f32
              %c2 = dsp.add %c1, %d2 : f32
              rt.write @c %c2 : (f32) -> ()
              rt.yield %c2 : (f32) -> ()
            }
            %pair = rt.reduce %zzz {kind = "add", lanes = 2} : ($S2) -> f32
            rt.yield %pair : (f32) -> ()
          }
          %two = dsp.constant 2 : i32
          %third = rt.pick %zz, %two : ($S4, i32) -> f32
          rt.yield %third : (f32) -> ()
        }
        %o2 = rt.reduce %z {kind = "add", lanes = 3} : ($S3) -> f32
    """, "%o0, %o1, %o2")  # fmt: skip


def now_and_again() -> rt.ProgramOp:
    """Some turns of a repeat run a body; a body that may not run repeats."""
    return effect([slot("a"), slot("b", init=1), slot("bank", dims=[3])], """
        %zero = dsp.constant 0.0 : f32
        %half = dsp.constant 0.5 : f32
        %t = rt.repeat {count = 3} : () -> $S3 {
        ^bb0(%i: i32):
          %a = rt.read @a : f32
          %s = dsp.sub %x, %a : f32
          %c = dsp.lt %zero, %s : (f32, f32) -> i1
          %r = rt.when %c : (i1) -> f32 {
            %a_ = rt.read @a : f32
            %b = dsp.add %a_, %half : f32
            rt.write @a %b : (f32) -> ()
            $LOOP3 {
            ^bb0(%j: i32):
              %m = rt.read @bank : f32
              %n = dsp.add %m, %b : f32
              rt.write @bank %n : (f32) -> ()
              rt.yield
            }
            rt.yield %b : (f32) -> ()
          }
          %u = $LOOP3 : () -> $S3 {
          ^bb0(%k: i32):
            %m_ = rt.read @bank : f32
            rt.yield %m_ : (f32) -> ()
          }
          %v = rt.reduce %u {kind = "add", lanes = 3} : ($S3) -> f32
          %w = dsp.add %v, %r : f32
          %back = rt.read @a : f32
          %y = dsp.sub %w, %back : f32
          rt.yield %y : (f32) -> ()
        }
        %o0 = rt.reduce %t {kind = "add", lanes = 3} : ($S3) -> f32
        %loud = dsp.lt %zero, %x : (f32, f32) -> i1
        %o1 = rt.when %loud : (i1) -> f32 {
          %z = rt.repeat {count = 6} : () -> $S6 {
          ^bb0(%l: i32):
            %b_ = rt.read @b : f32
            %d = dsp.mul %b_, %half : f32
            %e = dsp.add %d, %x : f32
            rt.write @b %e : (f32) -> ()
            rt.yield %e : (f32) -> ()
          }
          %five = dsp.constant 5 : i32
          %last = rt.pick %z, %five : ($S6, i32) -> f32
          rt.yield %last : (f32) -> ()
        }
    """, "%o0, %o1")  # fmt: skip
