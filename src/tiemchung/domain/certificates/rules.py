"""What may be signed (DESIGN, law 7): attested doses of proved persons, and nothing that did not happen."""

from __future__ import annotations

from tiemchung.domain.certificates.values import Reason, Standing, State
from tiemchung.domain.immunization.values import HOLDS_UP, DoseStatus, mask_of

_DATE_UNKNOWN = mask_of(["time-implausible"])
_TWO_PERSONS = (
    (mask_of(["backdated"]), Reason.BACKDATED),
    (mask_of(["late"]), Reason.LATE),
    (HOLDS_UP, Reason.FLAGGED),
)
"""Findings for which a dose waits for a second person, the gravest first; `HOLDS_UP` holds them all."""


def standing(status: DoseStatus, findings: int, *, proved: bool) -> Standing:
    """Return where a dose of this status and these findings stands; `proved` is whether its person is.

    An attested dose has had the second person its findings asked for. Without a day it is withheld all the same: a
    certificate names one.
    """
    if status is DoseStatus.VOIDED:
        return Standing(State.WITHHELD, Reason.VOIDED)
    if findings & _DATE_UNKNOWN:
        return Standing(State.WITHHELD, Reason.DATE_UNKNOWN)
    if status is DoseStatus.ATTESTED:
        return Standing(State.READY, Reason.NONE) if proved else Standing(State.WAITING, Reason.PERSON_NOT_PROVED)
    for mask, reason in _TWO_PERSONS:
        if findings & mask:
            return Standing(State.WITHHELD, reason)
    return Standing(State.WAITING, Reason.NOT_ATTESTED)
