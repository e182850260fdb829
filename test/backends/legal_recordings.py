"""Programs of the legal level that read recordings: where they stand, of either type, in loops, voices and lanes."""

from __future__ import annotations

from legal_drafts import effect, recording, slot, voiced

from dspc.dialects import rt

SOUNDS = [recording("r", [0.5, -1.5, 2.5, 0.25, 8.0]), recording("s", [1.0, 3.0, -2.0, 0.1], "f64", 2)]
INDEX = """
    %frames = rt.recording_frames @r : i32
    %now = rt.frame : ui32
    %turn = dsp.convert %now : (ui32) -> i32
"""


def sounding() -> rt.ProgramOp:
    """A wave read at the frame, its length and rate; another of two channels at an index that varies with the input."""
    return effect([*SOUNDS, slot("n", "i32"), slot("hz")], f"""
        {INDEX}
        %i = dsp.mod %turn, %frames : i32
        %a = rt.recorded @r %i : (i32) -> f32
        %zero = dsp.constant 0.0 : f32
        %high = dsp.lt %zero, %x : (f32, f32) -> i1
        %two = dsp.constant 2 : i32
        %none = dsp.constant 0 : i32
        %first = dsp.select %high, %two, %none : (i1, i32, i32) -> i32
        %wide = rt.recorded @s %first : (i32) -> f64
        %b = dsp.convert %wide : (f64) -> f32
        %n = rt.read @n : i32
        %hz = rt.read @hz : f32
        %m = dsp.convert %n : (i32) -> f32
        %sum = dsp.mul %m, %hz : f32
    """, "%a, %b, %sum", """
        rt.init {
          %n = rt.recording_frames @s : i32
          %hz = rt.recording_rate @s : f32
          rt.write @n %n : (i32) -> ()
          rt.write @hz %hz : (f32) -> ()
          rt.yield
        }
    """)  # fmt: skip


def circling() -> rt.ProgramOp:
    """What is read decides where is read at the next sample; in a loop, and in a body that may not run."""
    return effect([*SOUNDS, slot("at", "i32")], f"""
        {INDEX}
        %at = rt.read @at : i32
        %here = rt.recorded @r %at : (i32) -> f32
        %sign = dsp.lt %here, %x : (f32, f32) -> i1
        %one = dsp.constant 1 : i32
        %two = dsp.constant 2 : i32
        %step = dsp.select %sign, %one, %two : (i1, i32, i32) -> i32
        %far = dsp.add %at, %step : i32
        %next = dsp.mod %far, %frames : i32
        rt.write @at %next : (i32) -> ()
        %all = $LOOP4 : $S4 {{
        ^bb1(%k: i32):
          %v = rt.recorded @s %k : (i32) -> f64
          %w = dsp.convert %v : (f64) -> f32
          rt.yield %w : (f32) -> ()
        }}
        %sum = rt.reduce %all {{kind = "add", lanes = 4}} : ($S4) -> f32
        %kept = rt.when %sign : (i1) -> f32 {{
          %t = rt.recorded @r %next : (i32) -> f32
          rt.yield %t : (f32) -> ()
        }}
    """, "%here, %sum, %kept")  # fmt: skip


def voices_recordings(count: int, width: int) -> rt.ProgramOp:
    """Each voice reads at a place of its own."""
    return voiced(SOUNDS, """
        %five = dsp.constant 5 : $I
        %i = dsp.mod %v, %five : $I
        %y = rt.recorded @r %i : ($I) -> $F
        %z = dsp.mul %y, %x : $F
    """, "%z, %y", count, width)  # fmt: skip
