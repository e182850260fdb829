"""An x86-64 shared object as binutils see it: functions, who calls whom, stack frames, symbols."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_SECTION = re.compile(r"^Disassembly of section (\S+):$")
_HEADER = re.compile(r"^[0-9a-f]+ <(.+)>:$")
_INSTRUCTION = re.compile(r"^\s+[0-9a-f]+:\t(.+)$")
_TARGET = re.compile(r"<([^>+]+)(?:\+0x[0-9a-f]+)?>")
_SYMBOL = re.compile(r"^([0-9a-f]+) (.{7}) (\S+)\t([0-9a-f]+)\s+(?:\.(?:hidden|protected|internal) )?(\S+)$")
_RELATIVE = re.compile(r"R_X86_64_RELATIVE\s+\*ABS\*\+0x([0-9a-f]+)")
_NAMED = re.compile(r"R_X86_64_(?:64|GLOB_DAT)\s+([^\s@+]+)")

_PREFIXES = frozenset("lock rep repz repnz bnd notrack data16 addr32 cs ds es fs gs ss rex.W".split())
_LINKER_SECTIONS = (".plt", ".init", ".fini")
_START_UP = frozenset("deregister_tm_clones register_tm_clones __do_global_dtors_aux frame_dummy".split())


@dataclass(frozen=True)
class Instruction:
    mnemonic: str
    operands: str
    target: str | None
    """The function that a call, jump or `lea` names."""


@dataclass
class Function:
    name: str
    body: list[Instruction] = field(default_factory=list)
    labels: int = 0
    """Places inside it whose addresses are in a table."""


@dataclass(frozen=True)
class Symbol:
    name: str
    section: str
    address: int
    size: int
    is_object_or_function: bool


def _run(*command: str | Path) -> str:
    return subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True).stdout


def base_name(name: str) -> str:
    """The function of a label: gcc moves cold blocks to `f.cold`; a call through the PLT is `f@plt`."""
    return re.sub(r"(\.cold(\.\d+)?|@plt)$", "", name)


def parse_instruction(text: str) -> Instruction:
    found = _TARGET.search(text)
    words = text.split("#")[0].split()
    while len(words) > 1 and (words[0] in _PREFIXES or words[0].startswith("rex")):
        words.pop(0)
    return Instruction(words[0], " ".join(words[1:]), base_name(found[1]) if found else None)


def functions(path: Path) -> dict[str, Function]:
    """The functions of an object by name, without what the linker and the C runtime add."""
    found: dict[str, Function] = {}
    current: Function | None = None
    skip = False
    for line in _run("objdump", "-d", "--no-show-raw-insn", path).splitlines():
        if match := _SECTION.match(line):
            skip = match[1].startswith(_LINKER_SECTIONS)
        elif skip:
            continue
        elif match := _HEADER.match(line):
            name = base_name(match[1])
            current = None if name in _START_UP else found.setdefault(name, Function(name))
        elif current and (match := _INSTRUCTION.match(line)):
            current.body.append(parse_instruction(match[1]))
    _count_labels(path, found)
    return found


def symbols(path: Path) -> Iterator[Symbol]:
    for line in _run("objdump", "-t", path).splitlines():
        if match := _SYMBOL.match(line):
            address, flags, section, size, name = match.groups()
            yield Symbol(name, section, int(address, 16), int(size, 16), not set(flags) & set("dfw"))


def undefined_symbols(path: Path) -> list[str]:
    lines = _run("nm", "-D", "--undefined-only", path).splitlines()
    return [line.split()[-1].split("@")[0] for line in lines]


def address_taken(path: Path, known: dict[str, Function]) -> set[str]:
    """Functions whose address is in a table or taken by code: an indirect call may reach them."""
    relocations = _run("objdump", "-R", path)
    by_address = {s.address: s.name for s in symbols(path) if s.section == ".text"}
    taken = {by_address.get(int(address, 16), "") for address in _RELATIVE.findall(relocations)}
    taken.update(_NAMED.findall(relocations))
    for function in known.values():
        taken.update(i.target for i in function.body if i.mnemonic == "lea" and i.target)
    return taken & known.keys()


def _count_labels(path: Path, known: dict[str, Function]) -> None:
    """Addresses in tables that lie inside a function: what a computed goto jumps to."""
    spans = [(s.address, s.address + s.size, s.name) for s in symbols(path) if s.section == ".text" and s.size]
    for address in (int(a, 16) for a in _RELATIVE.findall(_run("objdump", "-R", path))):
        for start, end, name in spans:
            if start < address < end and base_name(name) in known:
                known[base_name(name)].labels += 1


def is_indirect(instruction: Instruction) -> bool:
    return instruction.mnemonic in ("call", "callq", "jmp", "jmpq") and instruction.operands.startswith("*")


def is_indirect_call(instruction: Instruction) -> bool:
    return is_indirect(instruction) and instruction.mnemonic.startswith("call")


def calls(function: Function) -> set[str]:
    """What it calls by name. A jump inside the function is a loop; a call of itself is recursion."""
    found: set[str] = set()
    for i in function.body:
        is_call = i.mnemonic.startswith("call")
        if i.target and (is_call or (i.mnemonic.startswith("j") and i.target != function.name)):
            found.add(i.target)
    return found


def frame_bytes(function: Function) -> int:
    """An upper bound on its own stack frame: every push and every adjustment counts, on any path."""
    total = 8  # return address
    for i in function.body:
        if i.mnemonic.startswith("push"):
            total += 8
        elif match := re.match(r"\$0x([0-9a-f]+),%rsp$", i.operands):
            amount = int(match[1], 16)
            is_negative = amount >> 63 == 1  # gcc subtracts 128 as `add $-128`: it is shorter
            if i.mnemonic.startswith("sub") and not is_negative:
                total += amount
            elif i.mnemonic.startswith(("add", "and")) and is_negative:
                total += (1 << 64) - amount
        elif i.mnemonic.startswith("lea") and (match := re.match(r"-0x([0-9a-f]+)\(%rsp\),", i.operands)):
            total += int(match[1], 16)
    return total


def grows_by_a_register(i: Instruction) -> bool:
    """`alloca` and variable-length arrays: gcc subtracts a register from %rsp, clang moves one into it."""
    if not i.operands.endswith(",%rsp") or not i.operands.startswith("%"):
        return False
    return i.mnemonic.startswith("sub") or (i.mnemonic.startswith("mov") and i.operands != "%rbp,%rsp")
