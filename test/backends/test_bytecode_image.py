"""Images: what is in them, what is refused, and what the machine that runs them can do."""

from __future__ import annotations

import re
import struct
from dataclasses import replace
from typing import Any

import legal_cases
import legal_elements
import legal_recordings
import numpy as np
import pytest
import vm_bodies
import vm_cases
from fuzz.bytecode import mended
from rt.audit import Policy, audit
from rt.checks import ROOT, RUNTIME, compile_c, play
from vm_programs import STRICT, built_machine

from dspc.backends.bytecode import generate
from dspc.backends.bytecode.emit import emit_bytes, emit_image
from dspc.backends.bytecode.host import load
from dspc.backends.bytecode.image import SECTIONS, Areas, read_sections
from dspc.backends.bytecode.opcodes import BY_NAME
from dspc.backends.engine import Engine
from dspc.dialects.layout import SampleInfo
from dspc.frontend.errors import DspError
from dspc.runtime.source import amalgamate, engine_source

HEAD, ENTRY = 24, 16
WARNINGS = ("-std=c11", "-Wall", "-Wextra", "-Werror")
NAMES = list(SECTIONS)
PROGRAM = ("flags", "name", "inputs", "latency", "tail", "static_bytes", "voices", "voice_slots", "voice_base",
           "voice_width", "voice_stride", *(f"field{k}" for k in range(19)), *(f"song{k}" for k in range(8)),
           *Areas._fields, "regions")  # fmt: skip
PARAM = ("id", "name", "unit", "group", "labels", "type", "scale", "flags", "cell", "min", "max", "init", "step")
FIELDS: dict[str, tuple[str, ...]] = {
    "program": PROGRAM,
    "params": PARAM,
    "inits": ("offset", "bytes", "count0", "count1", "count2", "stride0", "stride1", "stride2", "bits"),
    "lines": ("cell", "bytes", "lanes"),
    "controllers": ("number", "cell", "init"),
    "meters": ("name", "cell"),
    "input_buses": ("name", "channels", "flags", "cell"),
    "output_buses": ("name", "channels", "flags", "cell"),
    "samples": ("name", "offset", "frames", "channels", "cell", "rate"),
    **{name: kind._fields for name, (_, kind) in SECTIONS.items() if kind},
}


def place(image: bytes, section: str) -> tuple[int, int]:
    """Offset and number of a section's records."""
    offset, _, count, _ = struct.unpack_from("<4I", image, HEAD + ENTRY * NAMES.index(section))
    return offset, count


def patched(image: bytes, section: str, record: int, **values: Any) -> bytes:
    """The image with some fields of a record changed; `value` is that of a record that is one number."""
    layout = struct.Struct(SECTIONS[section][0])
    offset, count = place(image, section)
    at = offset + layout.size * (record % count)
    row = list(layout.unpack_from(image, at))
    for name, value in values.items():
        row[0 if name == "value" else FIELDS[section].index(name)] = value
    return mended(image[:at] + layout.pack(*row) + image[at + layout.size :])


def refusal(image: bytes) -> str:
    """Why the image is refused, without the index."""
    with pytest.raises(DspError) as caught:
        load(image)
    assert caught.value.code == "DSP342" and "emit it again" in caught.value.hint
    found = re.fullmatch(r"the bytecode is not sound: (.*) \(\d+\)", caught.value.message)
    assert found, caught.value.message
    return found[1]


def code_index(image: bytes, name: str, nth: int = 0) -> int:
    """The index of an instruction."""
    code = read_sections(image)["code"]
    return [k for k, i in enumerate(code) if i.op == BY_NAME[name].number][nth]


# --- what is in it --------------------------------------------------------------------------------------


def test_the_instructions_in_c_are_up_to_date() -> None:
    text = (RUNTIME / "vm_ops.inc").read_text()
    assert text == generate.generate(), "run python -m dspc.backends.bytecode.generate"


