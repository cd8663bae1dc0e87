"""A country with a few counted doses, as the counting reaction would have left its counters."""

from __future__ import annotations

from datetime import UTC, date, datetime

import psycopg

HCMC, DISTRICT_1, BEN_NGHE = "79", "760", "26740"
SITE = "S1"
AS_OF = datetime(2021, 9, 15, 6, 40, tzinfo=UTC)
TODAY = date(2021, 9, 15)

UNITS = [
    ("country", "VN", ""),
    ("province", HCMC, "VN"),
    ("district", DISTRICT_1, HCMC),
    ("commune", BEN_NGHE, DISTRICT_1),
    ("site", SITE, BEN_NGHE),
]
NEW_WARD = "26737"
"""Phường Tân Định since 2025."""
UNITS_OF_2025 = [("country", "VN", ""), ("province", HCMC, "VN"), ("commune", NEW_WARD, HCMC)]
DOSES = {1: 1_200, 2: 34}
DAYS = {date(2021, 9, 13): 1_000, date(2021, 9, 14): 200, TODAY: 34}
ENTERED = {date(2021, 9, 14): 1_100, TODAY: 134}
PERSONS = {1: 1_190, 2: 3}


def count_country(owner: psycopg.Connection) -> None:
    """Count 1,234 doses in one commune of District 1, HCMC; three of its residents have two."""
    write = owner.execute
    write("insert into figures_standing (id, as_of) values (1, %s)", [AS_OF])
    write(
        "insert into figures_group_total (era, level, unit, target_group, doses) "
        "values ('2021', 'country', 'VN', '05', 1200), ('2021', 'country', 'VN', 'unknown', 34)"
    )
    for level, unit, parent in UNITS_OF_2025:
        for which, doses in DOSES.items():
            write(
                "insert into figures_unit_total (era, level, unit, parent, product, dose_number, dated, doses)"
                " values ('2025', %s, %s, %s, 'az', %s, true, %s)",
                [level, unit, parent, which, doses],
            )
    for level, unit, parent in UNITS:
        for which, doses in DOSES.items():
            write(
                "insert into figures_unit_total (era, level, unit, parent, product, dose_number, dated, doses)"
                " values ('2021', %s, %s, %s, 'az', %s, true, %s)",
                [level, unit, parent, which, doses],
            )
        for which, persons in PERSONS.items() if level != "site" else ():
            write(
                "insert into figures_residence_total (era, level, unit, parent, sex, age_band, dose_state, doses)"
                " values ('2021', %s, %s, %s, 'female', '18-49', %s, %s)",
                [level, unit, parent, which, persons],
            )
        if level in {"commune", "site"}:
            continue
        for day, doses in DAYS.items():
            write(
                "insert into figures_unit_day (era, level, unit, day, product, dose_number, doses)"
                " values ('2021', %s, %s, %s, 'az', 1, %s)",
                [level, unit, day, doses],
            )
        for day, doses in ENTERED.items():
            write(
                "insert into figures_unit_entry_day (era, level, unit, day, delay, doses)"
                " values ('2021', %s, %s, %s, 'same-day', %s)",
                [level, unit, day, doses],
            )
