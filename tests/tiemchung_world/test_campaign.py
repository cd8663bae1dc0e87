from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import date
from operator import itemgetter
from typing import Any

import pytest

from tiemchung.kernel import wire
from tiemchung_world import facts
from tiemchung_world.campaign import Campaign, campaign_file, draw_campaign
from tiemchung_world.phase import load_phase
from tiemchung_world.plan import draw_plan

LAST = date(2021, 9, 22)


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    return draw_campaign(draw_plan(load_phase("hcmc", scale=0.01), seed=7))


@pytest.fixture(scope="module")
def file(campaign: Campaign) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(json.dumps(campaign_file(campaign, on=LAST)))
    return told


def test_every_code_is_short_ascii(file: dict[str, Any]) -> None:
    codes = [row["code"] for part in ("organizations", "sites", "enrollments") for row in file[part]]
    codes += [lot["number"] for lot in file["lots"]]
    assert all(code.isascii() and len(code) <= 24 for code in codes)
    assert len(set(codes)) == len(codes)


def test_sites_lie_in_real_communes_of_the_city(file: dict[str, Any]) -> None:
    communes = {commune.code for commune in facts.communes_of("79")}
    assert {site["commune"] for site in file["sites"]} <= communes
    organizations = {row["code"] for row in file["organizations"]}
    assert {site["organization"] for site in file["sites"]} <= organizations


def test_every_site_has_a_lead_with_a_passkey_and_somebody_for_every_post(file: dict[str, Any]) -> None:
    for site in file["sites"]:
        if site["code"] in {store["code"] for store in file["stores"]}:
            continue
        roster = [one for one in file["staff"] if {"site": site["code"]}.items() <= one["roles"][0].items()]
        roles = [one["roles"][0]["role"] for one in roster]
        assert set(roles) == {"lead", "check-in", "screener", "recorder", "observer", "vaccinator"}
        assert roles.count("vaccinator") >= 2
        assert all(bool(one["passkeys"]) == (one["roles"][0]["role"] == "lead") for one in roster)


def test_no_private_key_is_in_the_file(campaign: Campaign, file: dict[str, Any]) -> None:
    text = json.dumps(file)
    for site in campaign.sites:
        for tablet in site.tablets:
            secret = tablet.key.private_numbers().private_value
            assert f"{secret:064x}" not in text
            assert wire.to_base64url(secret.to_bytes(32, "big")) not in text


def test_an_enrollment_vouches_for_the_tablets_own_key(campaign: Campaign, file: dict[str, Any]) -> None:
    vouched = {row["code"]: row["public_key_sha256"] for row in file["enrollments"]}
    for site in campaign.sites:
        for tablet in site.tablets:
            point = wire.dump_public_key(tablet.key.public_key())
            assert vouched[tablet.code] == hashlib.sha256(point).hexdigest()


def test_no_store_ever_sends_more_than_it_has(file: dict[str, Any]) -> None:
    told: list[tuple[str, str, str | None, str, int]]
    told = [(row["at"], row["lot"], None, row["store"], row["doses"]) for row in file["receipts"]]
    told += [(row["at"], row["lot"], row["from"], row["to"], row["doses"]) for row in file["issues"]]
    held: Counter[tuple[str, str]] = Counter()
    for _at, lot, origin, destination, doses in sorted(told, key=itemgetter(0)):
        held[destination, lot] += doses
        if origin is not None:
            held[origin, lot] -= doses
            assert held[origin, lot] >= 0


def test_every_site_is_supplied_by_a_store_and_every_store_by_the_one_above_it(file: dict[str, Any]) -> None:
    chain = {store["code"]: store["supplier"] for store in file["stores"]}
    assert {row["store"] for row in file["receipts"]} == {code for code, above in chain.items() if above is None}
    for issue in file["issues"]:
        assert chain.get(issue["to"], issue["from"]) == issue["from"]
        assert issue["from"] in chain
    assert {fridge["store"] for fridge in file["fridges"]} == set(chain)


def test_an_issue_is_whole_vials(campaign: Campaign, file: dict[str, Any]) -> None:
    per_vial = {lot.number: lot.product.doses_per_vial for lot in campaign.all_lots()}
    assert all(issue["doses"] % per_vial[issue["lot"]] == 0 for issue in file["issues"])


def test_some_sites_are_sent_too_little() -> None:
    told = campaign_file(draw_campaign(draw_plan(load_phase("hcmc", scale=0.1), seed=7)), on=LAST)
    stores = {store["code"] for store in told["stores"]}
    to_sites = [row for row in told["issues"] if row["to"] not in stores]
    az = [row for row in to_sites if row["lot"].startswith("ABX") and row["at"].startswith("2021-09")]
    assert len(az) == 65
    assert sum(row["doses"] for row in az) > 93_000 * 0.4


def test_a_second_run_has_other_codes_and_keys_for_the_same_sites_and_staff(file: dict[str, Any]) -> None:
    again = campaign_file(draw_campaign(draw_plan(load_phase("hcmc", scale=0.01), seed=7, run="second")), on=LAST)
    for part in ("organizations", "sites", "staff", "lots", "receipts", "issues"):
        assert again[part] == file[part]
    first = {(row["code"], row["public_key_sha256"]) for row in file["enrollments"]}
    assert not first & {(row["code"], row["public_key_sha256"]) for row in again["enrollments"]}


def test_the_file_of_a_day_tells_no_issue_of_the_future(campaign: Campaign, file: dict[str, Any]) -> None:
    first = campaign_file(campaign, on=campaign.plan.days[0])
    assert 0 < len(first["issues"]) < len(file["issues"])
    assert all(issue["at"] < "2021-06-21" for issue in first["issues"])
    assert first["sites"] == file["sites"]
