"""What the board says, as frozen values: who is silent, what waits for a human, how far the reactions are behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tiemchung.faces.shared.words import Words

SILENT_AFTER = timedelta(minutes=30)
"""How long a site may say nothing before the board calls it silent. A screen habit of ours: tablets speak every few minutes."""

SLOW_AFTER = timedelta(minutes=1)
"""From which lag on a reaction is a problem. The portal promises seconds (DESIGN, section 4)."""

SHOWN = 12
"""How many sites the board lists, the longest silent first; all are counted."""

REACTIONS: Mapping[str, Words] = {
    "figures.count": Words("Số liệu, bản đồ", "Figures, map"),
    "figures.pace": Words("Nhịp mỗi phút", "Pace by the minute"),
    "immunization.rejudge": Words("Xét lại mũi liên quan", "Related doses judged again"),
    "immunization.rejudge_lots": Words("Xét lại mũi khi lô có tin", "Judged again on news of a lot"),
    "visits.rejudge_arrived": Words("Xét lại khi biết người đến", "Judged again when the arrival is told"),
    "response.watch": Words("Dò điều vô lý", "Looking for what cannot be true"),
    "certificates.prepare": Words("Chuẩn bị chứng nhận", "Certificates prepared"),
}
"""What a reaction brings about, in the words of whoever waits for it; another one shows its own name."""


@dataclass(frozen=True, kw_only=True)
class SiteWord:
    """How long ago a site was last heard, and how many entries its tablets said they still hold."""

    code: str
    name: str
    where: str
    silent: timedelta
    pending: int

    @property
    def too_long(self) -> bool:
        """Tell whether the board calls the site silent."""
        return self.silent > SILENT_AFTER


@dataclass(frozen=True, kw_only=True)
class Sites:
    """Sites by their last word, the longest silent first; how many ever spoke, and how many are silent for too long."""

    listed: tuple[SiteWord, ...]
    heard: int
    silent_count: int

    @property
    def speaking(self) -> int:
        """Return how many are not silent."""
        return self.heard - self.silent_count


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Entries that wait for the same reason."""

    reason: str
    entries: int


@dataclass(frozen=True, kw_only=True)
class Lag:
    """How far one reaction is behind the journal, and whether it fails or its worker is silent."""

    name: str
    lag: timedelta
    failing: timedelta | None
    worker_silent: timedelta | None
    p50: timedelta | None = None
    p99: timedelta | None = None

    @property
    def wrong(self) -> bool:
        """Tell whether somebody should look."""
        return self.lag > SLOW_AFTER or self.failing is not None or self.worker_silent is not None


def sites_by_word(words: Iterable[SiteWord]) -> Sites:
    """Set sites by their last word, the longest silent first."""
    heard = sorted(words, key=lambda word: (-word.silent, word.code))
    return Sites(listed=tuple(heard[:SHOWN]), heard=len(heard), silent_count=sum(word.too_long for word in heard))


def minutes(pace: Mapping[datetime, int], *, until: datetime, count: int) -> tuple[int, ...]:
    """Return doses by minute, oldest first, of the last `count` full minutes; a minute without any is zero."""
    last = until.replace(second=0, microsecond=0)
    return tuple(pace.get(last - timedelta(minutes=back), 0) for back in range(count, 0, -1))


def problems(*, sites: Sites, set_aside: Sequence[Waiting], lags: Sequence[Lag]) -> int:
    """Count what somebody should look at: each silent site, each reason to set aside, each reaction that is behind."""
    return sites.silent_count + len(set_aside) + sum(lag.wrong for lag in lags)
