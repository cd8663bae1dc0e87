"""What is set aside, as the lead holds it against stock and persons: by the tablet that sent it, line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from tiemchung.domain.access.values import DeviceListed
from tiemchung.domain.intake.values import AsideShown
from tiemchung.domain.supply.values import StockLine
from tiemchung.faces.shared import numbers
from tiemchung.faces.shared.sentences import REASONS, UNNAMED
from tiemchung.faces.shared.words import said, t
from tiemchung.faces.station.pages.lead import KINDS

DOSE = "dose-given"


@dataclass(frozen=True, kw_only=True)
class Line:
    """An entry that is set aside: what, about whom or which lot, why, by whom and when."""

    what: str
    about: str
    why: str
    who: str
    when: str
    releasable: bool


@dataclass(frozen=True, kw_only=True)
class LotLine:
    """Doses of a lot among them, beside what the ledger says lies here."""

    lot: str
    doses: int
    stock: str


@dataclass(frozen=True, kw_only=True)
class FromDevice:
    """What one tablet sent and nobody has decided: its lines, its doses by lot, and the ids that the page showed."""

    device: UUID
    name: str
    lines: list[Line]
    lots: list[LotLine]
    ids: list[UUID]

    @property
    def releasable(self) -> int:
        """Return how many may be let in."""
        return sum(line.releasable for line in self.lines)


def by_device(
    held: Sequence[AsideShown],
    *,
    devices: Sequence[DeviceListed],
    staff: Mapping[UUID, str],
    persons: Mapping[UUID, str],
    stock: Sequence[StockLine],
) -> list[FromDevice]:
    """Return what is set aside by the tablet it came from; `persons` names those who are known here already."""
    called = {device.id: device.name for device in devices}
    lies = {line.lot: line.doses for line in stock}
    ordered = sorted(held, key=lambda one: (called.get(one.device, ""), one.device, one.told_at or one.recorded_at))
    return [
        _of_device(device, list(some), name=called.get(device, "–"), staff=staff, persons=persons, lies=lies)
        for device, some in groupby(ordered, key=lambda one: one.device)
    ]


def _of_device(
    device: UUID,
    held: Sequence[AsideShown],
    *,
    name: str,
    staff: Mapping[UUID, str],
    persons: Mapping[UUID, str],
    lies: Mapping[str, int],
) -> FromDevice:
    given = Counter(one.lot for one in held if one.kind == DOSE)
    return FromDevice(
        device=device,
        name=name,
        lines=[_line(one, staff=staff, persons=persons) for one in held],
        lots=[
            LotLine(
                lot=lot,
                doses=doses,
                stock=numbers.number(lies[lot]) if lot in lies else t("không có ở điểm", "not at this site"),
            )
            for lot, doses in sorted(given.items())
        ],
        ids=[one.id for one in held],
    )


def _line(one: AsideShown, *, staff: Mapping[UUID, str], persons: Mapping[UUID, str]) -> Line:
    name = one.name or (persons.get(one.person, "") if one.person else "")
    if one.person and not name:
        name = t("chưa rõ là ai", "not known who")
    vial = " ".join(filter(None, [one.lot, one.vial]))
    return Line(
        what=said(KINDS[one.kind]) if one.kind in KINDS else t("Chưa đọc được", "Cannot be read"),
        about=", ".join(filter(None, [name, vial])) or "–",
        why=said(REASONS.get(one.reason, UNNAMED)),
        who=staff.get(one.staff, "–") if one.staff else "–",
        when=numbers.moment(one.told_at or one.recorded_at),
        releasable=one.releasable,
    )
