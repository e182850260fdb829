"""The approximations there are, with the error of each, and the choice of the cheapest that will do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from dspc.approx import exponential, hyperbolic, inverse, logarithm, power, remainder, trig, turns
from dspc.dialects.kit import CostKit, Value

Domain = tuple[float, float]
BIGGEST = {"f32": 2.0**128 * (1 - 2.0**-24), "f64": 2.0**1023 * (2 - 2.0**-52)}
SMALLEST = {"f32": 2.0**-149, "f64": 2.0**-1074}
NORMAL = {"f32": 2.0**-126, "f64": 2.0**-1022}


@dataclass(frozen=True)
class Approximation:
    """A function's approximation for some element types, and how good it is.

    `max_error` holds for a first argument in `domain`, a second one in `second`, and a result of at most
    `limit`. `error_kind` is `absolute`, `relative` (to at least 16 times the smallest normal float), or
    `mixed`: absolute up to a result of 1, relative above. A `total` one accepts every argument: outside of
    the domain it gives what numpy gives, with a larger error or, where its docstring says so, with 0 for a
    denormal. Whatever the variant, a NaN gives a NaN.
    """

    function: str
    variant: str
    elements: tuple[str, ...]
    domain: Domain
    max_error: float
    error_kind: str
    build: Callable[..., Value]
    arity: int = 1
    second: Domain | None = None
    limit: float = float("inf")
    total: bool = True

    def cost(self) -> float:
        """The sum of the scalar table's costs."""
        kit = CostKit()
        self.build(kit, *(kit.constant(0.0, self.elements[0]) for _ in range(self.arity)))
        return kit.cost


def _variants(
    function: str, kind: str, *entries: tuple[str, str, Callable[..., Value], Domain, float],
    arity: int = 1, second: Domain | None = None, limit: float = float("inf"), partial: tuple[str, ...] = (),
) -> list[Approximation]:  # fmt: skip
    """Entries of one function: (variant, element, build, domain, error); `partial` ones are not total."""
    return [
        Approximation(function, variant, (element,), domain, error, kind, build, arity, second, limit,
                      variant not in partial)
        for variant, element, build, domain, error in entries
    ]  # fmt: skip


FAR: Domain = (-1e5, 1e5)
HALF_TURN: Domain = (-3.1415925, 3.1415925)
BIPOLAR: Domain = (-0.5, 0.5)
UNIPOLAR: Domain = (0.0, 1.0)
WRAPPED: Domain = (-4096.0, 4096.0)
BELOW_POLE: Domain = (-0.2499, 0.2499)
FINITE: dict[str, Domain] = {e: (-b, b) for e, b in BIGGEST.items()}
POSITIVE: dict[str, Domain] = {e: (SMALLEST[e], BIGGEST[e]) for e in BIGGEST}
POSITIVE_NORMAL: dict[str, Domain] = {e: (NORMAL[e], BIGGEST[e]) for e in BIGGEST}

