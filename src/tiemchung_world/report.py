"""What a replay measured and what the audit says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections import Counter

    from tiemchung_world.campaign import Campaign
    from tiemchung_world.mischief import Prank
    from tiemchung_world.sent import SentFile
    from tiemchung_world.stages import Stage, Stages
    from tiemchung_world.uplink import Traffic

_MICRO = 1_000_000


def make_report(
    *,
    campaign: Campaign,
    traffic: Traffic,
    sent_file: SentFile,
    stages: Stages,
    told: dict[str, Any],
    days: Counter[str],
    pranks: list[Prank],
    audit: dict[str, Any],
) -> dict[str, Any]:
    """Put everything into one object, as `--report` writes it. Rates are of this run on this machine."""
    plan = campaign.plan
    phase = plan.phase
    return {
        "format": "tiemchung/replay/1",
        "phase": phase.phase.code,
        "scale": phase.scale,
        "seed": plan.seed,
        "asked": {
            "sites": phase.sites,
            "doses": phase.doses,
            "first_doses_before": int((plan.visits.day < plan.days_before).sum()),
            "days": [day.isoformat() for day in plan.days],
            "hall_days": phase.hall_days,
            "true_persons": len(plan.persons),
            "records": len(plan.person_of),
            "tablets": sum(len(site.tablets) for site in campaign.sites),
        },
        "press": {name: {"figure": figure, "source": source} for name, (figure, source) in phase.press.items()},
        "sent": {
            "entries": sum(sent_file.answers.values()),
            "doses": traffic.doses,
            "answers": dict(sent_file.answers),
            "kinds": dict(sent_file.kinds),
        },
        "answers": {"findings": dict(traffic.findings), "set_aside": dict(traffic.reasons)},
        "site_days": dict(days),
        "network": dict(traffic.events),
        **told,
        "citizens": with_shares(told.get("citizens", {})),
        "speed": _speed(traffic, stages.stages["doses"]),
        "stages": stages.told(),
        "pranks": [prank.told() for prank in pranks],
        "database": _bytes(traffic, audit),
        "reactions": audit.get("reactions"),
        "audit": audit,
    }


def with_shares(counted: dict[str, int]) -> dict[str, Any]:
    """Return what citizens did, with the shares of all persons who registered over HTTP and who opened their book so too.

    A share stands only where somebody walked and it is told of how many persons.
    """
    of = counted.get("of persons", 0)
    walked = {"share registered": "registered", "share with book opened": "books opened"}
    return counted | {name: round(counted.get(what, 0) / of, 5) for name, what in walked.items() if of}


REFERENCE_ROOMS = frozenset(
    {"places", "vaccines", "auth", "django", "account", "mfa", "socialaccount", "procrastinate"}
)
"""Tables that do not grow with doses."""


def _bytes(traffic: Traffic, audit: dict[str, Any]) -> dict[str, Any]:
    """Tell what a dose with all its entries takes up in the database, free space inside the tables included."""
    rooms: dict[str, int] = audit.get("bytes", {})
    grown = sum(size for room, size in rooms.items() if room not in REFERENCE_ROOMS)
    return {"bytes_by_room": rooms, "bytes_per_dose": round(grown / max(1, traffic.doses), 1) if rooms else None}


def _speed(traffic: Traffic, effort: Stage) -> dict[str, Any]:
    """Tell rates of the stage in which tablets send the phase's doses; the platform's CPU only where it is ours."""
    took = np.array(traffic.seconds or [0.0]) * 1000
    doses = max(1, effort.doses)
    platform = sum(effort.platform_cpu_s.values()) or None
    return {
        "seconds": round(effort.seconds, 3),
        "doses_per_s": round(effort.doses / effort.seconds, 1),
        "entries_per_s": round(effort.entries / effort.seconds, 1),
        "batches": effort.batches,
        "entries_per_batch": round(effort.entries / max(1, effort.batches), 1),
        "batch_p50_ms": round(float(np.percentile(took, 50)), 2),
        "batch_p99_ms": round(float(np.percentile(took, 99)), 2),
        "world_cpu_us_per_dose": round(effort.world_cpu_s * _MICRO / doses, 1),
        "platform_cpu_us_per_dose": None if platform is None else round(platform * _MICRO / doses, 1),
        "platform_cpu_us_per_dose_by_part": {
            part: round(spent * _MICRO / doses, 1) for part, spent in sorted(effort.platform_cpu_s.items())
        },
    }
