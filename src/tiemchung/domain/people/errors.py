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


class CheckedListUnknown(Refusal):
    """No list of this id was sent to the register, or it is another ward's."""

    code = "checked-list-unknown"


class CheckedListWaits(Refusal):
    """Of a list that is to be signed, the fact `waiting` persons have yet to be asked about."""

    code = "checked-list-waits"


class NewsSettled(Refusal):
    """What the register told of a person is settled already, or is not theirs."""

    code = "news-settled"


class RegisterUnset(Refusal):
    """No population register is set for this platform."""

    code = "register-unset"


class RegisterSilent(Exception):  # noqa: N818 - no fault of ours: there is no answer, or none to be believed
    """The population register gave no answer that can be read and believed; nothing is known about the question.

    `may_pass`: asking again at once may help. `wait_s`: the register's own word when it may be asked again, 0 for none.
    `refused`: the register signed that it does not take this question; another one it may take. `groundless`: it signed
    that it does not tell us fields on these grounds.
    """

    def __init__(
        self, reason: str, *, may_pass: bool, wait_s: float = 0.0, refused: bool = False, groundless: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.may_pass = may_pass
        self.wait_s = wait_s
        self.refused = refused
        self.groundless = groundless
