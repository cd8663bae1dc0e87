"""`tiemchung demo`: a working province, to be looked at. Doses arrive while you look.

A platform of its own (see `platform`) and beside it the outside world: the campaign of Ho Chi Minh City at a
hundredth of its size, one campaign day in ten minutes and then the next.
"""

from __future__ import annotations

import argparse
import http.client
import sys
from pathlib import Path

from tiemchung.plumbing.postgres import ClusterError
from tiemchung.project import demo_hospital, platform
from tiemchung.project.ground import PlatformError
from tiemchung.project.platform import Platform, Stopped

FACES = (
    ("Cổng thông tin tiêm chủng (portal)", "/"),
    ("Trung tâm đáp ứng (center)", "/center/"),
    ("Sổ sức khỏe điện tử (healthbook)", "/so-suc-khoe/vao/"),
    ("Hộp tin của bản dùng thử (outbox)", "/demo/outbox"),
    ("Kiểm tra chứng nhận (verifier)", "/kiem-tra/"),
    ("Khai báo đi lại (checkpoint)", "/chot/to-khai/"),
    ("Trạm tiêm (station)", "/station/"),
    ("Bàn làm việc của phường và người lập kế hoạch (workbench)", "/cong-tac/"),
    ("Kho (depot)", "/kho/"),
    ("Chốt kiểm tra (checkpoint)", "/chot/"),
    ("Giao diện cho máy (OpenAPI)", "/api/openapi.json"),
)
"""What somebody may open, by the Vietnamese name that the press of 2021 knew it by."""
LOGINS = "/account/login/"
DAY_MINUTES = 10
PEOPLE = ("--phase", "hcmc", "--scale", "0.01", "--seed", "7")
"""Who lives in the demo: the replay brings them to the sites, and the simulated population register knows them."""

_THERE = 400
_NEEDS_LOGIN = frozenset({401, 403})


def main(arguments: argparse.Namespace) -> int:
    """Run the demo until Ctrl-C."""
    data = arguments.data.resolve()
    try:
        with (
            platform.stoppable(),
            platform.running(data, demo=True, fresh=arguments.fresh, say=_say, register=PEOPLE) as running,
        ):
            hospital = demo_hospital.admit(running.data)
            _invite_world(running)
            _welcome(running, hospital)
            running.watch()
    except Stopped:
        _say("Stopped.")
    except (PlatformError, ClusterError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command speaks to whoever typed it
        return 1
    return 0


def faces_there(running: Platform) -> list[tuple[str, str]]:
    """Return name and address of every face that this version has."""
    return [(name, running.url + path) for name, path in FACES if _is_there(running.port, path)]


def _invite_world(running: Platform) -> None:
    pace = ["--live", "--day-minutes", str(DAY_MINUTES), "--state", str(running.data / "replay")]
    running.invite(["replay", *PEOPLE, *pace, "--url", running.url])


def _welcome(running: Platform, hospital: Path) -> None:
    _say("")
    for name, address in faces_there(running):
        _say(f"{name}\n  {address}")
    if _is_there(running.port, LOGINS):
        _say(f"Đăng nhập thử một chạm (one-click demo logins)\n  {running.url}{LOGINS}")
    _say(
        f"Đọc sổ như một bệnh viện (a hospital reads a book, with the code its owner gives it)\n  {_reader(running, hospital)}"
    )
    _say("")
    _say(f"Doses arrive from now on, a campaign day in {DAY_MINUTES} minutes: {running.data / 'logs' / 'replay.log'}")
    _say("Ctrl-C stops everything; FRESH=1 starts over.")


def _reader(running: Platform, hospital: Path) -> str:
    command = Path(sys.executable).with_name("tiemchung")
    return f"{command} hospital --url {running.url} --key {hospital} CODE"


def _is_there(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Host": "localhost"})
        status = connection.getresponse().status
    finally:
        connection.close()
    return status < _THERE or status in _NEEDS_LOGIN


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command speaks to whoever typed it
