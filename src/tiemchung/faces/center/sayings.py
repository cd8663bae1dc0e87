"""How alerts, incidents and cases are said: one sentence each, with a shape that weighs as much as its color."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Site
from tiemchung.domain.response.values import (
    AlertKind,
    AlertShown,
    Case,
    Facts,
    IncidentListed,
    Outcome,
    StepKind,
    Weight,
)
from tiemchung.faces.shared import numbers
from tiemchung.faces.shared.sentences import REASONS
from tiemchung.faces.shared.words import Words, said, t

SHAPES = {Weight.STOP: "oct", Weight.LOOK: "tri"}
ALERTS: Mapping[AlertKind, Words] = {
    AlertKind.ANAPHYLAXIS: Words("Phản vệ sau tiêm{of_lot}", "Anaphylaxis after a dose{of_lot}"),
    AlertKind.EXCURSION: Words("{name}: {temp} °C", "{name}: {temp} °C"),
    AlertKind.EXCURSION_LOGGED: Words(
        "{name}: máy ghi thấy {temp} °C, {n} phút ngoài giới hạn",
        "{name}: its logger saw {temp} °C, {n} [minute|minutes] outside",
    ),
    AlertKind.STOCK_NEGATIVE: Words(
        "Sổ kho lô {lot} âm {n} liều", "The ledger of lot {lot} is {n} [dose|doses] below zero"
    ),
    AlertKind.PACE_IMPOSSIBLE: Words(
        "{n} mũi trong một giờ, từ {time}: nhiều nhất chỉ có thể {most}",
        "{n} [dose|doses] within an hour, from {time}: {most} [is|are] possible at most",
    ),
    AlertKind.DEVICE_FORKED: Words(
        "{name} gửi hai chuỗi khác nhau, đã dừng", "{name} sent two different chains and is stopped"
    ),
    AlertKind.SITE_SILENT: Words("Điểm im lặng từ {time}", "Silent since {time}"),
    AlertKind.ENTRIES_SET_ASIDE: Words("{n} bản ghi để riêng: {why}", "{n} [entry|entries] set aside: {why}"),
}
OUTCOMES: Mapping[Outcome, Words] = {
    Outcome.MENDED: Words("Đã sửa xong", "Mended"),
    Outcome.EXPLAINED: Words("Đã rõ vì sao, không cần sửa", "Explained, nothing to mend"),
    Outcome.HANDED_ON: Words("Đã chuyển cho nơi khác lo", "Handed on to others"),
    Outcome.FALSE_ALARM: Words("Báo nhầm", "False alarm"),
}
STEPS: Mapping[StepKind, Words] = {
    StepKind.OPENED: Words("{by} mở sự cố", "{by} opened it"),
    StepKind.TAKEN: Words("{by} nhận việc", "{by} took it"),
    StepKind.ASSIGNED: Words("{by} giao cho {to}", "{by} gave it to {to}"),
    StepKind.COMMENTED: Words("{by} ghi", "{by} wrote"),
    StepKind.ESCALATED: Words("Quá hạn: lên đầu bảng trực", "Overdue: to the top of the board"),
    StepKind.RESOLVED: Words("{by} đóng: {outcome}", "{by} closed it: {outcome}"),
}
SEVERITIES: Mapping[str, Words] = {
    "anaphylaxis": Words("Phản vệ", "Anaphylaxis"),
    "severe": Words("Phản ứng nặng", "Severe reaction"),
    "moderate": Words("Phản ứng vừa", "Moderate reaction"),
    "mild": Words("Phản ứng nhẹ", "Mild reaction"),
}
SEVERITY_SHAPES = {"anaphylaxis": "oct", "severe": "oct", "moderate": "tri", "mild": "ring"}


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row of the center's tables: what, with its shape, where, since when; and what can be done about it."""

    id: UUID
    shape: str
    title: str
    where: str
    since: datetime
    span: timedelta
    site: str = ""
    owner_name: str = ""
    owned: bool = False
    team_name: str = ""
    due_at: datetime | None = None
    overdue: bool = False
    incident: UUID | None = None
    note: str = ""


