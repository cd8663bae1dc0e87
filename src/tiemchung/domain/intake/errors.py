"""Whole batches that are refused. Nothing of them is stored; the tablet still holds every entry."""

from __future__ import annotations

from tiemchung.kernel.refusal import Refusal


class BatchUnreadable(Refusal):
    """The bytes are no batch: a header that cannot be read, a count that differs, a line cut off."""

    code = "batch-unreadable"


class BatchTooLarge(Refusal):
    """More entries or bytes than one batch or one entry may have."""

    code = "batch-too-large"


class UnknownSender(Refusal):
    """No enrolled device has this id."""

    code = "unknown-sender"


class WrongSignature(Refusal):
    """The batch's head was not signed by the device's key."""

    code = "wrong-signature"


class BrokenChain(Refusal):
    """The entries do not lead to the head that was signed, or do not continue the chain we hold.

    The facts tell the last sequence and head that are held, so that the tablet can go on from there.
    """

    code = "broken-chain"


class ToldOtherwiseBefore(Refusal):
    """A page's form was sent before with other words. What was sent first stands, and nothing of this is taken."""

    code = "told-otherwise-before"


class CursorUnreadable(Refusal):
    """The place after which a device asks on is none that it was given."""

    code = "cursor-unreadable"


class AsideReasonMissing(Refusal):
    """What is set aside is closed with a reason only."""

    code = "aside-reason-missing"
