from __future__ import annotations

from typing import Any

import pytest

from tiemchung.domain.places import actions, queries
from tiemchung.domain.places.values import Era, HeirBasis
from tiemchung.kernel.actor import ANYBODY, SYSTEM
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing.reference import Changes
from tiemchung.plumbing.rows import BadRow

pytestmark = pytest.mark.django_db

ORGANIZATIONS = [
    {"code": "H1", "name": "Bệnh viện Quận 1", "commune": "26734"},
    {"code": "H2", "name": "Trạm y tế Ba Đình", "commune": "00004", "era": "2025"},
]
SITES: list[dict[str, Any]] = [
    {"code": "79-0001", "name": "Nhà thi đấu", "organization": "H1", "commune": "26734", "lon": None, "lat": None},
    {"code": "79-0002", "name": "Đội lưu động", "organization": "H1", "commune": "27259", "mobile": True},
    {"code": "01-0001", "name": "Trạm y tế", "organization": "H2", "era": "2025", "commune": "00004"},
]


@pytest.fixture
def loaded() -> None:
    actions.load_organizations(ORGANIZATIONS, actor=SYSTEM)
    actions.load_sites(SITES, actor=SYSTEM)


def test_sites_told_twice_change_nothing(loaded: None) -> None:
    assert actions.load_organizations(ORGANIZATIONS, actor=SYSTEM) == Changes()
    assert actions.load_sites(SITES, actor=SYSTEM) == Changes()


def test_a_site_told_anew_is_altered_and_the_others_stay(loaded: None) -> None:
    renamed = {**SITES[0], "name": "Nhà thi đấu Phú Thọ", "active": False}
    assert actions.load_sites([renamed], actor=SYSTEM) == Changes(altered=1)
    found = queries.sites_of(["79-0001", "79-0002", "nowhere"])
    assert {code: (site.name, site.active) for code, site in found.items()} == {
        "79-0001": ("Nhà thi đấu Phú Thọ", False),
        "79-0002": ("Đội lưu động", True),
    }


def test_a_site_knows_its_units_of_both_eras(loaded: None) -> None:
    old, new = queries.site("79-0001"), queries.site("01-0001")
    assert old is not None
    assert new is not None
    assert (old.era, old.commune_code, old.district_code, old.province_code) == (Era.Y2021, "26734", "760", "79")
    assert (old.heir_commune_code, old.heir_province_code, old.heir_basis) == ("26737", "79", HeirBasis.WHOLE)
    assert (new.district_code, new.province_code, new.heir_basis) == (None, "01", HeirBasis.SAME)
    assert queries.site("99-9999") is None


def test_sites_are_found_under_a_unit_of_either_era(loaded: None) -> None:
    def codes(era: str, code: str) -> list[str]:
        return [site.code for site in queries.sites_under(era, code)]

    assert codes("2021", "79") == ["79-0001", "79-0002"]
    assert codes("2021", "760") == ["79-0001"]
    assert codes("2025", "79") == ["79-0001", "79-0002"]
    assert codes("2025", "00004") == ["01-0001"]
    assert codes("2021", "00004") == []
    assert codes("2021", "no-such-unit") == []


def test_a_reach_names_communes_and_sites(loaded: None) -> None:
    reach = queries.reach_of([("2021", "760")], sites=["01-0001"])
    assert reach.sites == {"79-0001", "01-0001"}
    assert reach.covers_commune("26734")
    assert not reach.covers_commune("27259")
    assert not queries.reach_of([]).sites


@pytest.mark.parametrize(("era", "ward", "elsewhere"), [("2021", "26734", "26737"), ("2025", "00097", "00118")])
def test_a_number_that_is_another_ward_s_is_not_taken_along(loaded: None, era: str, ward: str, elsewhere: str) -> None:
    """The part of the other era has a number that somebody else's ward has in this one."""
    other = Era.Y2025 if era == Era.Y2021 else Era.Y2021
    assert elsewhere in queries.gazetteer().both_eras(Era(era), ward)[other]
    assert queries.unit(era, elsewhere) is not None
    reach = queries.reach_of([(era, ward)])
    assert reach.covers_commune(ward)
    assert not reach.covers_commune(elsewhere)


def test_a_bad_row_refuses_the_whole_load(loaded: None) -> None:
    fresh = {**SITES[0], "code": "79-0009"}
    with pytest.raises(BadRow, match=r"sites, line 2: commune '99999'"):
        actions.load_sites([fresh, {**SITES[1], "commune": "99999"}], actor=SYSTEM)
    assert queries.site("79-0009") is None


def test_nobody_loads_without_the_power(loaded: None) -> None:
    for load in (actions.load_organizations, actions.load_sites):
        with pytest.raises(NotPermitted):
            load([], actor=ANYBODY)


def test_the_units_of_an_era_are_told_with_what_they_lie_in() -> None:
    assert len(queries.units_of("2021", "district")) == 705
    assert [unit.display_name for unit in queries.unit_path("26734", "2021")][1] == "Quận 1"
    assert set(queries.points("2021", ["760", "755"])) == {"760"}
