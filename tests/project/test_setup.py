"""Setting up: what is missing is told before anything is written, what is done is not done again."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

_PROJECT = Path(__file__).resolve().parents[2]
_TOOLS = _PROJECT / "tools"


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"tools_{name}", _TOOLS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


machine, steps = _load("machine"), _load("steps")


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty folder that is the whole PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def _put(folder: Path, name: str, *lines: str) -> Path:
    program = folder / name
    program.write_text("\n".join(["#!/bin/sh", *lines]) + "\n", encoding="utf-8")
    program.chmod(0o755)
    return program


# The machine


def test_the_running_python_is_taken_when_it_is_in_range(programs: Path) -> None:
    assert machine.find_python() == sys.executable


def test_an_old_python_looks_for_a_newer_one_on_path(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.sys, "version_info", (3, 10, 12))
    assert machine.find_python() is None
    _put(programs, "python3.13", "exit 1")  # a shim that leads nowhere
    twelve = _put(programs, "python3.12", "echo it runs")
    assert machine.find_python() == str(twelve)


@pytest.mark.parametrize(
    ("venv_is_complete", "has_pip", "has_uv", "expected"),
    [
        (True, True, True, "uv"),
        (True, True, False, "venv"),
        (False, True, False, "uv-wheel"),
        (False, False, False, ""),
    ],
)
def test_the_installer_is_the_first_that_works(
    programs: Path, *, venv_is_complete: bool, has_pip: bool, has_uv: bool, expected: str
) -> None:
    answers = [
        *(['case "$*" in *ensurepip*) echo complete; exit 0;; esac'] if venv_is_complete else []),
        *(['case "$*" in *"pip --version"*) echo pip 23; exit 0;; esac'] if has_pip else []),
        "exit 1",
    ]
    python = _put(programs, "python3.12", *answers)
    if has_uv:
        uv = _put(programs, "uv", "echo uv 0.9.0")
        assert machine.find_installer(str(python)) == str(uv)
    else:
        assert machine.find_installer(str(python)) == expected


def test_a_uv_that_does_not_run_is_none(programs: Path) -> None:
    _put(programs, "uv", "echo 'pyenv: uv: command not found' >&2; exit 127")
    assert machine.find_installer(str(_put(programs, "python3.12", "exit 1"))) == ""


@pytest.mark.parametrize(
    ("version", "npm", "found"), [("v20.1.0", True, True), ("v18.19.1", True, False), ("v22.0.0", False, False)]
)
def test_node_counts_from_twenty_and_with_npm(programs: Path, version: str, *, npm: bool, found: bool) -> None:
    _put(programs, "node", f"echo {version}")
    if npm:
        _put(programs, "npm", "echo 10.2.3")
    assert (machine.find_node() is not None) is found


def test_everything_missing_is_in_one_list(programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.sys, "version_info", (3, 9, 1))
    monkeypatch.setattr(machine.platform, "machine", lambda: "riscv64")
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10**9, 10**9, 1_000_000))
    found, faults = machine.look("test", tmp_path)
    assert found is None
    told = "\n".join(faults)
    for part in ("riscv64", "Python 3.11 to 3.14", "6 GB"):
        assert part in told


def test_nothing_is_written_when_something_is_missing(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(_TOOLS, copy / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    code = (
        "import sys; sys.path.insert(0, 'tools'); sys.dont_write_bytecode = True; import machine, start;"
        "machine.FREE_GB['demo'] = 10**9; sys.exit(start.main(['demo']))"
    )
    before = sorted(copy.rglob("*"))
    done = subprocess.run([sys.executable, "-c", code], cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Before anything can start:" in done.stdout
    assert sorted(copy.rglob("*")) == before


def test_ci_leaves_nothing_out() -> None:
    done = subprocess.run(
        [sys.executable, str(_TOOLS / "start.py"), "test"],
        env={**os.environ, "CI": "true", "SKIP": "browser"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "CI leaves nothing out" in done.stdout


def test_without_a_chromium_the_browser_stage_fails_with_the_line_to_type(programs: Path) -> None:
    code = (
        "import os, sys; sys.path.insert(0, 'tools'); sys.dont_write_bytecode = True; import machine, start;"
        "start.steps.stage = lambda *_: 0; start.steps.beside = lambda *_: (); os.geteuid = lambda: 1000;"
        "sys.exit(start.test(machine.Machine(python='', installer='', node=('node', 'npm')), dict(os.environ)))"
    )
    environ = {name: value for name, value in os.environ.items() if name not in {"CHROME", "SKIP"}}
    told = {}
    for skip in ("", "browser"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=_PROJECT,
            env={**environ, "SKIP": skip},
            capture_output=True,
            text=True,
            check=False,
        )
        told[skip] = (done.returncode, [line for line in done.stdout.splitlines() if line.startswith("browser")])
    assert told[""][0] == 1
    assert "FAILED: no Chromium. Type: apt-get install chromium" in told[""][1][0]
    assert told["browser"][0] == 0
    assert told["browser"][1][0].endswith("NOT RUN")


def test_make_says_the_same_words() -> None:
    told = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", "demo", "test", "proofs"],
        cwd=_PROJECT,
        # Under `make test` this make is a second one, and would say so.
        env={name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}},
        capture_output=True,
        check=True,
    )
    assert told.stdout.decode().split("\n")[:3] == [
        f"python3 tools/start.py {word}" for word in ("demo", "test", "proofs")
    ]


@pytest.mark.parametrize("path", ["start.py", "machine.py", "steps.py"])
def test_the_tools_stand_on_the_standard_library_alone(path: str) -> None:
    ours = {"machine", "steps"}
    text = (_TOOLS / path).read_text(encoding="utf-8")
    imported = {
        line.split()[1].partition(".")[0] for line in text.splitlines() if line.startswith(("import ", "from "))
    }
    assert imported <= set(sys.stdlib_module_names) | ours


# The steps


@pytest.fixture
def work(tmp_path: Path) -> object:
    return steps.Steps(tmp_path / "stamps", dict(os.environ))


def _do(work: object, tmp_path: Path, *, key: str = "k", command: str = "echo made >> product") -> None:
    work.do("make a product", key, tmp_path / "product", [["/bin/sh", "-c", command]], tmp_path)  # type: ignore[attr-defined]  # loaded by path


def test_a_finished_step_is_not_done_again(work: object, tmp_path: Path) -> None:
    _do(work, tmp_path)
    _do(work, tmp_path)
    assert (tmp_path / "product").read_text() == "made\n"


@pytest.mark.parametrize("change", ["other content", "product gone", "product made by another"])
def test_a_step_whose_ground_has_changed_is_done_again(work: object, tmp_path: Path, change: str) -> None:
    _do(work, tmp_path)
    product = tmp_path / "product"
    if change == "product made by another":
        (tmp_path / "other").write_text("theirs\n")
        (tmp_path / "other").rename(product)
    elif change == "product gone":
        product.unlink()
    _do(work, tmp_path, key="other" if change == "other content" else "k")
    assert product.read_text().endswith("made\n")
    assert product.read_text() != ("theirs\n" if change == "product made by another" else "")


def test_a_failed_step_shows_its_words_and_is_done_again(
    work: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(steps.StepFailed):
        _do(work, tmp_path, command="echo half >> product; echo no such mirror; exit 3")
    assert "no such mirror" in capsys.readouterr().out
    _do(work, tmp_path)
    assert (tmp_path / "product").read_text() == "half\nmade\n"


def test_a_step_that_takes_long_says_so(work: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _do(work, tmp_path, command="sleep 3; touch product")
    assert "make a product …" in capsys.readouterr().out


def test_stages_run_beside_each_other_and_each_is_told_in_one_piece(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    meet = (
        "echo first of {0}; touch {0}; n=0; until [ -e {1} ]; do n=$((n+1)); [ $n -lt 600 ] || exit 9; sleep 0.1; done;"
    )
    stages = {
        "one": (["/bin/sh", "-c", meet.format("one", "two") + "echo last of one"], tmp_path),
        "two": (["/bin/sh", "-c", meet.format("two", "one") + "echo last of two >&2; exit 3"], tmp_path),
    }
    assert dict(steps.beside(stages)) == {"one": 0, "two": 3}
    told = capsys.readouterr().out
    assert "=== one\nfirst of one\nlast of one\n" in told
    assert "=== two\nfirst of two\nlast of two\n" in told


def test_who_looks_no_further_ends_what_still_runs(tmp_path: Path) -> None:
    stages = {
        "short": (["/bin/sh", "-c", "exit 0"], tmp_path),
        "long": (["/bin/sh", "-c", "echo $$ > long; exec sleep 600"], tmp_path),
    }
    looking = steps.beside(stages)
    assert next(looking) == ("short", 0)
    looking.close()
    if (tmp_path / "long").is_file() and (pid := (tmp_path / "long").read_text()):
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid), 0)


def test_the_fingerprint_follows_content_and_not_time(tmp_path: Path) -> None:
    file = tmp_path / "lock.txt"
    file.write_text("one")
    first = steps.fingerprint([tmp_path], "word")
    os.utime(file, (1, 1))
    assert steps.fingerprint([tmp_path], "word") == first
    file.write_text("two")
    assert steps.fingerprint([tmp_path], "word") != first
    assert steps.fingerprint([tmp_path], "other") != first
