"""What `dspopt` does between passes: prints IR, verifies it, checks what its level promises."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Sequence

from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass

from dspc.driver.diagnostics import verify
from dspc.driver.usage import UsageError, did_you_mean
from dspc.passes import UPSTREAM
from dspc.passes.base import DspPass
from dspc.passes.levels import check_level, level_of


class Watch:
    """Looks at one module before and after every pass. `show` gives a module's text."""

    def __init__(self, args: Namespace, passes: Sequence[ModulePass], show: Callable[[ModuleOp], str]):
        self.args, self.total, self.show = args, len(passes), show
        names = [p.name for p in passes]
        self.print_before = _wanted(args.print_ir_before, names)
        self.print_after = _wanted(args.print_ir_after, names)
        self.level: str | None = None
        self.text = ""

    def start(self, module: ModuleOp) -> None:
        """Before the first pass."""
        if not self.args.disable_verify:
            verify(module, "")
        if self.args.verify_each:
            self.level = level_of(module)
        if self.args.print_ir_after_change:
            self.text = self.show(module)

    def before(self, number: int, pass_: ModulePass, module: ModuleOp) -> None:
        if pass_.name in self.print_before:
            self._print("before", number, pass_, self.show(module))

    def after(self, number: int, pass_: ModulePass, module: ModuleOp) -> None:
        """Prints first: IR that does not verify is what one wants to see."""
        self._print_after(number, pass_, module)
        each = self.args.verify_each
        if (each or number == self.total) and not self.args.disable_verify:
            verify(module, f"after {pass_.name}" if each else "after the passes")
        if each:
            self._check_level(pass_, module)

    def _print_after(self, number: int, pass_: ModulePass, module: ModuleOp) -> None:
        wanted = self.args.print_ir_after_all or pass_.name in self.print_after
        text = self.show(module) if wanted or self.args.print_ir_after_change else ""
        if wanted or text != self.text:
            self._print("after", number, pass_, text)
        if self.args.print_ir_after_change:
            self.text = text

    def _check_level(self, pass_: ModulePass, module: ModuleOp) -> None:
        """A pass of ours brings a level about, or keeps the one that there is; of others nothing is known."""
        if isinstance(pass_, DspPass):
            self.level = pass_.level_after or self.level
        elif pass_.name not in UPSTREAM:
            self.level = None
        if self.level is not None:
            check_level(module, self.level, after=pass_.name)

    def _print(self, when: str, number: int, pass_: ModulePass, text: str) -> None:
        sys.stdout.flush()
        print(f"// IR {when} {pass_}, pass {number} of {self.total}\n{text}", file=sys.stderr)


def _wanted(lists: Sequence[str], names: Sequence[str]) -> set[str]:
    """The names in comma-separated lists. Raises `UsageError` for one that is not in the pipeline."""
    wanted = {name.strip() for text in lists for name in text.split(",") if name.strip()}
    for name in sorted(wanted - set(names)):
        listed = f"it has {', '.join(dict.fromkeys(names))}" if names else "there are none: add -p"
        raise UsageError(f"{name} is not one of the passes that run", did_you_mean(name, names) or listed)
    return wanted
