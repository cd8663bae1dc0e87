"""What the house tests read: the rooms in their order, the files of the source, and what a file says."""

from __future__ import annotations

import ast
import configparser
import importlib.util
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import tiemchung

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"
PACKAGE = Path(tiemchung.__file__).parent


def contracts() -> configparser.ConfigParser:
    """Read the city plan."""
    plan = configparser.ConfigParser()
    plan.read(ROOT / ".importlinter", encoding="utf-8")
    return plan


@cache
def rooms() -> tuple[str, ...]:
    """Return the rooms from the ground up, as the contract has them."""
    layers: str = contracts()["importlinter:contract:rooms"]["layers"]
    return tuple(reversed(layers.split()))


def height(room: str) -> int:
    """Return how high a room lies; the journal is 0."""
    return rooms().index(room)


@dataclass(frozen=True, kw_only=True)
class SourceFile:
    """One Python file: where it lies below `src` and what it says."""

    place: str
    text: str

    @property
    def tree(self) -> ast.Module:
        """Return what it says as a tree."""
        return ast.parse(self.text)

    @property
    def room(self) -> str | None:
        """Return the room of the domain it belongs to."""
        parts = Path(self.place).parts
        return parts[2] if parts[:2] == ("tiemchung", "domain") and len(parts) > 3 else None

    @property
    def in_migrations(self) -> bool:
        """Tell whether it moves tables."""
        return "migrations" in Path(self.place).parts


def source_files() -> list[SourceFile]:
    """Return every Python file of the source."""
    return [
        SourceFile(place=path.relative_to(SOURCE).as_posix(), text=path.read_text(encoding="utf-8"))
        for path in sorted(SOURCE.rglob("*.py"))
    ]


def modules_of_rooms(name: str) -> Iterator[tuple[str, ModuleType]]:
    """Yield the rooms that have a module of this name, with it and with its own modules where it is a package."""
    for room in rooms():
        package = f"tiemchung.domain.{room}.{name}"
        if importlib.util.find_spec(package) is None:
            continue
        module = importlib.import_module(package)
        yield room, module
        for inner in pkgutil.iter_modules(getattr(module, "__path__", [])):
            yield room, importlib.import_module(f"{package}.{inner.name}")


def strings(tree: ast.AST) -> Iterator[str]:
    """Yield every string a program uses, docstrings left out; the holes of an f-string become blanks."""
    told = {
        id(first.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ast.If)
        for first in node.body
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    }
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else " " for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told | inside:
            yield node.value
