from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tiemchung.kernel.names import name_key, token_key
from tiemchung_world.nation.generate import generate, main
from tiemchung_world.nation.noise import Listed, Noise, load_noise

PERSONS = 5_000
FIRST_2021 = "2021-09-14"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("population")
    generate(PERSONS, seed=7, noise=load_noise(), province="79", out=out)
    return out


@pytest.fixture(scope="module")
def persons(made: Path) -> dict[str, dict[str, str]]:
    return {row["person"]: row for row in rows(made / "truth" / "persons.csv")}


@pytest.fixture(scope="module")
def listed(made: Path) -> list[tuple[dict[str, str], dict[str, str]]]:
    return list(zip(rows(made / "list.csv"), rows(made / "truth" / "list.csv"), strict=True))


def test_one_seed_writes_the_same_bytes_and_another_others(made: Path, tmp_path: Path) -> None:
    generate(PERSONS, seed=7, noise=load_noise(), province="79", out=tmp_path / "again")
    generate(PERSONS, seed=8, noise=load_noise(), province="79", out=tmp_path / "other")
    names = sorted(path.relative_to(made) for path in made.rglob("*.csv"))
    assert len(names) == 7
    for name in names:
        assert (tmp_path / "again" / name).read_bytes() == (made / name).read_bytes(), name
        assert (tmp_path / "other" / name).read_bytes() != (made / name).read_bytes(), name


def test_every_person_is_in_the_truth_once_with_a_number_of_their_own(persons: dict[str, dict[str, str]]) -> None:
    assert len(persons) == PERSONS
    assert len({row["number"] for row in persons.values()}) == PERSONS
    for row in persons.values():
        assert re.fullmatch(r"\d{12}", row["number"])
        assert row["number"][4:6] == row["born"][2:4]
        assert int(row["number"][3]) % 2 == (row["sex"] == "female")
        assert re.fullmatch(r"0\d{9}", row["phone"])


def test_a_tenth_is_absent_from_the_register_and_it_tells_the_truth_of_the_others(
    made: Path, persons: dict[str, dict[str, str]]
) -> None:
    known = rows(made / "register.csv")
    assert len(known) == PERSONS * 9 // 10
    truth = {row["number"]: row for row in persons.values() if row["registered"] == "yes"}
    assert len(truth) == len(known)
    for row in known:
        assert row.items() <= truth[row["number"]].items()


def test_twins_share_all_but_given_name_and_number(persons: dict[str, dict[str, str]]) -> None:
    twins = [row for row in persons.values() if row["twin"]]
    assert len(twins) == round(0.012 * PERSONS)
    for row in twins:
        other = persons[row["twin"]]
        assert other["twin"] == row["person"]
        assert (other["household"], other["born"], other["sex"]) == (row["household"], row["born"], row["sex"])
        assert other["name"].split()[:-1] == row["name"].split()[:-1]
        assert other["name"] != row["name"]
        assert other["number"] != row["number"]


def test_namesakes_share_name_and_birth_and_no_home(persons: dict[str, dict[str, str]]) -> None:
    namesakes = [row for row in persons.values() if row["namesake"]]
    assert 0 < len(namesakes) <= round(0.002 * PERSONS)
    for row in namesakes:
        other = persons[row["namesake"]]
        assert (other["name"], other["born"], other["sex"]) == (row["name"], row["born"], row["sex"])
        assert other["household"] != row["household"]


