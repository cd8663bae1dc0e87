"""What people refuse."""

from __future__ import annotations

from tiemchung.kernel.refusal import Refusal


class CorrectionEmpty(Refusal):
    """A correction says nothing, or what stands already."""

    code = "correction-empty"


class CorrectionUnreadable(Refusal):
    """A field of a correction is no name, no birth date that has been, no known sex, number, phone or commune."""

    code = "correction-unreadable"


class EvidenceMissing(Refusal):
    """A number, a phone or a residence is corrected by something seen (`values.EVIDENCE`); the fact `field` says which."""

    code = "evidence-missing"


class PersonOutOfReach(Refusal):
    """The person is not within the reach of whoever decides: the case goes to the ward where they live."""

    code = "person-out-of-reach"
