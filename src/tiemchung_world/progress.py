"""What whoever waits is shown: how far, how fast, how long still."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing import TextIO

_WIDTH: Final = 30
_EVERY_S: Final = 0.5
_EVERY_LINE_S: Final = 15.0
"""Where nobody watches a terminal, a line now and then is enough."""


class Progress:
    """A bar on a terminal, a line now and then in a log. Doses count, since they are what everybody waits for."""

    def __init__(self, total_doses: int, *, stream: TextIO | None = None) -> None:
        self.total = max(1, total_doses)
        self._stream = sys.stderr if stream is None else stream
        self._bar = self._stream.isatty()
        self._started = time.monotonic()
        self._shown = 0.0

    def show(self, doses: int, entries: int, *, what: str) -> None:
        """Tell where the replay stands, unless it was told a moment ago."""
        now = time.monotonic()
        if now - self._shown < (_EVERY_S if self._bar else _EVERY_LINE_S):
            return
        self._shown = now
        self._print(line(doses, entries, total=self.total, seconds=now - self._started, what=what))

    def say(self, text: str) -> None:
        """Tell one thing, on a line of its own."""
        start = "\r\033[K" if self._bar else ""
        self._stream.write(f"{start}{text}\n")
        self._stream.flush()

    def _print(self, text: str) -> None:
        self._stream.write(f"\r\033[K{text}" if self._bar else f"{text}\n")
        self._stream.flush()


def line(doses: int, entries: int, *, total: int, seconds: float, what: str) -> str:
    """Return one line of progress: bar, share, rates per second, time left by the rate so far."""
    share = min(1.0, doses / total)
    bar = "#" * int(share * _WIDTH)
    rate = doses / seconds if seconds > 0 else 0.0
    left = f"{max(0, total - doses) / rate:.0f} s left" if rate > 0 else "time left unknown"
    entry_rate = entries / seconds if seconds > 0 else 0.0
    return (
        f"[{bar:<{_WIDTH}}] {share:6.1%}  {doses}/{total} doses  {rate:.0f} doses/s  {entry_rate:.0f} entries/s"
        f"  {left}  {what}"
    )
