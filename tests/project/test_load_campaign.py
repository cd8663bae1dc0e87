"""A campaign file is taken whole or not at all, and everything wrong in it is told with its place."""

from __future__ import annotations

import argparse
import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tiemchung.domain.access import queries as access
from tiemchung.domain.places import queries as places
from tiemchung.domain.supply import queries as supply
from tiemchung.kernel.ids import uuid7
from tiemchung.project.load_campaign import CampaignWrong, Wrong, load_campaign, load_campaign_file

pytestmark = pytest.mark.usefixtures("as_owner")
NOW = datetime(2021, 9, 1, tzinfo=UTC)
LEAD, RECEIPT, ISSUE, GIFT, READING = (str(uuid7(NOW)) for _ in range(5))
CAMPAIGN: dict[str, Any] = {
    "format": "tiemchung/campaign/1",
    "campaign": {
        "code": "covid19-2021",
        "name": "Chiến dịch 2021",
        "starts_on": "2021-03-08",
        "ends_on": "2021-12-31",
        "target_diseases": ["COVID-19"],
    },
    "organizations": [{"code": "TYT-26734", "name": "Trạm Y tế", "commune": "26734"}],
    "sites": [
        {"code": "79-0001", "name": "Điểm 1", "organization": "TYT-26734", "commune": "26734"},
        {"code": "79-KHO", "name": "Kho", "organization": "TYT-26734", "commune": "26734"},
    ],
    "stores": [{"code": "79-KHO", "level": "provincial"}],
    "fridges": [{"store": "79-KHO", "code": "L1", "name": "Tủ 1", "low_c": 2, "high_c": 8}],
    "readings": [{"id": READING, "store": "79-KHO", "fridge": "L1", "at": "2021-08-31T01:00:00Z", "temp_c": 4.7}],
    "staff": [
        {"id": LEAD, "name": "Lê An", "login": "lead.1", "roles": [{"role": "lead", "site": "79-0001"}]},
    ],
    "lots": [{"number": "ABX1", "product": "az", "expires_on": "2021-12-31", "manufacturer_doses": 50000}],
    "receipts": [{"id": RECEIPT, "lot": "ABX1", "store": "79-KHO", "doses": 1000, "at": "2021-09-01T02:00:00Z"}],
    "issues": [
        {"id": ISSUE, "lot": "ABX1", "from": "79-KHO", "to": "79-0001", "doses": 300, "at": "2021-09-01T03:00:00Z"},
        {"id": GIFT, "lot": "ABX1", "from": None, "to": "79-0001", "doses": 10, "at": "2021-09-01T03:00:00Z"},
    ],
    "enrollments": [
        {"code": "one-time-code", "site": "79-0001", "name": "Bàn 1", "expires_at": "2021-12-31T00:00:00Z"}
    ],
}


def load(campaign: dict[str, Any]) -> dict[str, tuple[int, int]]:
    return load_campaign_file(json.dumps(campaign).encode(), now=NOW)


def altered(path: str, value: object) -> dict[str, Any]:
    """Return the campaign with another value at a dotted path."""
    campaign = copy.deepcopy(CAMPAIGN)
    *way, last = path.split(".")
    place: Any = campaign
    for step in way:
        place = place[int(step) if step.isdecimal() else step]
    place[int(last) if last.isdecimal() else last] = value
    return campaign


def test_a_campaign_is_there_after_loading() -> None:
    assert load(CAMPAIGN) == {
        "campaign": (1, 1),
        "organizations": (1, 1),
        "sites": (2, 2),
        "stores": (1, 1),
        "fridges": (1, 1),
        "readings": (1, 1),
        "staff": (1, 1),
        "lots": (1, 1),
        "receipts": (1, 1),
        "issues": (2, 2),
        "enrollments": (1, 1),
    }
    assert places.sites_of(["79-0001"])["79-0001"].name == "Điểm 1"
    assert access.staff_of_login("lead.1") is not None
    assert [(line.lot, line.doses) for line in supply.stock_of("79-KHO")] == [("ABX1", 700)]
    assert [(line.lot, line.product, line.doses) for line in supply.stock_of("79-0001")] == [("ABX1", "az", 310)]


