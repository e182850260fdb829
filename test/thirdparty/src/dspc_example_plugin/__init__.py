"""What this package adds, for the entry point `xdsl.universe`: nothing is imported before it is asked for."""

from xdsl.ir import Dialect
from xdsl.passes import ModulePass
from xdsl.universe import Universe


def _dialect() -> Dialect:
    from dspc_example_plugin.leak import LeakOp

    return Dialect("acme", [LeakOp])


def _double_by_adding() -> type[ModulePass]:
    from dspc_example_plugin.double_by_adding import DoubleByAdding

    return DoubleByAdding


UNIVERSE = Universe(all_dialects={"acme": _dialect}, all_passes={"double-by-adding": _double_by_adding})
