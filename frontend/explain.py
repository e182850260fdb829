"""What an error code means: an entry of `dspc explain` and of `docs/errors.md`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """An error code. `wrong` and `right` are Python, read after `import dspc`; empty where code says nothing."""

    code: str
    title: str
    explanation: str
    wrong: str = ""
    right: str = ""

    def text(self) -> str:
        """As a terminal shows it."""
        parts = [f"{self.code}: {self.title}", self.explanation]
        examples = (("Wrong", self.wrong), ("Right", self.right))
        parts += [f"{label}:\n\n{_indented(code)}" for label, code in examples if code]
        return "\n\n".join(parts)

    def markdown(self) -> str:
        """As the page of all errors shows it."""
        parts = [f"### {self.code}: {self.title}", self.explanation]
        examples = (("Wrong", self.wrong), ("Right", self.right))
        parts += [f"{label}:\n\n```python\n{code.strip()}\n```" for label, code in examples if code]
        return "\n\n".join(parts)


def _indented(code: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in code.strip().split("\n"))
