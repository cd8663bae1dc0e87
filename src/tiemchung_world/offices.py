"""Who sits in offices: an officer in every ward where people live, planners of the province, officers at checkpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tiemchung_world import mint, population
from tiemchung_world.phase import instant

if TYPE_CHECKING:
    from tiemchung_world.campaign import Campaign

PLANNERS: Final = 4
"""Planners of the province who open and fill sessions side by side; ours."""


def ward_login(commune: str) -> str:
    """Return the login of a ward's officer."""
    return f"ward.{commune}"


def checkpoint_login(commune: str) -> str:
    """Return the login of the officer at a ward's checkpoint."""
    return f"checkpoint.{commune}"


def planner_login(province: str, number: int) -> str:
    """Return the login of one of the province's planners."""
    return f"planner{number + 1}.{province}"


def staff(campaign: Campaign) -> list[dict[str, Any]]:
    """Return the staff of all offices as rows of the campaign file, with drawn names."""
    plan = campaign.plan
    frame = plan.phase.phase
    wards = [commune.code for commune in plan.people.communes]
    rows = [
        (planner_login(frame.province, number), _role("planner", "province", frame.province))
        for number in range(PLANNERS)
    ]
    rows += [(ward_login(code), _role("ward-officer", "commune", code)) for code in wards]
    rows += [(checkpoint_login(code), _role("checkpoint", "commune", code)) for code in wards]
    born = int(instant(frame.campaign_starts_on, "06:00").timestamp() * 1000)
    stamps = mint.Mint("office-staff", plan.seed)
    people = population.populate(3 * len(rows), seed=[plan.seed, 6], province=frame.province, on=frame.starts_on)
    names = people.names(np.arange(len(rows)))
    return [
        {"id": stamps.id(born), "name": name, "login": login, "roles": [role], "passkeys": []}
        for (login, role), name in zip(rows, names, strict=True)
    ]


def _role(role: str, level: str, place: str) -> dict[str, str]:
    return {"role": role, "level": level, "era": "2021", "place": place}
