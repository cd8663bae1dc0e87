"""Starts a program that cannot outlive the process which started it, as an unprivileged account where asked.

Linux tells a child of its parent's death only by a signal set *after* the child has dropped its user, and code
between fork and exec is unsafe in a process with threads. So this file is also a small program of its own: it
drops the user, asks for the signal, looks whether the parent is still there, and becomes the command.

The kernel watches the *thread* that forked: start children from a thread that lives as long as they should.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
_PARENT_GONE = 75


@dataclass(frozen=True, kw_only=True)
class Account:
    """A local account by its numbers."""

    uid: int
    gid: int


def start(
    command: Sequence[str],
    *,
    account: Account | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    output: IO[bytes] | int | None = None,
) -> subprocess.Popen[bytes]:
    """Start a command in its own session; it gets `death_signal` when the calling thread ends.

    The process id is the command's own. Output and errors go to `output`, or where ours go.
    """
    uid, gid = (account.uid, account.gid) if account else (-1, -1)
    return subprocess.Popen(
        [
            sys.executable,
            "-IS",
            __file__,
            str(os.getpid()),
            str(int(death_signal)),
            str(uid),
            str(gid),
            *command,
        ],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        env=env,
        cwd=cwd,
        start_new_session=True,
    )


def follow_parent(parent_id: int, *, death_signal: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel for a signal when our parent ends; leave at once if it has ended already."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent_id:
        sys.exit(_PARENT_GONE)


def follow_server(server_id: int) -> None:
    """Be a worker that a server has forked: die with the server, and at once when asked to end before anything is served.

    The server's own handlers come with the fork. In the worker they do nothing, and whoever stops a server while its workers
    still load would wait until they are killed.
    """
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_DFL)
    follow_parent(server_id, death_signal=signal.SIGKILL)


def stop(process: subprocess.Popen[bytes], *, wait_s: float, stop_signal: signal.Signals = signal.SIGTERM) -> None:
    """Ask a leashed process to stop, then kill whatever is left of its session."""
    if process.poll() is None:
        process.send_signal(stop_signal)
        try:
            process.wait(timeout=wait_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _become(arguments: Sequence[str]) -> None:
    parent_id, death_signal, uid, gid = (int(argument) for argument in arguments[:4])
    command = arguments[4:]
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    follow_parent(parent_id, death_signal=signal.Signals(death_signal))
    os.execvp(command[0], list(command))  # noqa: S606 - the command is our caller's own, no shell is wanted


if __name__ == "__main__":
    _become(sys.argv[1:])
