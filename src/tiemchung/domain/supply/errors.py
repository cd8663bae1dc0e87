"""What supply declines, and why."""

from __future__ import annotations

from tiemchung.kernel.refusal import Refusal


class LotUnknown(Refusal):
    """No lot of this number was ever registered."""

    code = "lot-unknown"


class LotNotHeld(Refusal):
    """Only a lot that is on hold can be released."""

    code = "lot-not-held"


class SecondPersonNeeded(Refusal):
    """A release takes two different persons who both may release."""

    code = "second-person-needed"


class ReasonNeeded(Refusal):
    """A hold, a release or an adjustment without a reason explains nothing."""

    code = "reason-needed"


class LotDiffers(Refusal):
    """The lot is already registered for another product; a number is never reused."""

    code = "lot-differs"
