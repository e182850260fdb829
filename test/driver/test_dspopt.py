"""`dspopt`: input, exit codes, what is told when something is wrong, what is found in other packages."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from tree import ROOT
from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.passes import ModulePass
from xdsl.universe import Universe

from dspc.driver import extensions
from dspc.driver.compile import make_passes
from dspc.driver.dspopt import main
from dspc.driver.files import read_bytes
from dspc.driver.pipelines import parse
from dspc.driver.usage import UsageError
from dspc.passes import MODULES, load_pass, pipeline

BIN = Path(sys.executable).parent
SUPERSAW = ROOT / "examples" / "supersaw.py"
EMPTY = 'dsp.program @p {kind = "effect"} {\n  dsp.output\n}\n'


def told(capsys: pytest.CaptureFixture[str], *args: object) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    code = main([str(a) for a in args])
    out, err = capsys.readouterr()
    return code, out, err


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


# --- exit codes -----------------------------------------------------------------------------------


def test_done_is_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = told(capsys, write(tmp_path, "p.mlir", EMPTY), "-p", "pipeline", "--verify-each")
    assert (code, err) == (0, "")
    assert "rt.program @p" in out


@pytest.mark.parametrize("text", ["dsp.program @p", EMPTY.replace("effect", "synth"), "arith.nothing", "\0", "%"])
def test_bad_ir_is_1(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = told(capsys, write(tmp_path, "p.mlir", text))
    assert (code, out) == (1, "")
    assert "p.mlir:1:" in err and "error: " in err and "Traceback" not in err


def test_bytes_that_are_no_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "p.mlir").write_bytes(b"\xff\xfe")
    code, _, err = told(capsys, tmp_path / "p.mlir")
    assert code == 1 and "this is no text" in err


@pytest.mark.parametrize(
    "args,part",
    [
        (["nothing.mlir"], "nothing.mlir: no such file"),
        (["nothing.py"], "nothing.py: no such file"),
        ([str(ROOT)], "is a folder, not a file"),
        (["-p", "csee"], "did you mean cse?"),
        (["-p", "cse{now}"], "cse has no option now"),
        (["-p", "cse{"], "the pipeline cannot be read"),
        (["-p", "apply-pdl{pdl-file=1}"], "is a name, not 1"),
        (["-t", "cc"], "no target is called cc"),
        (["-t", "c{"], "Expected argument name here"),
        (["--print-ir-after", "cse"], "there are none: add -p"),
        (["--nothing"], "unrecognized arguments"),
        (["-o", "/nothing/here.mlir", "-"], "the folder /nothing does not exist"),
    ],
)
def test_wrong_usage_is_2(
    args: list[str], part: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dspc.driver.dspopt.read_bytes", lambda p: b"" if p == "-" else read_bytes(p))
    code, out, err = told(capsys, *args)
    assert (code, out) == (2, "")
    assert part in err and "Traceback" not in err


def test_help_and_version_are_no_errors(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "--help")[0] == 0
    code, out, _ = told(capsys, "--version")
    assert code == 0 and out.startswith("dspopt ")


# --- Python files ---------------------------------------------------------------------------------


def test_all_programs_of_a_file_in_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, "three.py", """\
import dspc
from dspc.stdlib import saw

@dspc.effect
def zebra(x): return x

@dspc.effect
def ant(x): return x + 1

again = zebra
""")  # fmt: skip
    code, out, _ = told(capsys, path)
    assert code == 0
    assert [line.split()[1] for line in out.splitlines() if "dsp.program" in line] == ["@zebra", "@ant"]
    assert out.count("// -----") == 1


def test_a_function_without_decorator_can_be_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, "f.py", "def f(x):\n    return -x\n")
    assert "dsp.program @f" in told(capsys, f"{path}:f")[1]
    code, _, err = told(capsys, path)
    assert code == 1 and "DSP192" in err and "help:" in err


def test_modules_beside_the_file_are_found_and_prints_are_no_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "dspopt_helper.py", "def half(x):\n    return x * 0.5\n")
    path = write(tmp_path, "main.py", """\
import dspc
from dspopt_helper import half
print("loading")

@dspc.effect
def f(x):
    print("tracing")
    return half(x)
