"""Scoring linkage: a generated population, its truth kept apart, and what the command answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tiemchung.domain.people.engine.linkage import Pair
from tiemchung.project import score
from tiemchung.project.cli import main


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a population of fifteen hundred, as the generator writes one."""
    out = tmp_path_factory.mktemp("nation")
    assert main(["population", "generate", "--persons", "1500", "--seed", "5", "--out", str(out)]) == 0
    return out


def test_linkage_reaches_what_was_agreed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["people", "score", "--truth", str(folder), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert list(answer) == ["automatic", "with_id", "without_id", "clerk_cases_per_10000", "by_error"]
    assert answer["automatic"]["precision"] >= 0.9999
    assert answer["automatic"]["recall"] > 0.4
    assert answer["with_id"]["recall"] >= 0.985
    assert answer["without_id"]["recall"] >= 0.95
    assert 0 < answer["clerk_cases_per_10000"] < 10_000
    assert answer["by_error"]["list.number.none"]["automatic"] == 0
    assert answer["by_error"]["list.number.anothers"]["automatic"] == 0


def test_a_folder_that_is_none_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["people", "score", "--truth", str(tmp_path)]) == 2
    assert "list.csv" in capsys.readouterr().err


def test_shares_are_of_pairs_and_a_clerk_decides_by_the_truth() -> None:
    truth = [score.About(person, errors) for person, errors in (("a", ()), ("a", ("slip",)), ("b", ()), ("b", ()))]
    pairs = [
        Pair(one=0, other=1, weight=9, certain=True),
        Pair(one=0, other=2, weight=1, certain=False),
        Pair(one=1, other=3, weight=5, certain=True),
    ]
    answer = score.judged(pairs, truth, has_number=[True, True, False, True], fresh=3)
    assert answer == {
        "automatic": {"precision": 0.5, "recall": 0.5},
        "with_id": {"precision": 0.5, "recall": 1.0},
        "without_id": {"precision": 1.0, "recall": 0.0},
        "clerk_cases_per_10000": 2500.0,
        "by_error": {
            "none": {"pairs": 1, "recall": 0.0, "automatic": 0.0},
            "slip": {"pairs": 1, "recall": 1.0, "automatic": 1.0},
        },
    }
