"""What may be signed (DESIGN, law 7): attested doses of proved persons, and nothing that did not happen."""

from __future__ import annotations

from tiemchung.domain.certificates.values import Kind, Reason, Standing, State, Withdrawn
from tiemchung.domain.immunization.values import HOLDS_UP, DoseStatus, mask_of

_DATE_UNKNOWN = mask_of(["time-implausible"])
_TWO_PERSONS = (
    (mask_of(["backdated"]), Reason.BACKDATED),
    (mask_of(["late"]), Reason.LATE),
    (HOLDS_UP, Reason.FLAGGED),
)
"""Findings for which a dose waits for a second person, the gravest first; `HOLDS_UP` holds them all."""


def standing(  # noqa: PLR0911 - a list of cases, the gravest first
    status: DoseStatus,
    findings: int,
    *,
    proved: bool,
    answered: int = 0,
    product_known: bool = True,
    name_known: bool = True,
) -> Standing:
    """Return where a dose of this status and these findings stands; `proved` is whether its person is.

    An attested dose has had the second person for the findings `answered`; one that came later holds it up again.
    Without a day, a product of the EU's value sets or a name it is withheld all the same: a certificate names them.
    """
    if status is DoseStatus.VOIDED:
        return Standing(State.WITHHELD, Reason.VOIDED)
    if findings & _DATE_UNKNOWN:
        return Standing(State.WITHHELD, Reason.DATE_UNKNOWN)
    if status is DoseStatus.ATTESTED and not findings & ~answered & HOLDS_UP:
        if not product_known:
            return Standing(State.WITHHELD, Reason.PRODUCT_UNKNOWN)
        if not name_known:
            return Standing(State.WITHHELD, Reason.NAME_UNKNOWN)
        return Standing(State.READY, Reason.NONE) if proved else Standing(State.WAITING, Reason.PERSON_NOT_PROVED)
    for mask, reason in _TWO_PERSONS:
        if findings & mask:
            return Standing(State.WITHHELD, reason)
    return Standing(State.WAITING, Reason.NOT_ATTESTED)


def wanted(stands: Standing) -> Kind | None:
    """Return what is signed for a dose that stands here; None where nothing is."""
    if stands.state is State.READY:
        return Kind.CERTIFICATE
    return Kind.PASS if stands == _PROVISIONAL else None


def withdrawal(stands: Standing, *, held: Kind, wanted: Kind | None) -> Withdrawn:
    """Return why what is held for a dose is revoked when it stands here; `wanted` is what is signed instead."""
    if wanted is Kind.CERTIFICATE or wanted is held:
        return Withdrawn.REPLACED
    if stands.reason is Reason.VOIDED:
        return Withdrawn.DOSE_VOIDED
    return Withdrawn.PROOF_WITHDRAWN if wanted is Kind.PASS else Withdrawn.DOSE_IN_DOUBT


_PROVISIONAL = Standing(State.WAITING, Reason.PERSON_NOT_PROVED)
