"""Reading the record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from tiemchung.domain.immunization import policy
from tiemchung.domain.immunization.engine import SHOWN, dose_shown
from tiemchung.domain.immunization.values import (
    PERSON_MISSING,
    DoseFact,
    DoseJudged,
    DoseShown,
    DoseStatus,
    DoseTyped,
    HistoryDose,
    Prospect,
    codes_of,
    mask_of,
)
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.people import queries as people
from tiemchung.domain.people.rules import SEXES
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Era
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.domain.vaccines.values import Ahead, Prior, Proposed
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.dates import PartialDate
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database

_FACTS = """
select f.id, f.person_id, f.site, f.commune, f.given_on, f.recorded_at, f.occurred_at, f.product, f.dose_number, f.findings,
       f.status, f.sex, f.born_from, f.born_to, f.target_group
from immunization_dose_facts f join unnest(%b::uuid[], %b::uuid[]) as w(person, id) on f.person_id = w.person and f.id = w.id
"""


_VOIDED_VISITS = """
select distinct d.person_id, d.visit
from immunization_dose d join unnest(%b::uuid[], %b::uuid[]) as w(person, id) on d.person_id = w.person and d.id = w.id
where d.status = %s and d.visit is not null order by 1, 2
"""
_FIRST_STANDING = """
select d.person_id, d.visit, min(d.occurred_at)
from immunization_dose d join unnest(%b::uuid[], %b::uuid[]) as w(person, visit)
  on d.person_id = w.person and d.visit = w.visit
where d.status <> %s group by 1, 2
"""


def visits_of_voided(doses: Sequence[tuple[UUID, UUID]]) -> list[tuple[UUID, UUID]]:
    """Return person and visit of those of these doses (by person and id) that are voided. No name, nothing medical."""
    persons, ids = arrays.uuids([person for person, _ in doses]), arrays.uuids([dose for _, dose in doses])
    return [(row[0], row[1]) for row in database.rows(_VOIDED_VISITS, [persons, ids, DoseStatus.VOIDED])]


def first_standing(visits: Sequence[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], datetime]:
    """Return when the first dose that stands was given on each of these visits (by person and id), if there is one."""
    persons, ids = arrays.uuids([person for person, _ in visits]), arrays.uuids([visit for _, visit in visits])
    found = database.rows(_FIRST_STANDING, [persons, ids, DoseStatus.VOIDED])
    return {(person, visit): at for person, visit, at in found}


def dose_facts(doses: Sequence[tuple[UUID, UUID]]) -> list[DoseFact]:
    """Return what counters need of these doses (person, dose) as the record has them now; absent ones are absent."""
    found = database.rows(
        _FACTS, [arrays.uuids([person for person, _ in doses]), arrays.uuids([dose for _, dose in doses])]
    )
    return [
        DoseFact(
            id=row[0],
            person=row[1],
            site=row[2],
            commune=row[3],
            given_on=row[4],
            recorded_on=business_day(row[5]),
            recorded_at=row[5],
            occurred_at=row[6],
            product=row[7],
            dose_number=row[8],
            findings=row[9],
            status=DoseStatus(row[10]),
            sex=SEXES[row[11] or 0],
            born=PartialDate.between(row[12], row[13]),
            target_group=row[14] or "unknown",
        )
        for row in found
    ]


_TIMELINES = "select * from immunization_timelines(%b::uuid[])"
"""The doses of each person's every row, and a row without doses where a link leads to one."""


