"""WebAssembly modules: one list of instructions a function, one table that says how each is written.

The table drives both renderings: `encode` makes the binary form, `dspc.backends.wasm.text` the readable one.
No function returns anything and nothing is imported: what goes in and out lies in the memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

PAGE = 65536
"""Bytes by which a memory grows."""

VALUE_TYPES = {"i32": 0x7F, "i64": 0x7E, "f32": 0x7D, "f64": 0x7C, "v128": 0x7B}


class Instr(NamedTuple):
    """An instruction and its immediates.

    `a` is a local, function, label depth, number (floats: their bit pattern) or a memory access's offset.
    """

    op: str
    a: int = 0


class Spelling(NamedTuple):
    """How an instruction is written: its opcode, and what immediate follows."""

    opcode: bytes
    immediate: str = ""


# --- the table ------------------------------------------------------------------------------------


def _numbered(first: int, prefix: str, names: str) -> Iterable[tuple[str, Spelling]]:
    """Instructions whose opcodes follow each other."""
    for k, name in enumerate(names.split()):
        yield prefix + name, Spelling(bytes([first + k]))


_INT_TESTS = "eqz eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u"
_FLOAT_TESTS = "eq ne lt gt le ge"
_INT_OPS = "clz ctz popcnt add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr"
_FLOAT_OPS = "abs neg ceil floor trunc nearest sqrt add sub mul div min max copysign"
_CONVERSIONS = (
    "i32.wrap_i64 i32.trunc_f32_s i32.trunc_f32_u i32.trunc_f64_s i32.trunc_f64_u "
    "i64.extend_i32_s i64.extend_i32_u i64.trunc_f32_s i64.trunc_f32_u i64.trunc_f64_s i64.trunc_f64_u "
    "f32.convert_i32_s f32.convert_i32_u f32.convert_i64_s f32.convert_i64_u f32.demote_f64 "
    "f64.convert_i32_s f64.convert_i32_u f64.convert_i64_s f64.convert_i64_u f64.promote_f32 "
    "i32.reinterpret_f32 i64.reinterpret_f64 f32.reinterpret_i32 f64.reinterpret_i64"
)
_SATURATING = "i32.trunc_sat_f32_s i32.trunc_sat_f32_u i32.trunc_sat_f64_s i32.trunc_sat_f64_u"

SPELLINGS: dict[str, Spelling] = {
    "block": Spelling(b"\x02", "block"),
    "loop": Spelling(b"\x03", "block"),
    "if": Spelling(b"\x04", "block"),
    "else": Spelling(b"\x05"),
    "end": Spelling(b"\x0b"),
    "br": Spelling(b"\x0c", "index"),
    "br_if": Spelling(b"\x0d", "index"),
    "call": Spelling(b"\x10", "function"),
    "select": Spelling(b"\x1b"),
    "local.get": Spelling(b"\x20", "local"),
    "local.set": Spelling(b"\x21", "local"),
    "local.tee": Spelling(b"\x22", "local"),
    "i32.load": Spelling(b"\x28", "memory4"),
    "i64.load": Spelling(b"\x29", "memory8"),
    "f32.load": Spelling(b"\x2a", "memory4"),
    "f64.load": Spelling(b"\x2b", "memory8"),
    "i32.store": Spelling(b"\x36", "memory4"),
    "i64.store": Spelling(b"\x37", "memory8"),
    "f32.store": Spelling(b"\x38", "memory4"),
    "f64.store": Spelling(b"\x39", "memory8"),
    "i32.const": Spelling(b"\x41", "i32"),
    "i64.const": Spelling(b"\x42", "i64"),
    "f32.const": Spelling(b"\x43", "f32"),
    "f64.const": Spelling(b"\x44", "f64"),
    **dict(_numbered(0x45, "i32.", _INT_TESTS)),
    **dict(_numbered(0x50, "i64.", _INT_TESTS)),
    **dict(_numbered(0x5B, "f32.", _FLOAT_TESTS)),
    **dict(_numbered(0x61, "f64.", _FLOAT_TESTS)),
    **dict(_numbered(0x67, "i32.", _INT_OPS)),
    **dict(_numbered(0x79, "i64.", _INT_OPS)),
    **dict(_numbered(0x8B, "f32.", _FLOAT_OPS)),
    **dict(_numbered(0x99, "f64.", _FLOAT_OPS)),
    **dict(_numbered(0xA7, "", _CONVERSIONS)),
    **{name: Spelling(bytes([0xFC, k])) for k, name in enumerate(_SATURATING.split())},
    "memory.fill": Spelling(b"\xfc\x0b", "one memory"),
    "v128.load": Spelling(b"\xfd\x00", "memory16"),
    "v128.store": Spelling(b"\xfd\x0b", "memory16"),
    "i32x4.splat": Spelling(b"\xfd\x11"),
    "i32x4.add": Spelling(b"\xfd\xae\x01"),
    "f32x4.add": Spelling(b"\xfd\xe4\x01"),
    "f64x2.add": Spelling(b"\xfd\xf0\x01"),
}


# --- functions and modules ------------------------------------------------------------------------


@dataclass
class Function:
    """A function's code. Locals are numbered from 0, parameters first; `locals` has the types of the rest.

    `params` has their types by name.
    """

    name: str
    params: dict[str, str]
    exported: bool = False
    locals: list[str] = field(default_factory=list[str])
    code: list[Instr] = field(default_factory=list[Instr])

    @property
    def signature(self) -> tuple[str, ...]:
        """The types of the parameters."""
        return tuple(self.params.values())

    def param(self, name: str) -> int:
        """A parameter's number."""
        return list(self.params).index(name)

    def new_local(self, type_: str) -> int:
        """A local of its own; `reuse_locals` later lets those share that are never needed together."""
        self.locals.append(type_)
        return len(self.params) + len(self.locals) - 1


