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


class LotOnHold(Refusal):
    """The lot awaits a quality or safety decision, so none of it leaves."""

    code = "lot-on-hold"


class LotOutOfDate(Refusal):
    """The last day on which the lot may be used has passed."""

    code = "lot-out-of-date"


class ExpiryDiffers(Refusal):
    """The lot is already registered with another expiry."""

    code = "expiry-differs"


class StockShort(Refusal):
    """The place has fewer free doses of the lot than are asked for."""

    code = "stock-short"


class PlaceUnknown(Refusal):
    """There is no site or store of this code."""

    code = "place-unknown"


class FridgeUnknown(Refusal):
    """The place has no fridge of this code."""

    code = "fridge-unknown"


class FridgeFreezes(Refusal):
    """The fridge is a freezer, and the lot's product is spoiled by freezing."""

    code = "fridge-freezes"


class AmountImpossible(Refusal):
    """The amount is nothing, or more than there can be."""

    code = "amount-impossible"


class ReadingImpossible(Refusal):
    """The reading lies in the future, or no fridge has such a temperature."""

    code = "reading-impossible"


class ShipmentUnknown(Refusal):
    """There is no such shipment at this place."""

    code = "shipment-unknown"


class ShipmentGone(Refusal):
    """The shipment is no longer at the sender: it was dispatched or cancelled."""

    code = "shipment-gone"


class ShipmentNotOnRoad(Refusal):
    """Only a shipment on the road can arrive or have doses missing."""

    code = "shipment-not-on-road"


class ShipmentChanged(Refusal):
    """Somebody else has taken in or explained doses of the shipment since the page was shown."""

    code = "shipment-changed"


class DecisionUnknown(Refusal):
    """There is no such proposal within reach."""

    code = "decision-unknown"


class DecisionOver(Refusal):
    """The proposal was agreed to or taken back, or what it is about has changed since."""

    code = "decision-over"


class DecisionOpen(Refusal):
    """A proposal about the same thing already waits for its second person."""

    code = "decision-open"


class NothingOpen(Refusal):
    """There is nothing left to decide or to explain."""

    code = "nothing-open"


class PaperNotTaken(Refusal):
    """The file is no PDF, JPEG, PNG or HEIC by its own bytes."""

    code = "paper-not-taken"


class PaperTooLarge(Refusal):
    """The file is larger than is taken; the fact `most` tells how many MB are."""

    code = "paper-too-large"


class PapersEnough(Refusal):
    """The consignment has as many papers as it can have."""

    code = "papers-enough"


class LoggerUnreadable(Refusal):
    """A logger's file cannot be read; the fact `line` tells where, 0 for the file as a whole."""

    code = "logger-unreadable"
