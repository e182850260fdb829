"""The in-process lit format says what lit's own says, with and without processes."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

HERE = Path(__file__).resolve().parent

FAKE = '''
"""Prints its arguments; `--err` to stderr too; `--crash` raises; `--exit N`; `--cat` copies stdin."""
import os
import sys

def main(argv=None):
    argv = sys.argv[1:] if argv is None else argv
    if "--cat" in argv:
        sys.stdout.buffer.write(sys.stdin.buffer.read())
    print("out", *argv)
    if "--err" in argv:
        print("err", os.environ.get("SET", "unset"), file=sys.stderr)
    if "--where" in argv:
        print("pid", os.getpid(), file=open(os.environ["PIDS"], "a") if "PIDS" in os.environ else sys.stderr)
    if "--crash" in argv:
        raise ValueError("crashed")
    if "--die" in argv:
        sys.exit("died")
    if "--exit" in argv:
        return int(argv[argv.index("--exit") + 1])
'''

# name: the test's text and whether it should pass
CASES: dict[str, tuple[str, bool]] = {
    "plain": ("RUN: fake %s | filecheck %s\nCHECK: out {{.*}}plain.test", True),
    "wrong": ("RUN: fake %s | filecheck %s\nCHECK: something else", False),
    "exit": ("RUN: fake --exit 3", False),
    "pipefail": ("RUN: fake --exit 3 | filecheck %s\nCHECK: out", False),
    "not": ("RUN: not fake --exit 3 | filecheck %s\nCHECK: out", True),
    "not_ok": ("RUN: not fake", False),
    "not_filecheck": ("RUN: fake | not filecheck %s\nCHECK: something else", True),
    "merged": ("RUN: fake --err 2>&1 | filecheck %s\nCHECK: err unset\nCHECK-NEXT: out", True),
    "not_merged": ("RUN: fake --err | filecheck %s\nCHECK: err unset", False),
    "only_err": ("RUN: fake --err 2>&1 >/dev/null | filecheck %s\nCHECK-NOT: out\nCHECK: err unset", True),
    "to_file": (
        "RUN: fake a > %t\nRUN: fake b >> %t\nRUN: filecheck %s < %t\nCHECK: out a\nCHECK-NEXT: out b",
        True,
    ),
    "both_to_file": ("RUN: fake --err > %t 2>&1\nRUN: filecheck %s < %t\nCHECK: err\nCHECK-NEXT: out", True),
    "err_to_file": ("RUN: fake --err 2> %t\nRUN: filecheck %s < %t\nCHECK-NOT: out\nCHECK: err", True),
    "crash": ("RUN: not fake --crash 2>&1 | filecheck %s\nCHECK: out\nCHECK: ValueError: crashed", True),
    "die": ("RUN: not fake --die 2>&1 | filecheck %s\nCHECK: out\nCHECK-NEXT: died", True),
    "env": ("RUN: env SET=it fake --err 2>&1 | filecheck %s\nCHECK: err it", True),
    "export": ("RUN: export SET=it\nRUN: fake --err 2>&1 | filecheck %s\nCHECK: err it", True),
    "pipe": ("RUN: fake first | fake --cat | filecheck %s\nCHECK: out first\nCHECK-NEXT: out --cat", True),
    "mixed": ("RUN: echo text | fake --cat | filecheck %s\nCHECK: text\nCHECK-NEXT: out --cat", True),
    "no_stdin": ("RUN: fake --cat | filecheck %s\nCHECK: out --cat", True),
    "two_lines": ("RUN: fake a | filecheck %s --check-prefix=A\nRUN: fake --exit 1\nA: out a", False),
    "unsupported": ("UNSUPPORTED: true\nRUN: fake", True),
    "xfail": ("XFAIL: *\nRUN: fake --exit 1", True),
    "unknown": ("RUN: nosuchprogram %s", False),
}


def make_suite(folder: Path) -> None:
    tests = folder / "suite"
    tests.mkdir()
    (folder / "fake.py").write_text(FAKE)
    program = folder / "fake"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(folder)!r})\n"
        "from fake import main\nsys.exit(main())\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    (tests / "lit.cfg.py").write_text(
        f"import os, sys\nsys.path[:0] = [{str(HERE)!r}, {str(folder)!r}]\n"
        "from inprocess import PROGRAMS, InProcessShTest\n"
        "p = lit_config.params\n"
        "config.name = 'fake'\nconfig.suffixes = ['.test']\n"
        "config.test_source_root = os.path.dirname(__file__)\n"
        f"config.test_exec_root = {str(folder)!r} + '/exec-' + p['mode']\n"
        "config.environment['PIDS'] = config.test_exec_root + '.pids'\n"
        f"config.environment['PATH'] = {str(folder)!r} + os.pathsep + {str(Path(sys.executable).parent)!r}"
        " + os.pathsep + os.environ['PATH']\n"
        "config.test_format = InProcessShTest({**PROGRAMS, 'fake': 'fake:main'},"
        " processes=p['mode'] == 'processes', strict='strict' in p)\n"
    )
    for name, (text, _) in CASES.items():
        (tests / f"{name}.test").write_text(text + "\n")
    (tests / "pid.test").write_text("RUN: fake --where | fake --where\nRUN: fake --where\n")


@cache
def outcomes(mode: str, *extra: str) -> tuple[dict[str, str], int]:
    """lit's result code by test, and in how many processes the three commands of `pid` ran."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        make_suite(folder)
        report = folder / "report.json"
        lit = Path(sys.executable).with_name("lit")
        command = [lit, "-q", "-j2", "-o", report, "--param", f"mode={mode}", *extra]
        environment = {k: v for k, v in os.environ.items() if k != "CI"}
        subprocess.run([*map(str, command), str(folder / "suite")], env=environment, capture_output=True)
        tests = json.loads(report.read_text())["tests"]
        results = {Path(test["name"].split(" :: ")[1]).stem: test["code"] for test in tests}
        return results, len(set((folder / f"exec-{mode}.pids").read_text().splitlines()))


@pytest.mark.parametrize("mode", ["inprocess", "processes"])
@pytest.mark.parametrize("case", CASES)
def test_outcome(case: str, mode: str) -> None:
    code = outcomes(mode)[0][case]
    assert (code in ("PASS", "XFAIL", "UNSUPPORTED")) == CASES[case][1], code


def test_in_process_means_one_process() -> None:
    assert outcomes("inprocess")[1] == 1
    assert outcomes("processes")[1] == 3


@pytest.mark.parametrize("mode", ["inprocess", "processes"])
def test_strict_takes_no_excuse(mode: str) -> None:
    results = outcomes(mode, "--param", "strict=1")[0]
    assert results["unsupported"] == results["xfail"] == "FAIL"
    assert results["plain"] == "PASS"
