"""Who is due for which product on a day, as statements over rows of persons and as sets of ids."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from tiemchung.domain.people import queries as people
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.plumbing import arrays, database


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
