"""Which views may answer JSON: found by following what a view calls, through helpers, decorators, tables and classes of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from types import CodeType, FunctionType, ModuleType
from typing import Any

from django.http import JsonResponse

JSON = re.compile(r"application/(?:[\w.-]+\+)?json", re.ASCII)
OURS = ("tiemchung.faces.", "tiemchung.project.", "tests.")
"""Where answers are made. The rooms below know no HTTP; an import contract holds them to it."""


def may_answer_json(view: object) -> bool:
    """Tell whether a view, or anything of ours that it may call, names JSON as what it answers."""
    seen: dict[int, object] = {}
    waiting: list[object] = [view]
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen[id(thing)] = thing
        if thing is JsonResponse or (isinstance(thing, str) and JSON.fullmatch(thing.partition(";")[0].strip())):
            return True
        waiting.extend(_leads_to(thing))
    return False


def _leads_to(thing: object) -> Iterator[object]:
    """Yield what this may call or answer with: what its code names, what it closes over, what a table of functions holds."""
    if isinstance(thing, FunctionType):
        # A decorator of Django's is followed to what it wraps, and no further.
        yield getattr(thing, "__wrapped__", None)
        yield from (cell.cell_contents for cell in thing.__closure__ or () if _filled(cell))
        if thing.__module__.startswith(OURS):
            yield from thing.__defaults__ or ()
            for code in _codes(thing.__code__):
                yield from (value for value in code.co_consts if isinstance(value, str))
                yield from _named(code, thing.__globals__)
    elif isinstance(thing, type) and thing.__module__.startswith(OURS):
        yield from vars(thing).values()
    elif isinstance(thing, Mapping):
        yield from thing.values()
    elif isinstance(thing, tuple | list | set | frozenset):
        yield from thing
    else:
        yield from _holds(thing)


def _holds(thing: object) -> Iterator[object]:
    if isinstance(thing, property):
        yield thing.fget
    elif isinstance(thing, staticmethod | classmethod):
        yield thing.__func__
    elif isinstance(thing, partial):
        yield from (thing.func, *thing.args, *thing.keywords.values())
    elif type(thing).__module__.startswith(OURS):
        yield type(thing)


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _named(code: CodeType, known: dict[str, Any]) -> Iterator[object]:
    """Yield what the names of this code stand for; of a module whatever of it the code may mean by one of its names."""
    for name in code.co_names:
        value = known.get(name)
        if isinstance(value, ModuleType):
            if value.__name__.startswith(OURS):
                yield from (getattr(value, each) for each in code.co_names if hasattr(value, each))
            elif value.__name__ == "django.http":
                yield from (JsonResponse for each in code.co_names if each == "JsonResponse")
        elif value is not None:
            yield value


def _filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False
