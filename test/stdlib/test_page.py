"""docs/stdlib.md and its plots: as the docstrings have them, and stale where these change."""

from __future__ import annotations

import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from tree import ROOT

sys.path.insert(0, str(ROOT / "tools"))
import library_page  # noqa: E402
from library_docs import Entry, entries, parse  # noqa: E402
from library_plots import HEIGHT, LARGEST, WIDTH, drawn, made_of, picture, traced, wish_of  # noqa: E402

ENTRIES = entries()
PLOTTED = {name: entry for name, entry in ENTRIES.items() if "Plot" in entry.sections}


def test_the_page_and_the_pictures_are_derived() -> None:
    """`make pages` writes them. Of a picture not the pixels are compared, but what it was made of."""
    assert library_page.stale(ENTRIES) == []


def test_pictures_are_small_and_of_the_stated_size() -> None:
    for name in PLOTTED:
        path = library_page.PICTURES / f"{name}.png"
        with Image.open(path) as image:
            assert (image.size, image.format, image.mode) == ((WIDTH, HEIGHT), "PNG", "P"), name
        assert path.stat().st_size <= LARGEST, name


@pytest.mark.parametrize("entry", PLOTTED.values(), ids=PLOTTED)
def test_what_a_plot_line_asks_for(entry: Entry) -> None:
    """It can be read, and its parameters are those of the example."""
    wish = wish_of(entry.sections["Plot"])
    asked = {*wish.settings, *([wish.sweep[0]] if wish.sweep else [])}
    assert all(f'id = "{id}"' in str(traced(entry)) for id in asked)


def test_options_of_a_plot_line() -> None:
    wish = wish_of("waveform signal=step seconds=0.5 note=69 mode=soft q=2 cutoff=200,1000")
    assert (wish.kind, wish.signal, wish.seconds, wish.key) == ("waveform", "step", 0.5, 69)
    assert wish.settings == {"mode": "soft", "q": 2.0} and wish.sweep == ("cutoff", (200.0, 1000.0))
    with pytest.raises(ValueError, match="loud is not name=value"):
        wish_of("spectrum loud")


def test_what_has_changed_is_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page with any part, a picture with the example, the line or the program; a file that is left over."""
    two = {name: ENTRIES[name] for name in ("soft_clip", "db_to_gain")}
    monkeypatch.setattr(library_page, "ROOT", tmp_path)
    monkeypatch.setattr(library_page, "PAGE", tmp_path / "stdlib.md")
    monkeypatch.setattr(library_page, "PICTURES", tmp_path / "stdlib")
    assert library_page.write(two) == (["stdlib/soft_clip.png"], []) and library_page.stale(two) == []
    assert library_page.write(two) == ([], [])
    changed = {**two, "soft_clip": with_part(two["soft_clip"], "Example", "    def f(x):\n        return soft_clip(x)")}
    assert library_page.stale(changed) == ["stdlib.md", "stdlib/soft_clip.png"]
    changed = {**two, "soft_clip": with_part(two["soft_clip"], "Plot", "waveform")}
    assert library_page.stale(changed)[-1] == "stdlib/soft_clip.png"
    assert library_page.stale({"db_to_gain": two["db_to_gain"]}) == ["stdlib.md", "stdlib/soft_clip.png"]
    wrong = {"saw": with_part(ENTRIES["saw"], "Plot", "response"), "soft_clip": two["soft_clip"]}
    assert library_page.write(wrong) == ([], [NO_RESPONSE])
    assert library_page.write({"db_to_gain": two["db_to_gain"]}) == (["stdlib/soft_clip.png"], [])
    assert not list((tmp_path / "stdlib").iterdir())


NO_RESPONSE = """\
saw: response: tone is a generator: there is no frequency response of what takes no sound
    help: --kind spectrum, spectrogram or waveform"""


def with_part(entry: Entry, part: str, text: str) -> Entry:
    return replace(entry, sections={**entry.sections, part: text})


def test_a_picture_knows_its_program(tmp_path: Path) -> None:
    entry = ENTRIES["hard_clip"]
    path = tmp_path / "hard_clip.png"
    path.write_bytes(picture(entry))
    assert drawn(path) == made_of(entry, traced(entry))
    assert drawn(path) != made_of(entry, traced(ENTRIES["soft_clip"]))
    image = Image.new("RGB", (10, 10))
    made = BytesIO()
    image.save(made, "PNG")
    path.write_bytes(made.getvalue())
    assert drawn(path) is None and drawn(tmp_path / "none.png") is None


def test_a_function_on_the_page() -> None:
    def shelf(x: float, low: float, high: float = 2.0, *, order: int = 2) -> None:
        """One line.

        More of it.

        Args:
            x: the signal.
            low, high: Hz.
            order: 1 | 2.
        Bounds: 1 dB.

        Example:
            def f(x):
                return saw(440.0) + dspc.noise()
        """

    entry = parse("shelf", shelf)
    assert library_page.function(entry) == SHELF
    assert library_page.page({"shelf": replace(entry, function=ENTRIES["saw"].function)}).count("#shelf") == 1


SHELF = """\
### shelf

```python
shelf(x, low, high=2.0, *, order=2)  # in graphs: dspc.Shelf
```

One line.

More of it.

| argument | |
|---|---|
| `x` | the signal. |
| `low`, `high` | Hz. |
| `order` | 1 &#124; 2. |

*Bounds:* 1 dB.

```python
import dspc
from dspc.stdlib import saw


def f(x):
    return saw(440.0) + dspc.noise()
```
"""


def test_sections_and_contents() -> None:
    text = library_page.page(ENTRIES)
    assert "| [Filters](#filters) | " in text and "[one_pole](#one_pole)" in text
    for name, entry in ENTRIES.items():
        assert text.count(f"\n### {name}\n") == 1
        assert (f"](stdlib/{name}.png)" in text) == ("Plot" in entry.sections)
    order = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
    assert order == [name for name in library_page.SECTIONS if name in order]
    assert order[0] == "Oscillators" and "| [Envelopes and logic](#envelopes-and-logic) | [adsr](#adsr)" in text


def test_a_module_without_a_section() -> None:
    def whistle() -> None: ...

    whistle.__module__ = "dspc.stdlib.whistles"
    with pytest.raises(ValueError, match="in no section: whistles"):
        library_page.page({**ENTRIES, "sine": replace(ENTRIES["sine"], function=whistle)})


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert library_page.main(["--check"]) == 0 and capsys.readouterr().out == "as the docstrings have it\n"
    assert library_page.main(["--chek"]) == 2 and capsys.readouterr().err.startswith("usage: ")
