"""Every locked package has a wheel for every platform that README names, so that nobody needs a compiler.

It asks the package index, which takes a while, and is therefore one of the proofs.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.plan import ROOT

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS = ("x86_64-manylinux_2_35", "aarch64-manylinux_2_35")
"""glibc 2.35 is Ubuntu 22.04's, the oldest of README's list; Debian 12 has 2.36."""
LOCKS = ("runtime", "test", "node")


@pytest.fixture(scope="session")
def uv(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the uv on PATH, or one that pip brings: it alone resolves for other platforms than its own."""
    there = shutil.which("uv")
    if there is not None:
        return there
    folder = tmp_path_factory.mktemp("uv")
    subprocess.run([sys.executable, "-m", "pip", "install", "--no-deps", "--target", str(folder), "uv"], check=True)
    return str(folder / "bin" / "uv")


def unresolved(uv: str, lock: Path, *, python: str, platform: str) -> str:
    """Return why some package of a lock has no wheel for a platform; nothing if all have."""
    target = ["--python-version", python, "--python-platform", platform]
    told = subprocess.run(
        [uv, "pip", "compile", "--quiet", "--no-deps", "--only-binary", ":all:", *target, str(lock)],
        capture_output=True,
        text=True,
        check=False,
    )
    return told.stderr if told.returncode else ""


@pytest.mark.proof
@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_a_wheel(uv: str, lock: str, python: str, platform: str) -> None:
    assert unresolved(uv, ROOT / "requirements" / f"{lock}.txt", python=python, platform=platform) == ""


@pytest.mark.proof
def test_a_package_without_a_wheel_is_noticed(uv: str, tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text("pyobjc-core==10.0\n")  # wheels for macOS alone
    assert "no usable wheels" in unresolved(uv, lock, python="3.11", platform=PLATFORMS[0])
