"""Audit of a compiled engine: what its machine code can do, read off the file itself.

    python test/rt/audit.py engine.so        # prints a JSON report; exit code 1 if anything was found

It sees every function, also those that no test reaches. It does not see how long a loop runs.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rt import disassembly as asm

ALLOWED_UNDEFINED = frozenset({"memcpy", "memset", "memmove"})
_LOADER = re.compile(r"^(__cxa_finalize|__gmon_start__|_ITM_(de)?registerTMCloneTable)$")
_START_UP_DATA = re.compile(r"^(completed\.\d+|__dso_handle|__TMC_END__|_edata|__bss_start|_end)$")
_WRITABLE = re.compile(r"^(\.(data(?!\.rel\.ro)|bss|tdata|tbss|ldata|lbss)(\..*)?|\*COM\*)$")
_FORBIDDEN = {
    "system call": re.compile(r"^(syscall|sysenter|int)$"),
    "clock or random source": re.compile(r"^(rdtscp?|rdpmc|rdrand|rdseed|cpuid)$"),
    "x87 instruction": re.compile(r"^(f(?!s$)[a-z0-9]+|emms)$"),
    "approximation that differs between processors": re.compile(r"^v?(rcp|rsqrt)(ss|ps|14|28).*$"),
}
_FMA = re.compile(r"^vfn?m(add|sub)")
_EXTERNAL_STACK = 512
"""Bytes granted to memcpy and its like, and to the red zone below the deepest frame."""


@dataclass(frozen=True)
class Policy:
    """What this artifact may do beyond the plain rules."""

    indirect: Collection[str] = ()
    """Functions, as shell patterns, that may call through a pointer."""
    dispatch: Collection[str] = ()
    """Functions that may jump through a table of places in themselves: an interpreter's loop."""
    stack_limit_bytes: int = 16384
    allow_fma: bool = False
    allowed_undefined: Collection[str] = ALLOWED_UNDEFINED

    def allows_indirect(self, function: str) -> bool:
        return any(fnmatchcase(function, pattern) for pattern in self.indirect)

    def allows_dispatch(self, function: asm.Function) -> bool:
        """Whether all it does through pointers is to jump to its own labels."""
        named = any(fnmatchcase(function.name, pattern) for pattern in self.dispatch)
        return named and function.labels > 0 and not any(asm.is_indirect_call(i) for i in function.body)


ENGINE = Policy(indirect=("dspc_*",))
"""runtime/engine.c, compiled in, calls the core's three functions through the program's table."""


@dataclass(frozen=True)
class Finding:
    rule: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.rule} in {self.where}: {self.what}"


@dataclass
class Report:
    findings: list[Finding] = field(default_factory=list)
    stack_bytes: int = 0
    functions: int = 0

    def add(self, rule: str, where: str, what: str) -> None:
        finding = Finding(rule, where, what)
        if finding not in self.findings:
            self.findings.append(finding)


def _check_symbols(path: Path, policy: Policy, report: Report) -> None:
    for name in asm.undefined_symbols(path):
        if name not in policy.allowed_undefined and not _LOADER.match(name):
            report.add("undefined symbol", path.name, name)
    table = list(asm.symbols(path))
    if not table:
        report.add("no symbol table", path.name, "the file is stripped and cannot be audited")
    for symbol in table:
        mutable = symbol.is_object_or_function and _WRITABLE.match(symbol.section)
        if mutable and not _START_UP_DATA.match(symbol.name):
            report.add("mutable global", symbol.section, f"{symbol.name} ({symbol.size} bytes)")


def _check_instruction(i: asm.Instruction, owner: asm.Function, policy: Policy, report: Report) -> None:
    function, text = owner.name, f"{i.mnemonic} {i.operands}".strip()
    for rule, pattern in _FORBIDDEN.items():
        if pattern.match(i.mnemonic):
            report.add(rule, function, text)
    if re.search(r"%mm\d", i.operands):
        report.add("x87 instruction", function, text)
    if not policy.allow_fma and _FMA.match(i.mnemonic):
        report.add("fused multiply-add", function, text)
    if asm.is_indirect(i) and not (policy.allows_indirect(function) or policy.allows_dispatch(owner)):
        report.add("indirect call", function, text)
    if asm.grows_by_a_register(i):
        report.add("dynamic stack", function, text)


def _call_graph(path: Path, known: Mapping[str, asm.Function], policy: Policy) -> dict[str, set[str]]:
    graph = {name: asm.calls(function) & known.keys() for name, function in known.items()}
    taken = asm.address_taken(path, dict(known))
    for name, function in known.items():
        if any(asm.is_indirect(i) for i in function.body) and not policy.allows_dispatch(function):
            graph[name] |= taken - {name}  # conservative: through a pointer it may reach any of them
    return graph


def _stack_depth(graph: Mapping[str, set[str]], frames: Mapping[str, int], report: Report) -> int:
    """Bytes on the deepest path; a cycle on the way is reported as recursion."""
    depth: dict[str, int] = {}
    path: list[str] = []

    def visit(name: str) -> int:
        if name in path:
            report.add("recursion", name, " -> ".join([*path[path.index(name) :], name]))
            return 0
        if name not in depth:
            path.append(name)
            depth[name] = frames[name] + max((visit(callee) for callee in sorted(graph[name])), default=0)
            path.pop()
        return depth[name]

    return max((visit(name) for name in graph), default=0) + _EXTERNAL_STACK


def _check_stack_usage(paths: Collection[Path], report: Report) -> None:
    """The compiler's own word (`-fstack-usage`): a second opinion on `alloca`."""
    for path in paths:
        for line in path.read_text().splitlines():
            where, _bytes, kind = line.split("\t")
            if "dynamic" in kind and "bounded" not in kind:
                report.add("dynamic stack", where, kind)


def _as_shared(path: Path, folder: str) -> Path:
    """An `.o`, linked, so that calls and tables have their final addresses."""
    if path.suffix != ".o":
        return path
    linked = Path(folder) / f"{path.stem}.so"
    subprocess.run(["cc", "-shared", "-nostdlib", "-o", linked, path], check=True)
    return linked


def audit(path: Path, policy: Policy | None = None, stack_usage: Collection[Path] = ()) -> Report:
    """All that breaks the rules in an x86-64 `.so` or `.o`; `stack_usage` are `.su` files of its build."""
    policy = policy or Policy()
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        shared = _as_shared(path, folder)
        _check_symbols(shared, policy, report)
        known = asm.functions(shared)
        for function in known.values():
            for instruction in function.body:
                _check_instruction(instruction, function, policy, report)
        graph = _call_graph(shared, known, policy)
    _check_stack_usage(stack_usage, report)
    report.functions = len(known)
    report.stack_bytes = _stack_depth(graph, {n: asm.frame_bytes(f) for n, f in known.items()}, report)
    if report.stack_bytes > policy.stack_limit_bytes:
        report.add("stack", path.name, f"{report.stack_bytes} bytes, the limit is {policy.stack_limit_bytes}")
    return report


if __name__ == "__main__":
    result = audit(Path(sys.argv[1]), ENGINE)
    print(json.dumps(asdict(result), indent=2))
    sys.exit(bool(result.findings))
