"""Every file says what it is for, and every function has a room."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.house.plan import PACKAGE, SourceFile, rooms, source_files

ROOMLESS = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "base"}


def silent(files: list[SourceFile]) -> list[str]:
    """Return the files that do not say what they are for. Django writes migrations, and they say it by their name."""
    return [file.place for file in files if not file.in_migrations and not ast.get_docstring(file.tree)]


def roomless(files: list[SourceFile]) -> list[str]:
    """Return the files whose name says that nobody knew where they belong."""
    return [file.place for file in files if ROOMLESS & {part.removesuffix(".py") for part in Path(file.place).parts}]


def test_every_file_begins_with_what_it_is_for() -> None:
    assert silent(source_files()) == []


def test_there_is_no_utils() -> None:
    assert roomless(source_files()) == []


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("tiemchung/domain/supply/utils.py", "import os"),
        ("tiemchung/helpers/names.py", "# a comment is no docstring\n"),
        ("tiemchung/domain/supply/common/names.py", ""),
    ],
)
def test_a_silent_or_roomless_file_is_noticed(place: str, text: str) -> None:
    planted = SourceFile(place=place, text=text)
    assert silent([planted]) == [place]
    assert roomless([planted]) == [place]


def test_every_room_of_the_plan_stands_and_no_other() -> None:
    standing = {path.parent.name for path in (PACKAGE / "domain").glob("*/__init__.py")}
    assert standing == set(rooms())
