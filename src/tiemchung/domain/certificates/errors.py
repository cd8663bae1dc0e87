"""What certificates refuse."""

from __future__ import annotations

from tiemchung.kernel.refusal import Refusal


class TrustListUnreadable(Refusal):
    """A row of a trust list holds no certificate or key that we can take; nothing of the list was taken."""

    code = "trust-list-unreadable"


class TrustListNotSigned(Refusal):
    """The list does not carry the signature of the key that was told; nothing of it was taken."""

    code = "trust-list-not-signed"
