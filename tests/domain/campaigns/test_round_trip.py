"""A ward's list is taken along by a neighborhood head, edited, and brought back."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from uuid import UUID

import psycopg
import pytest

from tests.domain.campaigns.files import GOOD, changed, csv_of
from tests.domain.campaigns.test_lists import count, examined
from tests.domain.campaigns.wards import CODE, NOW, OTHER_WARD, WARD, officer
from tiemchung.domain.campaigns import actions, queries
from tiemchung.domain.campaigns.engine import rowkeys
from tiemchung.domain.campaigns.values import Campaign, Choice, ListRow, ListShown, Remark, Result, TakenRow
from tiemchung.domain.people import queries as people
from tiemchung.kernel.actor import SYSTEM, Actor
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing.rowsecurity import reaching
from tiemchung.plumbing.spreadsheets import xlsx_file

ASKED = Purpose.REGISTRATION
HEADER = ["Họ và tên", "Ngày sinh", "Giới tính", "Số giấy tờ", "Điện thoại", "Nhóm ưu tiên", "Ghi chú", "Mã dòng"]
NAME, BORN, SEX, NUMBER, PHONE, GROUP, NOTE, KEY = range(8)
PEOPLE = (
    GOOD,
    changed(name="Võ Thúy Ái", born="02/03/1987", number="", phone="0903 551 218"),
    changed(name="Lý Bảo Khánh", born="1992", number="", phone=""),
)
pytestmark = pytest.mark.usefixtures("campaign")


@pytest.fixture
def tu() -> Actor:
    """Return the officer of a ward with three people on its list."""
    tu = officer()
    shown, _ = examined(tu, csv_of(*PEOPLE))
    with reaching(tu.reach):
        assert actions.keep_list(shown.id, actor=tu, now=NOW).kept == len(PEOPLE)
    return tu


def waiting() -> dict[str, int]:
    return queries.demand(CODE, [("2021", WARD)])["2021", WARD].by_group


def taken(tu: Actor) -> list[list[str]]:
    """Return the rows of the ward's list as they stand in the file that is taken along, in the order of their births."""
    with reaching(tu.reach):
        registered = queries.registered(CODE, [WARD], purpose=ASKED)
        persons = people.persons([one.person for one in registered], purpose=ASKED, actor=tu, viewed_at=NOW)
        rows = [
            TakenRow(
                registration=one.registration,
                name=persons[one.person].name,
                born=persons[one.person].born,
                sex=persons[one.person].sex,
                number=persons[one.person].identifiers[0].value if persons[one.person].identifiers else "",
                phone=persons[one.person].phone or "",
                group=one.target_group,
            )
            for one in registered
        ]
        keys = actions.take_list(uuid7(NOW), rows, campaign=CODE, commune=WARD, actor=tu, now=NOW)
    lines = [
        [row.name, "/".join(reversed(row.born.split("-"))), "Nữ", row.number, row.phone, row.group, "", key]
        for row, key in zip(rows, keys, strict=True)
    ]
    return sorted(lines, key=lambda line: line[BORN][-4:])


def brought_back(tu: Actor, rows: list[list[str]], header: list[str] = HEADER) -> tuple[ListShown, list[ListRow]]:
    return examined(tu, xlsx_file([["DANH SÁCH TỔ 12"], header, *rows]))


def answers(rows: list[ListRow]) -> list[tuple[str, str]]:
    return [(row.result, row.reason) for row in rows]


def missing(tu: Actor, shown: ListShown) -> list[UUID]:
    with reaching(tu.reach):
        return list(queries.missing_rows(shown.id, actor=tu, purpose=ASKED).persons)


def test_a_list_that_comes_back_as_it_went_finds_every_row_and_changes_nothing(
    tu: Actor, owner_connection: psycopg.Connection
) -> None:
    rows = taken(tu)
    assert rows[0][NUMBER] == "•••• 4512", "and no whole number has left"
    entries = count(owner_connection, "journal_entry")
    shown, found = brought_back(tu, rows)
    assert answers(found) == [(Result.MATCH, "key")] * 3
    assert [row.differences for row in found] == [[], [], []]
    with reaching(tu.reach):
        actions.keep_list(shown.id, actor=tu, now=NOW)
    assert (count(owner_connection, "people_person"), count(owner_connection, "journal_entry")) == (3, entries)
    assert missing(tu, shown) == []


def test_sorted_rows_columns_in_between_and_another_word_for_the_key_change_nothing(tu: Actor) -> None:
    rows = [["x", *row[:KEY], "thêm", row[KEY].lower()] for row in taken(tu)]
    random.Random(7).shuffle(rows)
    _, found = brought_back(tu, rows, ["Tổ", *HEADER[:KEY], "Đã gọi", "Cột H"])
    assert answers(found) == [(Result.MATCH, "key")] * 3


