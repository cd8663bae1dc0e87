"""Voids, corrections and confirmations of doses: each goes on from what the one before made of the dose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from tiemchung.domain.access import queries as access
from tiemchung.domain.immunization import rules
from tiemchung.domain.immunization.actions.judging import ABOUT_LOT
from tiemchung.domain.immunization.engine import ARMS
from tiemchung.domain.immunization.events import (
    Confirmed,
    Corrected,
    DoseGiven,
    Voided,
)
from tiemchung.domain.immunization.values import (
    DoseStatus,
    mask_of,
)
from tiemchung.domain.journal import queries as journal_queries
from tiemchung.domain.supply import actions as supply
from tiemchung.domain.supply import queries as supply_queries
from tiemchung.domain.supply.values import Draw, LotFacts
from tiemchung.kernel.events import Event, Kept
from tiemchung.kernel.finding import Finding
from tiemchung.plumbing import arrays, database, sealing

_OFF_ROSTER = mask_of(["vaccinator-not-on-roster"])


class _Target(msgspec.Struct, frozen=True, kw_only=True):
    person: UUID
    dose: UUID
    site: str
    product: str
    lot: str
    vial: str | None
    volume_ml: float
    arm: int
    vaccinator: UUID
    dose_number_told: int | None
    occurred_at: datetime
    given_on: date | None
    findings: int
    status: DoseStatus


def amend(amendments: Sequence[Kept[Event]]) -> list[Finding]:
    """Fold amendments in their order; returns what keeps one from being folded, or from counting.

    They are thought through one after the other and written at once: each by itself cost three statements and more.
    """
    wanted = {one.event.id: _amended(one.event) for one in amendments}
    told = journal_queries.told_of(set(wanted.values()))
    # The doses are locked by this: nobody else notes an amendment of them before we are done.
    targets = _targets({dose: about.person for dose, about in told.items() if about.person is not None})
    folding = _Folding(targets, amendments)
    findings = []
    confirmed: list[_Target] = []
    for one in amendments:
        dose = wanted[one.event.id]
        about = told.get(dose)
        target = folding.targets.get(dose)
        if about is not None and about.kind != DoseGiven.kind():
            findings.append(Finding(code="amends-no-dose", entry=one.event.id))
        elif target is None:
            findings.append(Finding(code="awaits-entry", entry=one.event.id))
        elif one.site != target.site:
            findings.append(Finding(code="amends-elsewhere", entry=one.event.id))
        # Each amendment of a dose goes on from what the one before it made of it.
        elif isinstance(one.event, Voided):
            folding.void(one, one.event, target)
        elif isinstance(one.event, Corrected):
            folding.correct(one, one.event, target)
        elif one.event.staff != target.vaccinator:
            findings.append(Finding(code="confirmed-by-another", entry=one.event.id))
        else:
            confirmed.append(target)
    folding.write()
    _confirm(confirmed)
    return findings


def _amended(event: Event) -> UUID:
    if isinstance(event, Confirmed | Corrected | Voided):
        return event.entry
    raise TypeError(event.kind())


def _targets(persons: Mapping[UUID, UUID]) -> dict[UUID, _Target]:
    found = database.rows(
        "select d.person_id, d.id, d.site, d.product, d.lot, d.vial, d.volume_ml, d.arm, d.vaccinator, d.dose_number_told, "
        "d.occurred_at, d.given_on, d.findings, d.status from immunization_dose d "
        "join unnest(%b::uuid[], %b::uuid[]) as w(person, id) "
        "on d.person_id = w.person and d.id = w.id order by d.person_id, d.id for update of d",
        [arrays.uuids(list(persons.values())), arrays.uuids(list(persons))],
    )
    return {
        row[1]: _Target(**dict(zip(_Target.__struct_fields__, (*row[:-1], DoseStatus(row[-1])), strict=True)))
        for row in found
    }


class _Folding:
    """Doses as the amendments told so far leave them, and what is to be written of it."""

    def __init__(self, targets: dict[UUID, _Target], amendments: Sequence[Kept[Event]]) -> None:
        self.targets = targets
        self._noted = _noted([one.event.id for one in amendments], targets)
        corrected = [one for one in amendments if isinstance(one.event, Corrected)]
        self._corrections = _corrections([_amended(one.event) for one in corrected], targets)
        told = {one.event.values.lot for one in corrected if isinstance(one.event, Corrected)}
        self._lots = _Lots({lot for lot in told if lot} | {target.lot for target in targets.values()})
        self._notes: list[tuple[Kept[Event], _Target, bytes]] = []
        self._changed: dict[UUID, bool] = {}
        """Doses to be written, and whether nobody stands for what they say now."""
        self._voided_by: dict[UUID, UUID] = {}
        self._draws: list[Draw] = []

    def void(self, one: Kept[Event], event: Voided, target: _Target) -> None:
        if not self._note(one, target, {"reason": event.reason, "evidence": event.evidence}):
            return
        if target.status is not DoseStatus.VOIDED:
            self._voided_by[target.dose] = event.id
            self._draws.append(_draw(event.id, target, doses=-1))
            self._take(msgspec.structs.replace(target, status=DoseStatus.VOIDED))

    def correct(self, one: Kept[Event], event: Corrected, target: _Target) -> None:
        new = msgspec.to_builtins(event.values)
        before = {field: getattr(target, field) for field in new}
        later = {field for at, fields in self._corrections[target.dose] if at > one.recorded_at for field in fields}
        if not self._note(one, target, {"reason": event.reason, "evidence": event.evidence, "before": before}):
            return
        self._corrections[target.dose].append((one.recorded_at, set(before)))
        # Folded late, it leaves alone what a correction recorded after it has mended already.
        new = {field: value for field, value in new.items() if field not in later}
        if "arm" in new:
            new["arm"] = ARMS.index(new["arm"])
        if "vaccinator" in new:
            new["vaccinator"] = UUID(new["vaccinator"])
        after = msgspec.structs.replace(target, **new)
        after = msgspec.structs.replace(after, findings=_findings_after(target, after, self._lots))
        # Nobody has stood for what it says now: it waits for a second person again.
        unsaid = target.status is DoseStatus.ATTESTED and _differs(target, after)
        if unsaid:
            after = msgspec.structs.replace(after, status=DoseStatus.WAITING)
        if (after.lot, after.vial) != (target.lot, target.vial) and target.status is not DoseStatus.VOIDED:
            self._draws += [_draw(event.id, target, doses=-1), _draw(event.id, after, doses=1)]
        self._take(after, unsaid=unsaid)

    def _take(self, after: _Target, *, unsaid: bool = False) -> None:
        self.targets[after.dose] = after
        self._changed[after.dose] = unsaid or self._changed.get(after.dose, False)

    def _note(self, one: Kept[Event], target: _Target, told: Mapping[str, object]) -> bool:
        """Keep what an amendment told, to be noted beside the dose; False if it was noted before."""
        if one.event.id in self._noted:
            return False
        self._noted.add(one.event.id)
        self._notes.append((one, target, msgspec.json.encode(told)))
        return True

    def write(self) -> None:
        """Note the amendments, and write each dose once as the last of them left it."""
        if self._notes:
            _write_notes(self._notes)
        if self._changed:
            in_order = sorted((self.targets[dose] for dose in self._changed), key=lambda one: (one.person, one.dose))
            _write_doses(in_order, unsaid=self._changed, voided_by=self._voided_by)
        if self._draws:
            supply.draw(self._draws)


_NOTE = """
insert into immunization_amendment (person_id, id, dose, staff, occurred_at, recorded_at, kind, site, sealed)
select * from unnest(%b::uuid[], %b::uuid[], %b::uuid[], %b::uuid[], %b::timestamptz[], %b::timestamptz[], %b::text[],
    %b::text[], %b::bytea[])