def of_alert(kind: AlertKind, facts: Facts) -> str:
    """Say what an alert tells."""
    why = REASONS.get(facts.reason)
    return said(
        ALERTS[kind],
        n=numbers.number(abs(facts.doses or facts.entries)),
        most=numbers.number(facts.most),
        time=numbers.moment(facts.since) if facts.since else "–",
        temp=numbers.number(facts.temp_c, digits=1),
        lot=facts.lot,
        of_lot=t(", lô {lot}", ", lot {lot}", lot=facts.lot) if facts.lot else "",
        name=facts.reason,
        why=said(why) if why else facts.reason,
    )


def of_incident(incident: IncidentListed) -> str:
    """Say what an incident is about."""
    return of_alert(incident.kind, incident.facts) if incident.kind else incident.subject


def alert_lines(alerts: Iterable[AlertShown], *, now: datetime, sites: Mapping[str, Site]) -> list[Line]:
    """Return alerts as rows. A silence whose reason is known is to be looked at; any other says stop."""
    lines = []
    for alert in alerts:
        shape = SHAPES[alert.weight]
        if alert.kind is AlertKind.SITE_SILENT:
            shape = "tri" if alert.paper_since else "oct"
        since = alert.facts.since or alert.raised_at
        lines.append(
            Line(
                id=alert.id,
                shape=shape,
                title=of_alert(alert.kind, alert.facts),
                where=where(alert.site, sites),
                since=since,
                span=max(now - since, timedelta(0)),
                site=alert.site,
                incident=alert.incident,
                note=t("đang ghi giấy", "on paper") if alert.paper_since else "",
            )
        )
    return lines


def incident_lines(incidents: Iterable[IncidentListed], *, now: datetime, sites: Mapping[str, Site]) -> list[Line]:
    """Return incidents as rows. One that is in somebody's hands and weighs little is half done."""
    return [
        Line(
            id=incident.id,
            shape="done" if incident.resolved_at else "oct" if incident.heavy else SHAPES[incident.weight],
            title=of_incident(incident),
            where=where(incident.site, sites),
            since=incident.opened_at,
            span=max((incident.resolved_at or now) - incident.opened_at, timedelta(0)),
            site=incident.site,
            owner_name=incident.owner_name,
            owned=incident.owner is not None,
            team_name=incident.team_name,
            due_at=incident.due_at,
            overdue=incident.resolved_at is None and incident.due_at < now,
            note=said(OUTCOMES[incident.outcome]) if incident.outcome else "",
        )
        for incident in incidents
    ]


def case_lines(
    cases: Iterable[Case], *, now: datetime, sites: Mapping[str, Site], products: Mapping[str, str]
) -> list[Line]:
    """Return adverse events as rows; `note` is the product and the lot, where they are known."""
    return [
        Line(
            id=case.id,
            shape=SEVERITY_SHAPES[case.severity],
            title=said(SEVERITIES[case.severity]),
            where=where(case.site, sites),
            since=case.recorded_at,
            span=max(now - case.recorded_at, timedelta(0)),
            site=case.site,
            note=f"{products.get(case.product, case.product)} · {case.lot}" if case.lot else "",
        )
        for case in cases
    ]


def sites_of(*lists: Iterable[AlertShown | IncidentListed | Case]) -> dict[str, Site]:
    """Return the sites that these rows name, asked for at once."""
    return places.sites_of({row.site for rows in lists for row in rows if row.site})


def where(code: str, sites: Mapping[str, Site]) -> str:
    """Say where a site is: its name and the units above its commune; of no site, the whole country."""
    if not code:
        return t("Toàn quốc", "The whole country")
    site = sites.get(code)
    if site is None:
        return code
    above = places.unit_path(site.commune_code, site.era)[:-1]
    units = ", ".join(unit.display_name if unit.parent else unit.name for unit in reversed(above))
    return f"{site.name} · {units}" if units else site.name
