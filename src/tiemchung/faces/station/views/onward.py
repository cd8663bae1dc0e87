"""To which desk somebody is led on who does more than one."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from tiemchung.faces.shared.words import t
from tiemchung.kernel.actor import Actor, Power


def to_screening(actor: Actor, visit: UUID) -> dict[str, str]:
    """Return address and words of the screening for what the next page says, if whoever received somebody screens too."""
    if not actor.can(Power.SCREEN):
        return {}
    href = reverse("station:screening", kwargs={"visit": visit})
    return {"href": href, "link": t("Khám sàng lọc luôn", "Screen them now")}
