"""The sum of many values as docs/ir.md tells it, by sixteen partial sums: a C function for each type.

The sums are vectors of 16 bytes, which every target has, each in a register: compilers keep an array of sums in memory.
"""

from __future__ import annotations

from dspc.backends.c.spelling import neutral, value_type
from dspc.dialects.rt_bodies import PARTIALS
from dspc.dialects.scalar import BYTES, C_TYPES
from dspc.dialects.types import vector

BLOCKS = """
typedef TYPE dspc_part_KIND __attribute__((vector_size(16), aligned(SIZE)));
DSPC_INLINE TYPE dspc_sum16_KIND(const TYPE *x, int n)
{
  dspc_part_KIND FIRST;
  int i = 16;
  for (; i + 16 <= n; i += 16) {
    EACH
  }
  if (i < n) {
    TYPE rest[16] = {MISSING};
    __builtin_memcpy(rest, x + i, (size_t)(n - i) * SIZE);
    x = rest, i = 0;
    EACH
  }
  HALVE
  return FOLD;
}
"""

LANES = """
DSPC_INLINE TYPE dspc_sum16_KIND(const TYPE *x, int n)
{
  TYPE p[16];
  for (int k = 0; k < 16; k++) p[k] = x[k];
  for (int i = 16; i < n; i += 16)
    for (int k = 0; k < 16 && i + k < n; k++) p[k] += x[i + k];
  for (int h = 8; h; h /= 2)
    for (int k = 0; k < h; k++) p[k] += p[k + h];
  return p[0];
}
"""


def sum_name(element: str, width: int) -> str:
    return f"dspc_sum16_{element}" + (f"x{width}" if width > 1 else "")


def sum_function(element: str, width: int) -> str:
    """The function that adds more than 16 values; with `width` lanes, lane by lane."""
    kind = sum_name(element, width).removeprefix("dspc_sum16_")
    if width > 1:
        return LANES.replace("TYPE", value_type(vector(element, width))).replace("KIND", kind)
    size = BYTES[element]
    lanes = 16 // size
    count = PARTIALS // lanes
    first = ", ".join(f"q{k} = *(const dspc_part_KIND *)(x + {k * lanes})" for k in range(count))
    each = " ".join(f"q{k} += *(const dspc_part_KIND *)(x + i + {k * lanes});" for k in range(count))
    halves: list[str] = []
    while count > 1:
        count //= 2
        halves.append(" ".join(f"q{k} += q{k + count};" for k in range(count)))
    fold = "(q0[0] + q0[2]) + (q0[1] + q0[3])" if lanes == 4 else "q0[0] + q0[1]"
    words = {
        "FIRST": first, "EACH": each, "HALVE": "\n  ".join(halves), "FOLD": fold,
        "MISSING": ", ".join([neutral("add", element)] * PARTIALS), "TYPE": C_TYPES[element], "KIND": kind,
        "SIZE": str(size),
    }  # fmt: skip
    text = BLOCKS
    for word, meaning in words.items():
        text = text.replace(word, meaning)
    return text
