"""What is done in response: alerts raised and cleared, incidents and their steps, calls, sites on paper."""

from __future__ import annotations

from tiemchung.domain.response.actions.alerts import raise_once, sweep
from tiemchung.domain.response.actions.calls import (
    confirm_called_back,
    confirm_code_read,
    dial,
    drop_call,
    note_call,
    send_code,
)
from tiemchung.domain.response.actions.incidents import (
    assign,
    comment,
    escalate_overdue,
    open_from_alert,
    open_incident,
    resolve,
    take,
)
from tiemchung.domain.response.actions.paper import begin_paper, end_paper
from tiemchung.domain.response.actions.standing import keep_products, keep_standing, keep_units
from tiemchung.domain.response.actions.teams import disband, form, give_to_team, join, leave
from tiemchung.domain.response.actions.watching import count_hours, feel_pulses, keep_cases

__all__ = [
    "assign",
    "begin_paper",
    "comment",
    "confirm_called_back",
    "confirm_code_read",
    "count_hours",
    "dial",
    "disband",
    "drop_call",
    "end_paper",
    "escalate_overdue",
    "feel_pulses",
    "form",
    "give_to_team",
    "join",
    "keep_cases",
    "keep_products",
    "keep_standing",
    "keep_units",
    "leave",
    "note_call",
    "open_from_alert",
    "open_incident",
    "raise_once",
    "resolve",
    "send_code",
    "sweep",
    "take",
]
