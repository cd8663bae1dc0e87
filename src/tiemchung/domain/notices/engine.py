"""Reads the message templates and budgets of the reference files."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from tiemchung.domain.notices import rules
from tiemchung.domain.notices.values import Channel, Kind, Template
from tiemchung.plumbing.rows import read_csv

TEMPLATES, BUDGETS = "message_templates.csv", "message_budgets.csv"
_TEMPLATE_COLUMNS = ("code", "kind", "channel", "vi", "en", "source", "note")
_BUDGET_COLUMNS = ("channel", "kind", "a_day", "source", "note")


@cache
def templates() -> dict[tuple[str, Channel], Template]:
    """Return every template by code and channel. A row that may say too much stops the process that reads it."""
    found = {}
    for row in read_csv(TEMPLATES, (files("tiemchung.reference") / TEMPLATES).read_bytes(), columns=_TEMPLATE_COLUMNS):
        template = Template(
            code=row.text("code"),
            kind=Kind(row.text("kind")),
            channel=Channel(row.text("channel")),
            vi=row.text("vi"),
            en=row.text("en"),
        )
        if fault := rules.fault_of_template(template):
            raise row.bad(fault)
        found[template.code, template.channel] = template
    return found


@cache
def budgets() -> dict[tuple[Channel, Kind], int]:
    """Return how many messages of each channel and kind may go out in a day."""
    return {
        (Channel(row.text("channel")), Kind(row.text("kind"))): row.whole("a_day")
        for row in read_csv(BUDGETS, (files("tiemchung.reference") / BUDGETS).read_bytes(), columns=_BUDGET_COLUMNS)
    }