def test_what_was_edited_is_shown_field_by_field_and_waits_for_a_human(tu: Actor) -> None:
    rows = taken(tu)
    rows[0][BORN], rows[0][PHONE] = "10/11/1971", "0903 551 999"
    rows[1][NAME] = "VÕ THÚY ÁI"
    rows[2][NUMBER] = "079092004417"
    _, found = brought_back(tu, rows)
    assert answers(found) == [
        (Result.DOUBT, "key-differs"),
        (Result.MATCH, "key"),
        (Result.DOUBT, "number-sex"),
    ]
    told = [(one.field, one.stands, one.told) for one in found[0].differences]
    assert told == [("born", "1971-11-09", "1971-11-10"), ("phone", "•••• 340", "•••• 999")]
    assert [one.field for one in found[2].differences] == ["number"]
    assert all(len(row.candidates) == 1 for row in found if row.result is Result.DOUBT)


def test_the_whole_number_of_the_same_person_is_no_difference_and_another_with_the_same_end_is_one(tu: Actor) -> None:
    for number, expected in (("079171004512", (Result.MATCH, "key")), ("079171994512", (Result.DOUBT, "key-differs"))):
        rows = taken(tu)
        rows[0][NUMBER] = number
        assert answers(brought_back(tu, rows)[1])[0] == expected


def test_an_emptied_cell_changes_nothing(tu: Actor) -> None:
    rows = taken(tu)
    rows[0][NUMBER] = rows[0][PHONE] = rows[0][SEX] = rows[0][GROUP] = ""
    assert answers(brought_back(tu, rows)[1])[0] == (Result.MATCH, "key")


def test_another_group_is_taken_over_once_and_the_counters_follow(
    tu: Actor, owner_connection: psycopg.Connection
) -> None:
    rows = taken(tu)
    rows[0][GROUP] = "16"
    shown, found = brought_back(tu, rows)
    assert answers(found)[0] == (Result.MATCH, "key-group")
    assert waiting() == {"09": 3}
    for _ in range(2):
        with reaching(tu.reach):
            actions.keep_list(shown.id, actor=tu, now=NOW)
    assert waiting() == {"09": 2, "16": 1}
    told = owner_connection.execute(
        "select count(*) from journal_entry where kind = 'registration-regrouped'"
    ).fetchone()
    assert told == (1,)
    assert answers(brought_back(tu, rows)[1])[0] == (Result.MATCH, "key-newer"), "what stands by now is no difference"


def test_who_was_added_is_new_and_a_hidden_number_without_its_key_is_nobody_new(tu: Actor) -> None:
    rows = taken(tu)
    rows[0][KEY] = ""
    fresh = ["Đỗ Thị Ngọc", "05/05/1960", "Nữ", "", "", "16", "", ""]
    shown, found = brought_back(tu, [*rows, fresh])
    assert answers(found)[0] == (Result.DOUBT, "masked")
    assert len(found[0].candidates) == 1
    assert answers(found)[3] == (Result.NEW, "new")
    assert len(missing(tu, shown)) == 1, "whose key was taken away has not come back"


def test_a_key_copied_to_another_row_makes_nobody_anybody_else(tu: Actor, owner_connection: psycopg.Connection) -> None:
    rows = taken(tu)
    rows[0][KEY] = rows[1][KEY]
    shown, found = brought_back(tu, rows)
    assert answers(found) == [
        (Result.DOUBT, "key-of-somebody-else"),
        (Result.DOUBT, "key-twice"),
        (Result.MATCH, "key"),
    ]
    assert (found[0].facts["name"], found[1].facts["line"]) == ("Võ Thúy Ái", str(found[0].line))
    assert len(missing(tu, shown)) == 1
    with reaching(tu.reach):
        actions.keep_list(shown.id, actor=tu, now=NOW)
    assert count(owner_connection, "people_person") == 3


@pytest.mark.parametrize(
    "spoil", [lambda key: key[:-1], lambda key: key[:20] + ("A" if key[20] != "A" else "B") + key[21:]]
)
def test_a_changed_key_opens_nothing(tu: Actor, spoil: Callable[[str], str]) -> None:
    rows = taken(tu)
    rows[1][KEY] = spoil(rows[1][KEY])
    _, found = brought_back(tu, rows)
    assert found[1].result is Result.DOUBT
    assert found[1].reason in {"key-changed", "key-unknown"}
    assert [row.result for row in (found[0], found[2])] == [Result.MATCH] * 2


def test_a_key_moved_to_the_next_place_is_a_changed_one(tu: Actor) -> None:
    rows = taken(tu)
    key = rowkeys.read(rows[0][KEY])
    assert key is not None
    for place in (key.place % 3 + 1, 99):
        rows[0][KEY] = rowkeys.written(key._replace(place=place))
        assert answers(brought_back(tu, rows)[1])[0] == (Result.DOUBT, "key-changed")


def test_a_row_of_another_list_that_was_taken_is_said_to_be_one(tu: Actor) -> None:
    rows, others = taken(tu), taken(tu)
    _, found = brought_back(tu, [*rows[:2], others[2]])
    assert answers(found) == [(Result.MATCH, "key")] * 2 + [(Result.DOUBT, "key-of-another-list")]


