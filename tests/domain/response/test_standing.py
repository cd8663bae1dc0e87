"""How sites stand: counted by the clock from the ledgers, summed by unit for who watches them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import psycopg
import pytest
from msgspec import structs

from tests.domain.campaigns.wards import open_campaign
from tests.domain.intake.chair import NOW, OTHER_SITE, SITE, TestTablet, arrived, dose
from tests.domain.response.officers import hired, signal
from tiemchung.domain.figures import queries as queries_of_figures
from tiemchung.domain.figures import reactions as figures
from tiemchung.domain.figures.values import COUNTRY_CODE, Level
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.journal import queries as journal
from tiemchung.domain.journal.values import START
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Era
from tiemchung.domain.response import actions, jobs, queries
from tiemchung.domain.response.values import AlertKind, AreaStanding, CountedAt, DemandShown, UnitStanding
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.kernel.actor import ANYBODY, Actor
from tiemchung.kernel.ids import uuid7

AsWorker = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def morning(tablet: TestTablet, as_worker: AsWorker) -> None:
    """Let the first site, which was issued a hundred doses, give five out of one vial of six, yesterday."""
    at = NOW - timedelta(days=1)
    lines = [tablet.line("vial-opened", lot="ABX6412", vial="V1", doses=6, reason=None, at=at)]
    for _ in range(5):
        person, visit = uuid7(), uuid7()
        lines += [arrived(tablet, person, visit, at=at), dose(tablet, person, visit, at=at)]
    intake.receive(tablet.batch(*lines), now=NOW)
    with as_worker():
        given = [entry for entry in journal.settled_after(START, limit=1000).entries if entry.kind == "dose-given"]
        figures.count(given, now=NOW)


def provinces(actor: Actor) -> list[AreaStanding]:
    return queries.areas(actor=actor, since=NOW)


def count(as_worker: AsWorker) -> int:
    with as_worker():
        assert jobs.count_sites(now=NOW) == jobs.count_sites(now=NOW)
        return jobs.count_sites(now=NOW)


def test_sites_are_summed_by_province_and_by_district(morning: None, as_worker: AsWorker) -> None:
    yen = hired("Yến")
    assert provinces(yen) == []
    assert count(as_worker) == 2
    with as_worker():
        actions.sweep(AlertKind.SITE_SILENT, [signal(site=OTHER_SITE)], now=NOW)
    (province,) = provinces(yen)
    assert (province.code, province.sites, province.spoke, province.silent) == ("79", 2, 1, 1)
    assert (province.issued, province.entered, province.usable, province.on_road) == (100, 5, 95, 0)
    assert province.days == pytest.approx(19.0)
    (district,) = queries.areas(actor=yen, since=NOW, level=Level.DISTRICT, parent="79")
    assert (district.code, district.sites, district.entered) == ("760", 2, 5)
    (commune,) = queries.areas(actor=yen, since=NOW, level=Level.COMMUNE, parent="760")
    assert (commune.code, commune.sites, commune.entered) == ("26734", 2, 5)
    sites = queries.areas(actor=yen, since=NOW, level=Level.SITE, parent="26734")
    assert [(site.code, site.entered, site.silent) for site in sites] == [(SITE, 5, 0), (OTHER_SITE, 0, 1)]
    assert queries.areas(actor=yen, since=NOW, level=Level.DISTRICT, parent="01") == []


def test_the_adverse_events_of_a_unit_are_those_of_its_sites_since_then(
    morning: None, as_worker: AsWorker, owner_connection: psycopg.Connection
) -> None:
    count(as_worker)
    for ago in (1, 30):
        owner_connection.execute(
            "insert into response_case (id, site, onset, recorded_at, severity, product, lot) values (%s, %s, %s, %s, 1, '', '')",
            [uuid7(), SITE, NOW, NOW - timedelta(hours=ago)],
        )
    (province,) = queries.areas(actor=hired("Yến"), since=NOW - timedelta(hours=24))
    assert (province.cases, province.sites) == (1, 2)


def test_a_site_tells_its_doses_by_day_and_when_it_was_heard(morning: None, as_worker: AsWorker) -> None:
    count(as_worker)
    yen, days = hired("Yến"), [NOW.date(), NOW.date() - timedelta(days=1)]
    for level, code in ((Level.PROVINCE, "79"), (Level.DISTRICT, "760"), (Level.COMMUNE, "26734"), (Level.SITE, SITE)):
        assert queries_of_figures.doses_on(level, {code, "none"}, days=days) == {code: [0, 5], "none": [0, 0]}
    standing = queries.site_standing(SITE, actor=yen)
    assert standing is not None
    assert (standing.entered, standing.usable) == (5, 95)
    assert queries.site_standing(SITE, actor=hired("Xa", site=OTHER_SITE)) is None
    assert queries.heard_at(OTHER_SITE) is None


def test_a_site_that_runs_out_is_told_by_name_and_one_of_unknown_pace_is_not(
    morning: None, as_worker: AsWorker, owner_connection: psycopg.Connection
) -> None:
    yen = hired("Yến")
    count(as_worker)
    assert queries.sites_short(actor=yen) == []
    owner_connection.execute("update response_sitestanding set usable = 4 where site = %s", [SITE])
    (short,) = queries.sites_short(actor=yen)
    assert short.site == SITE
    assert short.days == pytest.approx(0.8)


def test_each_officer_sees_the_sites_within_reach(morning: None, as_worker: AsWorker) -> None:
    count(as_worker)

    def seen(actor: Actor) -> list[tuple[int, int]]:
        return [(area.sites, area.entered) for area in provinces(actor)]

    assert seen(hired("Gần", site=SITE)) == [(1, 5)]
    assert seen(hired("Xa", site=OTHER_SITE)) == [(1, 0)]
    assert seen(ANYBODY) == []
    assert queries.sites_short(actor=ANYBODY) == []
    assert queries.registrations_by_channel("covid-2021", actor=ANYBODY) == {}


def test_doses_are_summed_by_units_of_both_eras(morning: None, as_worker: AsWorker) -> None:
    assert queries.counted_at(Era.Y2021) == CountedAt(stock=None, due=None)
    assert queries.unit_standing(Level.COUNTRY, COUNTRY_CODE, era=Era.Y2021) == UnitStanding(unit=COUNTRY_CODE)
    count(as_worker)
    place = places.site(SITE)
    assert place is not None
    hundred = UnitStanding(unit="", allocated=100, on_hand=95)
    for era, level, parent, code in (
        (Era.Y2021, Level.PROVINCE, COUNTRY_CODE, place.province_code),
        (Era.Y2021, Level.DISTRICT, place.province_code, place.district_code),
        (Era.Y2021, Level.COMMUNE, place.district_code, place.commune_code),
        (Era.Y2021, Level.SITE, place.commune_code, SITE),
        (Era.Y2025, Level.PROVINCE, COUNTRY_CODE, place.heir_province_code),
        (Era.Y2025, Level.COMMUNE, place.heir_province_code, place.heir_commune_code),
        (Era.Y2025, Level.SITE, place.heir_commune_code, SITE),
    ):
        assert code
        told = queries.units_standing(level, parent=parent or "", era=era)
        assert told[code] == structs.replace(hundred, unit=code)
        assert queries.unit_standing(level, code, era=era) == told[code]
        (product,) = queries.products_standing(level, code, era=era)
        assert (product.allocated, product.on_hand) == (100, 95)
        assert product.product in vaccines.products()
    assert queries.counted_at(Era.Y2021) == queries.counted_at(Era.Y2025) == CountedAt(stock=NOW, due=None)


def test_a_product_that_is_no_longer_anywhere_is_told_no_more(
    morning: None, as_worker: AsWorker, owner_connection: psycopg.Connection
) -> None:
    count(as_worker)
    owner_connection.execute("delete from supply_movement")
    owner_connection.execute("delete from supply_balance")
    count(as_worker)
    assert queries.products_standing(Level.COUNTRY, COUNTRY_CODE, era=Era.Y2021) == []


def test_demand_goes_up_to_the_country_and_over_to_the_heir(
    morning: None, as_worker: AsWorker, owner_connection: psycopg.Connection
) -> None:
    with as_worker():
        campaign = open_campaign()
    commune = places.children("2021", "760")[1].code
    (heir, *_) = [pair.new_code for pair in places.heirs(commune) if pair.main]
    owner_connection.execute(
        "insert into campaigns_demand (campaign, commune, target_group, channel, registered, due, due_as_of) values "
        "(%(on)s, %(c)s, '6', 'list', 7, 5, %(t)s), (%(on)s, %(c)s, '6', 'own', 3, 1, %(t)s)",
        {"on": campaign, "c": commune, "t": NOW - timedelta(hours=1)},
    )
    count(as_worker)
    for era, level, code in (
        (Era.Y2021, Level.COUNTRY, COUNTRY_CODE),
        (Era.Y2021, Level.DISTRICT, "760"),
        (Era.Y2021, Level.COMMUNE, commune),
        (Era.Y2025, Level.COUNTRY, COUNTRY_CODE),
    ):
        told = queries.unit_standing(level, code, era=era)
        assert (told.registered, told.listed, told.due) == (10, 7, 6)
    assert queries.counted_at(Era.Y2021).due == NOW - timedelta(hours=1)
    above = places.unit_path(heir, Era.Y2025)[0].code
    for level, parent, code in ((Level.PROVINCE, COUNTRY_CODE, above), (Level.COMMUNE, above, heir)):
        shown = queries.demand_shown(level, parent=parent, era=Era.Y2025)[code]
        assert shown == DemandShown(registered=10, listed=7, due=6)
    owner_connection.execute("delete from campaigns_demand")
    owner_connection.execute(
        "insert into campaigns_sitedemand (campaign, site, commune, registered, due) values (%s, %s, %s, 6, 4)",
        [campaign, SITE, commune],
    )
    owner_connection.execute(
        "insert into scheduling_appointment (person_id, id, session, starts_at, booked_at, day, site, commune, campaign, "
        "product, reference, state) select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), %(t)s, %(t)s, "
        "%(t)s::date + n, %(s)s, %(c)s, %(on)s, 'az', n::text, 'booked' from generate_series(-2, 2) n",
        {"t": NOW, "s": SITE, "c": commune, "on": campaign},
    )
    count(as_worker)
    assert queries.units_standing(Level.COMMUNE, parent="760", era=Era.Y2021).get(commune) is None
    lying = places.site(SITE)
    assert lying is not None
    for era, commune_of in ((Era.Y2021, lying.commune_code), (Era.Y2025, lying.heir_commune_code)):
        here = queries.units_standing(Level.SITE, parent=commune_of or "", era=era)[SITE]
        assert (here.registered, here.due, here.called) == (6, 4, 3), "who has an appointment is called from today on"
        assert queries.unit_standing(Level.COUNTRY, COUNTRY_CODE, era=era).registered == 0
