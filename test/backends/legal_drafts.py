"""Drafts of programs of the legal level: declarations and a body as text; `lay-out-state` places what they remember.

In the texts, `$F` is f32 (in programs for voices with its lanes), `$D`, `$I`, `$U` and `$O` are f64, i32, u32 and bool
in the same way, `$B` is a buffer of f32, `$LOOP5` a loop of five turns and `$S5` its stack of f32.
"""

from __future__ import annotations

from collections.abc import Sequence
from string import Template

from legal_programs import TYPES, parse
from xdsl.dialects.builtin import ModuleOp

from dspc.dialects import rt
from dspc.passes.lay_out_state import LayOutState

COUNTS = (1, 2, 3, 4, 5, 6, 8, 20)
ELEMENTS = {"F": "f32", "D": "f64", "I": "i32", "U": "u32", "O": "bool"}


def type_of(element: str, width: int = 1) -> str:
    return TYPES[element] if width == 1 else f"vector<{width}x{TYPES[element]}>"


def slot(
    name: str, element: str = "f32", init: float = 0, dims: Sequence[int] = (), width: int = 1,
    voice: bool = False, role: str = "state", field: str = "",
) -> str:  # fmt: skip
    number = f"{float(init)}" if element[0] == "f" else f"{int(init)}"
    return (
        f"rt.slot @{name} {{type = {type_of(element, width)}, init = {number} : {TYPES[element]}, dims = {list(dims)}, "
        f'role = "{role}", field = "{field}"{", voice" if voice else ""}}}'
    )


def line(
    name: str, element: str = "f32", dims: Sequence[int] = (), width: int = 1, samples: int = 20, voice: bool = False
) -> str:
    return (
        f"rt.line @{name} {{type = {type_of(element, width)}, dims = {list(dims)}, max_samples = {samples}, "
        f"max_seconds = 0.0, min_samples = 1{', voice' if voice else ''}}}"
    )


def recording(name: str, sound: Sequence[float], element: str = "f32", channels: int = 1) -> str:
    data = f"dense<{list(sound)}> : tensor<{len(sound)}x{TYPES[element]}>"
    return f'rt.recording @{name} {{label = "{name}", channels = {channels}, rate = 8000.5, data = {data}}}'


def _laid_out(declared: Sequence[str], text: str, width: int, words: dict[str, object]) -> rt.ProgramOp:
    known: dict[str, object] = {short: type_of(element, width) for short, element in ELEMENTS.items()}
    known |= {f"LOOP{n}": f"rt.loop {{count = {n}, width = 1, lanes = {n}}}" for n in COUNTS}
    known |= {f"S{n}": f"!rt.stack<{known['F']}, {n}>" for n in COUNTS}
    text = Template("\n".join([*declared, text])).substitute(known | {"B": "!rt.buffer<f32>"} | words)
    program = parse(f'rt.program @test {{kind = "effect", inputs = 1, params = []}} {{\n{text}\n}}')
    program.detach()
    LayOutState().run(program, ModuleOp([program]))
    return program


def effect(declared: Sequence[str], body: str, outputs: str, before: str = "", **words: object) -> rt.ProgramOp:
    """A program with one input, whose sample is %x; `outputs` names the f32 values that it yields."""
    count = outputs.count("%")
    return _laid_out(declared, f"""{before}
        %in = rt.input {{channel = 0}} : $B
        %made:{count} = rt.rec %in : ($B) -> ({", ".join(["$B"] * count)}) {{
        ^bb0(%x: f32):
          {body}
          rt.yield {outputs} : ({", ".join(["f32"] * count)}) -> ()
        }}
        rt.output {", ".join(f"%made#{k}" for k in range(count))} : ({", ".join(["$B"] * count)}) -> ()
    """, 1, words)  # fmt: skip


def voiced(
    declared: Sequence[str], body: str, outputs: str, count: int, width: int, tick: str = "", **words: object
) -> rt.ProgramOp:
    """Voices with one input, in all lanes %x, and a number for each, %v (i32); each output is the sum of the voices."""
    groups, results = -(-count // width), outputs.count("%")
    own, mixed = f"!rt.buffer<{type_of('f32', width)}>", ", ".join(["$B"] * results)
    declared = [
        slot("active", "bool", 0, [groups], width, True, "voice", "active"),
        slot("number", "i32", 0, [groups], width, True, "voice", "voice"), *declared,
    ]  # fmt: skip
    return _laid_out(declared, f"""
        %in = rt.input {{channel = 0}} : $B
        %made:{results} = rt.voices %in {{count = {count}, width = {width}}} : ($B) -> ({mixed}) {{
        ^bb0(%input: $B):
          rt.tick {{}} {{
            {tick}
            rt.yield
          }}
          %o:{results} = rt.rec %input : ($B) -> ({", ".join([own] * results)}) {{
          ^bb0(%sample: f32):
            %x = dsp.splat %sample : (f32) -> $F
            %v = rt.read @number : $I
            {body}
            rt.yield {outputs} : ({", ".join(["$F"] * results)}) -> ()
          }}
          rt.yield {", ".join(f"%o#{k}" for k in range(results))} : ({", ".join([own] * results)}) -> ()
        }}
        rt.output {", ".join(f"%made#{k}" for k in range(results))} : ({mixed}) -> ()
    """, width, words)  # fmt: skip
