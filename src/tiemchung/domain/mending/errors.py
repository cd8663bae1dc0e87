"""What mending refuses."""

from __future__ import annotations

from tiemchung.kernel.refusal import Refusal


class ComplaintKindUnknown(Refusal):
    """No complaint of this kind is taken."""

    code = "complaint-kind-unknown"


class ComplaintEmpty(Refusal):
    """A complaint must say what is wrong."""

    code = "complaint-empty"


class ComplaintTooLong(Refusal):
    """The story is longer than `values.LONGEST_STORY` letters; the fact `most` tells how many are taken."""

    code = "complaint-too-long"


class PhoneUnreadable(Refusal):
    """The number given for the answer is no phone number of Viet Nam."""

    code = "phone-unreadable"


class ComplaintSentBefore(Refusal):
    """This very form was sent before, about another site."""

    code = "complaint-sent-before"