def test_a_list_has_each_slip_as_often_as_the_noise_says(listed: list[tuple[dict[str, str], dict[str, str]]]) -> None:
    noise = load_noise().list
    count = round(PERSONS * (1 + noise.again))
    assert len(listed) == count
    births, numbers, phones = (Counter(slip[field] for _, slip in listed) for field in ("born", "number", "phone"))
    names = [set(filter(None, slip["name"].split("+"))) for _, slip in listed]
    assert sum("no-marks" in name for name in names) == round(noise.no_marks * count)
    assert sum("capitals" in name for name in names) == round(noise.capitals * count)
    assert sum("swapped" in name for name in names) == round(noise.swapped * count)
    assert sum(slip["sex"] == "wrong" for _, slip in listed) == round(noise.wrong_sex * count)
    assert sum(slip["home"] == "elsewhere" for _, slip in listed) == round(noise.elsewhere * count)
    for counted, shares in (
        (births, {"year-only": noise.year_only, "new-year": noise.new_year, "wrong": noise.wrong_birth}),
        (
            numbers,
            {
                "none": noise.no_number,
                "wrong-digit": noise.wrong_digit,
                "anothers": noise.anothers_number,
                "malformed": noise.malformed_number,
            },
        ),
        (phones, {"relatives": noise.relatives_phone, "none": noise.no_phone}),
    ):
        for slip, share in shares.items():
            assert abs(counted[slip] - share * count) <= 1, slip
    assert 0 < numbers["old-card"] <= noise.old_card * count + 1
    assert abs(sum(births.values()) - births[""] - 0.08 * count) <= 1


def test_each_row_says_the_truth_but_for_its_slips(
    listed: list[tuple[dict[str, str], dict[str, str]]], persons: dict[str, dict[str, str]]
) -> None:
    for row, slip in listed:
        truth = persons[slip["person"]]
        written = {
            "": truth["name"],
            "capitals": truth["name"].upper(),
        }.get(slip["name"], row["Họ và tên"])
        assert row["Họ và tên"] == written
        assert _bare(row["Họ và tên"]) == _bare(truth["name"])
        assert _number(row["Số giấy tờ"], truth) == slip["number"]
        assert _birth(row["Ngày sinh"], truth["born"]) == slip["born"] or truth["born"].endswith("-01-01")
        assert (row["Giới tính"] == ("Nữ" if truth["sex"] == "female" else "Nam")) == (slip["sex"] == "")
        assert (row["Địa chỉ"] == truth["commune"]) == (slip["home"] == "")
        assert (row["Điện thoại"] == "") == (slip["phone"] == "none")
        if slip["phone"] == "":
            assert row["Điện thoại"] == truth["phone"]
        if slip["phone"] == "relatives":
            assert row["Điện thoại"] != truth["phone"]


def _bare(name: str) -> str:
    return token_key(name.replace("đ", "d").replace("Đ", "D"))


def _number(written: str, truth: dict[str, str]) -> str:
    if written == truth["number"]:
        return ""
    if written in ("", truth["old_number"]):
        return "none" if written == "" else "old-card"
    if len(written) < len(truth["number"]):
        return "malformed" if truth["number"].startswith(written) else "unexplained"
    different = sum(one != other for one, other in zip(written, truth["number"], strict=True))
    return "wrong-digit" if different == 1 else "anothers"


def _birth(written: str, born: str) -> str:
    year, month, day = born.split("-")
    if written == f"{day}/{month}/{year}":
        return ""
    if written == year:
        return "year-only"
    return "new-year" if written == f"01/01/{year}" else "wrong"


def test_records_stand_as_the_register_of_2022_found_them(made: Path, persons: dict[str, dict[str, str]]) -> None:
    outcomes = rows(made / "truth" / "records.csv")
    count = PERSONS // 2
    assert len(outcomes) == count
    assert len({row["person"] for row in outcomes}) == count
    states = Counter(row["state"] for row in outcomes)
    for state, found in (
        ("right", 51_493_286),
        ("wrong", 19_039_997),
        ("no-number", 3_513_000),
        ("not-checked", 2_579_540),
    ):
        assert abs(states[state] - found / 76_625_823 * count) <= 1, state
    for row, outcome in zip(rows(made / "records.csv"), outcomes, strict=True):
        truth = persons[outcome["person"]]
        told = (
            name_key(row["Họ và tên"]),
            _birth(row["Ngày sinh"], truth["born"]),
            row["Giới tính"],
            row["Số giấy tờ"],
        )
        true = (name_key(truth["name"]), "", "Nữ" if truth["sex"] == "female" else "Nam", truth["number"])
        wrong = [
            field
            for field, one, other in zip(("name", "born", "sex", "number"), told, true, strict=True)
            if one != other
        ]
        known = truth["registered"] == "yes"
        if outcome["state"] == "no-number":
            assert wrong == ["number"]
            assert len(row["Số giấy tờ"]) in (0, 11)
        else:
            assert wrong == ([outcome["wrong"]] if outcome["wrong"] else [])
            assert known or outcome["state"] == "wrong"
            assert (outcome["state"] == "wrong") == (bool(wrong) or not known)


