"""lit's configuration: our programs run in lit's own process; with `--param processes=1` as programs."""

# ruff: noqa: F821 (lit hands in `config` and `lit_config`)

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from inprocess import InProcessShTest  # noqa: E402

config.name = "dspc"
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs"]
config.test_source_root = str(HERE)
config.test_exec_root = str(HERE.parent / "build" / "lit")
config.test_format = InProcessShTest(
    processes=lit_config.params.get("processes", "0") == "1",
    strict=os.environ.get("CI", "").lower() in ("1", "true", "yes"),
)
# `dspopt`, `dspc` and `filecheck` of the environment that runs lit, whatever else is on the PATH.
config.environment["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), config.environment["PATH"]))
config.substitutions.append(("%root", str(HERE.parent)))
