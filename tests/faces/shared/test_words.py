from __future__ import annotations

from django.utils import translation
from markupsafe import Markup

from tiemchung.faces.shared.words import Words, said, t


def test_vietnamese_is_spoken_unless_english_was_asked_for() -> None:
    with translation.override("vi"):
        assert t("mũi", "doses") == "mũi"
    with translation.override("en"):
        assert t("mũi", "doses") == "doses"
    with translation.override(None):
        assert t("mũi", "doses") == "mũi"


def test_facts_fill_the_braces_of_either_sentence() -> None:
    words = Words("{n} mũi ở {place}", "{n} doses in {place}")
    with translation.override("en"):
        assert said(words, n="1,234", place="Hà Nội") == "1,234 doses in Hà Nội"


def test_a_plain_fact_beside_markup_is_escaped() -> None:
    with translation.override("vi"):
        spoken = t("{link} của {name}", "{link} of {name}", link=Markup("<a href='/'>Sổ</a>"), name="<b>An</b>")
    assert spoken == "<a href='/'>Sổ</a> của &lt;b&gt;An&lt;/b&gt;"
