"""What people read, in both languages. Every sentence is written in Vietnamese and English at the same spot.

A template says ``{{ t("Chưa có số liệu", "No figures yet") }}``; Python keeps a pair as `Words` and says it by `said`.
So neither language can be forgotten, no catalog has to be compiled, and a reader of the code sees what people see.
Numbers go into a sentence already formatted (see `numbers`): ``t("{n} mũi", "{n} [dose|doses]", n=number(doses))``.
English says one thing otherwise than several: the number decides between the two forms in brackets behind it, and whatever
goes along with it (a verb, "it") stands in brackets too. Vietnamese needs none of this.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from django.utils import translation
from markupsafe import Markup, escape

LANGUAGES = ("vi", "en")
DEFAULT = "vi"


class Words(NamedTuple):
    """One thing said in both languages."""

    vi: str
    en: str


def language() -> str:
    """Return the language of this request: `vi` unless the address begins with /en/."""
    return "en" if (translation.get_language() or DEFAULT).startswith("en") else "vi"


def said(words: Words, **facts: object) -> str:
    """Say the words in the request's language, with the facts filled in. A fact that is markup stays markup."""
    text = words.vi
    if language() == "en":
        text = _counted(words.en, facts) if "|" in words.en else words.en
    if any(isinstance(fact, Markup) for fact in facts.values()):
        return escape(text).format(**facts)
    return text.format(**facts) if facts else text


_HOLE_OR_FORMS = re.compile(r"\{(\w+)\}|\[([^\[\]|]*)\|([^\[\]|]*)\]")


def _counted(text: str, facts: Mapping[str, object]) -> str:
    """Choose between the forms for one and for several, each pair by the number that stands before it.

    The app does the same (`frontend/src/filled.ts`, `tests/conformance/words`).
    """
    name = ""

    def chosen(found: re.Match[str]) -> str:
        nonlocal name
        if found[1] is not None:
            name = found[1]
            return found[0]
        return found[2] if escape(facts.get(name)).striptags() == "1" else found[3]

    return _HOLE_OR_FORMS.sub(chosen, text)


def t(vi: str, en: str, /, **facts: object) -> str:
    """Say one of two sentences, in the request's language."""
    return said(Words(vi, en), **facts)


def strong(text: str) -> Markup:
    """Set a fact of a sentence in bold."""
    return Markup("<strong>{}</strong>").format(text)


def link(href: str, text: str) -> Markup:
    """Make a fact of a sentence a link."""
    return Markup('<a href="{}">{}</a>').format(href, text)
