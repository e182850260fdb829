"""The repository's folders and files, as the house tests see them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

PRODUCT = (
    "dialects", "frontend", "stdlib", "approx", "passes", "backends", "runtime", "plugins", "driver", "src",
)  # fmt: skip
"""Folders of what is installed."""

NOT_OURS = frozenset({".git", ".venv", "build", "dist", "out", "node_modules", "__pycache__"})
TEXT = frozenset(
    ".py .pyi .c .h .inc .mlir .test .wat .md .toml .txt .cfg .sh .yml .yaml .json .csv".split()
    + ".js .mjs .ts .html .css .svg".split()
)
_TEXT_NAMES = frozenset({"Makefile", "LICENSE", "run", ".gitignore"})


def files(folder: Path = ROOT) -> Iterator[Path]:
    """Text files under a folder, links not followed, nothing generated."""
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or path.name in NOT_OURS or path.name.endswith((".egg-info", "_cache")):
            continue
        if path.is_dir():
            yield from files(path)
        elif path.suffix in TEXT or path.name in _TEXT_NAMES:
            yield path


def product_files() -> Iterator[Path]:
    for folder in PRODUCT:
        if (ROOT / folder).is_dir():
            yield from files(ROOT / folder)


def imported_modules(path: Path) -> Iterator[tuple[int, str]]:
    """(line, module) of all imports of a file, those in functions too; relative ones start with a dot."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            if module == "dspc":  # `from dspc import passes` names a layer, not an object
                yield from ((node.lineno, f"dspc.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, module
