"""Visits a demo as a stranger would, on behalf of a test: starts it, opens its pages, watches doses arrive, stops it.

Run as a program of its own, since the test may be another user and another network: `visit.py JSON`, where JSON tells
{"command", "walk", "stop", "isolate", "uid", "gid", "seconds"}; prints what was seen as JSON. Standard library alone. With
`isolate` it first leaves for a network namespace that has loopback and nothing else. `walk` is a command that is given the
demo's address and prints JSON, or nothing.
"""

from __future__ import annotations

import csv
import ctypes
import fcntl
import io
import json
import os
import socket
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

_CLONE_NEWNET = 0x40000000
_SIOCSIFFLAGS = 0x8914
_IFF_UP = 1
_LAST_WORDS = "Ctrl-C stops everything"


def main(told: dict[str, Any]) -> dict[str, Any]:
    """Visit and tell."""
    if told["isolate"]:
        leave_the_network()
    if told["uid"] is not None:
        os.setgroups([])
        os.setgid(told["gid"])
        os.setuid(told["uid"])
    started = time.monotonic()
    demo = subprocess.Popen(told["command"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    assert demo.stdout is not None
    lines = []
    for line in demo.stdout:
        lines.append(line.rstrip())
        if _LAST_WORDS in line:
            break
    seen: dict[str, Any] = {"lines": lines, "seconds_to_page": round(time.monotonic() - started, 1)}
    addresses = [line.strip() for line in lines if line.startswith("  http://")]
    seen["pages"] = {address: _status(address) for address in addresses}
    if addresses:
        seen["doses"] = _doses_within(addresses[0], told["seconds"])
        seen["walk"] = _walked(told["walk"], addresses[0])
    family = _family(demo.pid)
    seen["uids"] = sorted({Path(f"/proc/{pid}").stat().st_uid for pid in family})
    demo.send_signal(told["stop"])
    seen["after_words"] = demo.stdout.read().splitlines()[-20:]
    seen["status"] = demo.wait()
    give_up_at = time.monotonic() + 120
    while (left := family & set(_parents())) and time.monotonic() < give_up_at:
        time.sleep(0.1)
    seen["left"] = sorted(left)
    return seen


def leave_the_network() -> None:
    """Enter a network namespace of our own and bring its loopback up; OSError where the machine does not allow it."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare(CLONE_NEWNET)")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _IFF_UP))


def _walked(walk: list[str], address: str) -> Any:
    """Return what somebody saw who walked the demo, or their last words."""
    if not walk:
        return None
    # As the demo starts its own: before 3.13 Python reads the path of an installed project in the locale's letters.
    letters = {**os.environ, "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"}
    words = [*walk, address.rstrip("/")]
    done = subprocess.run(words, env=letters, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else done.stderr.decode(errors="replace")[-4000:]


def _status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def _doses_within(portal: str, seconds: float) -> int:
    """Return how many doses the portal tells of, as soon as it tells of any."""
    give_up_at = time.monotonic() + seconds
    while True:
        with urllib.request.urlopen(f"{portal}so-lieu/ngay.csv", timeout=60) as answer:
            rows = csv.reader(io.StringIO(answer.read().decode("utf-8-sig")))
            doses = sum(int(row[1]) for row in rows if len(row) == 2 and row[0][:4].isdigit())
        if doses or time.monotonic() > give_up_at:
            return doses
        time.sleep(1)


def _parents() -> dict[int, int]:
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if state != "Z":
                parents[int(entry.name)] = int(parent)
    return parents


def _family(first: int) -> set[int]:
    found, parents = {first}, _parents()
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]))))  # noqa: T201 - the test reads it
