"""Writing the record: doses as they were given, amendments, attestation, and judging again when facts around a dose change."""

from __future__ import annotations

from collections.abc import Sequence

from tiemchung.domain.immunization.actions.amending import amend
from tiemchung.domain.immunization.actions.attesting import ATTESTED_AT_ONCE, attest, attest_doses, attest_judged
from tiemchung.domain.immunization.actions.disputing import dispute, settle
from tiemchung.domain.immunization.actions.judging import rejudge, rejudge_lots, tell_again
from tiemchung.domain.immunization.actions.recording import record
from tiemchung.domain.immunization.actions.telling import confirmed, corrected, dose_given, voided
from tiemchung.domain.immunization.events import Confirmed, Corrected, DoseGiven, Voided
from tiemchung.kernel.events import Event, Kept
from tiemchung.kernel.finding import Finding

__all__ = [
    "ATTESTED_AT_ONCE",
    "attest",
    "attest_doses",
    "attest_judged",
    "confirmed",
    "corrected",
    "dispute",
    "dose_given",
    "fold",
    "rejudge",
    "rejudge_lots",
    "settle",
    "tell_again",
    "voided",
]


def fold(kept: Sequence[Kept[Event]]) -> list[Finding]:
    """Fold doses and what amends them into the record; returns every finding, by entry. Folded again, nothing changes.

    A void or correction of a dose that is not here yet comes back as `awaits-entry` and is folded again later; one
    from another site than the dose's changes nothing (`amends-elsewhere`). Draws that an
    amendment gives back go to supply here; the draws of the doses themselves are intake's.
    """
    findings = record([one for one in kept if isinstance(one.event, DoseGiven)])
    amendments = [one for one in kept if isinstance(one.event, Confirmed | Corrected | Voided)]
    return findings + (amend(amendments) if amendments else [])
