"""requirements.txt pins every package that the product and its tests need, directly or not."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tree import ROOT


def pins() -> dict[str, str]:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def needed(package: str, extras: frozenset[str], seen: set[tuple[str, frozenset[str]]]) -> Iterator[str]:
    """Names of what `package[extras]` requires on this machine, all the way down."""
    if (package, extras) in seen:
        return
    seen.add((package, extras))
    for text in distribution(package).requires or []:
        requirement = Requirement(text)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras | {""}):
            name = canonicalize_name(requirement.name)
            yield name
            yield from needed(name, frozenset(requirement.extras), seen)


def test_everything_needed_is_pinned_as_installed() -> None:
    pinned = pins()
    for name in sorted({*needed("dspc", frozenset({"test"}), set())} - {"dspc"}):  # one extra may name another
        version = distribution(name).version
        assert pinned.get(name) == version, f"{name} {version} is not pinned: run `make lock`"


def test_names_are_canonical_and_sorted() -> None:
    names = list(pins())
    assert names == sorted(map(canonicalize_name, names))