def test_the_feed_of_changes_is_of_people_the_register_knows(made: Path) -> None:
    known = {row["number"] for row in rows(made / "register.csv")}
    changes = rows(made / "changes.csv")
    assert Counter(row["what"] for row in changes) == {"died": 10, "moved": 50, "renumbered": 5}
    assert len({row["number"] for row in changes}) == len(changes)
    assert [row["day"] for row in changes] == sorted(row["day"] for row in changes)
    for row in changes:
        assert row["day"] >= FIRST_2021
        assert row["number"] in known
    new = [row["becomes"] for row in changes if row["what"] == "renumbered"]
    assert len(set(new) - known) == len(new) == 5


def test_a_harsher_noise_file_and_another_province_are_followed(tmp_path: Path) -> None:
    gentle = load_noise()
    harsh = msgspec.structs.replace(
        gentle,
        truth=msgspec.structs.replace(gentle.truth, absent=0.2, twins=0.05),
        list=msgspec.structs.replace(gentle.list, no_number=0.6, wrong_digit=0.2, anothers_number=0.1, old_card=0.05),
    )
    with pytest.raises(msgspec.ValidationError, match="more than all rows"):
        msgspec.convert(msgspec.to_builtins(harsh.list) | {"malformed_number": 0.2}, Listed)
    generate(1_000, seed=1, noise=harsh, province="01", out=tmp_path)
    assert len(rows(tmp_path / "register.csv")) == 800
    slips = Counter(row["number"] for row in rows(tmp_path / "truth" / "list.csv"))
    assert slips["none"] == 606
    assert sum(bool(row["twin"]) for row in rows(tmp_path / "truth" / "persons.csv")) == 50


def test_a_noise_file_is_read_and_a_bad_one_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told: dict[str, Any] = msgspec.to_builtins(load_noise())
    assert msgspec.convert(told, Noise) == load_noise()
    file = tmp_path / "noise.toml"
    for wrong in ("[truth]\nabsent = 2.0\n", "no toml", '[list]\nagain = "often"\n'):
        file.write_text(wrong, encoding="utf-8")
        with pytest.raises(ValueError, match=r"noise\.toml"):
            load_noise(file)
    words = ["generate", "--persons", "100", "--seed", "1", "--noise", str(file), "--out", str(tmp_path / "out")]
    assert main(words) == 2
    assert "noise.toml" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_records_cannot_have_fewer_wrong_than_absent(tmp_path: Path) -> None:
    noise = load_noise()
    impossible = msgspec.structs.replace(noise, truth=msgspec.structs.replace(noise.truth, absent=0.6))
    with pytest.raises(ValueError, match="absent from the register"):
        generate(1_000, seed=1, noise=impossible, province="79", out=tmp_path)


def test_the_command_tells_how_fast_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "--persons", "200", "--seed", "3", "--out", str(tmp_path)]) == 0
    assert "200 persons" in capsys.readouterr().out
    assert len(rows(tmp_path / "truth" / "persons.csv")) == 200
    for few in ("99", "10000001"):
        with pytest.raises(SystemExit):
            main(["generate", "--persons", few, "--seed", "3", "--out", str(tmp_path)])


def test_shares_of_a_list_are_shares() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(msgspec.to_builtins(load_noise().list) | {"again": 1.5}, Listed)
