"""What response refuses."""

from __future__ import annotations

from tiemchung.kernel.refusal import Refusal


class IncidentUnknown(Refusal):
    """There is no incident of this id within the actor's reach."""

    code = "incident-unknown"


class IncidentTakenAlready(Refusal):
    """Somebody else took it a moment before; the facts name them."""

    code = "incident-taken-already"


class IncidentClosed(Refusal):
    """It is resolved: nothing more is done with it. What comes again is another incident."""

    code = "incident-closed"


class NotTheOwner(Refusal):
    """Only its owner says how an incident ended."""

    code = "not-the-owner"


class CannotOwn(Refusal):
    """Whoever it was to be given to may not respond there."""

    code = "cannot-own"


class TeamUnknown(Refusal):
    """There is no such team, it has nobody in it, or nobody of it may respond there."""

    code = "team-unknown"


class TeamNameless(Refusal):
    """A team has a name, and no two have the same."""

    code = "team-nameless"


class WordsMissing(Refusal):
    """A step that needs words came without any."""

    code = "words-missing"


class AlertUnknown(Refusal):
    """There is no such alert within reach, or what it told of no longer holds."""

    code = "alert-unknown"


class NumberUnreadable(Refusal):
    """What was typed is no number of a telephone in Viet Nam."""

    code = "number-unreadable"


class CallUnknown(Refusal):
    """There is no such call waiting within reach."""

    code = "call-unknown"


class CallNotDialed(Refusal):
    """Nobody has had the number shown to call it back, so nobody can have answered there."""

    code = "call-not-dialed"


class CallCodeWrong(Refusal):
    """The six digits that were read out are not those that were sent; the fact `left` says how many tries remain."""

    code = "call-code-wrong"


class CallCodeGone(Refusal):
    """No code stands any more: none was sent, it ended, or it was tried too often."""

    code = "call-code-gone"


class CallCodesSpent(Refusal):
    """This number was sent as many codes today as it gets: whoever calls in its name must not flood it."""

    code = "call-codes-spent"
