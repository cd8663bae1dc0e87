"""The demo from a copy of the project: as an ordinary user, then without any network, watched for whom it calls.

Whoever plays it meets what the README promises: each role by one click, and a certificate that other people's code accepts.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cwt import COSE, COSEKey
from cwt.exceptions import VerifyError
from joserfc import jws
from joserfc.jwk import ECKey

from tests.project import walk
from tiemchung.domain.certificates.engine import base45, payload
from tiemchung.kernel.wire import from_base64url

pytestmark = pytest.mark.proof

_PROJECT = Path(__file__).resolve().parents[2]
_WATCH = """
import os, sys
def _note(event, arguments):
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = str(arguments[1][0])
        if not host.startswith("127.") and host not in ("localhost", "::1", ""):
            with open({file!r}, "a") as told:
                told.write(f"{{os.getpid()}} {{sys.argv}} {{host}}\\n")
sys.addaudithook(_note)
"""


@pytest.fixture
def stranger() -> pwd.struct_passwd:
    """Return an ordinary user: ourselves, or somebody without any rights if we are root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


@pytest.fixture
def copy(stranger: pwd.struct_passwd) -> Iterator[Path]:
    """Give a copy of what is under version control, in a home of the ordinary user's that is closed to others."""
    home = Path(tempfile.mkdtemp(prefix="tiem-chung-home-", dir="/var/tmp"))
    project = home / "bản sao"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=_PROJECT, capture_output=True, check=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        if (_PROJECT / name).is_file():
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(_PROJECT / name, project / name)
    if os.geteuid() == 0:
        for path in [home, *home.rglob("*")]:
            os.chown(path, stranger.pw_uid, stranger.pw_gid)
    yield project
    shutil.rmtree(home, ignore_errors=True)


