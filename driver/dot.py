"""A program as a graph for Graphviz: `dspopt voice.py -t dot | dot -Tsvg > voice.svg`.

Operations are nodes, bodies are boxes round them, values are edges; a feedback's way back is dashed. Colours
are rates: grey const, brown init, blue control, black audio and everything below the graph level.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from xdsl.dialects.builtin import IntAttr, ModuleOp, StringAttr, SymbolRefAttr
from xdsl.ir import Block, Operation, SSAValue

from dspc.dialects import dsp, rt
from dspc.dialects.scalar_ops import print_number
from dspc.dialects.syntax import location_of
from dspc.dialects.types import SignalType, element_of, rate_of

_COLOURS = {"const": "gray60", "init": "sienna", "control": "royalblue", "audio": "black"}
_DECLARATIONS = (rt.SlotOp, rt.LineOp, rt.TableOp, rt.RecordingOp, dsp.TableOp, dsp.RecordingOp)
_SAID = ("count", "width", "kind", "mode", "field", "number", "channel", "interpolation", "label")


def write_dot(module: ModuleOp, stream: IO[str]) -> None:
    """Writes all programs of a module as one directed graph."""
    graph = _Graph()
    stream.write("digraph {\n")
    stream.write('  node [shape=box, style=rounded, fontname="sans-serif", fontsize=10];\n')
    stream.write('  graph [fontname="sans-serif", fontsize=11, color=gray70];\n')
    for op in module.body.block.ops:
        stream.writelines(f"  {line}\n" for line in graph.operation(op))
    stream.writelines(f"  {line}\n" for line in graph.edges())
    stream.write("}\n")


@dataclass
class _Graph:
    nodes: dict[Operation | SSAValue, str] = field(default_factory=dict[Operation | SSAValue, str])
    links: list[tuple[SSAValue, str]] = field(default_factory=list[tuple[SSAValue, str]])
    back: list[tuple[SSAValue, str]] = field(default_factory=list[tuple[SSAValue, str]])

    def operation(self, op: Operation) -> Iterator[str]:
        """A node, or a box with what its regions hold."""
        if isinstance(op, _DECLARATIONS):
            return
        if op.regions:
            yield from self._box(op)
            return
        name = self.nodes[op] = f"n{len(self.nodes)}"
        yield f"{name} [label={_quoted(_label(op))}, color={_colour(op)}{_tooltip(op)}];"
        self.links += [(operand, name) for operand in op.operands]

    def _box(self, op: Operation) -> Iterator[str]:
        yield f"subgraph cluster_{len(self.nodes)} {{"
        yield f"  label={_quoted(_label(op))};"
        self.nodes[op] = ""
        for region in op.regions:
            for block in region.blocks:
                for line in self._block(op, block):
                    yield f"  {line}"
        yield "}"

    def _block(self, op: Operation, block: Block) -> Iterator[str]:
        for i, arg in enumerate(block.args):
            name = self.nodes[arg] = f"n{len(self.nodes)}"
            yield f"{name} [label={_quoted(arg.name_hint or f'argument {i}')}, shape=ellipse];"
            if i < len(op.operands):
                self.links.append((op.operands[i], name))
            elif isinstance(op, dsp.FeedbackOp) and i < len(op.yielded):
                self.back.append((op.yielded[i], name))
        for inner in block.ops:
            yield from self.operation(inner)

    def edges(self) -> Iterator[str]:
        for value, to in self.links:
            if origin := self._origin(value):
                yield f"{origin} -> {to};"
        for value, to in self.back:
            if origin := self._origin(value):
                yield f"{origin} -> {to} [style=dashed, constraint=false];"

    def _origin(self, value: SSAValue) -> str:
        """The node a value comes from: for a box, the one that yields it."""
        owner = value.owner
        if isinstance(owner, Block):
            return self.nodes.get(value, "")
        if owner.regions:
            last = owner.regions[0].block.last_op
            return self.nodes.get(last, "") if last is not None else ""
        return self.nodes.get(owner, "")


def _label(op: Operation) -> str:
    if isinstance(op, dsp.ConstantOp):
        return print_number(op.number, element_of(op.result.type))
    if isinstance(op, dsp.ParamOp):
        return f"param {op.id}"
    words = [op.name.partition(".")[2] if op.name.startswith("dsp.") else op.name]
    for key in ("sym_name", "symbol"):
        name = op.properties.get(key)
        if isinstance(name, StringAttr | SymbolRefAttr):
            words.append(f"@{name.data if isinstance(name, StringAttr) else name.string_value()}")
    for key in _SAID:
        value = op.properties.get(key)
        if isinstance(value, StringAttr | IntAttr):
            words.append(f"{key}={value.data}")
    return " ".join(words)


def _colour(op: Operation) -> str:
    rates = [rate_of(r.type) for r in op.results if isinstance(r.type, SignalType)]
    return _COLOURS[rates[0]] if rates else "black"


def _tooltip(op: Operation) -> str:
    at = location_of(op)
    return f", tooltip={_quoted(f'{at[0]}:{at[1]}')}" if at else ""


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
