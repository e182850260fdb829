"""Attributes of graph classes: which of them are declared, and the nodes in them, also in lists and dicts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from dspc.frontend.graph_nodes import Block
from dspc.frontend.groups import has_params


def declared_in(cls: type, kind: Any) -> Iterator[tuple[str, Any]]:
    """The attributes of a class and its bases for which `kind` holds, those of bases first."""
    names = dict.fromkeys(name for base in reversed(cls.__mro__) for name in vars(base))
    for name in names:
        value = next(vars(base)[name] for base in cls.__mro__ if name in vars(base))
        if kind(value):
            yield name, value


def is_parameter(value: Any) -> bool:
    """Whether an attribute declares a parameter, or a group of them."""
    return not isinstance(value, type) and has_params(value)


def has_blocks(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(has_blocks, cast(dict[Any, Any], value).values()))
    if isinstance(value, list | tuple):
        return any(map(has_blocks, cast(list[Any], value)))
    return isinstance(value, Block)


def parts(value: Any, name: str) -> list[tuple[str, Any]]:
    """What lists and dicts hold, with its name."""
    if isinstance(value, dict):
        return [(f"{name}[{key!r}]", item) for key, item in cast(dict[Any, Any], value).items()]
    items = cast(list[Any], value) if isinstance(value, list | tuple) else []
    return [(f"{name}[{i}]", item) for i, item in enumerate(items)]


def name_blocks(value: Any, name: str, home: object) -> None:
    """Tells nodes which attribute they are, of which class or graph."""
    if isinstance(value, Block):
        value.__core__.name, value.__core__.home = name, home
    for inner, part in parts(value, name):
        name_blocks(part, inner, home)


def copied(value: Any, name: str, home: object, copies: dict[int, Block]) -> Any:
    """A declaration with other nodes in it, those of one graph."""
    if isinstance(value, Block):
        if id(value) not in copies:
            copies[id(value)] = value.__copied__(home, name)
        return copies[id(value)]
    made = [copied(part, inner, home, copies) for inner, part in parts(value, name)]
    if isinstance(value, dict):
        return dict(zip(cast(dict[Any, Any], value), made, strict=True))
    if isinstance(value, list | tuple):
        return tuple(made) if isinstance(value, tuple) else made
    return value