def test_loading_again_changes_nothing() -> None:
    load(CAMPAIGN)
    assert {changed for _, changed in load(CAMPAIGN).values()} == {0}
    assert [line.doses for line in supply.stock_of("79-KHO")] == [700]


def test_a_later_file_may_name_what_an_earlier_one_brought() -> None:
    load(CAMPAIGN)
    later = {"format": CAMPAIGN["format"], "campaign": CAMPAIGN["campaign"]}
    later["issues"] = [dict(CAMPAIGN["issues"][0], id=str(uuid7(NOW)), doses=50)]
    assert load(later)["issues"] == (1, 1)
    assert [line.doses for line in supply.stock_of("79-KHO")] == [650]


@pytest.mark.parametrize(
    ("path", "value", "wrong"),
    [
        (
            "format",
            "tiemchung/campaign/9",
            Wrong("$.format", "is 'tiemchung/campaign/9' and not 'tiemchung/campaign/1'"),
        ),
        ("campaign.ends_on", "2020-01-01", Wrong("$.campaign.ends_on", "lies before starts_on")),
        (
            "campaign.starts_on",
            "2020-12-01",
            Wrong("$.campaign.starts_on", "lies before 2021-03-08, the setting TIEMCHUNG_CAMPAIGN_START"),
        ),
        ("lots.0.expires_on", "soon", Wrong("$.lots[0].expires_on", "Invalid RFC3339 encoded date")),
        ("lots.0.product", "sugar", Wrong("$.lots[0].product", "sugar is no product of the reference data")),
        ("receipts.0.doses", 0, Wrong("$.receipts[0].doses", "Expected `int` >= 1")),
        ("receipts.0.lot", "ABX2", Wrong("$.receipts[0].lot", "lot ABX2 is neither in the file nor known")),
        ("issues.0.to", "79-9999", Wrong("$.issues[0].to", "site 79-9999 is neither in the file nor known")),
        ("issues.0.to", "79-KHO", Wrong("$.issues[0].to", "79-KHO sends to itself")),
        ("staff.0.roles.0.role", "king", Wrong("$.staff[0].roles[0].role", "Invalid enum value 'king'")),
        (
            "staff.0.roles.0.site",
            "79-9999",
            Wrong("$.staff[0].roles[0].site", "site 79-9999 is neither in the file nor known"),
        ),
        (
            "enrollments.0.site",
            "79-9999",
            Wrong("$.enrollments[0].site", "site 79-9999 is neither in the file nor known"),
        ),
        ("vehicles", [], Wrong("$.vehicles", "no such list is known")),
        ("lots", {}, Wrong("$.lots", "is no list")),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_nothing_is_loaded(path: str, value: object, wrong: Wrong) -> None:
    with pytest.raises(CampaignWrong) as refused:
        load(altered(path, value))
    assert wrong in refused.value.wrongs
    assert places.sites_of(["79-0001"]) == {}


def test_everything_wrong_is_told_in_one_list() -> None:
    campaign = altered("receipts.0.doses", -1)
    campaign["sites"].append(dict(campaign["sites"][0]))
    del campaign["lots"][0]["product"]
    with pytest.raises(CampaignWrong) as refused:
        load(campaign)
    assert [one.path for one in refused.value.wrongs] == ["$.sites[2].code", "$.lots[0]", "$.receipts[0].doses"]


def test_a_commune_that_does_not_exist_takes_the_whole_file_back() -> None:
    with pytest.raises(CampaignWrong) as refused:
        load(altered("sites.1.commune", "99999"))
    assert [one.path for one in refused.value.wrongs] == ["$.sites[1]"]
    assert supply.lots_known(["ABX1"]) == {}


def test_the_command_says_what_is_new(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "campaign.json"
    file.write_text(json.dumps(CAMPAIGN), encoding="utf-8")
    assert load_campaign(argparse.Namespace(file=file)) == 0
    assert "issues: 2 in the file, 2 new or changed" in capsys.readouterr().out


def test_the_command_names_file_and_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "campaign.json"
    file.write_bytes(b"{")
    assert load_campaign(argparse.Namespace(file=file)) == 1
    assert load_campaign(argparse.Namespace(file=tmp_path / "absent.json")) == 1
    told = capsys.readouterr().err
    assert f"{file}: $: Input data was truncated" in told
    assert "absent.json: No such file or directory" in told
    assert "Nothing was loaded." in told
