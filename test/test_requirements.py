"""requirements.txt pins every package that the product and its tests need, directly or not."""

from __future__ import annotations

import tomllib
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


def test_pins_are_what_the_project_asks_for() -> None:
    """The benchmarks' packages too, which the tests do not install."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    pinned = pins()
    asked = [*project["dependencies"], *(r for extra in project["optional-dependencies"].values() for r in extra)]
    for requirement in map(Requirement, asked):
        if requirement.name != "dspc":
            assert pinned[canonicalize_name(requirement.name)] in requirement.specifier, requirement


def test_nothing_but_the_benchmarks_needs_a_peer() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    assert "numba" in {Requirement(r).name for r in extras.pop("bench")}
    others = [*project["dependencies"], *(r for extra in extras.values() for r in extra)]
    assert "numba" not in {Requirement(r).name for r in others}


def test_names_are_canonical_and_sorted() -> None:
    names = list(pins())
    assert names == sorted(map(canonicalize_name, names))
