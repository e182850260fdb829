"""Locals that are never needed at the same time share one.

Code is written with a local for each value, of which a large body has more than engines allow (50,000).
"""

from __future__ import annotations

import heapq
from collections import defaultdict

from dspc.backends.wasm.encoder import Function, Instr

_ACCESS = ("local.get", "local.set", "local.tee")


def reuse_locals(function: Function) -> None:
    """Renumbers the function's locals so that few remain; parameters stay what they are."""
    lives = _lives(function.code, len(function.params))
    places = _assign(lives, function.locals, len(function.params))
    types = {place: function.locals[number - len(function.params)] for number, place in places.items()}
    order = sorted(types, key=lambda place: (types[place], place))
    final = {place: len(function.params) + k for k, place in enumerate(order)}
    function.locals = [types[place] for place in order]
    function.code = [Instr(i.op, final[places[i.a]]) if i.op in _ACCESS and i.a in places else i for i in function.code]


def _lives(code: list[Instr], first_local: int) -> dict[int, tuple[int, int]]:
    """From where to where each local is needed. Each is set before it is read, in the text and in time.

    What was set before a loop and is used in it is needed until the loop ends: the next turn reads it too.
    """
    ends = _loop_ends(code)
    loops: list[int] = []
    blocks: list[bool] = []
    born: dict[int, int] = {}
    dies: dict[int, int] = {}
    for at, instr in enumerate(code):
        if instr.op in ("block", "loop", "if"):
            blocks.append(instr.op == "loop")
            if instr.op == "loop":
                loops.append(at)
        elif instr.op == "end":
            if blocks.pop():
                loops.pop()
        elif instr.op in _ACCESS and instr.a >= first_local:
            start = born.setdefault(instr.a, at)
            entered = next((loop for loop in loops if loop > start), None)
            dies[instr.a] = max(dies.get(instr.a, 0), at if entered is None else ends[entered])
    return {number: (start, dies[number]) for number, start in born.items()}


def _loop_ends(code: list[Instr]) -> dict[int, int]:
    """Where the block ends that starts at a place."""
    ends: dict[int, int] = {}
    open_: list[int] = []
    for at, instr in enumerate(code):
        if instr.op in ("block", "loop", "if"):
            open_.append(at)
        elif instr.op == "end":
            ends[open_.pop()] = at
    return ends


def _assign(lives: dict[int, tuple[int, int]], types: list[str], first_local: int) -> dict[int, int]:
    """A place for each local: a free one of its type, else a new one."""
    free: defaultdict[str, list[int]] = defaultdict(list)
    active: list[tuple[int, int, str]] = []
    places: dict[int, int] = {}
    count = 0
    for number, (start, end) in sorted(lives.items(), key=lambda item: item[1]):
        while active and active[0][0] < start:
            _, place, kind = heapq.heappop(active)
            heapq.heappush(free[kind], place)
        type_ = types[number - first_local]
        if free[type_]:
            places[number] = heapq.heappop(free[type_])
        else:
            places[number], count = count, count + 1
        heapq.heappush(active, (end, places[number], type_))
    return places
