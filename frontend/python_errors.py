"""What Python itself raises in a user's program: told as an error of dspc where dspc knows more than Python."""

from __future__ import annotations

import dis
import re
from collections import Counter
from itertools import pairwise
from traceback import walk_stack
from types import CodeType, TracebackType
from typing import Any, cast

from dspc.frontend.errors import DspError
from dspc.frontend.places import HOME, is_ours, is_users_code, place_here, place_of

_OURS = ("Signal", "Ambient", "Bank", "Choice", "Table", "Program", "ParamSpec", "VoiceNote", "GivenNote")
_NAMES = {"Ambient": "Signal", "ParamSpec": "parameter's declaration", "VoiceNote": "note", "GivenNote": "note"}
FAULT = "DSP310"
_STDLIB = f"{HOME}stdlib/"
LONGEST_TEXT = 200
_OFTEN = 5
"""A function that is so often on the way to a RecursionError is its cause."""
_FUNCTIONS = ("function", "builtin_function_or_method", "method")
_OPERANDS = re.compile(r"unsupported operand type\(s\) for (\S+): '(\w+)' and '(\w+)'")
_BAD_COMPARISON = re.compile(r"'(\S+)' not supported between instances of '(\w+)' and '(\w+)'")
_REPEATED = re.compile(r"can't multiply sequence by non-int of type")
_UNASSIGNED = re.compile(r"cannot access (local|free) variable '(\w+)'")


def frames_of(error: BaseException) -> list[TracebackType]:
    """The frames that an exception passed, outermost first."""
    found: list[TracebackType] = []
    at = error.__traceback__
    while at is not None:
        found.append(at)
        at = at.tb_next
    return found


def raised_by_user(error: BaseException) -> bool:
    """Whether an exception was raised in the user's code, or in a library that it calls; not in dspc or its own."""
    codes = [at.tb_frame.f_code for at in frames_of(error)]
    users = (is_users_code(c) for c in reversed(codes) if is_users_code(c) or is_ours(c.co_filename))
    return next(users, False)


def fault(error: Exception) -> DspError:
    """What went wrong in dspc itself, at the user's expression that asked for it; to be raised from the exception."""
    frames = frames_of(error)
    users = [i for i, at in enumerate(frames) if is_users_code(at.tb_frame.f_code)]
    if users and isinstance(error, TypeError | ValueError | AttributeError | IndexError | KeyError):
        called = [f for f in frames[users[-1] + 1 :] if f.tb_frame.f_code.co_filename.startswith(_STDLIB)]
        if called and frames[-1] is called[-1]:
            return _at("DSP312", f"dspc.stdlib.{called[0].tb_frame.f_code.co_name} cannot compute with what it was "
                       f"given: {error}", "its arguments are signals and numbers", frames[users[-1]])  # fmt: skip
    at = frames[users[-1]] if users else None
    place = place_of(at.tb_frame.f_code, at.tb_lasti, at.tb_lineno) if at is not None else place_here()
    said = " ".join(f"{type(error).__name__}: {error}".split())
    return DspError(FAULT, f"dspc itself failed here: {said[:LONGEST_TEXT]}", place=place,
                    hint="this is a fault of dspc: please report it, with the program; what was asked for here may be "
                    "possible in another way")  # fmt: skip


def users_traceback(error: BaseException) -> TracebackType | None:
    """The traceback without dspc's frames, for what the user's code raised; else all of it."""
    if not raised_by_user(error):
        return error.__traceback__
    kept: TracebackType | None = None
    for at in reversed(frames_of(error)):
        if not is_ours(at.tb_frame.f_code.co_filename):
            kept = TracebackType(kept, at.tb_frame, at.tb_lasti, at.tb_lineno)
    return kept


def explained(error: BaseException) -> DspError | None:
    """The error of dspc that an exception of Python's is; None if it is the user's own affair."""
    if isinstance(error, RecursionError):
        return _recursion(error)
    if isinstance(error, AttributeError) and (found := _protocol(error)) is not None:
        return found
    if not raised_by_user(error):
        return None
    frames = [f for f in frames_of(error) if is_users_code(f.tb_frame.f_code)]
    if not frames:
        return None
    at = frames[-1]
    if isinstance(error, NameError):
        return _unassigned(error, frames)
    if isinstance(error, TypeError):
        return _type_error(str(error), at)
    return None


def _protocol(error: AttributeError) -> DspError | None:
    """The error for `x.__name__`, which signals do not have: they leave such names to Python."""
    frames = frames_of(error)
    if len(frames) < 2 or frames[-1].tb_frame.f_code.co_name != "__getattr__":
        return None
    if not is_users_code(frames[-2].tb_frame.f_code):
        return None
    return _at("DSP106", f"there is no attribute '{error}' here", "use dspc's functions", frames[-2])