@dataclass
class Module:
    """A memory with constant data at its start, functions, and constants that the host may ask for."""

    functions: list[Function] = field(default_factory=list[Function])
    constants: dict[str, int] = field(default_factory=dict[str, int])
    data: list[tuple[int, bytes]] = field(default_factory=list[tuple[int, bytes]])
    pages: int = 1

    def add(self, function: Function) -> int:
        """The function's number."""
        self.functions.append(function)
        return len(self.functions) - 1

    @property
    def signatures(self) -> list[tuple[str, ...]]:
        """The types of functions, each once."""
        return list(dict.fromkeys(f.signature for f in self.functions))


# --- bytes ----------------------------------------------------------------------------------------


def unsigned(number: int) -> bytes:
    """LEB128: seven bits a byte, the lowest first."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def signed(number: int) -> bytes:
    """LEB128 of a number with a sign: the last byte's bit 6 is repeated upwards."""
    out = bytearray()
    while not -0x40 <= number < 0x40:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number & 0x7F)
    return bytes(out)


def wrapped(number: int, bits: int) -> int:
    """The signed number with the same low bits."""
    number &= (1 << bits) - 1
    return number - (1 << bits) if number >> (bits - 1) else number


def _immediate(kind: str, a: int) -> bytes:
    match kind:
        case "":
            return b""
        case "i32" | "i64":
            return signed(wrapped(a, int(kind[1:])))
        case "f32" | "f64":
            return a.to_bytes(int(kind[1:]) // 8, "little")
        case "memory4" | "memory8" | "memory16":
            # No alignment is claimed beyond 8 bytes: engines do not use it, and the host chooses the address.
            return unsigned({"memory4": 2, "memory8": 3, "memory16": 3}[kind]) + unsigned(a)
        case "block":
            return b"\x40"
        case "one memory":
            return b"\x00"
        case _:
            return unsigned(a)


@lru_cache(maxsize=4096)
def encode_instr(instr: Instr) -> bytes:
    """One instruction's bytes."""
    spelling = SPELLINGS[instr.op]
    return spelling.opcode + _immediate(spelling.immediate, instr.a)


def _vector(items: Sequence[bytes]) -> bytes:
    return unsigned(len(items)) + b"".join(items)


def _name(text: str) -> bytes:
    raw = text.encode()
    return unsigned(len(raw)) + raw


def runs(types: Sequence[str]) -> list[tuple[int, str]]:
    """Equal neighbours counted: how locals are declared."""
    counted: list[tuple[int, str]] = []
    for t in types:
        if counted and counted[-1][1] == t:
            counted[-1] = (counted[-1][0] + 1, t)
        else:
            counted.append((1, t))
    return counted


def _signature(types: Sequence[str]) -> bytes:
    return b"\x60" + _vector([bytes([VALUE_TYPES[t]]) for t in types]) + b"\x00"


def _body(function: Function) -> bytes:
    declared = [unsigned(n) + bytes([VALUE_TYPES[t]]) for n, t in runs(function.locals)]
    body = _vector(declared) + b"".join(map(encode_instr, function.code)) + b"\x0b"
    return unsigned(len(body)) + body


def _exports(module: Module) -> list[bytes]:
    made = [_name("memory") + b"\x02\x00"]
    made += [_name(name) + b"\x03" + unsigned(k) for k, name in enumerate(module.constants)]
    return made + [_name(f.name) + b"\x00" + unsigned(k) for k, f in enumerate(module.functions) if f.exported]


def _constant_expression(number: int) -> bytes:
    return encode_instr(Instr("i32.const", number)) + b"\x0b"


def encode(module: Module) -> bytes:
    """The module's binary form."""
    signatures = module.signatures
    constants = [bytes([VALUE_TYPES["i32"], 0]) + _constant_expression(n) for n in module.constants.values()]
    data = [b"\x00" + _constant_expression(at) + unsigned(len(raw)) + raw for at, raw in module.data]
    sections = [
        (1, [_signature(s) for s in signatures]),
        (3, [unsigned(signatures.index(f.signature)) for f in module.functions]),
        (5, [b"\x00" + unsigned(module.pages)]),
        (6, constants),
        (7, _exports(module)),
        (10, [_body(f) for f in module.functions]),
        (11, data),
    ]
    out = b"\0asm\x01\0\0\0"
    for number, items in sections:
        if items:
            payload = _vector(items)
            out += bytes([number]) + unsigned(len(payload)) + payload
    return out
