"""What an officer is told, and what an attacker shows: copied codes, old pictures, other people's papers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.domain.certificates import golden
from tests.domain.movement.travelers import DAY, REAL_NOW, checked, declaration, officer, ward_officer
from tests.faces.verifier.trusted import shown
from tiemchung.domain.certificates.values import Why, Word
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.movement import actions, engine, queries
from tiemchung.domain.movement.errors import DeclarationIncomplete
from tiemchung.domain.movement.values import Checked, CheckWhy, Decision, Live
from tiemchung.domain.places import actions as places
from tiemchung.domain.places import queries as place_queries
from tiemchung.domain.places.errors import CheckpointUnknown
from tiemchung.domain.places.values import Checkpoint, CheckpointKind, Era
from tiemchung.kernel.actor import SYSTEM, Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing.rows import SourceRow
from tiemchung.plumbing.rowsecurity import reaching

AsWorker = Callable[[], AbstractContextManager[None]]


def note(found: Checked, checkpoint: Checkpoint, *, decision: Decision = Decision.PASSED) -> None:
    event = actions.passage(
        uuid7(), checkpoint=checkpoint, decision=decision, rule=found.rule, token=found.token, actor=officer(),
        now=golden.NOW,
    )  # fmt: skip
    (answer,) = intake.record([event], actor=officer(), site=checkpoint.code, now=golden.NOW)
    assert answer.outcome == "kept"


@pytest.mark.parametrize(
    ("name", "word", "why"),
    [
        ("ours", Word.PASS, Why.SIGNED),
        ("a pass", Word.LOOK, Why.PROVISIONAL),
        ("a pass shown as a certificate", Word.STOP, Why.WRONG_PREFIX),
        ("revoked", Word.STOP, Why.REVOKED),
        ("a self-made key under our id", Word.STOP, Why.WRONG_SIGNATURE),
        ("a self-made key under its own id", Word.STOP, Why.UNKNOWN_KEY),
        ("nothing", Word.STOP, Why.NOT_A_CERTIFICATE),
    ],
)
def test_a_certificate_at_a_checkpoint(checkpoint: Checkpoint, name: str, word: Word, why: str) -> None:
    found = checked(shown(name), checkpoint)
    assert (found.word, found.why, found.live) == (word, why, Live.NONE)


def test_a_declaration_lets_pass_on_its_day_and_tells_initials_and_birth_year(checkpoint: Checkpoint) -> None:
    found = checked(declaration(), checkpoint)
    assert (found.word, found.why) == (Word.PASS, CheckWhy.DECLARED)
    assert found.declared is not None
    assert (found.declared.initials, found.declared.born_year) == ("N.T.Đ", 1987)


def test_a_declaration_for_another_day_stops(checkpoint: Checkpoint) -> None:
    found = checked(declaration(day=DAY + timedelta(days=1)), checkpoint)
    assert (found.word, found.why) == (Word.STOP, CheckWhy.DECLARED_OTHER_DAY)


def test_a_declaration_altered_or_self_made_is_none(checkpoint: Checkpoint) -> None:
    text = declaration()
    cut = text[:-6] + ("000000" if not text.endswith("000000") else "111111")
    assert checked(cut, checkpoint).word is Word.STOP
    assert actions.declared(shown("ours").replace("HC1:", "TD1:")) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "  "},
        {"name": "123"},
        {"born_year": 1850},
        {"born_year": 2022},
        {"origin": (Era.Y2021, "00")},
        {"destination": (Era.Y2025, "760")},
        {"day": DAY - timedelta(days=1)},
        {"day": DAY + timedelta(days=8)},
    ],
)
def test_a_declaration_that_cannot_be_is_refused(checkpoint: Checkpoint, wrong: dict[str, Any]) -> None:
    with pytest.raises(DeclarationIncomplete):
        declaration(**wrong)


@pytest.mark.parametrize("name", ["ours", "declaration"])
def test_a_turning_code_is_alive_for_half_a_minute_and_an_old_picture_asks_for_a_look(
    checkpoint: Checkpoint, name: str
) -> None:
    text = declaration() if name == "declaration" else shown(name)
    screen = actions.turning(text, real_now=REAL_NOW)
    now = checked(screen, checkpoint)
    assert (now.word, now.live) == (Word.PASS, Live.LIVE)
    picture = checked(screen, checkpoint, later=timedelta(minutes=5))
    assert (picture.word, picture.why, picture.live) == (Word.LOOK, CheckWhy.OLD_CODE, Live.OLD)


def test_a_guessed_turning_code_is_an_old_one(checkpoint: Checkpoint) -> None:
    found = checked(f"{engine.LIVE_PREFIX}AAAAAAAA:{shown('ours')}", checkpoint)
    assert (found.word, found.why) == (Word.LOOK, CheckWhy.OLD_CODE)


def test_a_turning_code_mends_no_wrong_certificate(checkpoint: Checkpoint) -> None:
    screen = actions.turning(shown("revoked"), real_now=REAL_NOW)
    assert checked(screen, checkpoint).word is Word.STOP


def test_the_turning_code_of_one_text_opens_no_other(checkpoint: Checkpoint) -> None:
    mine = actions.turning(shown("ours"), real_now=REAL_NOW)
    head = mine[: len(engine.LIVE_PREFIX) + 9]
    assert checked(head + shown("ours, birth year only"), checkpoint).live is Live.OLD


def test_a_copied_code_seen_at_another_checkpoint_asks_for_a_look(checkpoint: Checkpoint) -> None:
    elsewhere = places.enroll_checkpoint(
        uuid7(),
        name="Chợ Tân Phú",
        kind=CheckpointKind.MARKET,
        commune="26734",
        era=Era.Y2021,
        actor=ward_officer(),
        now=golden.NOW,
    )
    note(checked(shown("ours"), elsewhere), elsewhere)
    copied = checked(shown("ours"), checkpoint)
    assert (copied.word, copied.why) == (Word.LOOK, CheckWhy.SEEN_ELSEWHERE)
    assert checked(shown("ours"), elsewhere).word is Word.PASS, "the control: the same place again is no copy"
    assert checked(shown("ours"), checkpoint, later=timedelta(hours=1)).word is Word.PASS


def test_a_passage_keeps_no_name_and_no_certificate(
    checkpoint: Checkpoint, owner_connection: psycopg.Connection
) -> None:
    found = checked(shown("ours"), checkpoint)
    note(found, checkpoint)
    (row,) = owner_connection.execute("select * from movement_passage").fetchall()
    told = " ".join(map(str, row))
    assert checkpoint.code in told
    assert found.token in told
    for secret in ("GOLDEN", "NGUYEN", "Nguyễn", "1987", "URN:UVCI"):
        assert secret not in told
    with reaching(Reach(communes=frozenset({"26734"}))):
        assert queries.passed_at(checkpoint.code, DAY) == {"passed": 1}
    with reaching(Reach(communes=frozenset({"00001"}))):
        assert queries.passed_at(checkpoint.code, DAY) == {}


def test_tokens_of_two_days_do_not_meet_and_their_keys_end(
    checkpoint: Checkpoint, as_worker: AsWorker, keys_folder: Path, owner_connection: psycopg.Connection
) -> None:
    today = checked(shown("ours"), checkpoint)
    note(today, checkpoint)
    assert checked(shown("ours"), checkpoint, later=timedelta(days=1)).token != today.token
    key = keys_folder / f"bearer-{DAY.isoformat()}.key"
    sealed = keys_folder / f"seal-passed-{DAY.isoformat()}.key"
    assert key.exists()
    assert sealed.exists()
    with as_worker():
        assert actions.forget(now=golden.NOW + timedelta(days=actions.FORGOTTEN_AFTER_DAYS)) == 0
        assert actions.forget(now=golden.NOW + timedelta(days=actions.FORGOTTEN_AFTER_DAYS + 1)) == 1
    assert not key.exists()
    assert not sealed.exists()
    entries = owner_connection.execute("select count(*) from journal_entry where kind = 'passed'").fetchone()
    assert entries == (1,), "the chain stays whole"


def close(as_worker: AsWorker, era: Era, code: str, *, valid_to: str = "", certificates: str = "no") -> None:
    """Let one unit be a closed zone."""
    row = {
        "era": era.value, "code": code, "level": "cấp 4", "closed": "yes", "asks_certificates": certificates,
        "valid_from": "2021-10-20", "valid_to": valid_to, "source": "invented for a test",
    }  # fmt: skip
    with as_worker():
        places.load_zones([SourceRow(file="epidemic_zones.csv", line=2, cells=row)], actor=SYSTEM)


BEN_NGHE, TAN_DINH, DISTRICT_1 = "26740", "26734", "760"
HEIR = "26740"
"""Phường Sài Gòn since 2025: it took over the ward of Bến Nghé, whose code it kept, and others beside it."""


@pytest.mark.parametrize(
    ("zone", "told", "why"),
    [
        ((Era.Y2021, BEN_NGHE), (Era.Y2021, BEN_NGHE), CheckWhy.ZONE_CLOSED),
        ((Era.Y2021, DISTRICT_1), (Era.Y2021, BEN_NGHE), CheckWhy.ZONE_CLOSED),
        ((Era.Y2021, BEN_NGHE), (Era.Y2021, TAN_DINH), CheckWhy.DECLARED),
        ((Era.Y2021, BEN_NGHE), (Era.Y2021, "79"), CheckWhy.ZONE_WITHIN),
        ((Era.Y2021, BEN_NGHE), (Era.Y2021, "761"), CheckWhy.DECLARED),
        ((Era.Y2025, HEIR), (Era.Y2021, BEN_NGHE), CheckWhy.ZONE_CLOSED),
        ((Era.Y2025, HEIR), (Era.Y2021, DISTRICT_1), CheckWhy.ZONE_WITHIN),
        ((Era.Y2021, BEN_NGHE), (Era.Y2025, HEIR), CheckWhy.ZONE_WITHIN),
        ((Era.Y2021, DISTRICT_1), (Era.Y2025, HEIR), CheckWhy.ZONE_CLOSED),
        ((Era.Y2025, "79"), (Era.Y2021, "74"), CheckWhy.ZONE_CLOSED),
        ((Era.Y2021, "74"), (Era.Y2025, "79"), CheckWhy.ZONE_WITHIN),
    ],
)
def test_a_zone_below_the_province_meets_who_comes_from_there_in_the_units_of_either_era(
    checkpoint: Checkpoint, as_worker: AsWorker, zone: tuple[Era, str], told: tuple[Era, str], why: CheckWhy
) -> None:
    close(as_worker, *zone)
    found = checked(declaration(origin=told), checkpoint)
    assert (found.why, found.word) == (why, Word.PASS if why is CheckWhy.DECLARED else Word.LOOK)


def test_a_certificate_asks_the_zone_of_the_checkpoint_where_its_decision_says_so(
    checkpoint: Checkpoint, as_worker: AsWorker
) -> None:
    close(as_worker, Era.Y2021, DISTRICT_1)
    assert checked(shown("ours"), checkpoint).word is Word.PASS
    close(as_worker, Era.Y2021, DISTRICT_1, certificates="yes")
    found = checked(shown("ours"), checkpoint)
    assert (found.word, found.why, found.zone) == (Word.LOOK, CheckWhy.ZONE_HERE, "cấp 4")
    assert checked(shown("revoked"), checkpoint).word is Word.STOP
    close(as_worker, Era.Y2021, "761", certificates="yes")
    assert checked(shown("ours"), checkpoint).word is Word.PASS, "the checkpoint does not lie there"


def test_a_closed_zone_asks_for_a_look_from_its_first_to_its_last_day(
    checkpoint: Checkpoint, as_worker: AsWorker
) -> None:
    close(as_worker, Era.Y2021, "77", valid_to="2021-10-23")
    found = checked(declaration(), checkpoint)
    assert (found.word, found.why, found.zone) == (Word.LOOK, CheckWhy.ZONE_CLOSED, "cấp 4")
    assert checked(declaration(day=date(2021, 10, 24)), checkpoint, later=timedelta(days=1)).word is Word.PASS


def test_nobody_checks_outside_the_ward_or_at_an_ended_checkpoint(checkpoint: Checkpoint) -> None:
    with pytest.raises(NotPermitted):
        actions.check(
            shown("ours"), checkpoint=checkpoint, actor=officer(commune="00001"), now=golden.NOW, real_now=REAL_NOW
        )
    with pytest.raises(NotPermitted):
        places.enroll_checkpoint(
            uuid7(),
            name="Chợ",
            kind=CheckpointKind.MARKET,
            commune="00001",
            era=Era.Y2021,
            actor=ward_officer(),
            now=golden.NOW,
        )
    with pytest.raises(CheckpointUnknown):
        places.end_checkpoint(checkpoint.code, actor=ward_officer(commune="00001"), now=golden.NOW)
    places.end_checkpoint(checkpoint.code, actor=ward_officer(), now=golden.NOW)
    ended = place_queries.checkpoint(checkpoint.code)
    assert ended is not None
    with pytest.raises(NotPermitted):
        checked(shown("ours"), ended)
