"""Graph classes in files: which of them are programs, by which names, and what goes wrong in them."""

from pathlib import Path

import pytest
from dspc_cli import Dspc, in_folder

dspc = pytest.fixture(in_folder)

SOURCE = """\
import dspc
from dspc import Effect, Voice


class Part(dspc.Node):
    x, y = dspc.inlet(), dspc.outlet()

    def graph(self):
        self.connect(self.x * 0.5 >> self.y)


class Base(Effect):
    part = Part()
    gain = dspc.param(0.5, 0.0, 1.0)


class Quiet(Base):
    def graph(self):
        self.connect(self.input >> self.part * self.gain >> self.output)


class Sized(Effect):
    def __init__(self, taps):
        self.taps = taps

    def graph(self):
        for tap in range(self.taps):
            self.connect(self.input * (tap + 1.0) >> self.output)


quieter, sized = Quiet(gain=0.25), Sized(3)
"""
RIGHT = SOURCE.replace("self.input >> self.part * self.gain", "(self.input >> self.part) * self.gain")


def test_classes_and_instances_are_programs_by_their_names(dspc: Dspc) -> None:
    """Not nodes, not bases of others, not classes that cannot be made without arguments, not what is imported."""
    Path("graphs.py").write_text(RIGHT)
    done = dspc("build", "graphs.py", "--backend", "bytecode", "-o", "out")
    assert done.code == 0, done.err
    assert {path.name for path in Path("out").iterdir()} == {"Quiet.dspb", "quieter.dspb", "sized.dspb"}


def test_one_of_a_file(dspc: Dspc) -> None:
    Path("graphs.py").write_text(RIGHT)
    assert dspc("build", "graphs.py:Quiet", "--format", "c-source").code == 0
    assert dspc("build", "graphs.py:Part", "--format", "c-source").first.endswith(
        "DSP183: Part is a node, a part of graphs, not a program"
    )
    done = dspc("build", "graphs.py:Sized", "--format", "c-source")
    assert done.code == 1 and "DSP183: Sized cannot be made without arguments" in done.first
    assert dspc("build", "graphs.py:Quite", "--format", "c-source").help == "did you mean Quiet or quieter?"


def test_what_is_wrong_in_a_graph_is_told_once_for_each_program(dspc: Dspc) -> None:
    Path("graphs.py").write_text(SOURCE)
    done = dspc("build", "graphs.py", "-o", "out")
    assert (done.code, Path("out").exists()) == (1, False)
    line = next(i for i, text in enumerate(SOURCE.splitlines(), 1) if "self.gain >>" in text)
    assert {text for text in done.err.splitlines() if ": DSP" in text} == {
        f"graphs.py:{line}:22: DSP201: the result of * takes nothing in"
    }


def test_what_python_raises_in_a_graph_is_told_with_its_line(dspc: Dspc) -> None:
    Path("graphs.py").write_text(RIGHT.replace("range(self.taps)", "range(self.taps // 0)"))
    done = dspc("build", "graphs.py:sized", "-o", "out")
    assert done.code == 1 and done.first.endswith("DSP191: ZeroDivisionError: integer division or modulo by zero")
    Path("graphs.py").write_text(RIGHT.replace("self.taps = taps", "self.taps = taps / 0"))
    assert "DSP191: ZeroDivisionError" in dspc("build", "graphs.py", "-o", "out").first
