"""What people refuse."""

from __future__ import annotations

from tiemchung.kernel.refusal import Refusal


class CorrectionEmpty(Refusal):
    """A correction says neither name nor birth nor sex."""

    code = "correction-empty"


class CorrectionUnreadable(Refusal):
    """A field of a correction is no name, no birth date that has been, or no known sex."""

    code = "correction-unreadable"


class PersonOutOfReach(Refusal):
    """The person is not within the reach of whoever decides: the case goes to the ward where they live."""

    code = "person-out-of-reach"
