"""What this machine has of what the platform needs. Looks only; writes nothing.

Runs on any Python 3 that a machine may call `python3`, an older one too: it then looks for one in range.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 14)
OLDEST_NODE = 20
FREE_GB = {"demo": 3, "test": 6, "proofs": 6}

_PYTHON_RANGE = "{}.{} to {}.{}".format(*OLDEST, *NEWEST)
_CHROMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
_DATABASES_OF_ROOT = Path("/var/lib")


@dataclass(frozen=True)
class Machine:
    """The programs that the set-up will use."""

    python: str
    """A Python in range."""
    installer: str
    """`uv` (its path), `venv` (Python's own) or `uv-wheel` (uv itself is installed first)."""
    node: tuple[str, str] | None
    """The paths of node and npm; None if the PyPI wheel must bring them."""


def look(target: str, project: Path) -> tuple[Machine | None, list[str]]:
    """Return what is there for this target, and one sentence for each thing that is missing."""
    faults = _faults_of_system()
    python = find_python()
    installer = ""
    if python is None:
        faults.append(
            f"Python {_PYTHON_RANGE} is needed; python3 is {platform.python_version()} and none is on PATH."
            " Debian 12+, Ubuntu 24.04+, Fedora: install python3. Ubuntu 22.04: apt-get install python3.11 python3.11-venv"
        )
    else:
        installer = find_installer(python)
        if not installer:
            version = _says([python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"])
            faults.append(
                "Packages cannot be installed: no uv on PATH, and Python's venv is not complete."
                f" Type: apt-get install python{version}-venv"
            )
    faults += _faults_of_disk(target, project)
    if faults or python is None:
        return None, faults
    return Machine(python=python, installer=installer, node=find_node()), []


def find_python() -> str | None:
    """Return a Python in range: the running one, else the newest on PATH."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return sys.executable
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        path = shutil.which(f"python3.{minor}")
        if path and _says([path, "-c", "print('it runs')"]) == "it runs":
            return path
    return None


def find_installer(python: str) -> str:
    """Return the first of these that works: uv on PATH, Python's venv with pip, a pip that can fetch uv."""
    uv = shutil.which("uv")
    if uv and _says([uv, "--version"]).startswith("uv "):
        return uv
    if _says([python, "-c", "import ensurepip, venv; print('complete')"]) == "complete":
        return "venv"
    if _says([python, "-m", "pip", "--version"]).startswith("pip "):
        return "uv-wheel"
    return ""


def find_node() -> tuple[str, str] | None:
    """Return node and npm of the machine if node is new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    version = re.match(r"v(\d+)\.", _says([node, "--version"]))
    if version is None or int(version.group(1)) < OLDEST_NODE or not _says([npm, "--version"]):
        return None
    return node, npm


def find_chrome(environ: dict[str, str]) -> str | None:
    """Return the Chromium to test with: the one that CHROME names, else one on PATH."""
    chosen = environ.get("CHROME")
    if chosen:
        return chosen if os.access(chosen, os.X_OK) else None
    return next((path for path in map(shutil.which, _CHROMES) if path), None)


def _faults_of_system() -> list[str]:
    if sys.platform != "linux" or platform.libc_ver()[0] != "glibc":
        return ["Linux with glibc is needed (Debian, Ubuntu, Fedora, WSL2): the packages bring programs built for it."]
    if platform.machine() not in {"x86_64", "aarch64"}:
        return [f"A processor of type x86_64 or aarch64 is needed; this is {platform.machine()}."]
    return []


def _faults_of_disk(target: str, project: Path) -> list[str]:
    faults = []
    if not os.access(project, os.W_OK):
        faults.append(f"The folder {project} must be writable for whoever runs this.")
    needed_gb = FREE_GB[target]
    places = [project, _DATABASES_OF_ROOT] if os.geteuid() == 0 else [project]
    for place in places:
        free_gb = shutil.disk_usage(place).free / 1e9
        if free_gb < needed_gb:
            faults.append(f"{needed_gb} GB free are needed under {place}; there are {free_gb:.1f} GB.")
    return faults


def _says(command: Sequence[str]) -> str:
    """Return what a program prints, or nothing when it cannot be run or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()
