"""What a message may say, and when one that failed is tried again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Final

from tiemchung.domain.notices.values import Channel, Template

OPEN_VALUES: Final = frozenset({"code", "spelled", "minutes", "place", "day", "time", "reference", "link"})
"""All that a message on an open channel may carry: no name, no number, no product, no diagnosis has a place here."""
LONGEST_VALUE: Final = 120
LONGEST_SMS: Final = 201
"""Three parts of 67 letters: Vietnamese marks take two bytes each (GSM 03.38, UCS-2). Dearer ones are not sent."""
ATTEMPTS: Final = 8
FIRST_REST: Final = timedelta(seconds=15)
_HOLE = re.compile(r"{(\w+)}")


@lru_cache(maxsize=1024)
def holes(text: str) -> frozenset[str]:
    """Return the names of the values that a text takes. Texts are a file's few, messages many."""
    return frozenset(_HOLE.findall(text))


def fault_of_template(template: Template) -> str | None:
    """Return why this template may not be used, or None. Every row of the file is asked when it is read."""
    if holes(template.vi) != holes(template.en):
        return "the languages take different values"
    if foreign := holes(template.vi) - OPEN_VALUES:
        return f"takes {', '.join(sorted(foreign))}"
    return None


def fault_of_values(template: Template, values: Mapping[str, str]) -> str | None:
    """Return why these values do not fill this template, or None."""
    if set(values) != holes(template.vi):
        return "values"
    return "long" if any(len(value) > LONGEST_VALUE for value in values.values()) else None


def text_of(template: Template, values: Mapping[str, str], *, language: str) -> str:
    """Return the words to send. An SMS longer than three parts loses its end rather than its sender's money."""
    text = (template.en if language == "en" else template.vi).format(**values)
    return text[:LONGEST_SMS] if template.channel is Channel.SMS else text


def rest_before(tries: int) -> timedelta:
    """Return how long a message rests after so many failed tries: 15 s, then twice as long each time."""
    return FIRST_REST * (1 << max(0, tries - 1))
