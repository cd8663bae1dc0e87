"""A class of ours is dressed in one file: a second file of the same name undresses somebody else's page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from tests.house.plan import ROOT

STYLES = ROOT / "frontend" / "src" / "styles"
RULE = re.compile(r"^\.(tc-[\w-]+) \{", re.MULTILINE)


def dressed_twice(files: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the classes that begin a rule at the top of more than one file, with those files."""
    found: dict[str, set[str]] = defaultdict(set)
    for file, text in files.items():
        for name in RULE.findall(text):
            found[name].add(file)
    return {name: sorted(places) for name, places in found.items() if len(places) > 1}


def test_no_class_is_dressed_in_two_files() -> None:
    assert dressed_twice({path.name: path.read_text(encoding="utf-8") for path in STYLES.rglob("*.scss")}) == {}


def test_a_class_dressed_in_two_files_is_noticed() -> None:
    files = {"_ground.scss": ".tc-facts {\n  gap: 0;\n}\n", "_board.scss": "\n.tc-facts {\n  gap: 8px;\n}\n"}
    assert dressed_twice(files) == {"tc-facts": ["_board.scss", "_ground.scss"]}
