"""Complex signals: the bins of a spectrum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dspc.frontend import trace as tr
from dspc.frontend.arithmetic import divide, minus, negative, plus, times
from dspc.frontend.errors import MissingAttribute, did_you_mean
from dspc.frontend.guard import guarded, named
from dspc.frontend.literals import describe, is_number
from dspc.frontend.mathematics import atan2, cos, sin, sqrt
from dspc.frontend.operators import Operand, Special
from dspc.frontend.places import place_here
from dspc.frontend.signal import FLOATS, NotASignal, Signal, SignalLike, as_signal, constant, floats

ATTRIBUTES = ("real", "imag", "phase", "bin", "frequency", "conjugate")


class Complex(Special, NotASignal):
    """A complex signal: `z.real`, `z.imag`, `abs(z)`, `z.phase`; sums, differences, products, quotients by reals.

    A bin of `stft` also has `z.bin`, its number, and `z.frequency` in Hz.
    """

    def __init__(self, real: Signal, imag: Signal, *, bin: Signal | None = None, spacing: Signal | None = None):
        self.real, self.imag, self._bin, self._spacing = real, imag, bin, spacing

    def __abs__(self) -> Signal:
        return sqrt(plus(times(self.real, self.real), times(self.imag, self.imag)))

    @property
    def phase(self) -> Signal:
        """The angle, in radians from -pi to pi."""
        return atan2(self.imag, self.real)

    @property
    def conjugate(self) -> Complex:
        """The same with the other sign of the imaginary part."""
        return Complex(self.real, negative(self.imag), bin=self._bin, spacing=self._spacing)

    @property
    def bin(self) -> Signal:
        """The number of the bin, an i32."""
        if self._bin is None:
            raise self._no_bin("bin")
        return self._bin

    @property
    def frequency(self) -> Signal:
        """The middle of the bin, in Hz."""
        if self._bin is None or self._spacing is None:
            raise self._no_bin("frequency")
        return times(self._bin, self._spacing)

    def _no_bin(self, name: str) -> Exception:
        return tr.fail("DSP284", f"a complex signal that was computed has no {name}",
                       f"take the {name} of the bin that stft gives")  # fmt: skip

    def __repr__(self) -> str:
        return "<complex signal>"

    __array_ufunc__ = None
    """numpy's numbers leave it to us."""

    def operation(self, name: str, operands: tuple[Any, ...]) -> Any:
        """The operation `name`. Raises `DspError` DSP284 for all but sums, differences, products and quotients."""
        if name not in _OPERATIONS:
            raise tr.fail("DSP284", f"{name} does not know complex signals", self.refusal()[2])
        return _OPERATIONS[name](*operands)

    def __add__(self, other: Any) -> Complex:
        return _add(self, other)

    def __radd__(self, other: Any) -> Complex:
        return _add(other, self)

    def __sub__(self, other: Any) -> Complex:
        return _subtract(self, other)

    def __rsub__(self, other: Any) -> Complex:
        return _subtract(other, self)

    def __mul__(self, other: Any) -> Complex:
        return _multiply(self, other)

    def __rmul__(self, other: Any) -> Complex:
        return _multiply(other, self)

    def __truediv__(self, other: Any) -> Complex:
        return _divide(self, other)

    def __rtruediv__(self, other: Any) -> Complex:
        return _divide(other, self)

    def __neg__(self) -> Complex:
        return _negate(self)

    def made(self, real: Signal, imag: Signal) -> Complex:
        """What is computed of it: another number in the same bin."""
        return Complex(real, imag, bin=self._bin, spacing=self._spacing)

    def __bool__(self) -> bool:
        raise tr.fail("DSP101", "a complex signal has no truth value while the program is traced",
                      "compare its magnitude: abs(z) > 0.1, and choose with dspc.select")  # fmt: skip

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        hint = did_you_mean(name, ATTRIBUTES) or f"it has .{' .'.join(ATTRIBUTES)} and abs()"
        raise MissingAttribute("DSP106", f"a complex signal has no attribute {name!r}", hint=hint, place=place_here())

    def refusal(self) -> tuple[str, str, str]:
        return "DSP284", "a complex signal", "take its magnitude abs(z), z.phase, z.real or z.imag"


def _pair(a: Any, b: Any) -> tuple[Complex, Complex]:
    """Both as complex signals, in the bin of the one that has one."""
    one = a if isinstance(a, Complex) else b
    assert isinstance(one, Complex)
    return _beside(a, one), _beside(b, one)


def _beside(value: Any, one: Complex) -> Complex:
    if isinstance(value, Complex):
        return value
    real = as_signal(value)
    return one.made(real, constant(0, real.element if real.element in FLOATS else "i32"))


@guarded
def _add(a: Any, b: Any) -> Complex:
    x, y = _pair(a, b)
    return x.made(plus(x.real, y.real), plus(x.imag, y.imag))


@guarded
def _subtract(a: Any, b: Any) -> Complex:
    x, y = _pair(a, b)
    return x.made(minus(x.real, y.real), minus(x.imag, y.imag))


@guarded
def _multiply(a: Any, b: Any) -> Complex:
    if not isinstance(a, Complex):
        return _multiply(b, a)
    if not isinstance(b, Complex):
        return a.made(times(a.real, b), times(a.imag, b))
    real = minus(times(a.real, b.real), times(a.imag, b.imag))
    return a.made(real, plus(times(a.real, b.imag), times(a.imag, b.real)))


@guarded
def _divide(a: Any, b: Any) -> Complex:
    if not isinstance(b, Complex):
        return a.made(divide(a.real, b), divide(a.imag, b))
    size = plus(times(b.real, b.real), times(b.imag, b.imag))
    return _divide(_multiply(b.conjugate, a), size)


@guarded
def _negate(a: Any) -> Complex:
    return a.made(negative(a.real), negative(a.imag))


_OPERATIONS: dict[str, Callable[..., Any]] = {
    "add": _add, "sub": _subtract, "mul": _multiply, "div": _divide, "neg": _negate, "abs": abs,
}  # fmt: skip


def as_complex(value: Any) -> Complex:
    """A complex signal of what `stft`'s function returned. Raises `DspError` DSP284 for what is none."""
    if isinstance(value, Complex):
        return value
    if isinstance(value, Signal) and tr.is_stand_in(value):
        return Complex(value, value)
    if isinstance(value, SignalLike) or is_number(value):
        raise tr.fail("DSP284", "the function of stft returned a real signal, not a bin",
                      "multiply the bin: z * gain, or return dspc.polar(magnitude, z.phase)")  # fmt: skip
    raise tr.fail("DSP284", f"the function of stft returned {describe(value)}, not a bin",
                  "return z * gain, dspc.complex(re, im) or dspc.polar(magnitude, phase)")  # fmt: skip


@guarded
@named("complex")
def cartesian(real: Operand, imag: Operand) -> Any:
    """A complex signal of its real and imaginary parts.

    >>> unit = complex(1.0, 0.0)
    """
    return Complex(*floats(real, imag))


@guarded
def polar(magnitude: Operand, phase: Operand) -> Any:
    """A complex signal of its magnitude and its phase in radians.

    >>> turned = polar(1.0, 0.5)
    """
    return Complex(times(magnitude, cos(phase)), times(magnitude, sin(phase)))