"""
_WRITE = """
update immunization_dose d set status = x.status, attested_by = case when not x.unsaid then attested_by end,
    attested_at = case when not x.unsaid then attested_at end, voided_by = coalesce(x.voided_by, d.voided_by),
    product = x.product, lot = x.lot, vial = x.vial, volume_ml = x.volume_ml, arm = x.arm, vaccinator = x.vaccinator,
    dose_number_told = x.told, findings = x.findings
from unnest(%b::uuid[], %b::uuid[], %b::int2[], %b::bool[], %b::uuid[], %b::text[], %b::text[], %b::text[], %b::float4[],
    %b::int2[], %b::uuid[], %b::int2[], %b::int4[])
    as x(person, dose, status, unsaid, voided_by, product, lot, vial, volume_ml, arm, vaccinator, told, findings)
where d.person_id = x.person and d.id = x.dose
"""


def _write_notes(notes: Sequence[tuple[Kept[Event], _Target, bytes]]) -> None:
    sealed = [sealing.seal("health", one.recorded_at.date(), told, one.event.id.bytes) for one, _, told in notes]
    database.run(
        _NOTE,
        [
            arrays.uuids([target.person for _, target, _ in notes]),
            arrays.uuids([one.event.id for one, _, _ in notes]),
            arrays.uuids([target.dose for _, target, _ in notes]),
            arrays.uuids([one.event.staff for one, _, _ in notes]),
            arrays.instants([one.occurred_at for one, _, _ in notes]),
            arrays.instants([one.recorded_at for one, _, _ in notes]),
            arrays.texts([one.event.kind() for one, _, _ in notes]),
            arrays.texts([one.site or "" for one, _, _ in notes]),
            arrays.binaries(sealed),
        ],
    )


def _write_doses(doses: Sequence[_Target], *, unsaid: Mapping[UUID, bool], voided_by: Mapping[UUID, UUID]) -> None:
    database.run(
        _WRITE,
        [
            arrays.uuids([one.person for one in doses]),
            arrays.uuids([one.dose for one in doses]),
            arrays.smallints([one.status for one in doses]),
            arrays.booleans([unsaid[one.dose] for one in doses]),
            arrays.uuids([voided_by.get(one.dose) for one in doses]),
            arrays.texts([one.product for one in doses]),
            arrays.texts([one.lot for one in doses]),
            arrays.texts([one.vial for one in doses]),
            arrays.reals([one.volume_ml for one in doses]),
            arrays.smallints([one.arm for one in doses]),
            arrays.uuids([one.vaccinator for one in doses]),
            arrays.smallints([one.dose_number_told for one in doses]),
            arrays.integers([one.findings for one in doses]),
        ],
    )


def _noted(amendments: Sequence[UUID], targets: Mapping[UUID, _Target]) -> set[UUID]:
    """Return which of these amendments were noted before, beside one of these doses."""
    found = database.rows(
        "select id from immunization_amendment where person_id = any(%b::uuid[]) and id = any(%b::uuid[])",
        [arrays.uuids(sorted({target.person for target in targets.values()})), arrays.uuids(amendments)],
    )
    return {identifier for (identifier,) in found}


def _corrections(
    doses: Sequence[UUID], targets: Mapping[UUID, _Target]
) -> defaultdict[UUID, list[tuple[datetime, set[str]]]]:
    """Return which fields of these doses were corrected before, with when each correction was recorded."""
    known: defaultdict[UUID, list[tuple[datetime, set[str]]]] = defaultdict(list)
    asked = [targets[dose] for dose in dict.fromkeys(doses) if dose in targets]
    if not asked:
        return known
    found = database.rows(
        "select a.dose, a.recorded_at, a.id, a.sealed from immunization_amendment a "
        "join unnest(%b::uuid[], %b::uuid[]) as w(person, dose) on a.person_id = w.person and a.dose = w.dose "
        "where a.kind = %s",
        [
            arrays.uuids([one.person for one in asked]),
            arrays.uuids([one.dose for one in asked]),
            Corrected.kind(),
        ],
    )
    for dose, recorded_at, identifier, sealed in found:
        fields = msgspec.json.decode(sealing.unseal(bytes(sealed), identifier.bytes))["before"]
        known[dose].append((recorded_at, set(fields)))
    return known


class _Lots:
    """What is known of the lots that doses were told with or are corrected to, by site, asked when first needed."""

    def __init__(self, numbers: Collection[str]) -> None:
        self._numbers = numbers
        self._known: dict[str, dict[str, LotFacts]] = {}

    def of(self, lot: str, *, site: str) -> LotFacts | None:
        if site not in self._known:
            self._known[site] = supply_queries.lots_known(self._numbers, site=site)
        return self._known[site].get(lot)


def _differs(before: _Target, after: _Target) -> bool:
    told = ("product", "lot", "vial", "volume_ml", "arm", "vaccinator")
    return any(getattr(before, field) != getattr(after, field) for field in told)


def _findings_after(before: _Target, after: _Target, lots: _Lots) -> int:
    """Return the findings of a corrected dose: another lot, product or vaccinator is looked at anew, the rest by `rejudge`."""
    mask = after.findings
    if (before.lot, before.product) != (after.lot, after.product):
        lot = lots.of(after.lot, site=after.site)
        codes = rules.lot_findings(
            product=after.product,
            given_on=after.given_on,
            lot_product=lot.product if lot else None,
            expires_on=lot.expires_on if lot else None,
            held=lot is not None and lot.held_since is not None and lot.held_since <= after.occurred_at,
        )
        mask = mask & ~ABOUT_LOT | mask_of(codes)
    if before.vaccinator != after.vaccinator:
        off = after.vaccinator not in access.roster(after.site)
        mask = mask & ~_OFF_ROSTER | (_OFF_ROSTER if off else 0)
    return mask


def _confirm(doses: Sequence[_Target]) -> None:
    """Note that whoever gave these doses confirmed them; a dose that was told so twice in one batch, by whoever gave it last."""
    if not doses:
        return
    last = {target.dose: target for target in doses}
    in_order = sorted(last.values(), key=lambda target: (target.person, target.dose))
    database.run(
        "update immunization_dose d set confirmed_by = x.by from unnest(%b::uuid[], %b::uuid[], %b::uuid[]) as x(p, i, by) "
        "where d.person_id = x.p and d.id = x.i",
        [
            arrays.uuids([target.person for target in in_order]),
            arrays.uuids([target.dose for target in in_order]),
            arrays.uuids([target.vaccinator for target in in_order]),
        ],
    )


def _draw(entry: UUID, target: _Target, *, doses: int) -> Draw:
    return Draw(
        entry=entry, site=target.site, lot=target.lot, vial=target.vial, doses=doses, occurred_at=target.occurred_at
    )