APPROXIMATIONS: tuple[Approximation, ...] = (
    *_variants(
        "sin", "absolute",
        ("default", "f32", trig.sin, FAR, 4e-7),
        ("fast", "f32", trig.sin_fast, FAR, 1e-5),
        ("draft", "f32", trig.sin_draft, FAR, 8e-4),
        ("one-turn", "f32", trig.sin_one_turn, HALF_TURN, 4e-7),
        ("default", "f64", trig.sin, FAR, 1e-15),
        ("one-turn", "f64", trig.sin_one_turn, HALF_TURN, 1e-15),
        partial=("one-turn",),
    ),
    *_variants(
        "cos", "absolute",
        ("default", "f32", trig.cos, FAR, 3e-7),
        ("good", "f32", trig.cos_good, FAR, 1e-6),
        ("fast", "f32", trig.cos_fast, FAR, 8e-5),
        ("one-turn", "f32", trig.cos_one_turn, HALF_TURN, 3e-7),
        ("default", "f64", trig.cos, FAR, 1e-15),
        ("one-turn", "f64", trig.cos_one_turn, HALF_TURN, 1e-15),
        partial=("one-turn",),
    ),
    *_variants(
        "tan", "mixed",
        ("default", "f32", trig.tan, FAR, 1e-6),
        ("fast", "f32", trig.tan_fast, FAR, 1e-5),
        ("default", "f64", trig.tan, FAR, 2e-15),
        limit=100.0,
    ),
    *_variants(
        "tan", "relative",
        ("to-pole", "f32", turns.tan_to_pole, (0.0, 1.57), 1e-6),
        ("to-pole-fast", "f32", turns.tan_to_pole_fast, (-1.55, 1.55), 6e-5),
        ("to-pole-draft", "f32", turns.tan_to_pole_draft, (-1.55, 1.55), 2e-3),
        ("to-pole", "f64", turns.tan_to_pole, (0.0, 1.57), 1e-14),
        partial=("to-pole", "to-pole-fast", "to-pole-draft"),
    ),
    *_variants(
        "sin_turns", "absolute",
        ("default", "f32", turns.sin_turns, BIPOLAR, 3e-7),
        ("fast", "f32", turns.sin_turns_fast, BIPOLAR, 1e-5),
        ("draft", "f32", turns.sin_turns_draft, BIPOLAR, 8e-4),
        ("unipolar", "f32", turns.sin_turns_unipolar, UNIPOLAR, 3e-7),
        ("wrapped", "f32", turns.sin_turns_wrapped, WRAPPED, 3e-7),
        ("wrapped-fast", "f32", turns.sin_turns_wrapped_fast, WRAPPED, 1e-5),
        ("default", "f64", turns.sin_turns, BIPOLAR, 1e-15),
        ("unipolar", "f64", turns.sin_turns_unipolar, UNIPOLAR, 1e-15),
        ("wrapped", "f64", turns.sin_turns_wrapped, WRAPPED, 1e-15),
        partial=("default", "fast", "draft", "unipolar"),
    ),
    *_variants(
        "cos_turns", "absolute",
        ("default", "f32", turns.cos_turns, BIPOLAR, 2.5e-7),
        ("good", "f32", turns.cos_turns_good, BIPOLAR, 1e-6),
        ("fast", "f32", turns.cos_turns_fast, BIPOLAR, 8e-5),
        ("unipolar", "f32", turns.cos_turns_unipolar, UNIPOLAR, 2.5e-7),
        ("wrapped", "f32", turns.cos_turns_wrapped, WRAPPED, 2.5e-7),
        ("wrapped-fast", "f32", turns.cos_turns_wrapped_fast, WRAPPED, 8e-5),
        ("default", "f64", turns.cos_turns, BIPOLAR, 1e-15),
        ("unipolar", "f64", turns.cos_turns_unipolar, UNIPOLAR, 1e-15),
        ("wrapped", "f64", turns.cos_turns_wrapped, WRAPPED, 1e-15),
        partial=("default", "good", "fast", "unipolar"),
    ),
    *_variants(
        "tan_turns", "relative",
        ("default", "f32", turns.tan_turns, BELOW_POLE, 5e-7),
        ("fast", "f32", turns.tan_turns_fast, BELOW_POLE, 1.5e-4),
        ("draft", "f32", turns.tan_turns_draft, BELOW_POLE, 2e-3),
        ("default", "f64", turns.tan_turns, BELOW_POLE, 1e-14),
        partial=("default", "fast", "draft"),
    ),
    *_variants(
        "tan_turns", "mixed",
        ("wrapped", "f32", turns.tan_turns_wrapped, WRAPPED, 5e-7),
        ("wrapped-fast", "f32", turns.tan_turns_wrapped_fast, WRAPPED, 1.5e-4),
        ("wrapped", "f64", turns.tan_turns_wrapped, WRAPPED, 1e-14),
        limit=100.0, partial=("wrapped", "wrapped-fast"),
    ),
    *_variants(
        "exp2", "relative",
        ("default", "f32", exponential.exp2, (-126.0, 127.99999), 2.5e-7),
        ("flush", "f32", exponential.exp2_flush, (-125.49999, 127.99999), 2.5e-7),
        ("fast", "f32", exponential.exp2_fast, (-125.49999, 127.99999), 8e-5),
        ("default", "f64", exponential.exp2, (-1022.0, 1023.9999), 1e-15),
    ),
    *_variants(
        "exp", "relative",
        ("default", "f32", exponential.exp, (-87.33, 88.72), 3e-7),
        ("fast", "f32", exponential.exp_fast, (-86.9, 88.72), 9e-5),
        ("small", "f32", exponential.exp_small, (-8.0, 8.0), 1e-6),
        ("default", "f64", exponential.exp, (-708.3, 709.7), 1e-15),
        partial=("small",),
    ),
    *(
        entry
        for function, build, positive, fast, fast_error in (
            ("log2", logarithm.log2, logarithm.log2_positive, logarithm.log2_fast, 1.5e-4),
            ("log", logarithm.log, logarithm.log_positive, logarithm.log_fast, 1e-4),
            ("log10", logarithm.log10, logarithm.log10_positive, logarithm.log10_fast, 5e-5),
        )
        for entry in _variants(
            function, "mixed",
            ("default", "f32", build, POSITIVE["f32"], 3e-7),
            ("positive", "f32", positive, POSITIVE_NORMAL["f32"], 3e-7),
            ("fast", "f32", fast, POSITIVE_NORMAL["f32"], fast_error),
            ("default", "f64", build, POSITIVE["f64"], 5e-16),
            ("positive", "f64", positive, POSITIVE_NORMAL["f64"], 5e-16),
            partial=("positive",),
        )
    ),
    *_variants(
        "log2", "mixed",
        ("fast-positive", "f32", logarithm.log2_fast_positive, POSITIVE_NORMAL["f32"], 1.5e-4),
        partial=("fast-positive",),
    ),
    *_variants(
        "pow", "relative",
        ("default", "f32", power.pow, POSITIVE_NORMAL["f32"], 1e-6),
        ("default", "f64", power.pow, POSITIVE_NORMAL["f64"], 2e-15),
        arity=2, second=(-8.0, 8.0),
    ),
    *_variants(
        "pow", "relative",
        ("positive", "f32", power.pow_positive, (0.125, 8.0), 1e-6),
        ("fast", "f32", power.pow_fast, (1e-3, 1e3), 4e-4),
        arity=2, second=(-2.0, 2.0), partial=("positive", "fast"),
    ),
    *_variants(
        "sinh", "relative",
        ("default", "f32", hyperbolic.sinh, (-89.4, 89.4), 6e-7),
        ("default", "f64", hyperbolic.sinh, (-710.4, 710.4), 1.5e-15),
    ),
    *_variants(
        "cosh", "relative",
        ("default", "f32", hyperbolic.cosh, (-89.4, 89.4), 4e-7),
        ("default", "f64", hyperbolic.cosh, (-710.4, 710.4), 1e-15),
    ),
    *_variants(
        "tanh", "absolute",
        ("default", "f32", hyperbolic.tanh, FINITE["f32"], 6e-7),
        ("good", "f32", hyperbolic.tanh_good, FINITE["f32"], 1.5e-5),
        ("fast", "f32", hyperbolic.tanh_fast, FINITE["f32"], 9e-5),
        ("draft", "f32", hyperbolic.tanh_draft, FINITE["f32"], 8e-4),
        ("rough", "f32", hyperbolic.tanh_rough, FINITE["f32"], 4e-3),
        ("default", "f64", hyperbolic.tanh, FINITE["f64"], 1e-15),
    ),
    *_variants(
        "asin", "absolute",
        ("default", "f32", inverse.asin, (-1.0, 1.0), 6e-7),
        ("fast", "f32", inverse.asin_fast, (-1.0, 1.0), 6e-5),
        ("default", "f64", inverse.asin, (-1.0, 1.0), 1e-15),
    ),
    *_variants(
        "acos", "absolute",
        ("default", "f32", inverse.acos, (-1.0, 1.0), 1e-6),
        ("fast", "f32", inverse.acos_fast, (-1.0, 1.0), 6e-5),
        ("default", "f64", inverse.acos, (-1.0, 1.0), 1.5e-15),
    ),
    *_variants(
        "atan", "absolute",
        ("default", "f32", inverse.atan, FINITE["f32"], 5e-7),
        ("fast", "f32", inverse.atan_fast, FINITE["f32"], 9e-5),
        ("default", "f64", inverse.atan, FINITE["f64"], 1e-15),
    ),
    *_variants(
        "atan2", "absolute",
        ("default", "f32", inverse.atan2, FINITE["f32"], 1e-6),
        ("fast", "f32", inverse.atan2_fast, FINITE["f32"], 9e-5),
        ("default", "f64", inverse.atan2, FINITE["f64"], 1.5e-15),
        arity=2, second=FINITE["f32"],
    ),
    *_variants(
        "fmod", "absolute",
        ("default", "f32", remainder.fmod, (-1000.0, 1000.0), 0.0),
        ("default", "f64", remainder.fmod, (-1000.0, 1000.0), 0.0),
        arity=2, second=(0.5, 1000.0),
    ),
    *(
        entry
        for function, build in (("trunc", remainder.trunc), ("sign", remainder.sign))
        for e in ("f32", "f64")
        for entry in _variants(function, "absolute", ("default", e, build, FINITE[e], 0.0))
    ),
)  # fmt: skip

