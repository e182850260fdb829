"""Builds `dspc.runtime._runtime`: the engine, and what else of the runtime is C, for Python (cffi, API mode).

setup.py runs this file. After a change of the C sources: `python setup.py build_ext --inplace`.
"""

from __future__ import annotations

import runpy
from pathlib import Path

from cffi import FFI

HERE = Path(__file__).resolve().parent

# Extend here: a source that exists is compiled; a header that exists is included and declared to Python, by
# the lines between its `/* cdef begin */` and `/* cdef end */`.
SOURCES = ("engine.c", "vm.c")
HEADERS = ("engine.h", "vm.h")

# The core of a program that is written in Python (backends/hosted.py): `code` holds a handle of it.
CALLBACKS = """
extern "Python" {
  void dspc_hosted_sizes(const dspc_program *program, double sample_rate, uint32_t *lengths);
  void dspc_hosted_init(const dspc_program *program, void *core);
  void dspc_hosted_run(const dspc_program *program, void *core, const float *const *inputs,
                       float *const *outputs, uint32_t frames);
}
"""

# Numbers are part of the contract: no contraction, no flushing, nothing reordered.
FLAGS = ["-O2", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math"]


def make_builder() -> FFI:
    header_cdef = runpy.run_path(str(HERE / "source.py"))["header_cdef"]
    headers = [name for name in HEADERS if (HERE / name).exists()]
    builder = FFI()
    for name in headers:
        builder.cdef(header_cdef(name))
    builder.cdef(CALLBACKS)
    builder.set_source(
        "dspc.runtime._runtime",
        "\n".join(f'#include "{name}"' for name in headers),
        # setuptools wants sources relative to the project's root
        sources=[f"{HERE.name}/{name}" for name in SOURCES if (HERE / name).exists()],
        include_dirs=[HERE.name],
        depends=[f"{HERE.name}/{path.name}" for path in sorted(HERE.glob("*.[hi]*"))],
        extra_compile_args=FLAGS,
        optional=True,
    )
    return builder


ffibuilder = make_builder()
