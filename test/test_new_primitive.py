"""A primitive takes one file: this one. Two classes and two functions, on every backend, with equal bits."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pytest
from agree.harness import floats, run
from xdsl.dialects.builtin import FloatAttr, IntAttr
from xdsl.irdl import irdl_op_definition, operand_def, prop_def, result_def, traits_def
from xdsl.traits import MemoryReadEffect
from xdsl.utils.exceptions import VerifyException

import dspc
from dspc.backends import Backend, get_backend
from dspc.backends.c.backend import CBackend
from dspc.dialects.kit import Kit, Value
from dspc.dialects.sample_op import Recursive, SampleOp, Slot
from dspc.driver.compile import lower
from dspc.frontend.library import Operand, Signal, primitive
from dspc.frontend.program import trace
from dspc.passes import all_passes
from dspc.stdlib import sine

# --- the file of a primitive ------------------------------------------------------------------------


@irdl_op_definition
class LeakOp(SampleOp):
    """What was put in, leaking: y(n) = x(n) + keep y(n-1)."""

    name = "acme.leak"
    x = operand_def()
    keep = prop_def(FloatAttr)
    result = result_def()
    traits = traits_def(Recursive())
    STATE: ClassVar[dict[str, Slot]] = {"y": Slot()}

    def verify_(self) -> None:
        if not 0.0 <= self.keep.value.data <= 1.5:
            raise VerifyException("keep is in 0 … 1.5")

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        y = operands[0] + s.y * self.keep.value.data
        s.y = y
        return y


@irdl_op_definition
class CombOp(SampleOp):
    """x and its echo `samples` later, counted; the second result is how many samples were loud."""

    name = "acme.comb"
    x = operand_def()
    gain = operand_def()
    samples = prop_def(IntAttr)
    echo = result_def()
    loud = result_def()
    traits = traits_def(MemoryReadEffect())

    def slots(self) -> dict[str, Slot]:
        length = self.samples.data
        return {"line": Slot(role="line", max_samples=length, min_samples=length), "count": Slot("i32", 3)}

    def step(self, k: Kit, s: Any, *operands: Value) -> Value:
        x, gain = operands
        late = s.line.read(k.max(s.line.longest, 1))
        s.line.write(x + late * gain)
        count = s.count + k.select(k.abs(x) > 0.5, k.constant(1, "i32"), 0)
        s.count = count
        return late, count


def leak(x: Operand, keep: float = 0.99) -> Signal:
    """y(n) = x(n) + keep y(n-1)."""
    return primitive(LeakOp, x, keep=keep)


def comb(x: Operand, gain: Operand, samples: int) -> tuple[Signal, ...]:
    """The echo, and the number of loud samples so far."""
    return primitive(CombOp, x, gain, samples=samples, results=("f32", "i32"))


# --- and what it does -------------------------------------------------------------------------------


@dspc.effect
def plain(x, gain=dspc.param(0.5, 0.0, 1.0)):
    echo, loud = comb(x, gain, 37)
    return leak(x), leak(gain * x, 1.5), echo, dspc.f32(loud % 50), leak(1, 0.0)


@dspc.effect
def nested(x):
    inside = dspc.feedback(lambda y: leak(x - 0.3 * y, 0.5))
    copies = dspc.bank(19, lambda i: leak(x * (1 + i), 0.25) + comb(x, 0.5, 20)[0])
    return inside, copies.sum(), dspc.bank(3, lambda i: leak(x, 0.7)).max()


@dspc.instrument(voices=9)
def voices(note):
    tone = sine(note.frequency) * note.velocity
    return leak(tone, 0.9) * dspc.f32(note.gate), comb(tone, 0.5, 25)[0]


PROGRAMS = {"plain": plain, "nested": nested, "voices": voices}
BACKENDS: dict[str, Backend] = {
    "c": CBackend(), "c-scalar": CBackend(lanes=1), "wasm": get_backend("wasm"), "bytecode": get_backend("bytecode"),
}  # fmt: skip
PRESERVING = [name for name, kind in all_passes().items() if getattr(kind, "kind", "preserving") == "preserving"]


def bits(
    name: str,
    backend: Backend,
    precision: str,
    *,
    partition: tuple[int, ...] = (),
    leave_out: list[str] | None = None,
) -> Any:
    legal = lower(trace(PROGRAMS[name], precision), backend, leave_out=leave_out or [])
    return run(backend.load(legal), 48_000.0, partition)


@pytest.mark.parametrize("precision", ["f32", "f64"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_same_bits_everywhere(name: str, precision: str) -> None:
    wanted = bits(name, get_backend("reference"), precision)
    assert np.isfinite(floats(wanted)).all() and wanted.any(axis=1).all()
    for label, backend in BACKENDS.items():
        for partition in ((), (7, 64)):
            found = bits(name, backend, precision, partition=partition)
            assert found.dtype == wanted.dtype and np.array_equal(found, wanted), (label, partition)
        assert np.array_equal(bits(name, backend, precision, leave_out=PRESERVING), wanted), (label, "without passes")


def test_it_does_what_it_says() -> None:
    x = np.zeros(100, np.float32)
    x[0] = 1.0
    made = dspc.render(plain, x, backend="reference")
    assert np.allclose(made[0], 0.99 ** np.arange(100), rtol=1e-5)
    assert made[2][37] == 1.0 and made[2][74] == 0.5 and made[3][0] == 4.0


def test_what_blows_up_is_put_back() -> None:
    """1.5 y(n-1) grows without end; at the tick after it became infinite the state is 0 again."""
    x = np.full(4000, 1.0, np.float32)
    made = dspc.render(plain, x, backend="c")[1]
    assert np.isfinite(made).all() and made.max() > 1e30
    assert np.count_nonzero(np.diff(made) < -1e20) > 5


def test_it_verifies_what_it_is_given() -> None:
    @dspc.effect
    def wrong(x):
        return leak(x, 2.0)

    with pytest.raises(Exception, match="keep is in 0 … 1.5"):
        trace(wrong)
