"""What the journal refuses."""

from __future__ import annotations

from tiemchung.kernel.refusal import Refusal


class IdReused(Refusal):
    """The id of what is told stands for another entry already: a form that was tampered with, or a fault of ours."""

    code = "id-reused"


class SetAsideQuotaSpent(Refusal):
    """The device has left as many unreadable entries with us as one may; it keeps the rest until a human has looked."""

    code = "set-aside-quota-spent"