FUNCTIONS: tuple[str, ...] = tuple(dict.fromkeys(a.function for a in APPROXIMATIONS))


@cache
def choose(
    function: str,
    element: str,
    max_error: float | None = None,
    domain: Domain | None = None,
    second: Domain | None = None,
) -> Approximation:
    """The cheapest approximation of `function` on `element` within a bound.

    With no bound, the bound is the default variant's error. With no domain it accepts every argument that
    the default variant accepts; with one, only arguments in it matter (`second`: the second argument's).

    >>> choose("tanh", "f32", max_error=1e-3).variant
    'draft'
    >>> choose("sin", "f32", domain=(-3.0, 3.0)).variant
    'one-turn'
    """
    entries = [a for a in APPROXIMATIONS if a.function == function and element in a.elements]
    if not entries:
        raise ValueError(f"no approximation of {function} on {element}")
    default = next(a for a in entries if a.variant == "default")
    if max_error is None and domain is None:
        return default
    bound = default.max_error if max_error is None else max_error
    good = [a for a in entries if a.max_error <= bound and _accepts(a, default, domain, second)]
    if not good:
        where = f" for arguments in {domain}" if domain else ""
        best = min((a.max_error for a in entries if _accepts(a, default, domain, second)), default=None)
        remedy = "no variant has that domain" if best is None else f"the best has an error of {best:g}"
        raise ValueError(f"no approximation of {function} on {element} within {bound:g}{where}: {remedy}")
    return min(good, key=lambda a: (a.cost(), a.max_error))


def _accepts(a: Approximation, default: Approximation, domain: Domain | None, second: Domain | None) -> bool:
    if domain is None:
        return a.total or (not default.total and _covers(a.domain, default.domain))
    return _covers(a.domain, domain) and _covers(a.second, second or default.second)


def _covers(outer: Domain | None, inner: Domain | None) -> bool:
    return outer is None or inner is None or (outer[0] <= inner[0] and inner[1] <= outer[1])
