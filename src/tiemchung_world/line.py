"""A site's line to the center: every byte takes its time on it, in one queue for all who share it, and it breaks now and then.

A relay on loopback that tablets speak to instead of the platform. It knows nothing of what passes.
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

PACKET_BYTES: Final = 1460
"""What goes through at once: the payload of a packet of Ethernet's size."""
_CONNECTS_WITHIN_S: Final = 10


class Lane:
    """One direction of a line. Whoever sends waits until what is before them, and they themselves, have gone through."""

    def __init__(self, bits_per_s: float) -> None:
        self.bytes = 0
        self._bits_per_s = bits_per_s
        self._free_at = 0.0
        self._lock = threading.Lock()

    def carry(self, size: int) -> None:
        """Let so many bytes through, and return when they are."""
        with self._lock:
            now = time.monotonic()
            self._free_at = max(now, self._free_at) + 8 * size / self._bits_per_s
            self.bytes += size
            wait_s = self._free_at - now
        time.sleep(wait_s)


class Line:
    """A line to the platform at a URL; `url` is where its tablets find it.

    `breaks_after` is asked for every connection after how many bytes on the way up it breaks, the last packet lost.
    """

    def __init__(self, url: str, *, bits_per_s: float, breaks_after: Callable[[], int] | None = None) -> None:
        there = urlsplit(url)
        self.up, self.down = Lane(bits_per_s), Lane(bits_per_s)
        self.breaks = 0
        self._is_cut = False
        self._there = (there.hostname or "", there.port or 80)
        self._breaks_after = breaks_after
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._door = threading.Thread(target=self._answer, daemon=True)
        self._relays: list[threading.Thread] = []

    @property
    def url(self) -> str:
        """Return the line's near end."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._door.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the line down with all that goes over it."""
        _end(self._listener)
        self._door.join()
        with self._lock:
            ends = list(self._open)
        _end(*ends)
        for thread in self._relays:
            thread.join()

    def cut(self) -> None:
        """Let nothing through until `mend`; what goes over it now breaks."""
        with self._lock:
            self._is_cut = True
            ends = list(self._open)
        _end(*ends)

    def mend(self) -> None:
        """Let calls through again."""
        self._is_cut = False

    def _answer(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:  # taken down
                return
            if self._is_cut:
                near.close()
                continue
            try:
                far = socket.create_connection(self._there, timeout=_CONNECTS_WITHIN_S)
            except OSError:  # nobody is there now; who called hears it
                near.close()
                continue
            far.settimeout(None)
            with self._lock:
                self._open |= {near, far}
                most = None if self._breaks_after is None else self._breaks_after()
                self._start(near, far, self.up, most)
                self._start(far, near, self.down, None)

    def _start(self, source: socket.socket, target: socket.socket, lane: Lane, most: int | None) -> None:
        thread = threading.Thread(target=self._relay, args=(source, target, lane, most), daemon=True)
        self._relays.append(thread)
        thread.start()

    def _relay(self, source: socket.socket, target: socket.socket, lane: Lane, most: int | None) -> None:
        passed = 0
        with suppress(OSError):  # either end hung up
            while packet := source.recv(PACKET_BYTES):
                lane.carry(len(packet))
                passed += len(packet)
                if most is not None and passed > most:
                    with self._lock:
                        self.breaks += 1
                    break
                target.sendall(packet)
        _end(source, target)
        with self._lock:
            self._open -= {source, target}


def _end(*sockets: socket.socket) -> None:
    """Hang up at once, so that whoever waits on one of these wakes."""
    for each in sockets:
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()
