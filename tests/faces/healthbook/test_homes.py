"""Where somebody lives is asked in the division in force; since July 2025 the old names lead to the commune of today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from tests.faces.healthbook.citizens import BOOK, Phones, add, open_book, text_of
from tiemchung.domain.campaigns import actions as campaigns
from tiemchung.domain.campaigns import queries
from tiemchung.domain.campaigns.values import Campaign
from tiemchung.domain.places import actions as places
from tiemchung.domain.places.values import Era
from tiemchung.kernel.actor import SYSTEM

IN_2026 = datetime(2026, 4, 6, 2, 0, tzinfo=UTC)
HOME = f"{BOOK}them/noi-o/"
MEASLES = Campaign(
    code="measles-2026",
    name="Chiến dịch sởi, 2026",
    starts_on=date(2026, 3, 2),
    ends_on=date(2026, 6, 30),
    target_diseases=["measles"],
)
SITES: list[dict[str, Any]] = [
    {"code": "S-GON", "name": "Trạm y tế Sài Gòn", "organization": "O", "commune": "26740", "era": "2025"},
    {
        "code": "S-XA",
        "name": "Trạm y tế xa",
        "organization": "O",
        "commune": "27478",
        "era": "2025",
        "lon": 106.735,
        "lat": 10.7553,
    },
]


@pytest.fixture(autouse=True)
def in_2026(committed_db: None, set_time: Callable[[datetime], None]) -> None:
    set_time(IN_2026)


def asked(client: Client) -> str:
    return client.get(HOME).content.decode()


def begin(phones: Phones) -> Client:
    client = open_book(phones)
    client.post(f"{BOOK}them/")
    return client


def test_a_home_of_2026_is_a_province_and_a_commune_of_today(phones: Phones) -> None:
    client = begin(phones)
    page = asked(client)
    assert page.count("<option") == 1 + 34
    assert "theo tên từ tháng 7 năm 2025" in page
    client.post(HOME, {"level": "province", "unit": "79"})
    assert "Phường Sài Gòn" in asked(client)
    assert "Phường Bến Nghé" not in asked(client), "there are no districts and no old communes in this list"
    assert client.post(HOME, {"level": "commune", "unit": "26740"})["Location"].endswith("/xem-lai/")


def test_who_knows_the_old_name_is_led_to_the_commune_of_today(phones: Phones) -> None:
    client = begin(phones)
    client.post(HOME, {"by": "old"})
    assert asked(client).count("<option") == 1 + 63
    for level, unit in (("province", "79"), ("district", "760")):
        client.post(HOME, {"level": level, "unit": unit})
    assert "Phường Bến Nghé" in asked(client)
    assert client.post(HOME, {"level": "commune", "unit": "26740"})["Location"].endswith("/xem-lai/"), "one heir"


def test_an_old_commune_that_was_split_is_asked_back(phones: Phones) -> None:
    client = begin(phones)
    client.post(HOME, {"by": "old"})
    for level, unit in (("province", "79"), ("district", "760"), ("commune", "26737")):
        assert client.post(HOME, {"level": level, "unit": unit})["Location"].endswith("/noi-o/")
    page = asked(client)
    assert [name in page for name in ("Phường Tân Định", "Phường Sài Gòn", "Phường Bến Thành")] == [True, True, False]
    assert client.post(HOME, {"level": "heir", "unit": "26743"}).status_code == 422
    assert client.post(HOME, {"level": "heir", "unit": "26740"})["Location"].endswith("/xem-lai/")


def test_an_old_commune_whose_heir_nobody_knows_is_no_answer(phones: Phones) -> None:
    client = begin(phones)
    client.post(HOME, {"by": "old"})
    for level, unit in (("province", "79"), ("district", "764")):
        client.post(HOME, {"level": level, "unit": unit})
    answer = client.post(HOME, {"level": "commune", "unit": "26869"})
    assert answer.status_code == 422
    assert "Chọn theo tên từ tháng 7 năm 2025" in text_of(answer.content)
    client.post(HOME, {"by": "new"})
    assert asked(client).count("<option") == 1 + 34


def test_before_july_2025_there_is_one_division_and_no_choice(
    phones: Phones, set_time: Callable[[datetime], None]
) -> None:
    set_time(datetime(2021, 9, 13, 2, 0, tzinfo=UTC))
    client = begin(phones)
    assert 'name="by"' not in asked(client)
    answer = client.post(HOME, {"by": "old"})
    assert answer.status_code == 422
    assert asked(client).count("<option") == 1 + 63


def test_a_registration_of_2026_names_the_commune_of_today_and_counts_for_it(
    phones: Phones, as_worker: Callable[[], object]
) -> None:
    with as_worker():  # type: ignore[attr-defined]  # a context
        campaigns.load_campaigns([MEASLES], actor=SYSTEM)
        places.load_organizations([{"code": "O", "name": "Y tế", "commune": "26740", "era": "2025"}], actor=SYSTEM)
        places.load_sites(SITES, actor=SYSTEM)
    client = open_book(phones)
    link = add(client, home=(("province", "79"), ("commune", "26740")))
    here = f"{BOOK}nguoi/{link}/dang-ky/"
    client.get(here)
    client.post(f"{here}nhom/", {"group": "05"})
    page = client.get(f"{here}diem/").content.decode()
    assert 0 < page.index("Trạm y tế Sài Gòn") < page.index("Trạm y tế xa"), "the own commune's first, then the nearest"
    client.post(f"{here}diem/", {"site": "S-XA"})
    client.post(f"{here}gio/", {"times": ["morning"]})
    told = text_of(client.get(f"{here}xem-lai/").content)
    assert "Phường Sài Gòn, Thành phố Hồ Chí Minh" in told
    assert client.post(f"{here}xem-lai/").status_code == 302
    with as_worker():  # type: ignore[attr-defined]  # a context
        [demand] = queries.demand_by_commune(MEASLES.code)
        assert (demand.era, demand.commune, demand.registered) == (Era.Y2025, "26740", 1)
        [province] = queries.demand(MEASLES.code, [(Era.Y2025, "79")]).values()
    assert province.registered == 1
