"""Faults planted in a small engine, and which layer catches each: every layer alone misses something."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from rt.audit import ENGINE, Policy, audit
from rt.checks import HERE, RUNTIME, TOOLS, check_quiet, compile_c, play

FLAGS = ("-fPIC", "-fno-jump-tables", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math")

# fault: what the preload guard names, how the run under seccomp ends, which rules of the audit it breaks.
# "" is a miss.
MATRIX: dict[str, tuple[str, str, set[str]]] = {
    "MALLOC": ("malloc free", "", {"undefined symbol"}),
    "LOCK": ("pthread_mutex_lock pthread_mutex_unlock", "", {"undefined symbol", "mutable global"}),
    "WRITE": ("write", "syscall", {"undefined symbol"}),
    "FPRINTF": ("fprintf", "syscall", {"undefined symbol"}),
    "UNLISTED": ("", "syscall", {"undefined symbol"}),
    "SYSCALL": ("", "syscall", {"system call"}),
    "CLOCK": ("clock_gettime", "time-stamp counter", {"undefined symbol"}),
    "RDTSC": ("", "time-stamp counter", {"clock or random source"}),
    "ALLOCA": ("", "", {"dynamic stack"}),
    "LOOP": ("time limit", "time limit", set()),
    "BOUNDS": ("fault", "fault", set()),
    "GLOBAL": ("", "", {"mutable global"}),
    "RECURSION": ("", "", {"recursion"}),
    "POINTER": ("", "", {"indirect call"}),
    "X87": ("", "", {"x87 instruction"}),
    "FMA": ("", "", {"fused multiply-add"}),
}


@cache
def engine_object() -> Path:
    return compile_c(TOOLS / "engine.o", "-c", *FLAGS, RUNTIME / "engine.c")


@cache
def build(fault: str) -> Path:
    defines = [f"-DFAULT_{fault}"] if fault else []
    out = TOOLS / f"faulty-{fault.lower() or 'none'}.so"
    return compile_c(out, "-shared", *FLAGS, *defines, HERE / "faulty.c", engine_object())


@pytest.mark.parametrize("fault", MATRIX)
def test_audit(fault: str) -> None:
    assert {finding.rule for finding in audit(build(fault), ENGINE).findings} == MATRIX[fault][2]


@pytest.mark.parametrize("fault", [fault for fault in MATRIX if fault != "FMA"])  # not every processor has it
def test_guard_and_seccomp(fault: str) -> None:
    guarded, filtered, _ = MATRIX[fault]
    runs = play(build(fault), blocks=100, limit_ms=500 if fault == "LOOP" else 20000)
    if runs["guard"].end == "done":
        assert set(runs["guard"].names.split()) == set(guarded.split())
        assert (runs["guard"].calls > 0) == bool(guarded)
    else:
        assert runs["guard"].end == guarded
    assert runs["seccomp"].end == (filtered or "done")


def test_only_jumps_to_own_labels_are_dispatch() -> None:
    found = audit(build("POINTER"), Policy(indirect=("dspc_*",), dispatch=("*",))).findings
    assert {finding.rule for finding in found} == {"indirect call"}


def test_clean_engine_is_quiet() -> None:
    check_quiet(build(""))


def test_verdict_names_every_layer() -> None:
    with pytest.raises(AssertionError) as caught:
        check_quiet(build("WRITE"), blocks=50)
    text = str(caught.value)
    assert "undefined symbol in faulty-write.so: write" in text
    assert "guard:" in text and "forbidden calls: write" in text
    assert "seccomp: syscall (1)" in text


def test_compilers_word_on_the_stack() -> None:
    usage = TOOLS / "alloca.su"
    compile_c(TOOLS / "alloca.o", "-c", *FLAGS, "-DFAULT_ALLOCA", "-fstack-usage", HERE / "faulty.c")
    usage.write_text("faulty.c:1:1:run\t48\tdynamic\nfaulty.c:2:1:aligned\t96\tdynamic,bounded\n")
    found = audit(build(""), ENGINE, stack_usage=[usage]).findings
    assert [finding.where for finding in found] == ["faulty.c:1:1:run"]


def test_stack_limit_counts_the_deepest_path() -> None:
    report = audit(build(""), Policy(indirect=ENGINE.indirect, stack_limit_bytes=64))
    assert [finding.rule for finding in report.findings] == ["stack"]


def test_an_object_file_is_audited_too() -> None:
    found = audit(compile_c(TOOLS / "rdtsc.o", "-c", *FLAGS, "-DFAULT_RDTSC", HERE / "faulty.c")).findings
    assert [finding.rule for finding in found] == ["clock or random source"]
