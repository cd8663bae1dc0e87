"""What is shown of those who may be called in at the end of a day: who, how to reach them, and what they said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tiemchung.domain.campaigns import queries as campaigns
from tiemchung.domain.scheduling.queries import StandbyList
from tiemchung.domain.scheduling.values import CampaignSession, Standby, StandbyState
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.faces.shared import numbers
from tiemchung.faces.shared.words import Words, said, t
from tiemchung.faces.station.pages.expected import facts_of, name_of

STATES = {
    StandbyState.CALLED: Words("Đã gọi", "Called"),
    StandbyState.COMING: Words("Sẽ đến", "Coming"),
    StandbyState.DECLINED: Words("Không đến", "Not coming"),
}
"""What came of a call, on the desk's page and in the app."""
SHAPES = {StandbyState.CALLED: "half", StandbyState.COMING: "done", StandbyState.DECLINED: "void"}


@dataclass(frozen=True, kw_only=True)
class Row:
    """Somebody who may be called in."""

    person: UUID
    name: str
    facts: str
    phone: str
    shape: str
    status: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Part:
    """Those who may be called in to one session, and how many of them said that they come."""

    session: UUID
    product: str
    rows: Sequence[Row]
    coming: int
    whole: bool


def part_of(session: CampaignSession, found: StandbyList) -> Part:
    """Return the list of a session in its order."""
    return Part(
        session=session.id,
        product=product_name(session.product),
        rows=[_row(one, day=session.day) for one in found.listed],
        coming=sum(one.state is StandbyState.COMING for one in found.listed),
        whole=found.whole,
    )


def _row(one: Standby, *, day: date) -> Row:
    told = [facts_of(one.shown, day=day), group_name(one.target_group)]
    return Row(
        person=one.person,
        name=name_of(one.shown),
        facts=" · ".join(filter(None, told)),
        phone=one.phone,
        shape=SHAPES[one.state] if one.state else "ring",
        status=_status(one),
        state=one.state.value if one.state else "",
    )


def _status(one: Standby) -> str:
    if one.state is None or one.told_at is None:
        return t("Chưa gọi", "Not called yet")
    return f"{said(STATES[one.state])} {numbers.time(one.told_at)}"


def product_name(code: str) -> str:
    """Return what a product is called."""
    product = vaccines.products().get(code)
    return product.name_vi if product else code


def group_name(code: str) -> str:
    """Return what a priority group is called; nothing for somebody of none."""
    group = campaigns.target_groups().get(code)
    return said(Words(group.label_vi, group.label_en)) if group else ""
