"""All error codes, explained: `dspc explain CODE` and `docs/errors.md` (which `tools/errors_page.py` writes)."""

from __future__ import annotations

from dspc.frontend.errors import did_you_mean
from dspc.frontend.explain import Code
from dspc.frontend.explain_arrays import ARRAYS
from dspc.frontend.explain_functions import FUNCTIONS
from dspc.frontend.explain_graphs import GRAPHS
from dspc.frontend.explain_hosts import HOSTS
from dspc.frontend.explain_instruments import INSTRUMENTS
from dspc.frontend.explain_library import LIBRARY
from dspc.frontend.explain_memory import MEMORY
from dspc.frontend.explain_options import OPTIONS
from dspc.frontend.explain_oscillators import OSCILLATORS
from dspc.frontend.explain_parameters import PARAMETERS
from dspc.frontend.explain_physical import PHYSICAL
from dspc.frontend.explain_ports import PORTS
from dspc.frontend.explain_precision import PRECISION
from dspc.frontend.explain_programs import PROGRAMS
from dspc.frontend.explain_space import SPACE
from dspc.frontend.explain_spectral import SPECTRAL
from dspc.frontend.explain_values import VALUES

SECTIONS: dict[str, tuple[Code, ...]] = {
    "Signals": VALUES,
    "Parameters": PARAMETERS,
    "Functions": FUNCTIONS,
    "Programs": PROGRAMS,
    "Graphs": GRAPHS,
    "Instruments": INSTRUMENTS,
    "Transport, meters and buses": PORTS,
    "Precision": PRECISION,
    "Filters, tables, files": MEMORY,
    "Arrays, bodies and memory": ARRAYS,
    "Oscillators of the library": OSCILLATORS,
    "Engines and backends": HOSTS,
    "The library": LIBRARY,
    "The library: options": OPTIONS,
    "The library: delays and space": SPACE,
    "The library: physical models": PHYSICAL,
    "The library: spectral effects": SPECTRAL,
}

CODES: dict[str, Code] = {code.code: code for codes in SECTIONS.values() for code in codes}


def find(code: str) -> Code | None:
    """The entry of a code, in either case; None if there is none.

    >>> find("dsp101").title
    'A signal in a condition'
    """
    return CODES.get(code.strip().upper())


def suggestion(code: str) -> str:
    """`did you mean DSP101?`, or nothing, for a code that there is not."""
    return did_you_mean(code.strip().upper(), CODES)


def page() -> str:
    """The page of all errors."""
    parts = [
        "<!-- Written by tools/errors_page.py from frontend/explain_*.py: change those. -->",
        "# Errors",
        "An error names a place in your file, says what is wrong in one line, and what to do. Its code never changes: "
        "`dspc explain DSP101` prints what stands here.",
    ]
    for title, codes in SECTIONS.items():
        parts += [f"## {title}", *(code.markdown() for code in codes)]
    return "\n\n".join(parts) + "\n"