def timelines(persons: Collection[UUID]) -> Mapping[UUID, list[HistoryDose]]:
    """Return for each person the doses of that human being, wherever given, for the rules. No site, no lot: nothing is logged."""
    lines: dict[UUID, list[HistoryDose]] = {person: [] for person in persons}
    found = database.rows(_TIMELINES, [arrays.uuids(list(lines))])
    if not found:
        return lines
    doses: dict[UUID, dict[UUID, HistoryDose]] = defaultdict(dict)
    same: dict[UUID, set[UUID]] = defaultdict(set)
    for root, row, dose, occurred_at, given_on, product, number, told, findings, status, province in found:
        same[root].add(row)
        if dose is not None:
            doses[row][dose] = HistoryDose(
                person=row,
                id=dose,
                occurred_at=occurred_at,
                given_on=given_on,
                product=product,
                dose_number=number,
                told=told,
                findings=findings,
                status=DoseStatus(status),
                province=province or None,
            )
    # Rows of one human being share one list: a dose put on it stands before all of them.
    shared: dict[frozenset[UUID], list[HistoryDose]] = {}
    for root, linked in same.items():
        human = frozenset(linked | {root})
        if human not in shared:
            shared[human] = [dose for row in sorted(human) for dose in doses[row].values()]
        lines[root] = shared[human]
    return lines


def told_anywhere(
    persons: Sequence[UUID], *, purpose: Purpose, actor: Actor, viewed_at: datetime, site: str = ""
) -> Mapping[UUID, list[HistoryDose]]:
    """Return the doses of these human beings wherever given, for whoever serves them: product and day, no site and no lot.

    The view is logged. Refuses an actor who serves nobody (`not-permitted`).
    """
    if not policy.may_ask_for_doses(actor, persons):
        raise NotPermitted(actor=actor.name)
    journal.log_views(sorted(persons), actor=actor, purpose=purpose, viewed_at=viewed_at, site=site)
    return {
        person: sorted(line, key=lambda dose: (dose.occurred_at, dose.id))
        for person, line in timelines(persons).items()
    }


def given_at(site: str, doses: Sequence[HistoryDose]) -> set[UUID]:
    """Return which of these doses were given at a site that the session reaches. Ids of those asked for."""
    found = database.rows(
        "select id from immunization_dose where person_id = any(%b::uuid[]) and id = any(%b::uuid[]) and site = %s",
        [arrays.uuids([dose.person for dose in doses]), arrays.uuids([dose.id for dose in doses]), site],
    )
    return {dose for (dose,) in found}


def prospects(wanted: Mapping[UUID, str | None], *, on: date, site: str, purpose: Purpose) -> dict[UUID, Prospect]:
    """Return for each person the doses of that human being and whether they may have a product at a site on a day.

    As the book stands, and as the site's province has decided: a dose given there is judged so.

    `wanted` names the product; without one nothing is judged. For a list that a tablet takes along: products and days, no
    site and no lot; whoever names the persons logs the view.
    """
    del purpose
    lines, known = timelines(wanted), people.facts(wanted)
    province = _province_at(site)
    standing = {
        person: sorted(
            (dose for dose in line if dose.status is not DoseStatus.VOIDED and dose.given_on is not None),
            key=lambda dose: (dose.occurred_at, dose.id),
        )
        for person, line in lines.items()
    }
    proposed = {}
    for person, product in wanted.items():
        facts = known.get(person)
        if product is None or facts is None:
            continue
        proposed[person] = Proposed(
            product=product,
            given_on=on,
            born_earliest=facts.born_from,
            born_latest=facts.born_to,
            province=province,
            prior=[Prior(dose.product, dose.given_on) for dose in standing[person] if dose.given_on is not None],
        )
    found = dict(zip(proposed, vaccines.judged(list(proposed.values()), on=on), strict=True))
    return {
        person: Prospect(
            doses=doses,
            reasons=None if person not in found else [finding.code for finding in found[person]],
            from_on=vaccines.earliest_on(proposed[person]) if found.get(person) else None,
        )
        for person, doses in standing.items()
    }


def _province_at(site: str) -> str | None:
    return places.provinces_of([site]).get(site)


def _province_of(commune: str) -> str | None:
    lives_in = places.unit(Era.Y2021, commune)
    return lives_in.province if lives_in else None


