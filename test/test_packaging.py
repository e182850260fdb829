"""What is installed: a wheel built from the source distribution, in a copy of the tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from tree import PRODUCT, ROOT

SOURCES = (*PRODUCT, "pyproject.toml", "setup.py", "README.md", "LICENSE", "MANIFEST.in")


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    env = {**os.environ, **environment}
    done = subprocess.run([str(word) for word in command], cwd=cwd, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def copy_sources(to: Path) -> None:
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            ignore = shutil.ignore_patterns("__pycache__", "*.so", "*.o", "*.pyd", "*.egg-info")
            shutil.copytree(source, to / name, symlinks=True, ignore=ignore)
        elif source.exists():
            shutil.copy(source, to / name)


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    copy_sources(folder)
    build = "import sys, setuptools.build_meta as b; b.build_sdist(sys.argv[1])"
    run(sys.executable, "-c", build, folder / "dist", cwd=folder)
    return next((folder / "dist").glob("dspc-*.tar.gz"))


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", folder)
    run(*pip, sdist, cwd=folder)
    return next(folder.glob("dspc-*.whl"))


def test_sdist_has_each_file_once(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = [name.partition("/")[2] for name in archive.getnames()]
    assert "runtime/engine.h" in names and "runtime/engine.c" in names and "setup.py" in names
    copies = [name for name in names if name.startswith("src/dspc/") and name.count("/") > 2]
    assert not copies, "a link was followed"


def test_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    top = {name.split("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == {"dspc"}
    assert len(names) == len(set(names))
    expected = ("py.typed", "runtime/engine.h", "runtime/engine.c", "dialects/__init__.py")
    assert {f"dspc/{name}" for name in expected} <= set(names)
    assert not [name for name in names if "__pycache__" in name or name.endswith((".o", ".pyc"))]
    extensions = [name for name in names if name.endswith((".so", ".pyd"))]
    assert extensions and all(name.startswith("dspc/runtime/") and ".abi3." in name for name in extensions)


def test_every_python_file_is_installed(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for layer in PRODUCT:
        if layer != "src":
            for path in (ROOT / layer).rglob("*.py"):
                assert f"dspc/{path.relative_to(ROOT)}" in names, f"{path.relative_to(ROOT)} is in no package"


def test_installed_wheel_works_without_the_tree(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    run(sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", site, wheel, cwd=tmp_path)
    paths = {"PYTHONPATH": str(site)}
    where = run(sys.executable, "-c", "import dspc.dialects; print(dspc.__file__)", cwd=tmp_path, **paths)
    assert Path(where).is_relative_to(site)
    assert "dspopt" in run(sys.executable, site / "bin" / "dspopt", "--help", cwd=tmp_path, **paths)
    entry_points = next(site.glob("dspc-*.dist-info")) / "entry_points.txt"
    assert "[xdsl.universe]" in entry_points.read_text()
