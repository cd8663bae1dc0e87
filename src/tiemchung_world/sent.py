"""The sent file: every entry that left a tablet, once, with its final answer and the true person behind it."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final, Self
from uuid import UUID

import msgspec

from tiemchung_world.tablet import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

KEPT: Final = "kept"
KNOWN: Final = "known"
SET_ASIDE: Final = "set-aside"
NO_ANSWER: Final = "none"


class SentFile:
    """Writes one line an entry, from many threads; counts answers, kinds and findings as it goes."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._lock = Lock()
        self._encoder = msgspec.json.Encoder()
        self.answers: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def write(self, *, device: UUID, site: str, answered: Iterable[tuple[Entry, str]]) -> None:
        """Add entries with their final answers."""
        lines, device_text = [], str(device)
        answers: list[str] = []
        kinds: list[str] = []
        for entry, answer in answered:
            lines.append(self._line(entry, answer, device=device_text, site=site))
            answers.append(answer)
            kinds.append(entry.kind or "unreadable")
        with self._lock:
            self._file.write(b"".join(lines))
            self.answers.update(answers)
            self.kinds.update(kinds)

    def flush(self) -> None:
        """Push what was written to the file, so that an audit may read it."""
        with self._lock:
            self._file.flush()

    def _line(self, entry: Entry, answer: str, *, device: str, site: str) -> bytes:
        told = {
            "device": device,
            "seq": entry.seq,
            "id": entry.id,
            "kind": entry.kind,
            "sha256": hashlib.sha256(entry.line).hexdigest(),
            "answer": answer,
            "site": site,
            "person": entry.person,
            "truth": entry.truth,
            "entry": None if entry.kind is None else msgspec.Raw(entry.line),
        }
        return self._encoder.encode(told) + b"\n"
