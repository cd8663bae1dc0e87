"""What the journal refuses."""

from __future__ import annotations

from tiemchung.kernel.refusal import Refusal


class SetAsideQuotaSpent(Refusal):
    """The device has left as many unreadable entries with us as one may; it keeps the rest until a human has looked."""

    code = "set-aside-quota-spent"
