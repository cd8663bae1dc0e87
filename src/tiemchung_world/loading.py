"""What an operator does before the first day: set the demo's clock, load the campaign file."""

from __future__ import annotations

import json
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tiemchung_world.campaign import Campaign, campaign_file
from tiemchung_world.phase import instant

if TYPE_CHECKING:
    from tiemchung_world.center import Center
    from tiemchung_world.host import Commands

LOADED_DAYS_BEFORE: Final = 4
"""Days before the first dose on which the campaign is loaded and tablets are enrolled, by the platform's clock."""


def set_clock_before(campaign: Campaign, *, center: Center) -> None:
    """Set the platform's clock to the day on which the campaign is loaded."""
    center.set_clock(instant(campaign.plan.days[0] - timedelta(days=LOADED_DAYS_BEFORE), "08:00"), factor=1.0)


def load_campaign(campaign: Campaign, *, commands: Commands) -> None:
    """Load the campaign file; told twice, nothing changes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "campaign.json"
        path.write_text(json.dumps(campaign_file(campaign), ensure_ascii=False), encoding="utf-8")
        commands.run("load", "campaign", path)
