"""A graph as what a program is made of: a function of the note or the channels, and of parameters."""

from __future__ import annotations

import inspect
from typing import Any, cast

from dspc.frontend.graph_core import GraphCore
from dspc.frontend.graph_running import playing


def arguments(positional: list[str], parameters: dict[str, Any]) -> list[inspect.Parameter]:
    kinds = inspect.Parameter
    found = [kinds(name, kinds.POSITIONAL_ONLY) for name in positional]
    return found + [kinds(name, kinds.KEYWORD_ONLY, default=value) for name, value in parameters.items()]


class GraphFunction:
    """A graph as the function of a program: of the note or the channels, and of its parameters."""

    def __init__(self, graph: Any, is_voice: bool):
        self.core: GraphCore = graph.__core__
        self.is_voice = is_voice
        self.__name__, self.__doc__ = type(graph).__name__, type(graph).__doc__
        self.__module__ = type(graph).__module__
        self.__wrapped__: Any = cast(Any, type(graph)).graph

    @property
    def __signature__(self) -> inspect.Signature:
        channels = [name.replace("[", "_").rstrip("]") for name in self.core.indexed()]
        return inspect.Signature(arguments(["note"] if self.is_voice else channels, self.core.parameters))

    def __call__(self, *args: Any, **given: Any) -> Any:
        values = self.core.flat(given)
        if not self.is_voice:
            return self.core.call({**dict(zip(self.core.indexed(), args, strict=True)), **values})
        with playing(args[0]):
            return self.core.call(values)