def ahead(person: UUID, *, purpose: Purpose, actor: Actor, viewed_at: datetime, site: str = "") -> list[Ahead]:
    """Return the next dose of a human being by every dose wherever given; nothing for somebody of whom nothing is known.

    It is judged as one given at the `site`; without one, in the province where they live. The view is logged. Refuses an
    actor who serves nobody (`not-permitted`).
    """
    doses = told_anywhere([person], purpose=purpose, actor=actor, viewed_at=viewed_at)[person]
    known = people.facts([person]).get(person)
    if known is None:
        return []
    return vaccines.ahead(
        Proposed(
            product="",
            given_on=business_day(viewed_at),
            born_earliest=known.born_from,
            born_latest=known.born_to,
            province=_province_at(site) if site else _province_of(known.commune),
            prior=[
                Prior(product=dose.product, given_on=dose.given_on)
                for dose in doses
                if dose.status is not DoseStatus.VOIDED and dose.given_on is not None
            ],
        )
    )


def unknown_lots(persons: Collection[UUID]) -> list[str]:
    """Return the lots of these persons' doses that nobody had registered when the doses were judged."""
    return [
        lot
        for (lot,) in database.rows(
            "select distinct lot from immunization_dose where person_id = any(%b::uuid[]) and findings & 64 <> 0",
            [arrays.uuids(list(persons))],
        )
    ]


def persons_awaited(persons: Collection[UUID]) -> set[UUID]:
    """Return those of these persons who have a dose that was recorded before anybody told who they are."""
    found = database.rows(
        "select distinct person_id from immunization_dose where person_id = any(%b::uuid[]) and findings & %s <> 0",
        [arrays.uuids(list(persons)), mask_of([PERSON_MISSING])],
    )
    return {person for (person,) in found}


_SHOWN = f"""
select {SHOWN}
from immunization_dose where person_id = any(%b::uuid[]) order by occurred_at, id
"""


def history(
    persons: Sequence[UUID], *, purpose: Purpose, actor: Actor, viewed_at: datetime, site: str = ""
) -> Mapping[UUID, list[DoseShown]]:
    """Return the doses of each of these human beings that the session reaches, oldest first. The view is logged.

    Refuses an actor who serves nobody (`not-permitted`).
    """
    if not policy.may_see_history(actor, persons):
        raise NotPermitted(actor=actor.name)
    linked = people.ids_of_many(persons)
    rows = sorted(set().union(*linked.values())) if linked else []
    journal.log_views(rows, actor=actor, purpose=purpose, viewed_at=viewed_at, site=site)
    shown: defaultdict[UUID, list[DoseShown]] = defaultdict(list)
    for row in database.rows(_SHOWN, [arrays.uuids(rows)]):
        shown[row[1]].append(dose_shown(row))
    return {
        person: sorted((dose for one in same for dose in shown[one]), key=lambda dose: (dose.occurred_at, dose.id))
        for person, same in linked.items()
    }


def persons_dosed(site: str, days: Collection[date]) -> set[UUID]:
    """Return who had a dose that stands at a site on these days, as far as the session reaches. Ids and nothing else."""
    return {
        person
        for (person,) in database.rows(
            "select distinct person_id from immunization_dose where site = %s and given_on = any(%b::date[]) and status <> %s",
            [site, arrays.dates(sorted(days)), DoseStatus.VOIDED],
        )
    }


def given_of_lot(
    site: str, day: date, lot: str, *, purpose: Purpose, actor: Actor, viewed_at: datetime, limit: int
) -> list[DoseShown]:
    """Return the doses that stand of one lot, as it was told, on a site's day: in the order of their time. The view is logged.

    Refuses who may not amend at this site (`not-permitted`).
    """
    if not policy.may_amend(actor, site):
        raise NotPermitted(site=site)
    found = database.rows(
        f"select {SHOWN} from immunization_dose where lot = %s and site = %s and given_on = %s and status <> %s "
        "order by occurred_at, id limit %s",
        [lot, site, day, DoseStatus.VOIDED, limit],
    )
    persons = sorted({row[1] for row in found})
    journal.log_views(persons, actor=actor, purpose=purpose, viewed_at=viewed_at, site=site)
    return [dose_shown(row) for row in found]


def hands_of(person: UUID, dose: UUID) -> frozenset[UUID]:
    """Return the staff who gave, typed or confirmed a dose, as far as the session reaches: nobody judges their own work."""
    found = database.row(
        "select vaccinator, recorder, confirmed_by from immunization_dose where person_id = %s and id = %s",
        [person, dose],
    )
    return frozenset(who for who in found or () if who is not None)