def test_keys_of_another_ward_and_of_another_campaign_find_nobody(tu: Actor, as_worker: Callable[..., object]) -> None:
    rows = taken(tu)
    stranger = officer(OTHER_WARD)
    _, found = examined(stranger, xlsx_file([HEADER, *rows]), commune=OTHER_WARD)
    assert set(answers(found)) == {(Result.DOUBT, "key-unknown")}
    assert {len(row.candidates) for row in found} == {0}
    with as_worker():  # type: ignore[attr-defined]  # a fixture of the run
        told = Campaign(
            code="soi-2026",
            name="Sởi",
            starts_on=date(2021, 7, 1),
            ends_on=date(2022, 4, 30),
            target_diseases=["sởi"],
        )
        actions.load_campaigns([told], actor=SYSTEM)
    with reaching(tu.reach):
        shown = actions.examine_list(
            uuid7(NOW),
            name="a.xlsx",
            content=xlsx_file([HEADER, *rows]),
            campaign="soi-2026",
            commune=WARD,
            actor=tu,
            now=NOW,
        )
        found = queries.list_rows(shown.id, actor=tu, purpose=ASKED)
    assert set(answers(found)) == {(Result.DOUBT, "key-elsewhere")}
    with pytest.raises(NotPermitted):
        actions.take_list(uuid7(NOW), [], campaign=CODE, commune=WARD, actor=stranger, now=NOW)


def test_a_row_that_was_deleted_is_told_and_leaves_the_list_only_when_somebody_says_so(tu: Actor) -> None:
    rows = taken(tu)
    shown, found = brought_back(tu, rows[1:])
    assert answers(found) == [(Result.MATCH, "key")] * 2
    (gone,) = missing(tu, shown)
    with reaching(tu.reach):
        actions.keep_list(shown.id, actor=tu, now=NOW)
        assert waiting() == {"09": 3}
        others = [one.registration for one in queries.registered(CODE, [WARD], purpose=ASKED)]
        assert actions.take_off_missing(shown.id, others, actor=tu, now=NOW) == 1
        assert actions.take_off_missing(shown.id, [gone], actor=tu, now=NOW) == 0
    assert waiting() == {"09": 2}
    _, found = brought_back(tu, rows)
    assert answers(found)[0] == (Result.DOUBT, "key-taken-off")


def test_a_row_that_cannot_be_used_has_come_back_all_the_same(tu: Actor) -> None:
    rows = taken(tu)
    rows[0][BORN] = "31/02/1971"
    shown, found = brought_back(tu, rows)
    assert found[0].result is Result.UNUSABLE
    assert missing(tu, shown) == []


def test_a_differing_row_settled_as_its_person_adds_nobody(tu: Actor, owner_connection: psycopg.Connection) -> None:
    rows = taken(tu)
    rows[0][BORN] = "10/11/1971"
    shown, found = brought_back(tu, rows)
    with reaching(tu.reach):
        actions.settle_row(
            shown.id, found[0].line, choice=Choice.PERSON, person=found[0].candidates[0], actor=tu, now=NOW
        )
        actions.keep_list(shown.id, actor=tu, now=NOW)
    assert count(owner_connection, "people_person") == 3
    assert waiting() == {"09": 3}


def test_what_is_remembered_of_a_list_holds_no_name_and_ends_after_half_a_year(
    tu: Actor, owner_connection: psycopg.Connection, as_worker: Callable[[], AbstractContextManager[None]]
) -> None:
    rows = taken(tu)
    lies = str(owner_connection.execute("select t::text from campaigns_takenlist t").fetchall())
    for secret in ("Hường", "1971", "4512"):
        assert secret not in lies.replace(str(NOW.year), "")
        assert secret.encode().hex() not in lies
    with as_worker():
        actions.forget_lists(now=NOW + timedelta(days=181))
    assert answers(brought_back(tu, rows)[1])[1] == (Result.DOUBT, "key-unknown")


def test_a_file_with_keys_that_a_job_reads_is_answered_as_one_that_is_read_at_once(
    tu: Actor, monkeypatch: pytest.MonkeyPatch, as_worker: Callable[[], AbstractContextManager[None]]
) -> None:
    rows = taken(tu)
    rows[2][KEY] = rows[0][KEY]
    shown, at_once = brought_back(tu, rows)
    reading = "tiemchung.domain.campaigns.actions.reading"
    for name, value in (("SMALL", 0), ("AT_ONCE", 1), ("PART", 1), ("STEPS", 1)):
        monkeypatch.setattr(f"{reading}.{name}", value)
    shown, _ = brought_back(tu, rows)
    with as_worker():
        while actions.read_list(shown.id, commune=WARD):
            pass
    with reaching(tu.reach):
        by_job = queries.list_rows(shown.id, actor=tu, purpose=ASKED)
    assert answers(by_job) == answers(at_once)
    assert len(missing(tu, shown)) == 1
    assert {row.reason for row in by_job} & set(Remark) == set()
