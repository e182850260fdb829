"""Values of parameters as a user gives them: `--set cutoff=800,mode=saw`, or a line of an automation table."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dspc.backends.engine import Parameter
from dspc.driver.options import split_list
from dspc.driver.usage import UsageError, did_you_mean


@dataclass
class ParameterTable:
    """The parameters of a program. `notes` collects values that will not be used as they were given."""

    program: str
    parameters: Mapping[str, Parameter]
    notes: list[str] = field(default_factory=list[str])

    def problem(self, id: str, value: float | str) -> str | None:
        """What is wrong with a value, in a few words; None if nothing is."""
        parameter = self.parameters.get(id)
        if parameter is None:
            return f"{self.program} has no parameter {id}; {self._instead(id)}"
        if isinstance(value, str):
            return None if value in parameter.labels else _no_value(parameter, value)
        if not math.isfinite(value):
            return f"{id} is a finite number, not {value}"
        used = _nearest(parameter, value)
        if not _equal(used, value):
            note = f"{_written(id, value)} is {_why(parameter, value)}: {used:g} is used"
            self.notes += [note] if note not in self.notes else []
        return None

    def misfit(self, id: str, value: float | str) -> str | None:
        """What is wrong with a value that is to be used as it is; None if nothing is."""
        problem = self.problem(id, value)
        if problem or isinstance(value, str):
            return problem
        parameter = self.parameters[id]
        used = _nearest(parameter, value)
        return None if _equal(used, value) else f"{value:g} is {_why(parameter, value)}; the nearest is {used:g}"

    def _instead(self, id: str) -> str:
        ids = list(self.parameters)
        return did_you_mean(id, ids) or (f"it has {', '.join(ids)}" if ids else "it has none")


def parse_settings(texts: Iterable[str]) -> dict[str, float | str]:
    """`cutoff=800` and the like; of several values for a parameter the last counts. Raises `UsageError`."""
    settings: dict[str, float | str] = {}
    for text in split_list(texts):
        id, equals, value = (part.strip() for part in text.partition("="))
        if not (id and equals and value):
            raise UsageError(f"--set {text}: there is no {'value' if id else 'name'}",
                             "it is written --set name=value, several as --set a=1,b=2")  # fmt: skip
        settings[id] = _number(value)
    return settings


def parse_sweep(texts: Iterable[str]) -> tuple[str, tuple[float | str, ...]] | None:
    """`cutoff=200,1000,5000`: a parameter and its values. Raises `UsageError`."""
    items = split_list(texts)
    if not items:
        return None
    id, equals, first = (part.strip() for part in items[0].partition("="))
    if not (id and equals and first):
        raise UsageError(f"--sweep {items[0]}: there is no {'value' if id else 'name'}", "--sweep name=1,2,3")
    for item in items[1:]:
        if "=" in item:
            raise UsageError(f"--sweep {item}: {id} is swept already", "--set is for the others")
    return id, tuple(_number(value) for value in (first, *items[1:]))


def check_settings(table: ParameterTable, settings: Mapping[str, float | str], option: str = "--set") -> None:
    """Raises `UsageError` that tells everything that is wrong with the settings."""
    wrong = [f"{option} {_written(id, value)}: {problem}" for id, value in settings.items()
             if (problem := table.problem(id, value))]  # fmt: skip
    if wrong:
        raise UsageError("\n".join(wrong))


def _written(id: str, value: float | str) -> str:
    return f"{id}={value if isinstance(value, str) else f'{value:g}'}"


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _no_value(parameter: Parameter, value: str) -> str:
    if not parameter.labels:
        return f"{parameter.id} is a number, not {value}"
    close = did_you_mean(value, parameter.labels)
    return f"{parameter.id} is one of {', '.join(parameter.labels)}" + (f"; {close}" if close else "")


def _equal(used: float, value: float) -> bool:
    return math.isclose(used, value, rel_tol=1e-9, abs_tol=1e-12)


def _nearest(parameter: Parameter, value: float) -> float:
    """What the engine makes of a value: clamped, rounded to the step."""
    low, high = parameter.min, parameter.max
    value = min(max(value, low), high)
    if not parameter.step:
        return value
    return min(low + round((value - low) / parameter.step) * parameter.step, high)


def _why(parameter: Parameter, value: float) -> str:
    if parameter.min <= value <= parameter.max:
        return f"between two steps of {parameter.step:g}"
    unit = f" {parameter.unit}" if parameter.unit else ""
    return f"outside {parameter.min:g} … {parameter.max:g}{unit}"
