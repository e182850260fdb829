"""Each level's predicate finds what contradicts it, and names the place."""

from __future__ import annotations

import pytest
from tree import ROOT
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp

from dspc.driver.diagnostics import read_module
from dspc.driver.extensions import dialects
from dspc.driver.pipelines import parse
from dspc.driver.programs import open_programs
from dspc.frontend.errors import DspError
from dspc.frontend.program import trace
from dspc.passes.levels import LEVELS, check_level, level_of

TYPES = """\
!audio = !dsp.signal<f32, audio>
!control = !dsp.signal<f32, control>
!wide = !dsp.signal<vector<4xf32>, audio>
"""


def context() -> Context:
    made = Context()
    for name, make in dialects().items():
        made.register_dialect(name, make)
    return made


def read(text: str) -> ModuleOp:
    return read_module(context(), TYPES + text, "voice.mlir")


def program(body: str, arguments: str = "%x: !audio") -> str:
    return f'dsp.program @p {{kind = "effect"}} {{\n^bb0({arguments}):\n  {body}\n}}'


OUTPUT = "dsp.output %x : (!audio) -> ()"
VIOLATIONS = [
    ("graph", program(f"%s = rt.frame : ui32\n  {OUTPUT}"), "rt.frame belongs to a later level"),
    ("graph", program(f"%s = dsp.constant 1.0 : f32\n  {OUTPUT}"), "dsp.constant has a value that is no signal"),
    (
        "graph",
        program("%r = dsp.sanitize %x {limit = 1.0} : (!audio) -> !control\n  dsp.output %r : (!control) -> ()"),
        "dsp.sanitize gives a control value from audio ones",
    ),
    (
        "rates",
        program(f"%y = dsp.mul %x, %c : (!audio, !control) -> !audio\n  {OUTPUT}", "%x: !audio, %c: !control"),
        "dsp.mul takes a control value at audio rate",
    ),
    ("rates", program("dsp.output %c : (!control) -> ()", "%c: !control"), "dsp.output takes a control value"),
    (
        "rates",
        program("""%f = dsp.feedback {initial = [0.0 : f32]} : () -> !audio {
  ^bb1(%before: !audio):
    dsp.yield %c : (!control) -> ()
  }
  dsp.output %f : (!audio) -> ()""", "%c: !control"),
        "dsp.yield takes a control value at audio rate",
    ),
    (
        "lanes",
        program(f"%y = dsp.sanitize %w {{limit = 1.0}} : (!wide) -> !audio\n  {OUTPUT}", "%x: !audio, %w: !wide"),
        "dsp.sanitize mixes widths 1, 4",
    ),
    (
        "lanes",
        program(f"%y = dsp.neg %w : !wide\n  {OUTPUT}", "%x: !audio, %w: !wide"),
        "dsp.neg has width 4 where lanes are 1",
    ),
    (
        "lanes",
        program("""%v = dsp.voices {count = 8, width = 4} : () -> !audio {
    %y = dsp.neg %x : !audio
    dsp.yield %y : (!audio) -> ()
  }
  dsp.output %v : (!audio) -> ()"""),
        "dsp.neg has width 1 where lanes are 4",
    ),
    (
        "expanded",
        program("%y = dsp.sanitize %x {limit = 1.0} : !audio\n  dsp.output %y : (!audio) -> ()"),
        "dsp.sanitize remains",
    ),
    (
        "expanded",
        program('%y = dsp.scope {label = "s"} : () -> !audio {\n  dsp.yield %x : (!audio) -> ()\n  }\n  ' + OUTPUT),
        "dsp.scope remains",
    ),
    ("scheduled", program(OUTPUT), "dsp.program remains"),
    ("legal", program(OUTPUT), "dsp.program remains"),
]  # fmt: skip


@pytest.mark.parametrize("level,text,problem", VIOLATIONS)
def test_violation_is_found(level: str, text: str, problem: str) -> None:
    with pytest.raises(DspError) as caught:
        check_level(read(text), level, after="some-pass")
    assert caught.value.message.startswith(f"after some-pass: {problem}")
    assert caught.value.message.endswith(f"voice.mlir:{caught.value.place.line}")  # type: ignore[union-attr]
    assert caught.value.code == f"DSP40{list(LEVELS).index(level) + 1}"