def _a_python_that_others_reach() -> str:
    """Return a Python in range outside of anybody's home."""
    if os.geteuid() != 0:
        return sys.executable
    for name in ("python3", "python3.14", "python3.13", "python3.12", "python3.11"):
        path = shutil.which(name, path="/usr/local/bin:/usr/bin:/bin")
        if (
            path
            and subprocess.run([path, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"], check=False).returncode
            == 0
        ):
            return path
    pytest.fail("No Python in range outside of root's home: apt-get install python3 python3-venv")


def _watch_calls(project: Path) -> Path:
    """Let every Python of the copy's environment write down whom it connects to; return where."""
    calls = project.parent / "calls"
    calls.touch()
    calls.chmod(0o666)
    packages = next((project / ".venv" / "lib").glob("python3.*")) / "site-packages"
    (packages / "note_calls.py").write_text(_WATCH.format(file=str(calls)), encoding="utf-8")
    (packages / "note_calls.pth").write_text("import note_calls\n", encoding="utf-8")
    call = "import sys; sys.audit('socket.connect', None, ('192.0.2.1', 443))"  # says so and connects to nobody
    subprocess.run([project / ".venv" / "bin" / "python", "-c", call], check=True)
    assert "192.0.2.1" in calls.read_text(encoding="utf-8")
    calls.write_text("", encoding="utf-8")
    return calls


def _visit(
    project: Path, stranger: pwd.struct_passwd, *, by: str, stop: signal.Signals, isolate: bool, walks: bool = False
) -> dict[str, Any]:
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith(("VIRTUAL_ENV", "PYENV", "PYTHON"))
    }
    environ |= {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(project.parent)}
    environ |= {"LC_ALL": "C", "LANG": "C", "TZ": "Pacific/Kiritimati"}
    python = _a_python_that_others_reach()
    become = os.geteuid() == 0
    told = {
        "command": ["make", "demo"] if by == "make" else [python, "tools/start.py", "demo"],
        "walk": [str(project / ".venv" / "bin" / "python"), "tests/project/walk.py"] if walks else [],
        "stop": int(stop),
        "isolate": isolate,
        "uid": stranger.pw_uid if become else None,
        "gid": stranger.pw_gid if become else None,
        "seconds": 900,
    }
    done = subprocess.run(
        [python, str(_PROJECT / "tests" / "project" / "visit.py"), json.dumps(told)],
        cwd=project,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = {**json.loads(done.stdout), "errors": done.stderr}
    return seen


def _may_leave_the_network() -> bool:
    code = "import sys; sys.path.insert(0, sys.argv[1]); import visit; visit.leave_the_network()"
    tried = subprocess.run(
        [sys.executable, "-c", code, str(_PROJECT / "tests" / "project")], capture_output=True, check=False
    )
    return tried.returncode == 0


def test_an_ordinary_user_gets_a_working_province_that_calls_nobody(
    copy: Path, stranger: pwd.struct_passwd, tmp_path: Path, tell_figures: Callable[..., None]
) -> None:
    modes = {folder: stat.S_IMODE(folder.stat().st_mode) for folder in copy.parents}
    first = _visit(copy, stranger, by="python", stop=signal.SIGINT, isolate=False, walks=True)
    _is_a_working_province(first, stranger)
    assert first["status"] == 0
    _everybody_gets_in(first["walk"])
    _is_a_certificate_for_others(first["walk"])
    installed_mb = _bytes_of(copy / ".venv") / 1e6
    assert installed_mb <= 700

    # From here on everything is installed: nothing but loopback may be needed, and nothing else may be tried.
    calls = _watch_calls(copy)
    isolate = _may_leave_the_network()
    second = _visit(copy, stranger, by="make", stop=signal.SIGKILL, isolate=isolate)
    _is_a_working_province(second, stranger)
    assert calls.read_text(encoding="utf-8") == ""
    assert not [line for line in second["lines"] if "install" in line and "everything is installed" not in line]
    assert {folder: stat.S_IMODE(folder.stat().st_mode) for folder in copy.parents} == modes
    tell_figures(
        seed=7,
        seconds_from_copy_to_page=first["seconds_to_page"],
        seconds_of_the_second_start=second["seconds_to_page"],
        doses_seen=second["doses"],
        installed_mb=round(installed_mb),
        watched_by="network namespace and audit hook" if isolate else "audit hook",
    )


def _bytes_of(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())


def _is_a_working_province(seen: dict[str, Any], stranger: pwd.struct_passwd) -> None:
    assert seen["pages"], "\n".join([*seen["lines"], *seen["after_words"], seen["errors"]])
    assert set(seen["pages"].values()) == {200}, seen["pages"]
    assert seen["doses"] > 0, seen
    assert seen["uids"] == [stranger.pw_uid]
    assert seen["left"] == [], seen["after_words"]


def _everybody_gets_in(walked: Any) -> None:
    """Each role's one click leads to a page that greets it."""
    assert isinstance(walked, dict), walked
    assert len(walked["starts"]) == walk.ROLES
    assert all(walked["starts"].values()), walked["starts"]


def _is_a_certificate_for_others(walked: dict[str, Any]) -> None:
    """A stranger's code accepts what a citizen shows, by the key that is published, and nothing that was altered."""
    text = _text_of(walked["modules"])
    assert text.startswith("HC1:"), text[:40]
    message = payload.unpack(base45.decode(text.removeprefix("HC1:")))
    published = jws.deserialize_json(walked["danh-sach"], ECKey.import_key(walked["khoa"]))
    keys = [
        COSEKey.from_pem(
            ECKey.import_key(told["jwk"]).as_pem(private=False), alg="ES256", kid=from_base64url(told["kid"])
        )
        for told in json.loads(published.payload)["keys"]
        if told["kind"] == 1
    ]
    accepted = COSE.new(verify_kid=True).decode(message, keys)
    assert isinstance(accepted, bytes)
    at = message.index(accepted) + len(accepted) // 2
    altered = message[:at] + bytes([message[at] ^ 1]) + message[at + 1 :]
    with pytest.raises(VerifyError):
        COSE.new(verify_kid=True).decode(altered, keys)


def _text_of(modules: list[list[int]]) -> str:
    """Read a QR code as a phone would."""
    reader = ["node", str(Path(__file__).with_name("qr.mjs"))]
    done = subprocess.run(
        reader,
        cwd=_PROJECT / "frontend",
        input=json.dumps(modules),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
