"""What `dspopt` says about passes and IR: lists, tables, dumps."""

from __future__ import annotations

import dataclasses
import re
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass
from xdsl.transforms import get_all_passes

from dspc.driver.clock import Stage
from dspc.driver.extensions import third_party_passes
from dspc.driver.pipelines import PIPELINES, options
from dspc.passes import MODULES, UPSTREAM, all_passes

WIDTH = 100


def kind_of(cls: type[Any]) -> str:
    """defining, preserving or lowering; a pass that does not say is foreign."""
    if cls.name in UPSTREAM:
        return "preserving"
    return getattr(cls, "kind", "foreign")


def list_passes() -> str:
    """Every pass: name, kind, what it does in one line, options with their defaults."""
    ours = [_described(name, kind_of(cls), cls) for name, cls in all_passes().items()]
    named = [_described(name, "pipeline", cls) for name, cls in PIPELINES.items()]
    others = [_of_others(name, make) for name, make in sorted(third_party_passes().items())]
    stock = ", ".join(n for n in get_all_passes() if n not in UPSTREAM and n not in MODULES)
    rest = textwrap.fill(stock, WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
    return "\n".join([*ours, *others, "", "Several at once:", *named, "", "xDSL's own passes:", rest])


def _of_others(name: str, make: Callable[[], type[ModulePass]]) -> str:
    try:
        cls = make()
    except Exception as error:
        return f"{name:22}cannot be loaded: {error}"
    return _described(name, kind_of(cls), cls)


def _described(name: str, kind: str, cls: type[Any]) -> str:
    lines = [f"{name:22}{kind:12}{summary(cls)}"]
    known = [_option(option, field) for option, field in options(cls).items()]
    return "\n".join([*lines, f"{'':34}{{{' '.join(known)}}}"]) if known else lines[0]


def summary(cls: type[Any]) -> str:
    """The first paragraph of a class's docstring; without one, the class's name as words."""
    text = " ".join((cls.__doc__ or "").split("\n\n")[0].split())
    if text and not text.startswith(f"{cls.__name__}("):  # which is what dataclasses make up
        return text
    return " ".join(re.findall("[A-Z][a-z]*", cls.__name__.removesuffix("Pass"))).capitalize() + "."


def _option(name: str, field: dataclasses.Field[Any]) -> str:
    default = field.default
    if default is dataclasses.MISSING:
        return f"{name}=…"
    if default is None:
        return name
    return f"{name}={str(default).lower() if isinstance(default, bool) else default or '…'}"


def show_pipeline(passes: Sequence[ModulePass]) -> str:
    """The passes in order, with kind and the level that each brings about."""
    rows: list[str] = []
    for number, pass_ in enumerate(passes, 1):
        level = getattr(pass_, "level_after", None)
        text = f"{number:3}  {str(pass_):40}{kind_of(type(pass_)):12}"
        rows.append((text + (f"-> {level}" if level else "")).rstrip())
    return "\n".join(rows) if rows else "no passes"


def timing(stages: Iterable[Stage], what: str) -> str:
    """A table of stages: milliseconds, part of the whole, operations afterwards."""
    rows = list(stages)
    total = sum(s.seconds for s in rows)
    lines = [f"timing of {what}", f"  {'stage':22}{'ms':>10}{'%':>8}{'ops':>8}"]
    for stage in rows:
        part = 100 * stage.seconds / total if total else 0.0
        ops = "" if stage.ops is None else str(stage.ops)
        lines.append(f"  {stage.name:22}{stage.seconds * 1e3:10.2f}{part:8.1f}{ops:>8}".rstrip())
    return "\n".join([*lines, f"  {'total':22}{total * 1e3:10.2f}"])


def count_ops(module: ModuleOp) -> Counter[str]:
    """How many operations there are, by name; the module itself does not count."""
    return Counter(op.name for op in module.walk() if op is not module)


def statistics(before: Counter[str], after: Counter[str], what: str) -> str:
    """A table of operations by name, before and after."""
    lines = [f"statistics of {what}", f"  {'operation':22}{'before':>8}{'after':>8}"]
    for name in sorted({*before, *after}):
        lines.append(f"  {name:22}{before[name]:8}{after[name]:8}")
    return "\n".join([*lines, f"  {'total':22}{before.total():8}{after.total():8}"])
