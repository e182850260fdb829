"""Presets: files of named settings beside a program.

`presets/lead.toml`, in the folder of the program `lead` or of `lead.py`:

    ["Warm pad"]
    description = "Slow and dark: chords"

    ["Warm pad".values]
    cutoff = 700.0
    mode = "soft"
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from dspc.backends.engine import Parameter
from dspc.driver.files import InputFileError, read_bytes
from dspc.driver.settings import ParameterTable
from dspc.driver.usage import UsageError, did_you_mean

FOLDER, SUFFIX = "presets", ".toml"
PARTS = ("description", "values")


@dataclass(frozen=True)
class Preset:
    """Values by parameter id: numbers, bools for what is on or off, labels of choices. `file` is where it stands."""

    name: str
    description: str
    values: Mapping[str, float | bool | str]
    file: str

    def place(self, id: str = "") -> str:
        """`presets/lead.toml: [Warm pad] cutoff`."""
        return f"{self.file}: [{self.name}]{f' {id}' if id else ''}"


def presets(path: str | os.PathLike[str]) -> dict[str, dict[str, float | bool | str]]:
    """The presets of a file: for each name values by parameter id, which `params` of `dspc.render` takes.

    Raises `InputFileError` for a file that holds something else.
    """
    return {name: dict(preset.values) for name, preset in read_presets(path).items()}


def read_presets(path: str | os.PathLike[str]) -> dict[str, Preset]:
    """The presets of a file by name. Raises `InputFileError`, which names everything that is wrong with its form."""
    try:
        found = tomllib.loads(read_bytes(Path(path)).decode())
    except UnicodeDecodeError:
        raise InputFileError(f"{path}: is not text in UTF-8", "save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise InputFileError(f"{path}: is not TOML: {error}", EXAMPLE) from None
    wrong = [problem for name, part in found.items() for problem in _problems(name, part)]
    if wrong:
        raise InputFileError("\n".join(f"{path}: {problem}" for problem in wrong), EXAMPLE)
    return {name: _preset(name, part, str(path)) for name, part in found.items()}


EXAMPLE = 'a preset is written [warm], description = "…", and [warm.values] with a line parameter = value for each'


def _preset(name: str, part: dict[str, Any], file: str) -> Preset:
    return Preset(name, part.get("description", ""), dict(_flat(part.get("values", {}))), file)


def _flat(values: dict[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """`operators.0.ratio` is three tables to TOML, and one id to us."""
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _flat(cast("dict[str, Any]", value), f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def _problems(name: str, part: Any) -> Iterator[str]:
    """What is wrong with the form of a preset."""
    if not isinstance(part, dict):
        yield f"{name} stands in no preset"
        return
    part = cast("dict[str, Any]", part)
    for key in part:
        if key not in PARTS:
            yield f"[{name}] {key}: a preset has {' and '.join(PARTS)}; parameters stand in [{name}.values]"
    if not isinstance(part.get("description", ""), str):
        yield f"[{name}] description: is a text"
    if not isinstance(part.get("values", {}), dict):
        yield f"[{name}] values: is a table of parameters"
        return
    for id, value in _flat(part.get("values", {})):
        if not isinstance(value, int | float | str):
            yield f"[{name}] {id}: is a number, true, false or a label, not {_toml_type(value)}"


def _toml_type(value: Any) -> str:
    return "a list" if isinstance(value, list) else f"a {type(value).__name__}"


# --- finding ---


def preset_file(program_file: str, program: str) -> Path | None:
    """The file of a program's presets, if there is one: by the program's name, else by that of its file."""
    path = Path(program_file)
    candidates = (path.parent / FOLDER / f"{name}{SUFFIX}" for name in (program, path.stem))
    return next((file for file in candidates if file.is_file()), None)


def where_presets_are(program_file: str) -> Path:
    """Where a file of presets would be found."""
    path = Path(program_file)
    return path.parent / FOLDER / f"{path.stem}{SUFFIX}"


def presets_of(program_file: str, program: str) -> dict[str, Preset]:
    """The presets of a program by name; none if it has no file of them."""
    file = preset_file(program_file, program)
    return read_presets(file) if file else {}


def find_preset(text: str, program_file: str, program: str) -> Preset:
    """A preset of a program by its name, or of another file: `NAME`, `FILE.toml`, `FILE.toml:NAME`.

    Raises `UsageError` if there is none of that name, or if a file has several and none is named.
    """
    path, name = _split(text)
    if path is None:
        file = preset_file(program_file, program)
        if file is None:
            raise UsageError(f"{program} has no presets", f"they would stand in {where_presets_are(program_file)}")
        return _named(name, read_presets(file), program)
    beside = Path(program_file).parent / FOLDER / path
    found = read_presets(beside if beside.is_file() and not Path(path).is_file() else path)
    if name:
        return _named(name, found, path)
    if len(found) != 1:
        what = f"{len(found)} presets: {', '.join(found)}" if found else "no presets"
        raise UsageError(f"{path} has {what}", f"name one: {path}:{next(iter(found))}" if found else "")
    return next(iter(found.values()))


def _split(text: str) -> tuple[str | None, str]:
    """File and name of what was asked for."""
    if text.endswith(SUFFIX):
        return text, ""
    path, found, name = text.rpartition(f"{SUFFIX}:")
    return (path + SUFFIX, name) if found else (None, text)


def _named(name: str, found: Mapping[str, Preset], whose: str) -> Preset:
    if name not in found:
        alike = [known for known in found if known.lower() == name.lower()]
        close = f"did you mean {alike[0]}?" if alike else did_you_mean(name, found)
        listed = f"{whose} has {', '.join(found)}" if found else f"{whose} has no presets"
        raise UsageError(f"{whose} has no preset {name}", "; ".join(filter(None, (close, listed))))
    return found[name]


# --- using ---


def preset_values(preset: Preset, program: str, parameters: Mapping[str, Parameter]) -> dict[str, float | str]:
    """A preset's values for an engine. Raises `InputFileError`, which names all that do not fit the parameters."""
    wrong = [f"{preset.place(id)}: {problem}" for id, value in preset.values.items()
             if (problem := _misfit(program, parameters, id, value))]  # fmt: skip
    if wrong:
        raise InputFileError("\n".join(wrong))
    return {id: value if isinstance(value, str) else float(value) for id, value in preset.values.items()}


def _misfit(program: str, parameters: Mapping[str, Parameter], id: str, value: float | bool | str) -> str | None:
    parameter = parameters.get(id)
    if isinstance(value, bool) and parameter is not None:
        on_off = parameter.momentary or (parameter.min, parameter.max, parameter.step) == (0.0, 1.0, 1.0)
        return None if on_off and not parameter.labels else f"{_kind(parameter)}, not {str(value).lower()}"
    return ParameterTable(program, parameters).misfit(id, value)


def _kind(parameter: Parameter) -> str:
    if parameter.labels:
        return f"it is one of {', '.join(parameter.labels)}"
    return f"it is a number, {parameter.min:g} … {parameter.max:g}"
