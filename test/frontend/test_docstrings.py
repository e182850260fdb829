"""The examples in the docstrings of the language run."""

from __future__ import annotations

import doctest
import importlib
import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from tree import ROOT

from dspc.frontend import buses, graph_nodes, graphs, groups, library, params, trace


def examples() -> Iterator[tuple[str, str]]:
    """Name and docstring of what is public in the front end and has an example."""
    for path in sorted((ROOT / "frontend").glob("[a-z]*.py")):
        module = importlib.import_module(f"dspc.frontend.{path.stem}")
        for name, thing in [("", module), *vars(module).items()]:
            if name.startswith("_") or thing is not module and getattr(thing, "__module__", "") != module.__name__:
                continue
            doc = inspect.getdoc(thing) or ""
            if ">>>" in doc:
                yield f"{path.stem}.{name}", doc


EXAMPLES = dict(examples())


def names() -> dict[str, Any]:
    """What an example may use without import."""
    from dspc.frontend import codes, errors, events

    found: dict[str, Any] = {}
    for module in (graph_nodes, graphs, library, params, buses, groups, codes, errors, events):
        found |= {name: value for name, value in vars(module).items() if not name.startswith("_")}
    return found


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_runs(name: str) -> None:
    test = doctest.DocTestParser().get_doctest(EXAMPLES[name], names(), name, None, 0)
    running = trace.Trace(name)
    with trace.run(running):
        results = doctest.DocTestRunner(verbose=False).run(test)
    assert results.failed == 0 and results.attempted > 0
    assert running.errors == []


def test_the_main_functions_have_examples() -> None:
    wanted = {"sources.phasor", "delays.delay", "feedback.feedback", "banks.bank", "tables.table", "params.param",
              "params.choice", "notes.note", "groups.Params", "codes.find", "graph_nodes.node",
              "graphs.inlet"}  # fmt: skip
    assert wanted <= set(EXAMPLES)
