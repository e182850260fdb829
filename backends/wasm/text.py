"""The readable form of a module (WAT), from the same instructions and table as the binary form."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from dspc.backends.wasm.encoder import SPELLINGS, Function, Instr, Module, wrapped


def print_module(module: Module) -> str:
    """The module as text that `wat2wasm` turns into the same bytes."""
    signatures = module.signatures
    lines = [f"(type (func{_params(s)}))" for s in signatures]
    lines.append(f'(memory (export "memory") {module.pages})')
    lines += [f'(global ${n} (export "{n}") i32 (i32.const {v}))' for n, v in module.constants.items()]
    for function in module.functions:
        lines += _function(function, signatures.index(function.signature), module)
    lines += [f'(data (i32.const {at}) "{_string(raw)}")' for at, raw in module.data]
    body = "\n".join(f"  {line}" for line in lines)
    return f"(module\n{body}\n)\n"


def _params(types: Sequence[str]) -> str:
    return f" (param {' '.join(types)})" if types else ""


def _function(function: Function, signature: int, module: Module) -> list[str]:
    export = f' (export "{function.name}")' if function.exported else ""
    params = "".join(f" (param ${name} {type_})" for name, type_ in function.params.items())
    lines = [f"(func ${function.name}{export} (type {signature}){params}"]
    if function.locals:
        lines.append(f"  (local {' '.join(function.locals)})")
    depth = 1
    for instr in function.code:
        if instr.op in ("end", "else"):
            depth -= 1
        lines.append("  " * depth + print_instr(instr, function, module))
        if instr.op in ("block", "loop", "if", "else"):
            depth += 1
    return [*lines, ")"]


def print_instr(instr: Instr, function: Function, module: Module) -> str:
    """One instruction, with the names of parameters and functions."""
    op, a = instr
    match SPELLINGS[op].immediate:
        case "" | "block" | "one memory":
            return op
        case "i32" | "i64" as kind:
            return f"{op} {wrapped(a, int(kind[1:]))}"
        case "f32" | "f64" as kind:
            return f"{op} {print_float(a, int(kind[1:]))}"
        case "local":
            return f"{op} ${list(function.params)[a]}" if a < len(function.params) else f"{op} {a}"
        case "function":
            return f"{op} ${module.functions[a].name}"
        case "memory16":
            return f"{op}{f' offset={a}' if a else ''} align=8"
        case "memory4" | "memory8":
            return f"{op} offset={a}" if a else op
        case _:
            return f"{op} {a}"


def print_float(bits: int, width: int) -> str:
    """A bit pattern as a number that has exactly these bits."""
    mantissa_bits = 23 if width == 32 else 52
    sign = "-" if bits >> (width - 1) else ""
    mantissa = bits & ((1 << mantissa_bits) - 1)
    exponent = bits >> mantissa_bits & ((1 << (width - 1 - mantissa_bits)) - 1)
    if exponent == (1 << (width - 1 - mantissa_bits)) - 1:
        return f"{sign}nan:0x{mantissa:x}" if mantissa else f"{sign}inf"
    number: float = struct.unpack("<f" if width == 32 else "<d", bits.to_bytes(width // 8, "little"))[0]
    short = repr(number) if number == int(number) and abs(number) < 1e6 else number.hex()
    return short.removesuffix(".0")


def _string(raw: bytes) -> str:
    return "".join(f"\\{byte:02x}" for byte in raw)
