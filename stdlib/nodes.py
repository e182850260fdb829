"""The node classes of the library's functions, for graphs: made of the functions themselves."""

from __future__ import annotations

from dspc import stdlib
from dspc.frontend.graph_nodes import FunctionNode, class_name, node

NODES: dict[str, type[FunctionNode]] = {class_name(name): node(getattr(stdlib, name)) for name in stdlib.__all__}
"""By name: `Saw` of `saw`, `OnePole` of `one_pole`, `ADSR` of `adsr`."""
