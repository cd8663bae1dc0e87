"""Asks whether every dose is in exactly one class of the record and in exactly one of the stock ledger."""

from __future__ import annotations

from collections.abc import Iterator

from tiemchung.domain.immunization.values import HOLDS_UP, DoseStatus
from tiemchung.domain.supply import queries as supply
from tiemchung.domain.supply.values import DrawClass, MovementKind
from tiemchung.plumbing import database
from tiemchung.project.audit.values import Check, check, check_rows

_VOIDED = int(DoseStatus.VOIDED)


def checks() -> Iterator[Check]:
    """Ask of every dose whether it is recorded once and drawn once, and of every void whether it was told."""
    yield check_rows("doses-kept", "every dose told is in the record", _LOST)
    yield check_rows("doses-once", "no dose is in the record twice or without having been told", _DOUBLED)
    yield check_rows("record-classes", "every dose is waiting, attested or voided, with its facts", _MISFILED)
    yield check_rows("closed-days", "a closed day covers every clear dose that was told before its close", _UNCOVERED)
    yield check_rows("stock-classes", "vial by vial, the ledger has drawn the doses that were given", _VIALS_OFF)
    yield check_rows("stock-account", "site by site, doses and ledger agree on every class", _ACCOUNT_OFF)
    drawn = (int(MovementKind.DRAWN),)
    yield check_rows(
        "stock-movements", "every dose given has left the ledger once, a voided one not", _DRAWN_OFF, drawn
    )
    yield check("stock-balances", "every balance is the sum of its movements", supply.unbalanced())
    yield check("shipments", "what shipments sent and brought is in the ledger", supply.unaccounted_shipments())


_LOST = """
select e.id from journal_entry e
where e.kind = 'dose-given'
  and not exists (select from immunization_dose d where d.id = e.id and d.person_id = e.person)"""

_DOUBLED = """
select d.id from immunization_dose d
left join journal_entry e on e.id = d.id and e.person = d.person_id and e.kind = 'dose-given' where e.id is null
union all
select d.id from immunization_dose d group by d.id having count(*) > 1"""

_MISFILED = f"""
select d.id from immunization_dose d
where d.status not in ({int(DoseStatus.WAITING)}, {int(DoseStatus.ATTESTED)}, {_VOIDED})
  or d.status = {int(DoseStatus.ATTESTED)} and (d.attested_by is null or d.attested_at is null)
  or (d.status = {_VOIDED}) <> exists (
    select from immunization_amendment a join journal_entry e on e.id = a.id
    where a.person_id = d.person_id and a.dose = d.id and a.kind = 'voided')"""

# What the lead gave, typed or mended, what was mended after the close and what only something told after it made clear wait
# for a second person; every other dose without a finding has none to wait for.
_UNCOVERED = f"""
select d.id from immunization_dose d join visits_siteday s on s.site = d.site and s.day = d.given_on
where d.status = {int(DoseStatus.WAITING)} and d.findings & {HOLDS_UP} = 0 and d.recorded_at <= s.closed_at
  and d.vaccinator <> s.by and d.recorder is distinct from s.by
  and exists (
    select from access_roleassignment r join access_staff m on m.id = r.staff_id
    where m.id = d.vaccinator and m.active and r.level = 'site' and r.place = d.site and r.ended_at is null)
  and not exists (
    select from immunization_amendment a
    where a.person_id = d.person_id and a.dose = d.id and (a.staff = s.by or a.recorded_at > s.closed_at))
  and not exists (
    select from journal_entry e
    where e.person = d.person_id and e.recorded_at > s.closed_at and e.occurred_at <= s.closed_at)
  and not exists (
    select from people_same_as l where d.person_id in (l.person, l.other) and l.valid_from > s.closed_at)"""

# Every dose that stands, with its class. The doses of a vial are ranked in the order in which they were given; those
# that name no vial whose line lies at the site are explained as far as movements with a reason reach.
_CLASSED = f"""
given as (
    select d.id, d.site, d.lot, coalesce(d.vial, '') as vial, d.occurred_at, v.doses as vial_doses,
      row_number() over (partition by d.site, d.lot, coalesce(d.vial, '') order by d.occurred_at, d.id) as in_vial
    from immunization_dose d
    left join supply_vials v on v.site = d.site and v.lot = d.lot and v.vial = coalesce(d.vial, '')
    where d.status <> {_VOIDED}
), ranked as (
    select g.*, row_number() over (partition by g.site, g.lot, g.vial_doses is null order by g.occurred_at, g.id) as nth
    from given g
), classed as (
    select r.id, r.site, r.lot, r.vial, case
        when r.vial_doses is not null and r.in_vial <= r.vial_doses then '{DrawClass.VIAL}'
        when r.vial_doses is not null then '{DrawClass.OVERFILL}'
        when r.nth <= coalesce(e.doses, 0) then '{DrawClass.EXPLAINED}'
        else '{DrawClass.OPEN}' end as class
    from ranked r left join supply_explained e on e.site = r.site and e.lot = r.lot
)"""

_ACCOUNT_OFF = f"""
with {_CLASSED}, doses as (
    select site, lot, count(*) filter (where class = '{DrawClass.VIAL}') as vial,
      count(*) filter (where class = '{DrawClass.OVERFILL}') as overfill,
      count(*) filter (where class = '{DrawClass.EXPLAINED}') as explained,
      count(*) filter (where class = '{DrawClass.OPEN}') as open
    from classed group by site, lot
), ledger as (
    select site, lot, vial, overfill, least(unmatched, explained) as explained,
      greatest(unmatched - explained, 0) as open
    from supply_draw_account where vial + overfill + unmatched > 0
)
select site, lot from doses full join ledger using (site, lot)
where (doses.vial, doses.overfill, doses.explained, doses.open)
  is distinct from (ledger.vial, ledger.overfill, ledger.explained, ledger.open)"""

_VIALS_OFF = f"""
select site, lot, vial from (
    select site, lot, coalesce(vial, '') as vial, count(*) as doses from immunization_dose
    where status <> {_VOIDED} group by 1, 2, 3
) as given full join (select site, lot, vial, drawn from supply_vial where drawn <> 0) as kept using (site, lot, vial)
where given.doses is distinct from kept.drawn"""

_DRAWN_OFF = f"""
select site, lot from (
    select site, lot, count(*) as doses from immunization_dose where status <> {_VOIDED} group by site, lot
) as given full join (
    select site, lot, -sum(doses) as doses from supply_movement where kind = %s group by site, lot having sum(doses) <> 0
) as drawn using (site, lot)
where given.doses is distinct from drawn.doses"""


def classes() -> dict[str, dict[str, int]]:
    """Return how many doses are in each class of the record and of the stock ledger; all are there, also those at 0."""
    states = dict(database.rows("select status, count(*) from immunization_dose group by status"))
    record = {status.name.lower(): states.get(status, 0) for status in DoseStatus}
    found = dict(database.rows(f"with {_CLASSED} select class, count(*) from classed group by class"))
    found[DrawClass.VOIDED] = record["voided"]
    return {"record": record, "stock": {one.value: found.get(one, 0) for one in DrawClass}}
