"""Prints requirements.txt: the exact version of every package in this environment but our own.

It is a constraints file (`pip install -c requirements.txt`): it says which versions, not which packages.
"""

from __future__ import annotations

from importlib.metadata import distributions

HEADER = """\
# Exact versions for `pip install -c`; `make lock` writes this file from what .venv holds.
# pyproject.toml says which packages are needed.
"""
NOT_PINNED = {"dspc", "pip"}


def main() -> None:
    pins = {d.metadata["Name"].lower().replace("_", "-"): d.version for d in distributions()}
    lines = [f"{name}=={version}" for name, version in sorted(pins.items()) if name not in NOT_PINNED]
    print(HEADER + "\n".join(lines))


if __name__ == "__main__":
    main()
