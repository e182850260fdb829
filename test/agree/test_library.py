"""Every function of the library is in a program that all backends are compared on."""

from __future__ import annotations

from pathlib import Path

from dspc import stdlib


def test_every_function_is_compared() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("*programs*.py")))
    text += (Path(__file__).parent / "instruments.py").read_text(encoding="utf-8")
    missing = [name for name in stdlib.__all__ if f"{name}(" not in text]
    assert not missing, f"in no program of test/agree: {', '.join(missing)}"
