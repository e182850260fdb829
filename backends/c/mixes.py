"""The mix of an instrument's voices: docs/ir.md's halving tree over their lanes, for as many frames at once as lanes.

In one frame half of the lanes is added to the other half, and so on, until one is left: most of a vector is idle. Two
frames' halves side by side fill one, and their sums are one vector in place of two: as many steps fold all frames.
"""

from __future__ import annotations

from xdsl.ir import Attribute

from dspc.backends.c.spelling import lanes, neutral, value_type
from dspc.dialects.scalar import BYTES, C_TYPES
from dspc.dialects.types import element_of, vector, width_of

FUNCTION = """
DSPC_INLINE void NAME(VECTOR *x, ELEMENT *mix)
{
  typedef INDEX mask __attribute__((vector_size(sizeof(VECTOR))));
  STEPS
  __builtin_memcpy(mix, x, sizeof *x);
}
"""


def mix_name(element: str, width: int) -> str:
    return f"dspc_mix_{element}x{width}"


def mix_functions(kinds: set[tuple[str, int]]) -> list[str]:
    """A function for each element and number of lanes; `x` are as many frames, which it overwrites."""
    return [_mix_function(*kind) for kind in sorted(kinds)]


def _mix_function(element: str, width: int) -> str:
    steps: list[str] = []
    half = width // 2
    while half:
        # the lanes of both frames, in runs of two halves: the first ones, and those that are added to them
        first = [2 * half * (k // half) + k % half for k in range(width)]
        places = [", ".join(str(lane + to) for lane in first) for to in (0, half)]
        a, b = (f"DSPC_SHUFFLE(mask, x[2 * j], x[2 * j + 1], {p})" for p in places)
        steps.append(f"for (int j = 0; j < {half}; j++) x[j] = {a} + {b};")
        half //= 2
    words = {
        "NAME": mix_name(element, width), "VECTOR": value_type(vector(element, width)), "ELEMENT": C_TYPES[element],
        "INDEX": f"int{8 * BYTES[element]}_t", "STEPS": "\n  ".join(steps),
    }  # fmt: skip
    text = FUNCTION
    for word, meaning in words.items():
        text = text.replace(word, meaning)
    return text


def without_missing(name: str, present: int, type_: Attribute) -> str:
    """Makes lanes beyond the voices neutral: as a whole vector, as a load must wait for stores of parts of it."""
    element, width = element_of(type_), width_of(type_)
    mask = lanes(["-1"] * present + ["0"] * (width - present), vector("bool", width))
    zeros = lanes([neutral("add", element)] * width, type_)
    return f"{name} = dspc_select_{element}x{width}({mask}, {name}, {zeros});"