""")  # fmt: skip
    before = list(sys.path)
    code, out, err = told(capsys, path)
    assert code == 0 and out.startswith("builtin.module")
    assert err == "loading\ntracing\n"
    assert sys.path == before


def test_errors_of_all_programs_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, "wrong.py", """\
import dspc

@dspc.effect
def first(x):
    return x / 0

@dspc.effect
def good(x): return x

@dspc.effect
def third(x):
    raise RuntimeError("no luck")
""")  # fmt: skip
    code, out, err = told(capsys, path)
    assert (code, out) == (1, "")
    assert err.index(f"{path}:5:") < err.index(f"{path}:12:")
    assert "RuntimeError: no luck" in err and "Traceback" not in err


@pytest.mark.parametrize(
    "text,parts",
    [
        ("x = (1,\n", ["DSP190", ".py:1:5", "SyntaxError"]),
        ("import nothing_at_all\n", ["DSP191", ".py:1:1", "ModuleNotFoundError"]),
        (
            "def f(n):\n    return g(n)\ndef g(n):\n    return [][n]\nf(3)\n",
            ["DSP191", ".py:4:12", "IndexError", ".py:2, in f", ".py:5, in <module>"],
        ),
        ("import sys\nsys.exit(3)\n", ["DSP191", ".py:2:1", "SystemExit: 3"]),
        ("def f():\n    f()\nf()\n", ["DSP191", "RecursionError", "calls more"]),
        ("import json\njson.loads('{')\n", ["DSP191", "JSONDecodeError"]),
    ],
)
def test_exceptions_of_the_file_show_the_users_lines(
    text: str, parts: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = told(capsys, write(tmp_path, "user.py", text))
    assert (code, out) == (1, "")
    assert all(part in err for part in parts), err
    assert "Traceback" not in err and "/driver/" not in err and "importlib" not in err


# --- passes ---------------------------------------------------------------------------------------


def test_only_the_passes_that_run_are_loaded(tmp_path: Path) -> None:
    path = write(tmp_path, "p.mlir", EMPTY)
    program = (
        "import sys; from dspc.driver.dspopt import main\n"
        f"code = main([{str(path)!r}, '-p', 'inline', '-o', {str(tmp_path / 'out')!r}])\n"
        "loaded = [m for m in sys.modules if m.startswith('dspc.passes.')]\n"
        "assert 'dspc.passes.inline' in loaded and 'dspc.passes.schedule' not in loaded, loaded\n"
        "assert 'dspc.approx.registry' not in sys.modules\n"
        "sys.exit(code)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("name", MODULES)
def test_kind_and_level_are_no_options(name: str) -> None:
    made = load_pass(name)()
    assert not {"kind", "level_after", "name"} & vars(made).keys()


def test_numbers_are_read_as_a_pass_wants_them() -> None:
    passes = parse("expand-math{max-error=1e-5}, expand-math{max_error=1},fuse-buffers{verbose},inline{only=a}")
    assert [str(p) for p in passes] == [
        "expand-math{max_error=1e-05}", "expand-math{max_error=1.0}", "fuse-buffers{verbose=true}",
        'inline{only="a"}',
    ]  # fmt: skip


def test_the_drivers_pipeline_can_be_read() -> None:
    for error in (None, 1e-5, 0.001, 1.0):
        assert [p.name for p in parse(pipeline(4, error))] == [p.name for p in parse("pipeline{width=4}")]
        assert [str(p) for p in make_passes(pipeline(4, error))] == [str(p) for p in parse(pipeline(4, error))]


def test_a_pass_that_breaks_down_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: ModulePass, ctx: Context, op: ModuleOp) -> None:
        raise KeyError("lost")

    monkeypatch.setattr(load_pass("inline"), "apply", broken)
    code, out, err = told(capsys, write(tmp_path, "p.mlir", EMPTY), "-p", "inline")
    assert (code, out) == (1, "")
    assert "the pass inline broke down: KeyError: 'lost'" in err and "test_dspopt.py" in err


def test_a_pass_that_leaves_bad_ir_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoils(self: ModulePass, ctx: Context, op: ModuleOp) -> None:
        op.body.block.first_op.properties["kind"] = StringAttr("synth")  # type: ignore[union-attr]

    monkeypatch.setattr(load_pass("inline"), "apply", spoils)
    path = write(tmp_path, "p.mlir", EMPTY)
    assert "after inline: dsp.program: kind is" in told(capsys, path, "-p", "inline,dce", "--verify-each")[2]
    assert "after the passes: dsp.program: kind is" in told(capsys, path, "-p", "inline,dce")[2]
    assert told(capsys, path, "-p", "inline,dce", "--disable-verify")[0] == 0


# --- other packages -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rename(ModulePass):
    """Gives every program another name."""

    to: str
    name = "rename"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for program in op.body.block.ops:
            program.properties["sym_name"] = StringAttr(self.to)


OTHERS = Universe(all_passes={"rename": lambda: Rename})
NO_UNIVERSE = 1


@pytest.fixture
def third_party(monkeypatch: pytest.MonkeyPatch) -> None:
    def entries(group: str) -> list[EntryPoint]:
        names = {"others": "OTHERS", "broken": "NOTHING", "odd": "NO_UNIVERSE"}
        return [EntryPoint(n, f"{__name__}:{a}", group) for n, a in names.items()]

    monkeypatch.setitem(sys.modules, __name__, sys.modules.get(__name__) or _this_module())
    monkeypatch.setattr(extensions, "entry_points", entries)
    extensions.universes.cache_clear()
    yield
    extensions.universes.cache_clear()


def _this_module() -> object:
    return type("Module", (), {"OTHERS": OTHERS, "NO_UNIVERSE": NO_UNIVERSE})


@pytest.mark.usefixtures("third_party")
def test_passes_of_other_packages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, "p.mlir", EMPTY)
    code, out, err = told(capsys, path, "-p", "rename{to=other},cse", "--verify-each")
    assert code == 0 and "@other" in out
    assert "the extension broken cannot be used" in err and "the extension odd cannot be used" in err
    listed = told(capsys, "--list-passes")[1]
    assert "rename" in listed and "Gives every program another name." in listed and "{to=…}" in listed
    assert "rename needs the option to" in told(capsys, path, "-p", "rename")[2]


def test_stock_passes_of_xdsl(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, "f.mlir", """\
func.func @f(%x: i32) -> i32 {
  %zero = arith.constant 0 : i32
  %y = arith.addi %x, %zero : i32
  func.return %y : i32
}
""")  # fmt: skip
    code, out, _ = told(capsys, path, "-p", "canonicalize,reconcile-unrealized-casts", "--verify-each")
    assert code == 0 and "arith.addi" not in out
    with pytest.raises(UsageError, match="no pass is called"):
        parse("canonicalise-everything")


def test_xdsl_opt_finds_dialects_and_passes(tmp_path: Path) -> None:
    path = write(tmp_path, "p.mlir", """\
