"""The loader is told planted files; it works as the owner, so each test has a database of its own transaction."""

from __future__ import annotations

import argparse
import shutil
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from django.db import transaction

from tiemchung.domain.declarations import queries as declarations
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.actions import load_organizations
from tiemchung.domain.places.errors import UnitInUse
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.kernel.actor import SYSTEM
from tiemchung.plumbing.reference import Changes
from tiemchung.plumbing.rows import BadRow
from tiemchung.project import load
from tiemchung.project.load import load_reference_data

NOTHING = Changes()


def _forget() -> None:
    places.UNITS.forget()
    vaccines.BOOK.forget()
    declarations.FORMS.forget()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with as_file(files("tiemchung.reference")) as carried:
        shutil.copytree(carried, tmp_path / "reference")
    return tmp_path / "reference"


def alter(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


pytestmark = pytest.mark.usefixtures("as_owner")


def test_loading_again_changes_nothing(folder: Path) -> None:
    assert set(load_reference_data(folder).values()) == {NOTHING}


def test_a_row_altered_added_and_removed_is_counted_and_seen(folder: Path) -> None:
    alter(folder / "vn_provinces_2021.csv", "Cao Bằng", "Cao Bằng mới")
    with (folder / "vn_communes_2021.csv").open("a", encoding="utf-8") as communes:
        communes.write("99999,Làng Mới,xa,001,01\n")
    alter(folder / "vn_commune_crosswalk_2025.csv", "00001,00097,whole,1\n", "")
    assert load_reference_data(folder)["places"] == Changes(added=1, altered=1, removed=1)
    assert [unit.display_name for unit in places.unit_path("99999", "2021")][-1] == "Xã Làng Mới"
    assert places.heirs("00001") == []


def test_an_altered_rule_makes_a_new_edition_and_leaves_the_old_one(folder: Path) -> None:
    before = vaccines.rule_book_of(1)
    alter(folder / "dose_rules.csv", "primary,pfizer,pfizer,21,28", "primary,pfizer,pfizer,22,28")
    assert load_reference_data(folder)["vaccines"] == Changes(added=1)
    assert load_reference_data(folder)["vaccines"] == NOTHING
    newest = vaccines.BOOK.get().whole
    assert newest.version == 2
    assert [rule.min_days for rule in newest.rules if rule.previous == rule.next == {"pfizer"}] == [22]
    assert vaccines.rule_book_of(1).rules == before.rules


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("dose_rules.csv", "primary,pfizer,pfizer,21,28", "primary,pfizer,pfizer,three weeks,28", "line 6: min_days"),
        ("dose_rules.csv", "primary,pfizer,pfizer,21,28", "primary,pfizer,fizer,21,28", "line 6: next_product 'fizer'"),
        ("vaccine_products.csv", "\npfizer,Comirnaty", "\nPfizer,Comirnaty", "line 4: product_id 'Pfizer'"),
        ("vn_communes_2021.csv", "00004,Trúc Bạch,phuong,001,01", "00004,Trúc Bạch,phuong,001", "line 3: 4 cells"),
        ("vn_communes_2021.csv", "00004,Trúc Bạch,phuong,001,01", "00004,Trúc Bạch,phuong,999,01", "line 3: district"),
        ("vn_provinces_2021.csv", "code,name,type", "code,title,type", "line 1: the header lacks ['name']"),
    ],
)
def test_a_bad_row_stops_the_load_with_file_line_and_reason_and_nothing_is_loaded(
    file: str, old: str, new: str, told: str, folder: Path
) -> None:
    alter(folder / "vn_provinces_2025.csv", "Điện Biên", "Điện Biên Phủ")
    alter(folder / file, old, new)
    with pytest.raises(BadRow) as refused, transaction.atomic():
        load_reference_data(folder)
    assert str(refused.value).startswith(f"{file}, {told}")
    _forget()
    province = places.unit("2025", "11")
    assert province is not None
    assert province.name == "Điện Biên"
    assert vaccines.BOOK.get().whole.version == 1


def test_a_unit_that_somebody_stands_in_does_not_vanish(folder: Path) -> None:
    load_organizations([{"code": "H1", "name": "Trạm y tế", "commune": "00001"}], actor=SYSTEM)
    alter(folder / "vn_communes_2021.csv", "00001,Phúc Xá,phuong,001,01\n", "")
    alter(folder / "vn_commune_crosswalk_2025.csv", "00001,00097,whole,1\n", "")
    with pytest.raises(UnitInUse), transaction.atomic():
        load_reference_data(folder)
    _forget()
    assert places.unit("2021", "00001")


def test_the_command_tells_what_changed_and_the_bad_row(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(load, "CARRIED", folder)
    assert load.load_reference(argparse.Namespace()) == 0
    assert capsys.readouterr().out.splitlines()[0] == "places: 0 added, 0 altered, 0 removed"
    alter(folder / "screening_forms.json", '"audience": "under 18 years', '"audience": "the young')
    assert load.load_reference(argparse.Namespace()) == 1
    told = capsys.readouterr().err
    assert told.startswith("Nothing was loaded. screening_forms.json, line ")
    assert "begins with no age" in told
