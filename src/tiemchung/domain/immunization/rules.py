"""The order of a person's doses and what a dose says about itself. Plain: values in, findings out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from tiemchung.domain.immunization.values import DoseStatus, HistoryDose
from tiemchung.domain.people.values import PersonFacts
from tiemchung.domain.vaccines.values import Prior, Proposed


def ranks(doses: Iterable[HistoryDose]) -> Mapping[UUID, int]:
    """Return the counted dose numbers: the rank by (occurred_at, id) among a human being's doses that are not voided."""
    standing = [dose for dose in doses if dose.status is not DoseStatus.VOIDED]
    return {dose.id: rank for rank, dose in enumerate(sorted(standing, key=order), 1)}


def rank(dose: HistoryDose, line: Sequence[HistoryDose]) -> int:
    """Return the counted number of one dose that stands on its human being's line and is not voided."""
    return 1 if len(line) == 1 else ranks(line)[dose.id]


def order(dose: HistoryDose) -> tuple[datetime, UUID]:
    """Return the key by which a person's doses stand in order."""
    return dose.occurred_at, dose.id


def others(dose: HistoryDose, doses: Sequence[HistoryDose]) -> list[HistoryDose]:
    """Return the doses against which this one is judged: the person's others, not voided, whose day is known."""
    if len(doses) == 1 and doses[0] is dose:
        return []
    return [
        other
        for other in doses
        if other.id != dose.id and other.status is not DoseStatus.VOIDED and other.given_on is not None
    ]


def proposed(dose: HistoryDose, line: Sequence[HistoryDose], person: PersonFacts | None) -> Proposed:
    """Return a dose with a known day as the rule book judges it: among the human being's others, by what is known of them."""
    return Proposed(
        product=dose.product,
        given_on=_known(dose.given_on),
        born_earliest=person.born_from if person else None,
        born_latest=person.born_to if person else None,
        province=dose.province,
        prior=[Prior(other.product, _known(other.given_on)) for other in others(dose, line)],
    )


def _known(day: date | None) -> date:
    if day is None:
        raise ValueError("a dose of unknown day stands among dated ones")
    return day


def lot_findings(
    *, product: str, given_on: date | None, lot_product: str | None, expires_on: date | None, held: bool
) -> list[str]:
    """Return what the lot says about the dose; `lot_product` None means that nobody registered such a lot."""
    if lot_product is None:
        return ["lot-unknown"]
    findings = []
    if lot_product != product:
        findings.append("lot-product-differs")
    if held:
        findings.append("lot-held")
    if given_on is not None and expires_on is not None and given_on > expires_on:
        findings.append("lot-expired")
    return findings
