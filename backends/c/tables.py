"""A program's layout as static initialisers of `dspc_program`."""

from __future__ import annotations

import numpy as np

from dspc.backends.c.constants import constant_array, string_of
from dspc.backends.c.spelling import literal
from dspc.dialects.layout import ABI, NONE, SCALE_CODES, TYPE_CODES, BusInfo, ParamInfo, ProgramLayout, SampleInfo
from dspc.dialects.scalar import NUMPY_TYPES


def program_tables(layout: ProgramLayout) -> str:
    """`static const` tables, and `dspc_program_get`."""
    params = [_param(p) for p in layout.params]
    inits = [
        f"  {{{i.offset}, {i.bytes}, {_triple(i.count)}, {_triple(i.stride)}, {i.bits:#x}ull}}" for i in layout.inits
    ]
    lines = [f"  {{{line.cell}, {line.bytes}, {line.lanes}}}" for line in layout.lines]
    controllers = [f"  {{{c.number}, {c.cell}, {literal(c.init, 'f64')}}}" for c in layout.controllers]
    meters = [f"  {{{_string(m.name)}, {m.cell}}}" for m in layout.meters]
    samples = [_sample(s, f"sound_{i}") for i, s in enumerate(layout.samples)]
    sources, results = ([_bus(b) for b in buses] for buses in (layout.input_buses, layout.output_buses))
    tables = [("dspc_param", "params", params), ("dspc_init", "inits", inits), ("dspc_line", "lines", lines),
              ("dspc_controller", "controllers", controllers), ("dspc_meter", "meters", meters),
              ("dspc_bus", "input_buses", sources), ("dspc_bus", "output_buses", results),
              ("dspc_sample", "samples", samples)]  # fmt: skip
    texts = [_sound(f"sound_{i}", s) for i, s in enumerate(layout.samples)]
    texts += [f"static const {t} {n}[] = {{\n" + ",\n".join(rows) + "\n};" for t, n, rows in tables if rows]
    references = ", ".join(f".{n} = {n}" if rows else f".{n} = 0" for _, n, rows in tables)
    fields, song = (", ".join(map(_cell, cells)) for cells in (layout.voice_fields, layout.transport_cells))
    texts.append(f"""static const dspc_program program = {{
  .abi = {ABI}, .flags = {int(layout.flags)}, .name = {_string(layout.name)},
  .inputs = {layout.inputs}, .outputs = {layout.outputs}, .latency = {layout.latency},
  .tail = {literal(layout.tail, "f64")}, .static_bytes = {layout.static_bytes},
  .voices = {layout.voices}, .voice_slots = {layout.voice_slots}, .voice_base = {layout.voice_base},
  .voice_width = {layout.voice_width}, .voice_stride = {layout.voice_stride},
  .voice_fields = {{{fields}}},
  .transport_cells = {{{song}}},
  .param_count = {len(params)}, .init_count = {len(inits)}, .line_count = {len(lines)},
  .controller_count = {len(controllers)}, .meter_count = {len(meters)},
  .input_bus_count = {len(sources)}, .output_bus_count = {len(results)},
  .sample_count = {len(samples)},
  {references},
  .sizes = core_sizes, .init = core_init, .run = core_run
}};

/* The program in this file. */
const dspc_program *dspc_program_get(void);
const dspc_program *dspc_program_get(void)
{{
  return &program;
}}""")
    return "\n".join(texts)


def _triple(values: tuple[int, int, int]) -> str:
    return "{" + ", ".join(map(str, values)) + "}"


def _param(p: ParamInfo) -> str:
    numbers = ", ".join(literal(n, "f64") for n in (p.min, p.max, p.init, p.step))
    texts = ", ".join(_string(t) for t in (p.id, p.name, p.unit, p.group, p.label_text))
    return f"  {{{texts}, {numbers}, {TYPE_CODES[p.type]}, {SCALE_CODES[p.scale]}, {int(p.flags)}, {_cell(p.cell)}}}"


def _sample(s: SampleInfo, sound: str) -> str:
    numbers = f"{s.frames}, {s.channels}, {s.cell}, {literal(s.rate, 'f64')}"
    return f"  {{{_string(s.name)}, (const float *){sound}, {numbers}}}"


def _sound(name: str, sample: SampleInfo) -> str:
    return constant_array(name, sample.element, np.frombuffer(sample.data, NUMPY_TYPES[sample.element]))


def _bus(b: BusInfo) -> str:
    return f"  {{{_string(b.name)}, {b.channels}, {int(b.flags)}, {_cell(b.cell)}}}"


def _cell(offset: int) -> str:
    return "DSPC_NONE" if offset == NONE else str(offset)


def _string(text: str) -> str:
    """A C string of its UTF-8."""
    return f'"{string_of(text.encode())}"'
