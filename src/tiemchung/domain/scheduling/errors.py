"""What scheduling refuses."""

from __future__ import annotations

from tiemchung.kernel.refusal import Refusal


class SessionImpossible(Refusal):
    """The session cannot be opened like this; the fact `field` names what is wrong."""

    code = "session-impossible"


class SessionUnknown(Refusal):
    """There is no such campaign session within reach."""

    code = "session-unknown"


class SessionOver(Refusal):
    """The session was called off or is over: nobody more is called to it."""

    code = "session-over"


class SlotFull(Refusal):
    """All places of this slot are taken."""

    code = "slot-full"


class NotDueThen(Refusal):
    """On the day of that session the person is not due for its product; the fact `day` tells which."""

    code = "not-due-then"


class AppointmentUnknown(Refusal):
    """There is no such appointment for whoever asks, or it was cancelled."""

    code = "appointment-unknown"


class AppointmentChanged(Refusal):
    """The appointment is at another time than the page showed."""

    code = "appointment-changed"


class CallListImpossible(Refusal):
    """The list cannot be put forward or sent back like this; the fact `field` names what is missing."""

    code = "call-list-impossible"


class CallListEmpty(Refusal):
    """Nobody who has a place waits to be put on a list."""

    code = "call-list-empty"


class CallListUnknown(Refusal):
    """There is no such list of this session."""

    code = "call-list-unknown"


class CallListSettled(Refusal):
    """Somebody has decided this list otherwise meanwhile."""

    code = "call-list-settled"


class OwnCallList(Refusal):
    """Who put a list forward does not approve it."""

    code = "own-call-list"


class StandbyUnknown(Refusal):
    """Nobody of this id waits to be called in to that session: they have a place meanwhile, or are not due any more."""

    code = "standby-unknown"
