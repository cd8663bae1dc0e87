"""What campaigns refuse."""

from __future__ import annotations

from tiemchung.kernel.refusal import Refusal


class CampaignUnknown(Refusal):
    """There is no campaign of this code; the fact `campaign` names it."""

    code = "campaign-unknown"


class CampaignOver(Refusal):
    """The campaign takes no registrations any more; the fact `ended_on` tells since when."""

    code = "campaign-over"


class RegistrationIncomplete(Refusal):
    """Something that was told cannot be taken; the fact `field` names it."""

    code = "registration-incomplete"


class RegistrationUnknown(Refusal):
    """There is no such registration for whoever asks, whoever it belongs to."""

    code = "registration-unknown"


class RegistrationToldOtherwise(Refusal):
    """A registration of this id was told before, of another person or place: nothing of this one was kept."""

    code = "registration-told-otherwise"


class ListUnreadable(Refusal):
    """The file is no list that can be read; the fact `reason` says what it is: empty, too-large, old-excel, picture, ..."""

    code = "list-unreadable"


class ListUnknown(Refusal):
    """There is no such list for whoever asks, whoever it belongs to."""

    code = "list-unknown"


class ListSettled(Refusal):
    """The list was kept or thrown away before."""

    code = "list-settled"


class ListBeingRead(Refusal):
    """The file is still being read: nothing of it can be decided yet."""

    code = "list-being-read"


class ColumnsIncomplete(Refusal):
    """What was said of a header tells no name, no birth, or one column twice; the fact `field` says which."""

    code = "columns-incomplete"


class RowSettled(Refusal):
    """This row of the list awaits no decision."""

    code = "row-settled"
