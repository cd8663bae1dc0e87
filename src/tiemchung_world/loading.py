"""What an operator does, and when: sets the demo's clock, loads the campaign file, and loads it again with new issues."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tiemchung_world.campaign import campaign_file
from tiemchung_world.phase import instant

if TYPE_CHECKING:
    from datetime import date

    from tiemchung_world.campaign import Campaign
    from tiemchung_world.field import Field
    from tiemchung_world.host import Commands

LOADED_AT: Final = "05:00"
"""When in the morning the campaign is loaded and tablets are enrolled, by the platform's clock."""


def open_campaign(field: Field, *, commands: Commands) -> None:
    """On the first morning, load the campaign and enroll its tablets."""
    first = field.plan.days[0]
    field.link.center.set_clock(instant(first, LOADED_AT), factor=1.0)
    load_campaign(field.campaign, commands=commands, on=first)
    field.enroll()


def work_until_phase(field: Field, *, commands: Commands) -> None:
    """Give the first doses before the phase, then load what stores have issued for the phase itself."""
    work_first_doses(field)
    issue_for_phase(field, commands=commands)


def work_first_doses(field: Field) -> None:
    """Give the first doses before the phase."""
    for day in range(field.plan.days_before):
        field.work_day(day)


def issue_for_phase(field: Field, *, commands: Commands) -> None:
    """On the phase's first morning, load what stores have issued for it."""
    plan = field.plan
    if plan.days_before:
        begins = plan.days[plan.days_before]
        field.link.center.set_clock(instant(begins, LOADED_AT), factor=1.0)
        load_campaign(field.campaign, commands=commands, on=begins)


def load_campaign(campaign: Campaign, *, commands: Commands, on: date) -> None:
    """Load the campaign file of a day; what was loaded before stays as it is."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "campaign.json"
        path.write_text(json.dumps(campaign_file(campaign, on=on), ensure_ascii=False), encoding="utf-8")
        commands.run("load", "campaign", path)
