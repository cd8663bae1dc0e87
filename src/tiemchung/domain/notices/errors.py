"""What notices refuse, and how a gateway fails."""

from __future__ import annotations

from tiemchung.kernel.refusal import Refusal


class MessageNotAllowed(Refusal):
    """No such template for this channel, or a value that it may not carry; the fact `why` says which."""

    code = "message-not-allowed"


class GatewayDown(Exception):  # noqa: N818 - it tells what the matter is
    """The operator could not be reached or made no sense. Nothing is known about any message of the batch."""