def _at(code: str, message: str, hint: str, at: TracebackType) -> DspError:
    frame = at.tb_frame
    return DspError(code, message, hint=hint, place=place_of(frame.f_code, at.tb_lasti, at.tb_lineno))


# --- a name that is used before it is assigned: a cycle without feedback --------------------------


def _unassigned(error: NameError, frames: list[TracebackType]) -> DspError | None:
    found = _UNASSIGNED.search(str(error))
    if found is None:
        return None
    name = found[2]
    for at in reversed(frames):  # a free variable belongs to a function further out
        code = at.tb_frame.f_code
        if name in (*code.co_varnames, *code.co_cellvars):
            return _cycle(name, at, frames[-1]) if _assigned_later(code, name, at.tb_lasti) else None
    return None


def _assigned_later(code: CodeType, name: str, instruction: int) -> bool:
    later = (i for i in dis.get_instructions(code) if i.offset > instruction and i.opname.startswith("STORE_"))
    return any(name in _names(i.argval) for i in later)


def _names(stored: Any) -> tuple[str, ...]:
    """What an instruction stores: newer Pythons have one for two names."""
    return cast(tuple[str, ...], stored) if isinstance(stored, tuple) else (stored,)


def _cycle(name: str, assigned: TracebackType, used: TracebackType) -> DspError:
    return _at("DSP105", f"{name} is used before it is computed: a cycle needs a sample of delay, which is feedback",
               f"{name} = dspc.feedback(lambda {name}: …), where the argument is its previous value", used)  # fmt: skip


# --- operators that Python does not find ----------------------------------------------------------


def _type_error(message: str, at: TracebackType) -> DspError | None:
    found = _OPERANDS.search(message) or _BAD_COMPARISON.search(message)
    if found is not None:
        return _operands(found[1], found[2], found[3], at)
    if _REPEATED.search(message):
        return _operands("*", "tuple", "", at)
    for name in _OURS:
        if f"'{name}'" in message:
            noun = f"a {_NAMES.get(name, name).lower()}"
            shown = message.replace(f"'{name}' object", noun).replace(f"'{name}'", noun)
            return _at("DSP108", f"Python cannot do this: {shown}", _hint(name, message), at)
    return None


def _operands(symbol: str, left: str, right: str, at: TracebackType) -> DspError | None:
    kinds = (left, right)
    if any(k in _FUNCTIONS for k in kinds):
        return _at("DSP110", f"an operand of {symbol} is a function, not a signal or a number",
                   "call it: its result is the signal", at)  # fmt: skip
    if "NoneType" in kinds:
        return _at("DSP110", f"an operand of {symbol} is None, not a signal or a number",
                   "a function may have forgotten to return its result", at)  # fmt: skip
    if "tuple" in kinds or "list" in kinds:
        return _at("DSP110", f"an operand of {symbol} is a list or a tuple, not a signal or a number",
                   "take one of its elements, or unpack it: left, right = …", at)  # fmt: skip
    ours = next((k for k in kinds if k in _OURS), None)
    if ours is None:
        return None
    shown = _NAMES.get(ours, ours).lower()
    return _at("DSP108", f"Python cannot do this: {symbol} with a {shown}", _hint(ours, ""), at)


def _hint(name: str, message: str) -> str:
    if "not callable" in message and name in ("Signal", "Ambient"):
        return "a signal is a value: multiply with *, read its past with dspc.delay(signal, samples)"
    return {
        "Table": "read it at a position: table(position)",
        "Program": "call it: its results are the signals",
        "ParamSpec": "make it the default of an argument: def f(x, cutoff=dspc.param(…))",
        "Bank": "combine its lanes first: .sum() .mean() .product() .min() .max()",
        "Choice": 'compare it with a label: mode == "saw"',
        "VoiceNote": "its pitch is note.frequency, its key note.key",
        "GivenNote": "its pitch is note.frequency, its key note.key",
    }.get(name, "compute with + - * / // % **, comparisons, & | ^ ~ << >> and dspc's functions")


# --- recursion ------------------------------------------------------------------------------------


def _recursion(error: RecursionError) -> DspError | None:
    inside = [(at.tb_frame.f_code, at.tb_lasti, at.tb_lineno) for at in reversed(frames_of(error))]
    above = [(frame.f_code, frame.f_lasti, line) for frame, line in walk_stack(None)]  # of a trace in a trace
    way = [step for step in (*inside, *above) if is_users_code(step[0])]  # from its end
    near = {step[0] for step in inside if step in way} or {step[0] for step in way[:1]}
    found = Counter(code for code, _, _ in way if code in near).most_common(1)
    if not found or found[0][1] < _OFTEN:
        return None
    code = found[0][0]
    calls = [caller for called, caller in pairwise(way) if called[0] is code and caller[0] is code]
    last = calls[0] if calls else next(step for step in way if step[0] is code)
    return DspError("DSP184", f"{code.co_name} calls itself without end", hint="a loop over time is dspc.feedback",
                    place=place_of(*last))  # fmt: skip
