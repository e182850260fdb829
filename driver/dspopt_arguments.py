"""The command line of `dspopt`."""

from __future__ import annotations

import argparse
from importlib.metadata import version

EXAMPLES = """\
examples:
  dspopt voice.py                                   the IR of every program in a file
  dspopt voice.py:lead -p pipeline{width=8} -t c    the C of one of them
  dspopt voice.mlir -p "unroll-oscillators{max=8},fuse-buffers" --print-ir-after-change
  dspopt voice.py -t dot | dot -Tsvg > voice.svg
  dspopt --show-pipeline -p pipeline{width=8}
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds every option, in groups."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    parser.add_argument("input_file", nargs="?", metavar="FILE.mlir|FILE.py[:name]",
                        help="IR, or Python programs to trace; - is IR on standard input")  # fmt: skip
    parser.add_argument("--precision", choices=("f32", "f64"), default="f32",
                        help="the floats of Python programs (the default: f32)")  # fmt: skip
    parser.add_argument("-v", "--version", action="version", version=f"dspopt {version('dspc')}")
    _passes(parser.add_argument_group("passes"))
    _output(parser.add_argument_group("output"))
    _looking(parser.add_argument_group("what happens between the passes (to standard error)"))
    _checking(parser.add_argument_group("checks"))
    # xDSL's driver asks for these.
    parser.set_defaults(target="mlir")


def _passes(group: argparse._ArgumentGroup) -> None:
    group.add_argument("-p", "--passes", action="append", default=[], metavar="PASSES",
                       help="passes with options, in order: a{x=1 y=2},b or pipeline{width=8}")  # fmt: skip
    group.add_argument("--list-passes", action="store_true",
                       help="show all passes with kind and options, and stop")  # fmt: skip
    group.add_argument("--show-pipeline", action="store_true",
                       help="show what -p means, by default the whole pipeline, and stop")  # fmt: skip


def _output(group: argparse._ArgumentGroup) -> None:
    group.add_argument("-t", "--target", dest="to", default="mlir", metavar="TARGET",
                       help="mlir (the default), dot, or a backend: c, bytecode, wasm …")  # fmt: skip
    group.add_argument("-o", "--output-file", metavar="FILE", help="where to write; - is standard output")
    group.add_argument("--print-locations", action="store_true",
                       help='print every operation\'s loc("file":line:column)')  # fmt: skip
    group.add_argument("--print-op-generic", action="store_true", help="print in MLIR's generic form")
    group.add_argument("--syntax-highlight", action="store_true", help="print IR in colours")


def _looking(group: argparse._ArgumentGroup) -> None:
    for when in ("before", "after"):
        group.add_argument(f"--print-ir-{when}", action="append", default=[], metavar="PASS[,PASS]",
                           help=f"print the IR {when} these passes")  # fmt: skip
    group.add_argument("--print-ir-after-all", action="store_true", help="print the IR after every pass")
    group.add_argument("--print-ir-after-change", action="store_true",
                       help="print the IR after every pass that changed it")  # fmt: skip
    group.add_argument("--timing", action="store_true", help="a table of stages: time and operations")
    group.add_argument("--statistics", action="store_true", help="a table of operations, before and after")


def _checking(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--verify-each", action="store_true",
                       help="after every pass verify the IR, and check what its level promises")  # fmt: skip
    group.add_argument("--disable-verify", action="store_true", help="do not verify at all")
    group.add_argument("--split-input-file", action="store_true",
                       help='treat the parts between lines "// -----" as files of their own')  # fmt: skip
    group.add_argument("--allow-unregistered-dialect", action="store_true",
                       help="accept operations that no dialect has")  # fmt: skip
    group.add_argument("--no-implicit-module", action="store_true",
                       help="the input has its own builtin.module")  # fmt: skip
