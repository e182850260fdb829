"""The shape of the repository: imports point one way, files stay small, nothing names a machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tree import ROOT, files, imported_modules, product_files

# Who may import whom: driver, plugins -> stdlib, passes, backends -> frontend, approx -> dialects.
BASE = frozenset({"dialects"})
LANGUAGE = BASE | {"frontend", "approx"}
MAY_IMPORT = {
    "dialects": BASE,
    "approx": BASE | {"approx"},
    "frontend": LANGUAGE,
    "stdlib": LANGUAGE | {"stdlib"},
    "passes": LANGUAGE | {"passes"},
    "backends": LANGUAGE | {"backends", "runtime"},
    "runtime": frozenset({"runtime"}),
    "plugins": LANGUAGE | {"stdlib", "passes", "backends", "runtime", "plugins"},
    "driver": LANGUAGE | {"stdlib", "passes", "backends", "runtime", "plugins", "driver"},
}
MAX_LINES = 450
CODE = (".py", ".c", ".h", ".js", ".mjs", ".ts")

# Spelled in pieces: this file is searched too.
ANYWHERE = [
    "/" + "work/", "/" + "root/", "pypi." + "org", "python" + "hosted", "registry." + "npm",
    "deb." + "debian", "crates." + "io", "nodejs." + "org",
]  # fmt: skip
IN_PRODUCT = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error"]


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def layer_of(module: str) -> str | None:
    """`dspc.passes.inline` is in the layer `passes`; None if it is not ours."""
    parts = module.split(".")
    return (parts[1] if len(parts) > 1 else "dspc") if parts[0] == "dspc" else None


@pytest.mark.parametrize("layer", MAY_IMPORT)
def test_imports_point_one_way(layer: str) -> None:
    wrong = [
        f"{relative(path)}:{line}: {layer} imports {module}"
        for path in files(ROOT / layer)
        if path.suffix == ".py"
        for line, module in imported_modules(path)
        if (found := layer_of(module)) and found not in MAY_IMPORT[layer]
    ]
    assert not wrong, "\n".join(wrong)


def test_layers_are_imported_as_dspc() -> None:
    """`import dialects` from the root would make a second copy of every class."""
    wrong = [
        f"{relative(path)}:{line}: import {module}"
        for path in files()
        if path.suffix == ".py"
        for line, module in imported_modules(path)
        if module.startswith(".") or module.split(".")[0] in MAY_IMPORT
    ]
    assert not wrong, "\n".join(wrong)


def test_every_folder_has_a_link_and_a_package() -> None:
    project = (ROOT / "pyproject.toml").read_text()
    for layer in MAY_IMPORT:
        link = ROOT / "src" / "dspc" / layer
        assert link.is_symlink() and link.readlink() == Path("../..") / layer
        assert f'"dspc.{layer}" = "{layer}"' in project


def found_words(paths: list[Path], words: list[str]) -> list[str]:
    pattern = re.compile("|".join(map(re.escape, words)))
    return [
        f"{relative(path)}:{number}: {match[0]}"
        for path in paths
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if (match := pattern.search(line))
    ]


def test_no_file_names_a_machine_or_a_registry() -> None:
    found = found_words(list(files()), ANYWHERE)
    assert not found, "\n".join(found)


def test_product_code_is_finished() -> None:
    found = found_words(list(product_files()), IN_PRODUCT)
    assert not found, "\n".join(found)


def is_derived(text: str) -> bool:
    """Tables that a script writes say so in their first lines."""
    return (
        re.search(r"\b(generated|derived|written) by\b", "\n".join(text.splitlines()[:5]), re.I) is not None
    )


def test_files_stay_small() -> None:
    long = []
    for path in files():
        text = path.read_text(errors="replace") if path.suffix in CODE else ""
        lines = text.count("\n")
        if lines > MAX_LINES and not is_derived(text):
            long.append(f"{relative(path)}: {lines} lines, at most {MAX_LINES}")
    assert not long, "\n".join(long)


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text()
    pages = {path.name for path in folder.glob("*.md")} - {"README.md"}
    linked = set(re.findall(r"\]\(([^)#]+\.md)\)", index))
    assert pages == linked


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{relative(path)}: {target}"
        for path in files()
        if path.suffix == ".md"
        for target in re.findall(r"\]\(([^)\s#]+)", path.read_text())
        if "://" not in target and not (path.parent / target).exists()
    ]
    assert not broken, "\n".join(broken)
