"""What the form of a screening says of some products, and what is said of them where the lot is chosen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tiemchung.domain.declarations import queries as declarations
from tiemchung.domain.declarations.values import Form, ProductWord, ScreeningShown
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.faces.shared.words import Words, said, t
from tiemchung.faces.station.pages.chair import form_name
from tiemchung.faces.station.pages.known import text_of

WHEN = {"pregnant or breastfeeding": Words("người mang thai hoặc cho con bú", "anybody pregnant or breastfeeding")}
EFFECT = {"not with this product": Words("không tiêm loại này", "do not give this product")}
"""The data's own words, said in both languages; what is not here is shown as the data says it."""
SAME_PRODUCT = "same product only"
"""To what a row's outcome is narrowed, in the data's own words."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What is said of products, with its source; `stops` where an answer makes it so, else it is still to be asked."""

    products: tuple[str, ...]
    text: str
    source: str
    stops: bool

    @property
    def shape(self) -> str:
        """Return the shape of its status."""
        return "oct" if self.stops else "tri"


def said_of(form: Form | None, fired: Collection[str], *, sex: str, before: Collection[str] = ()) -> list[Said]:
    """Return what the form says of products to somebody of this sex, of whom these rows fired.

    `before` are the products they had: a row that holds for the same product speaks of these.
    """
    if form is None:
        return []
    rules = [_rule(word, form) for word in declarations.product_words(form, fired, sex)]
    same = [
        Said(
            products=tuple(sorted(before)),
            text=t(
                "Cùng loại với mũi trước: {question}. Không tiêm loại này.",
                "The same product as before: {question}. Not with this product.",
                question=text_of(question),
            ),
            source=_source(form, question.source, question.verified),
            stops=True,
        )
        for question in form.questions
        if before and question.code in fired and question.applies_to == SAME_PRODUCT
    ]
    return rules + same


def of_screening(screening: ScreeningShown | None, *, sex: str, before: Collection[str]) -> dict[str, list[Said]]:
    """Return by product what the form of this visit's screening says of it."""
    if screening is None:
        return {}
    found: dict[str, list[Said]] = {}
    form = declarations.form(screening.form)
    for one in said_of(form, {row.question for row in screening.fired}, sex=sex, before=before):
        for product in one.products:
            found.setdefault(product, []).append(one)
    return found


def stopped(found: Mapping[str, Sequence[Said]]) -> frozenset[str]:
    """Return the products that are not for this person by what was answered."""
    return frozenset(product for product, each in found.items() if any(one.stops for one in each))


def _rule(word: ProductWord, form: Form) -> Said:
    known = vaccines.products()
    names = ", ".join(known[product].name_vi if product in known else product for product in word.products)
    when, effect = WHEN.get(word.when), EFFECT.get(word.effect)
    facts = {
        "names": names,
        "when": said(when) if when else word.when,
        "effect": said(effect) if effect else word.effect,
    }
    text = (
        t("{names}: {effect} cho {when}.", "{names}: {effect} to {when}.", **facts)
        if word.fired
        else t("{names}: hỏi trước, {effect} cho {when}.", "{names}: ask first, {effect} to {when}.", **facts)
    )
    return Said(
        products=word.products,
        text=text,
        source=_source(form, word.source, word.verified),
        stops=bool(word.fired),
    )


def _source(form: Form, source: str, verified: str) -> str:
    mark = "" if verified == "found" else t("chưa đối chiếu bản gốc", "not compared with the original")
    return " · ".join(filter(None, [form_name(form.decree), source, mark]))