def test_what_is_packed_can_be_read() -> None:
    sections = read_sections(emit_bytes(vm_cases.full()))
    program = dict(zip(PROGRAM, sections["program"][0], strict=True))
    assert (program["inputs"], program["voices"], program["voice_slots"], program["flags"]) == (1, 1, 2, 1)
    assert len(sections["params"]) == 3 and len(sections["controllers"]) == 1 and len(sections["outputs"]) == 1
    assert sections["controllers"][0][0] == 1 and sections["controllers"][0][2] == 0.25
    assert len(sections["meters"]) == len(sections["input_buses"]) == len(sections["output_buses"]) == 1
    assert program["song0"] == 0xFFFFFFFF and program["song2"] % 8 == 0 and sections["input_buses"][0][1] == 1
    assert program["static_bytes"] % 64 == 0 and program["regions"] == 2


def sampled() -> bytes:
    """The program with two samples, in cells that it has."""
    image = emit_image(vm_cases.full())
    at = [slot.offset for slot in image.layout.inits][0] // 64 * 64
    sounds = (np.arange(3, dtype=np.float32).tobytes(), np.ones(5, np.float32).tobytes())
    samples = tuple(SampleInfo(f"s{k}", sound, 8000.0 + k, at + 16 * k) for k, sound in enumerate(sounds))
    return replace(image, layout=replace(image.layout, samples=samples)).pack()


def test_samples_are_packed_with_their_sounds() -> None:
    engine = Engine(load(sampled()), 48_000.0)
    assert engine.samples == ("s0", "s1")
    samples = engine._program.samples
    found = [(list(samples[k].data[0 : samples[k].frames]), samples[k].rate) for k in range(2)]
    assert found == [([0.0, 1.0, 2.0], 8000.0), ([1.0] * 5, 8001.0)]
    before = engine.state_bytes
    engine.load("s1", np.zeros(16_000))
    assert engine.state_bytes - before == 4 * 16_000 - 64


def test_equal_programs_have_equal_images() -> None:
    assert emit_bytes(vm_cases.full()) == emit_bytes(vm_cases.full())


def test_hosts_see_what_the_program_declares() -> None:
    engine = Engine(load(emit_bytes(vm_cases.full())), 48_000.0)
    assert (engine.backend, engine.name, engine.inputs, engine.outputs) == ("bytecode", "test", 1, 1)
    assert list(engine.parameters) == ["gain", "mode", "unread"]
    assert engine.parameters["mode"].labels == ("one", "two")
    engine.set("mode", "two")
    silent = engine.process(np.ones(64, np.float32))
    engine.note_on(60, 1.0)
    sounding = engine.process(np.ones(64, np.float32))
    assert not silent.any() and sounding[0] == np.float32((60.0 * 0.5 + 1.0) * 1.25)
    engine.set("unread", 5.0)
    assert engine.get("unread") == 5.0


# --- what is refused ------------------------------------------------------------------------------------