_TYPED = """
select id, person_id, occurred_at, product, lot, dose_number, recorder from immunization_dose
where site = %s and given_on = %s and vaccinator = %s and recorder is not null and confirmed_by is null and status <> 2
order by occurred_at, id
"""


def unconfirmed_of(
    site: str, day: date, *, vaccinator: UUID, purpose: Purpose, actor: Actor, viewed_at: datetime
) -> list[DoseTyped]:
    """Return the doses of a site's day that a recorder typed for this vaccinator, who has not confirmed them yet.

    The view is logged. Refuses who may not record at the site (`not-permitted`).
    """
    if not policy.may_record_dose(actor, site):
        raise NotPermitted(site=site)
    found = database.rows(_TYPED, [site, day, vaccinator])
    persons = sorted({row[1] for row in found})
    journal.log_views(persons, actor=actor, purpose=purpose, viewed_at=viewed_at, site=site)
    return [
        DoseTyped(
            id=row[0],
            person=row[1],
            occurred_at=row[2],
            product=row[3],
            lot=row[4],
            dose_number=row[5],
            recorder=row[6],
        )
        for row in found
    ]


def flagged_doses(site: str, day: date) -> list[DoseJudged]:
    """Return the doses of a site's day that stand and have findings, as they are judged now. Nobody's name, nobody's id."""
    return [
        DoseJudged(dose=dose, dose_number=number, findings=codes_of(mask))
        for dose, number, mask in database.rows(
            "select id, dose_number, findings from immunization_dose "
            "where site = %s and given_on = %s and findings <> 0 and status <> %s order by occurred_at, id",
            [site, day, DoseStatus.VOIDED],
        )
    ]


def due_sql(products: Collection[str], *, on: date) -> str:
    """Return a statement that tells which persons are due for one of these products on a day.

    It takes three values: rows of persons, for each the person who is asked for (`same_as` links are both), and the
    province. Doses of every site count; those that were voided or have no possible day do not.
    """
    return f"""
with asked as (select * from unnest(%b::uuid[], %b::uuid[]) as x(id, root)), given as (
    select a.root, array_agg(h.product order by h.given_on, h.occurred_at, h.id) as products,
           array_agg(h.given_on order by h.given_on, h.occurred_at, h.id) as dates
    from immunization_history((select array_agg(id) from asked)) h join asked a on a.id = h.person_id
    where h.status <> 2 and h.given_on is not null group by a.root
)
select who.root from (
    select f.person_id as root, f.born_from, f.born_to, %s::text as province,
           coalesce(g.products, '{{}}') as products, coalesce(g.dates, '{{}}') as dates
    from people_facts_of((select array_agg(distinct root) from asked)) f left join given g on g.root = f.person_id
) who where {" or ".join(vaccines.due_expression(product, on=on) for product in products) or "false"}
"""


def dosed_after_sql(persons: str) -> str:
    """Return a statement that tells which of these rows of persons, told by a subquery, had a dose after a day, its one value.

    Doses of every site count, but those that were voided; `same_as` links are not followed.
    """
    return f"select h.person_id from immunization_history(({persons})) h where h.given_on > %s and h.status <> 2"


def due(persons: Collection[UUID], *, product: str, on: date, province: str | None) -> set[UUID]:
    """Return those of these persons who are due for a product on a day. Ids of those asked for: nothing is logged."""
    return due_for_any(persons, products=[product], on=on, province=province)


def due_for_any(persons: Collection[UUID], *, products: Collection[str], on: date, province: str | None) -> set[UUID]:
    """Return those of these persons who are due for at least one of these products on a day. Nothing is logged."""
    if not persons:
        return set()
    pairs = [(row, root) for root, same in people.ids_of_many(persons).items() for row in same]
    found = database.rows(
        due_sql(products, on=on),
        [arrays.uuids([row for row, _ in pairs]), arrays.uuids([root for _, root in pairs]), province],
    )
    return {person for (person,) in found}
