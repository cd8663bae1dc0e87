"""What people read, in both languages. Every sentence is written in Vietnamese and English at the same spot.

A template says ``{{ t("Chưa có số liệu", "No figures yet") }}``; Python keeps a pair as `Words` and says it by `said`.
So neither language can be forgotten, no catalog has to be compiled, and a reader of the code sees what people see.
Numbers go into a sentence already formatted (see `numbers`): ``t("{n} mũi", "{n} doses", n=number(doses))``.
"""

from __future__ import annotations

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
    text = words.en if language() == "en" else words.vi
    if any(isinstance(fact, Markup) for fact in facts.values()):
        return escape(text).format(**facts)
    return text.format(**facts) if facts else text


def t(vi: str, en: str, /, **facts: object) -> str:
    """Say one of two sentences, in the request's language."""
    return said(Words(vi, en), **facts)


def strong(text: str) -> Markup:
    """Set a fact of a sentence in bold."""
    return Markup("<strong>{}</strong>").format(text)


def link(href: str, text: str) -> Markup:
    """Make a fact of a sentence a link."""
    return Markup('<a href="{}">{}</a>').format(href, text)