def test_a_truncated_file_is_refused_at_every_length() -> None:
    """As it is, and with a size and a checksum that fit."""
    ffi, lib = built_machine()
    image = emit_bytes(vm_cases.full())
    program, message = ffi.new("dspc_program *"), ffi.new("char[]", 80)
    memory = ffi.new("uint64_t[]", 4096)
    for length in range(len(image)):
        for data in (image[:length], mended(image[:length])[:length]) if length >= HEAD else (image[:length],):
            words = ffi.new("uint64_t[]", length // 8 + 1)
            ffi.memmove(words, data, length)
            assert lib.dspc_vm_open(words, length, memory, 8 * 4096, program, message, 80) == -1
            assert ffi.string(message)


@pytest.mark.parametrize("at", range(0, HEAD + ENTRY * 3))
def test_a_changed_byte_is_noticed(at: int) -> None:
    image = bytearray(emit_bytes(legal_cases.leaky()))
    image[at] ^= 0x10
    with pytest.raises(DspError, match="DSP342"):
        load(bytes(image))


def test_memory_must_fit() -> None:
    ffi, lib = built_machine()
    image = emit_bytes(legal_cases.leaky())
    words = ffi.new("uint64_t[]", len(image) // 8 + 1)
    ffi.memmove(words, image, len(image))
    program, message, memory = ffi.new("dspc_program *"), ffi.new("char[]", 80), ffi.new("uint64_t[]", 4096)
    needed = lib.dspc_vm_bytes(words, len(image))
    assert 0 < needed <= 4096
    assert lib.dspc_vm_open(words, len(image), memory, needed, program, message, 80) == 0
    assert lib.dspc_vm_open(words, len(image), memory, needed - 1, program, message, 80) == -1
    assert ffi.string(message) == b"not enough memory, or not aligned (8)"
    assert lib.dspc_vm_open(words, len(image), memory, needed - 1, program, message, 5) == -1
    assert ffi.string(message) == b"not "
    moved, aside = ffi.cast("char *", words) + 4, ffi.cast("char *", memory) + 4
    assert lib.dspc_vm_open(moved, len(image), memory, needed, program, ffi.NULL, 0) == -1
    assert lib.dspc_vm_open(words, len(image), aside, needed, program, ffi.NULL, 0) == -1


FULL, RICH = emit_bytes(vm_cases.full()), emit_bytes(vm_cases.CASES["read_far_inside"]())
SAMPLED, SOUNDING = sampled(), emit_bytes(legal_recordings.sounding())
WINDING, VOICED = emit_bytes(legal_cases.winding()), emit_bytes(legal_cases.voiced(3))
SUMMING, WIDE = emit_bytes(legal_cases.summing(5, "add", 5)), emit_bytes(vm_cases.wide())
AREAS, WIDE_AREAS = (Areas(*read_sections(image)["program"][0][-9:-1]) for image in (FULL, WIDE))
END = AREAS.state_end
HUGE = 0xFFFFFFF0
RUN, NEXT = code_index(RICH, "run"), code_index(RICH, "next")
HEARD, RECORDED = emit_bytes(vm_bodies.heard_elsewhere()), emit_bytes(vm_bodies.recorded())
PICKED, PARTS = emit_bytes(vm_bodies.picked_at_once()), emit_bytes(legal_elements.partial_sums(40, 40, "f32", True))
WHEN, DONE = code_index(HEARD, "when"), code_index(HEARD, "done")
IN_BODY = read_sections(HEARD)["code"][WHEN + 2].dst
"""A register that only the body writes."""

REFUSED: dict[str, tuple[bytes, str]] = {
    "a section that is not there": (FULL[: HEAD + 8] + struct.pack("<I", 7) + FULL[HEAD + 12 :], "a section's size"),
    "static bytes beyond all": (patched(FULL, "program", 0, static_bytes=HUGE + 15), "the memory's size"),
    "areas that overlap": (patched(FULL, "program", 0, wide_at=END), "areas overlap"),
    "an area off its place": (patched(FULL, "program", 0, work_at=AREAS.work_at + 8), "an area is not aligned"),
    "a type that is none": (patched(FULL, "types", 1, value=6), "a register's type"),
    "a wide type that is none": (patched(FULL, "wide_types", 1, value=7), "a wide register's type"),
    "half a register": (patched(FULL, "wide_types", -1, value=1), "half a wide register"),
    "a constant in a variable": (patched(FULL, "constants", 0, reg=1), "a constant's register"),
    "a constant beyond": (patched(FULL, "wide_constants", 0, reg=HUGE), "a constant's register"),
    "a name beyond the texts": (patched(FULL, "program", 0, name=HUGE), "the program's description"),
    "texts without an end": (patched(FULL, "strings", -1, value=65), "the program's description"),
    "a parameter's text": (patched(FULL, "params", 0, labels=HUGE), "a parameter's text"),
    "a range upside down": (patched(FULL, "params", 0, min=2.0), "a parameter's range"),
    "a range of NaN": (patched(FULL, "params", 0, max=float("nan")), "a parameter's range"),
    "a parameter of another type": (patched(FULL, "params", 0, type=4), "a parameter's type"),
    "a parameter in the machine's memory": (patched(FULL, "params", 0, cell=END), "a parameter's cell"),
    "a parameter in the head": (patched(FULL, "params", 0, cell=0), "a parameter's cell"),
    "a slot in the machine's memory": (patched(FULL, "inits", 0, stride0=END), "a slot's initial value"),
    "a slot that is begun for ever": (patched(FULL, "inits", 0, count2=2**31), "a slot's copies"),
    "a line's cell elsewhere": (patched(WINDING, "lines", 0, cell=64), "a delay line's cell"),
    "a line of no lane": (patched(WINDING, "lines", 0, lanes=0), "a delay line's size"),
    "a line of NaN seconds": (patched(WINDING, "delays", 0, seconds=float("nan")), "a delay line's size"),
    "too many voices": (patched(FULL, "program", 0, voice_slots=513), "the number of voices"),
    "voices of no width": (patched(FULL, "program", 0, voice_width=0), "the voices' width"),
    "a voice without a cell": (patched(FULL, "program", 0, field3=0xFFFFFFFF), "a voice's cell"),
    "a voice in the machine's memory": (patched(FULL, "program", 0, field3=END - 8192 - 64), "a voice's cell"),
    "a table of nothing": (patched(WINDING, "tables", 0, length=0), "a table's size"),
    "a table beyond the data": (patched(WINDING, "tables", 0, length=99), "a table's data"),
    "channels beyond all": (patched(FULL, "program", 0, inputs=1025), "the number of channels"),
    "an output's buffer beyond": (patched(FULL, "outputs", 0, value=END - 60), "an output's buffer"),
    "a controller that MIDI has not": (patched(FULL, "controllers", 0, number=128), "a controller"),
    "more regions than there are": (patched(FULL, "program", 0, regions=99), "the number of regions"),
    "a region of no kind": (patched(FULL, "regions", 0, kind=9), "a region's kind"),
    "an init in the voices": (patched(FULL, "regions", 2, kind=0), "a region's kind"),
    "voices in voices": (patched(FULL, "regions", 2, kind=3), "a region's kind"),
    "a region beyond the code": (patched(FULL, "regions", -1, length=999), "a region's code"),
    "cursors beyond their room": (patched(VOICED, "regions", -1, cursor_count=60000), "a region's cursors"),
    "groups without end": (patched(VOICED, "voices", 0, groups=513), "groups of voices"),
    "an active cell beyond": (patched(VOICED, "voices", 0, active_stride=HUGE), "the voices' active cells"),
    "voices of other regions": (patched(VOICED, "voices", 0, region_first=0), "the voices' regions"),
    "leaves beyond": (patched(VOICED, "results", 0, leaves=END), "a sum of voices"),
    "a sum that is none": (patched(VOICED, "results", 0, row=BY_NAME["div.f32"].number), "a sum of voices"),
    "an unknown instruction": (patched(FULL, "code", 0, op=255), "an instruction that cannot stand here"),
    "an instruction beyond all": (patched(FULL, "code", 0, op=9999), "an unknown instruction"),
    "a put in a tick": (patched(VOICED, "code", code_index(VOICED, "loop"), op=BY_NAME["put.32"].number),
                        "an instruction that cannot stand here"),
    "a take in wide code": (patched(RICH, "code", RUN - 1, op=BY_NAME["take.32"].number),
                            "an instruction that cannot stand here"),
    "a run in a stretch": (patched(RICH, "code", RUN + 1, op=BY_NAME["run"].number),
                           "an instruction that cannot stand here"),
    "a register beyond": (patched(RICH, "code", RUN - 1, dst=60000), "an instruction's destination"),
    "a constant written": (patched(RICH, "code", RUN - 1, dst=0), "an instruction's destination"),
    "another type": (patched(RICH, "code", code_index(RICH, "sum.u32"), a=1), "an instruction's operand"),
    "a cursor beyond": (patched(RICH, "code", code_index(RICH, "late.32"), b=99), "an instruction's operand"),
    "a load from the machine's memory": (patched(RICH, "code", code_index(RICH, "load.32"), imm=HUGE),
                                         "an instruction's immediate"),
    "a slot whose copies go beyond": (patched(RICH, "updates", 0, stride=END), "an instruction's immediate"),
    "a stretch to the end of the code": (patched(RICH, "code", RUN, imm=place(RICH, "code")[1]),
                                         "an instruction's immediate"),
    "a stretch that ends early": (patched(RICH, "code", RUN, imm=NEXT), "the end of a region"),
    "samples that begin before the stretch": (patched(RICH, "code", NEXT, imm=RUN - 1),
                                              "an instruction's immediate"),
    "samples that begin in the future": (patched(RICH, "code", NEXT, imm=NEXT + 1), "an instruction's immediate"),
    "a loop that begins elsewhere": (patched(RICH, "loops", 0, start=0), "an instruction's immediate"),
    "a loop of another depth": (patched(RICH, "loops", 0, depth=1), "an instruction's immediate"),
    "a loop of no turn": (patched(RICH, "loops", 0, turns=0), "an instruction's immediate"),
    "a body without an end": (patched(RICH, "code", code_index(RICH, "again", 1), op=BY_NAME["frame"].number, imm=0,
                                      dst=read_sections(RICH)["code"][code_index(RICH, "sum.u32")].dst),
                              "a body without an end"),
    "loops that cross": (patched(RICH, "code", code_index(RICH, "again"), imm=0), "an instruction's immediate"),
    "an update of nothing": (patched(RICH, "loops", 0, update_first=99), "an instruction's immediate"),
    "turns without number": (patched(RICH, "loops", 1, turns=0x3FFFFFF), "an instruction's immediate"),
    "a turn that takes too long": (patched(SUMMING, "reduces", 0, leaves=0x3FFFFFF), "an instruction's immediate"),
    "a reduction beyond": (patched(SUMMING, "reduces", 0, offset=256), "an instruction's immediate"),
    "a reduction of other numbers": (patched(SUMMING, "reduces", 0, row=2), "an instruction's immediate"),
    "too little room to reduce in": (patched(SUMMING, "program", 0, work_bytes=64), "an instruction's immediate"),
    "stacks that are too small": (patched(SUMMING, "program", 0, stacks_bytes=64), "an instruction's immediate"),
    "another table": (patched(SUMMING, "code", code_index(SUMMING, "lane.32"), imm=1), "an instruction's immediate"),
    "a table that is too short": (patched(SUMMING, "tables", 0, length=4), "an instruction's immediate"),
    "another line": (patched(WINDING, "code", code_index(WINDING, "line_read.32"), imm=1),
                     "an instruction's immediate"),
    "a line of other numbers": (patched(WINDING, "lines", 0, bytes=8), "an instruction's immediate"),
    "a channel that is not there": (patched(FULL, "code", code_index(FULL, "input"), imm=1),
                                    "an instruction's immediate"),
    "a bus without a channel": (patched(FULL, "input_buses", 0, channels=0), "a bus"),
    "a bus without a name": (patched(FULL, "output_buses", 0, name=0xFFFF), "a bus"),
    "a bus of a kind that is none": (patched(FULL, "input_buses", 0, flags=2), "a bus"),
    "a bus's cell beyond": (patched(FULL, "input_buses", 0, cell=END), "a bus's cell"),
    "buses of other channels": (patched(FULL, "output_buses", 0, channels=2), "the buses' channels"),
    "a meter without a name": (patched(FULL, "meters", 0, name=0xFFFF), "a meter"),
    "a meter in the machine's memory": (patched(FULL, "meters", 0, cell=END), "a meter"),
    "a sample without a name": (patched(SAMPLED, "samples", 0, name=0xFFFF), "a sample"),
    "a sample of nothing": (patched(SAMPLED, "samples", 1, frames=0), "a sample"),
    "a sample of no rate": (patched(SAMPLED, "samples", 1, rate=float("nan")), "a sample"),
    "a sample beyond the data": (patched(SAMPLED, "samples", 1, frames=6), "a sample's sound"),
    "a sample off its place": (patched(SAMPLED, "samples", 0, offset=2), "a sample's sound"),
    "a sample of no channel": (patched(SAMPLED, "samples", 0, channels=0), "a sample"),
    "a sample of too many channels": (patched(SAMPLED, "samples", 1, channels=2), "a sample's sound"),
    "a sample that is not there": (patched(SOUNDING, "code", code_index(SOUNDING, "recorded.32"), imm=2),
                                   "an instruction's immediate"),
    "a sample's cell beyond": (patched(SAMPLED, "samples", 0, cell=END), "a sample's cell"),
    "a song in the machine's memory": (patched(FULL, "program", 0, song2=END), "a transport's cell"),
    "a body that ends before it begins": (patched(HEARD, "code", WHEN, imm=WHEN), "an instruction's immediate"),
    "a body that ends elsewhere": (patched(HEARD, "code", WHEN, imm=DONE), "an instruction's immediate"),
    "a body that ends beyond the stretch": (patched(HEARD, "code", WHEN, imm=DONE + 9), "an instruction's immediate"),
    "a body that does not end": (patched(HEARD, "code", DONE, op=BY_NAME["add.f32"].number, dst=IN_BODY, a=IN_BODY,
                                         b=IN_BODY), "an instruction's immediate"),
    "an end without a body": (patched(HEARD, "code", WHEN, op=BY_NAME["move.32"].number, dst=IN_BODY, imm=0),
                              "an instruction's immediate"),
    "samples that begin in a body": (patched(HEARD, "code", code_index(HEARD, "next"), imm=WHEN + 1),
                                     "an instruction's immediate"),
    "a register that was never written": (patched(RECORDED, "code", code_index(RECORDED, "store_at.64"), b=3),
                                          "an instruction's operand"),
    "a value that there may not be": (patched(HEARD, "code", WHEN - 1, op=BY_NAME["give.64"].number, a=IN_BODY),
                                      "an instruction's operand"),
    "elements that go beyond": (patched(RECORDED, "arrays", 0, length=AREAS.state_end), "an instruction's immediate"),
    "elements far apart": (patched(RECORDED, "arrays", 0, stride=HUGE), "an instruction's immediate"),
    "no elements": (patched(RECORDED, "arrays", 0, length=0), "an instruction's immediate"),
    "elements in the machine's memory": (patched(RECORDED, "arrays", -1, offset=448), "an instruction's immediate"),
    "elements of no array": (patched(RECORDED, "code", code_index(RECORDED, "load_at.32"), imm=9),
                             "an instruction's immediate"),
    "elements beyond a stack": (patched(PICKED, "arrays", 0, length=99), "an instruction's immediate"),
    "elements of a stack apart": (patched(PICKED, "arrays", 0, stride=8), "an instruction's immediate"),
    "partial sums without number": (patched(PARTS, "reduces", 0, partials=15), "an instruction's immediate"),
    "too little room for partial sums": (patched(PARTS, "program", 0, work_bytes=960), "an instruction's immediate"),
    "an input of other numbers": (patched(FULL, "program", 0, flags=8), "an instruction's immediate"),
    "an input of other numbers, in f64": (patched(WIDE, "program", 0, flags=0), "an instruction's immediate"),
    "an output's buffer beyond, in f64": (patched(WIDE, "outputs", 0, value=WIDE_AREAS.state_end - 64),
                                          "an output's buffer"),
    "a flag that there is not": (patched(FULL, "program", 0, flags=128), "the program's description"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_unsound_is_refused(what: str) -> None:
    image, why = REFUSED[what]
    assert refusal(mended(image)) == why


@pytest.mark.parametrize("nth", (0, 1))
def test_a_cell_that_the_program_overwrites(nth: int) -> None:
    """What is read lies in the core's memory all the same (the cell says 2), or is silence (it says a billion)."""
    cell = read_sections(SOUNDING)["samples"][0][FIELDS["samples"].index("cell")]
    damaged = patched(SOUNDING, "code", code_index(SOUNDING, "store.32", nth), imm=cell)
    sound, *_ = Engine(load(damaged), 48_000.0).process(np.ones(64))
    assert sound.shape == (64,) and (nth == 0 or not sound.any())


def test_another_version_is_said() -> None:
    image = FULL[:4] + struct.pack("<I", 1) + FULL[8:]
    assert refusal(image) == "another version of bytecode"
    with pytest.raises(DspError, match="DSP342: bytecode of version 1, this is version 2"):
        read_sections(image)
    with pytest.raises(DspError, match="DSP342: this is no bytecode"):
        read_sections(b"no")
    with pytest.raises(DspError, match="DSP342: the bytecode is damaged"):
        read_sections(FULL[:-1] + b"\1")


# --- the machine ------------------------------------------------------------------------------------------


def audited(name: str, *flags: str, indirect: tuple[str, ...] = ()) -> list[str]:
    options = (*STRICT, "-O2", "-fno-jump-tables", *WARNINGS, *flags, "-c", RUNTIME / "vm.c")
    made = compile_c(ROOT / "build" / "rt" / f"vm-{name}.o", *options)
    report = audit(made, Policy(indirect=indirect, stack_limit_bytes=4096))
    return [str(finding) for finding in report.findings]


def test_the_machine_is_fit_for_the_audio_thread() -> None:
    """Nothing but memcpy and its like is called, nothing allocated, no variable is global, nothing recurs."""
    assert audited("audited-switch", "-DDSPC_VM_SWITCH") == []


def test_only_the_dispatch_goes_through_pointers() -> None:
    """The audit takes a jump to a label for a call of whatever has an address, and sees recursion in that."""
    found = audited("audited", indirect=("dspc_vm_run_plain", "dspc_vm_run_wide"))
    assert [line for line in found if not line.startswith("recursion")] == []


@pytest.mark.parametrize("optimise", ("-O0", "-O2"))
def test_clang_compiles_it_without_a_warning(optimise: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "clang")
    compile_c(ROOT / "build" / "rt" / f"vm-clang{optimise}.o", *STRICT, *WARNINGS, optimise, "-c", RUNTIME / "vm.c")


def test_it_runs_without_a_system_call() -> None:
    """Under the preload guard and under seccomp; engine and machine are one text here, as in a plugin."""
    image = ", ".join(map(str, emit_bytes(vm_cases.full())))
    source = ROOT / "build" / "rt" / "bytecode_program.c"
    source.write_text(
        f"{engine_source()}\n{amalgamate('vm.c')}\n"
        f"static const unsigned char image[] __attribute__((aligned(8))) = {{{image}}};\n"
        "static uint64_t memory[512];\nstatic dspc_program program;\n"
        "const dspc_program *dspc_program_get(void)\n{\n"
        "  if (dspc_vm_open(image, sizeof image, memory, sizeof memory, &program, (void *)0, 0)) return (void *)0;\n"
        "  return &program;\n}\n"
    )
    made = compile_c(source.with_suffix(".so"), *STRICT, "-O1", "-shared", source)
    for name, run in play(made, blocks=100).items():
        assert run.is_quiet, f"{name}: {run}"