dsp.program @p {kind = "effect"} {
^bb0(%x: !dsp.signal<f32, audio>):
  %y = dsp.scope {label = "s"} : () -> !dsp.signal<f32, audio> {
    %z = dsp.neg %x : !dsp.signal<f32, audio>
    dsp.yield %z : (!dsp.signal<f32, audio>) -> ()
  }
  dsp.output %y : (!dsp.signal<f32, audio>) -> ()
}
""")  # fmt: skip
    command = [BIN / "xdsl-opt", path, "-p", "inline,cse,expand-primitives,schedule"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "rt.program @p" in done.stdout and "dsp.scope" not in done.stdout


# --- the program ----------------------------------------------------------------------------------


def test_the_program_ends_quietly_when_its_reader_does(tmp_path: Path) -> None:
    command = f"{BIN / 'dspopt'} {SUPERSAW} 2>{tmp_path / 'err'} | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert done.stdout == "builtin.module {\n"
    assert (tmp_path / "err").read_text() == ""


@pytest.mark.parametrize("width", [1, 8])
def test_a_synthesiser_stays_small_at_every_point(width: int, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = told(capsys, SUPERSAW, "-p", f"pipeline{{width={width}}}", "--timing", "--verify-each")
    assert code == 0, err
    rows = [line.split() for line in err.splitlines() if line.startswith("  ")][1:]
    counts = {row[0]: int(row[3]) for row in rows if len(row) > 3}
    assert {"trace", "schedule", "lay-out-state"} <= counts.keys()
    assert max(counts.values()) <= 1500, counts