REGIONS = [
    ("scheduled", "rt.output\n rt.output", "the program has no rt.output", False),
    ("scheduled", "", "the program has no rt.output at its end", True),
    ("scheduled", "%x = rt.input {channel = 0} : !rt.buffer<f32>\n rt.tick {\n rt.yield\n }\n rt.output",
     "rt.tick comes too late", True),
    ("scheduled", "rt.tick {\n rt.line_write @l %c : (f32) -> ()\n rt.yield\n }\n rt.output",
     "rt.line_write is no part of a tick", True),
    ("scheduled", "rt.tick {\n %b = rt.input {channel = 0} : !rt.buffer<f32>\n rt.yield\n }\n rt.output",
     "rt.input does not belong in a region", True),
    ("scheduled", "rt.tick {\n %b = dsp.noise %c : (f32) -> f32\n rt.yield\n }\n rt.output",
     "dsp.noise remains", True),
    ("scheduled", "rt.tick {\n %b = rt.read @l : f32\n rt.yield\n }\n rt.output", "@l is no rt.slot", True),
    ("scheduled", "rt.table @l {data = dense<[1.0]> : tensor<1xf32>}\n rt.output", "@l is declared twice", True),
    ("scheduled", "rt.tick {\n %b = dsp.constant 1.0 : !dsp.signal<f32, const>\n rt.yield\n }\n rt.output",
     "dsp.constant is still a signal", True),
    ("scheduled", "%v = rt.voices {count = 1, width = 1} : () -> !rt.buffer<f32> {\n"
     " %b = rt.input {channel = 0} : !rt.buffer<f32>\n rt.yield %b : (!rt.buffer<f32>) -> ()\n }\n rt.output",
     "rt.input stands in the voices, but in no region", True),
    ("legal", "rt.output", "the program's bytes are not known", True),
]  # fmt: skip


@pytest.mark.parametrize("level,body,problem,wrong", REGIONS)
def test_violation_in_regions(level: str, body: str, problem: str, wrong: bool) -> None:
    line = "rt.line @l {type = f32, dims = [], max_samples = 1, max_seconds = 0.0, min_samples = 1}"
    body = body.replace("rt.tick {", "rt.tick {\n %c = dsp.constant 1.0 : f32")
    module = read(f'rt.program @p {{kind = "effect", inputs = 0, params = []}} {{\n {line}\n {body}\n}}')
    if not wrong:
        check_level(module, level)
        return
    with pytest.raises(DspError, match=f"at the level {level}: {problem}"):
        check_level(module, level)


def test_what_has_no_place_in_memory() -> None:
    body = {
        "rt.slot @s {type = f32, init = 0.0 : f32, dims = [], role = 'state', field = ''}": "@s has no offset",
        "rt.slot @s {type = f32, init = 0.0 : f32, dims = [2], role = 'state', field = '', offset = 64, "
        "strides = []}": "@s has no stride for each of its dimensions",
        "%y = rt.vec : () -> !rt.buffer<f32> {\n %c = dsp.constant 1.0 : f32\n rt.yield %c : (f32) -> ()\n }":
            "rt.vec has no offset for each of its buffers",
        "rt.voices {count = 1, width = 1, offsets = []} {\n rt.yield\n }": "the voices' samples have no place",
    }  # fmt: skip
    for text, problem in body.items():
        text = text.replace("'", '"')
        module = read(f'rt.program @p {{kind = "effect", inputs = 0, static_bytes = 64, params = []}} '
                      f"{{\n {text}\n rt.output\n}}")  # fmt: skip
        check_level(module, "scheduled")
        with pytest.raises(DspError, match=problem):
            check_level(module, "legal")


def test_the_pipeline_reaches_each_level_in_order() -> None:
    module = trace(open_programs(str(ROOT / "examples" / "supersaw.py")).programs[0])
    check_level(module, "graph")
    reached = [level_of(module)]
    for pass_ in parse("pipeline{width=4}"):
        pass_.apply(context(), module)
        if level := getattr(pass_, "level_after", None):
            check_level(module, level, after=pass_.name)
            reached.append(level)
    assert reached == list(LEVELS)


def test_a_level_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="no level low; there are graph, rates"):
        check_level(ModuleOp([]), "low")
    assert level_of(ModuleOp([])) is None
