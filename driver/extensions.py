"""What can be found by name: passes, dialects and targets, of dspc, of xDSL and of other packages.

Nothing is imported before it is asked for. Other packages add to it with the entry points that xDSL knows
(`xdsl.universe`); backends have entry points of their own, see `dspc.backends`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from importlib.metadata import entry_points

from xdsl.dialects import get_all_dialects
from xdsl.ir import Dialect
from xdsl.passes import ModulePass
from xdsl.transforms import get_all_passes
from xdsl.universe import Universe

from dspc.driver.universe import DSPC_UNIVERSE
from dspc.driver.usage import UsageError, did_you_mean
from dspc.passes import MODULES, UPSTREAM, load_pass

_KNOWN = ("xdsl", "dspc")


@cache
def universes() -> dict[str, Universe]:
    """The universes of other packages. One that cannot be loaded is left out, with a warning."""
    found: dict[str, Universe] = {}
    for entry in sorted(entry_points(group="xdsl.universe"), key=lambda e: e.name):
        if entry.name in _KNOWN:
            continue
        try:
            loaded = entry.load()
            if not isinstance(loaded, Universe):
                raise TypeError(f"{entry.value} is no Universe")
        except Exception as error:
            print(f"warning: the extension {entry.name} cannot be used: {error}", file=sys.stderr)
            continue
        found[entry.name] = loaded
    return found


def dialects() -> dict[str, Callable[[], Dialect]]:
    """Dialects by name; of two with one name ours or xDSL's wins."""
    found: dict[str, Callable[[], Dialect]] = {}
    for universe in universes().values():
        found.update(universe.all_dialects)
    return {**found, **get_all_dialects(), **DSPC_UNIVERSE.all_dialects}


def third_party_passes() -> dict[str, Callable[[], type[ModulePass]]]:
    """Passes of other packages."""
    found: dict[str, Callable[[], type[ModulePass]]] = {}
    for universe in universes().values():
        found.update(universe.all_passes)
    return found


def passes() -> dict[str, Callable[[], type[ModulePass]]]:
    """All passes by name, not yet loaded."""
    return {**third_party_passes(), **get_all_passes(), **DSPC_UNIVERSE.all_passes}


def find_pass(name: str) -> type[ModulePass]:
    """The class of a pass. Raises `UsageError` if there is none."""
    if name in MODULES or name in UPSTREAM:
        return load_pass(name)
    known = passes()
    if name not in known:
        raise UsageError(f"no pass is called {name}",
                         did_you_mean(name, known) or "dspopt --list-passes shows them")  # fmt: skip
    try:
        return known[name]()
    except Exception as error:  # it may need a package that is not installed
        raise UsageError(f"the pass {name} cannot be used: {error}") from None
