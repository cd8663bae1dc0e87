from __future__ import annotations

from datetime import date

import pytest

from tiemchung.domain.vaccines import queries
from tiemchung.domain.vaccines.values import Prior, Proposed

pytestmark = pytest.mark.django_db


def test_the_loaded_book_judges_as_its_files_say() -> None:
    book = queries.rule_book(date(2021, 9, 13))
    second = Proposed(product="az", given_on=date(2021, 9, 13), prior=[Prior(product="az", given_on=date(2021, 8, 1))])
    ((finding,),) = queries.judged([second], on=date(2021, 9, 13))
    assert (finding.code, finding.days_missing) == ("interval-too-short", 13)
    (pair,) = queries.traced(second, version=book.version).pairs
    assert (pair.waited_days, pair.needed_days, pair.findings) == (43, 56, (finding,))
    assert set(queries.products()) >= {"az", "pfizer", "abdala"}


def test_a_day_knows_no_rule_that_began_later() -> None:
    early, late = queries.rule_book(date(2021, 9, 13)), queries.rule_book(date(2026, 1, 1))
    assert max(rule.starts_on for rule in early.rules) <= date(2021, 9, 13)
    assert len(late.rules) > len(early.rules)
    assert early.version == late.version
    assert queries.rule_book(date(2021, 9, 12)) is early


def test_an_edition_can_be_read_by_its_version() -> None:
    newest = queries.rule_book(date(2026, 1, 1))
    assert queries.rule_book_of(newest.version).rules == newest.rules
    with pytest.raises(LookupError):
        queries.rule_book_of(newest.version + 1)
