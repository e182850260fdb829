"""Writes docs/errors.md, the page of all error codes."""

from pathlib import Path

from dspc.frontend.codes import page

PAGE = Path(__file__).resolve().parents[1] / "docs" / "errors.md"

if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
