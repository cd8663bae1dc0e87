"""What is known of a person before anybody asks: reactions, what screenings found, doses; each with who says so."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from tiemchung.domain.declarations.values import Fired, Form, Question, ScreeningShown
from tiemchung.domain.immunization.values import DoseShown, DoseStatus, HistoryDose
from tiemchung.domain.safety.values import Reaction, Warned
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.faces.shared import numbers
from tiemchung.faces.shared.aftermath import SIGNS
from tiemchung.faces.shared.words import language, said, t
from tiemchung.faces.station.pages.chair import SEVERITY_WORDS, form_name


@dataclass(frozen=True, kw_only=True)
class Known:
    """Something known of the person before anybody asks, and who says so."""

    shape: str
    what: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Record:
    """What was read of a person: with site and lot what the session reaches, without them what was told anywhere."""

    doses: Sequence[DoseShown] = ()
    elsewhere: Sequence[HistoryDose] = ()
    reactions: Sequence[Reaction] = ()
    warned: Sequence[Warned] = ()
    screenings: Sequence[ScreeningShown] = ()


@dataclass(frozen=True, kw_only=True)
class Names:
    """How forms and sites are called, by their codes."""

    forms: Mapping[str, Form | None] = field(default_factory=dict)
    sites: Mapping[str, str] = field(default_factory=dict)

    def at(self, site: str, moment: datetime) -> str:
        """Say where and when."""
        return f"{self.sites.get(site, site)}, {numbers.moment(moment)}"


def known_of(record: Record, names: Names) -> list[Known]:
    """Return what is known, the gravest first: reactions, then what earlier screenings found, then doses; each sourced."""
    products = {code: product.name_vi for code, product in vaccines.products().items()}
    return [
        *(_reacted(one, names) for one in record.reactions),
        *(_warned(one) for one in record.warned),
        *(found for screening in record.screenings for found in _screened(screening, names)),
        *(_dosed(dose, names, products) for dose in record.doses if dose.status is not DoseStatus.VOIDED),
        *(_told(dose, products) for dose in record.elsewhere if dose.status is not DoseStatus.VOIDED),
    ]


def told_elsewhere(
    doses: Sequence[HistoryDose], warned: Sequence[Warned], *, here: Collection[UUID] = (), site: str = ""
) -> list[Known]:
    """Return what a desk may tell of somebody wherever they were: warnings, doses and days, without site and lot.

    `here` are the doses of this very site, whose name is `site`.
    """
    products = {code: product.name_vi for code, product in vaccines.products().items()}
    standing = [dose for dose in doses if dose.status is not DoseStatus.VOIDED]
    return [
        *(_warned(one) for one in warned),
        *(_told(dose, products, site=site if dose.id in here else "") for dose in standing),
    ]


def text_of(question: Question) -> str:
    """Say a question in the request's language."""
    return question.en if language() == "en" else question.vi


def row_text(row: Fired, form: Form | None) -> str:
    """Say a row that fired: its question, the words told, the signs that lay outside their limits."""
    question = next((each for each in form.questions if each.code == row.question), None) if form else None
    text = text_of(question) if question else row.question
    measured = [
        f"{said(SIGNS[sign.sign][0])} {numbers.number(sign.value, digits=1)}"
        for sign in row.abnormal
        if sign.sign in SIGNS
    ]
    return ": ".join([text, *filter(None, [", ".join([*([row.words] if row.words else []), *measured])])])


def _reacted(event: Reaction, names: Names) -> Known:
    shape, word = SEVERITY_WORDS[event.severity]
    what = ": ".join(filter(None, [said(word), ", ".join(event.signs)]))
    return Known(shape=shape, what=what, source=names.at(event.site, event.onset))


def _warned(one: Warned) -> Known:
    shape, word = SEVERITY_WORDS[one.severity]
    return Known(
        shape=shape, what=said(word), source=t("trong sổ, {at}", "on record, {at}", at=numbers.moment(one.onset))
    )


def _screened(screening: ScreeningShown, names: Names) -> list[Known]:
    form = names.forms.get(screening.form)
    source = f"{form_name(form.decree) if form else screening.form}, {names.at(screening.site, screening.occurred_at)}"
    return [Known(shape="tri", what=row_text(row, form), source=source) for row in screening.fired]


def _dosed(dose: DoseShown, names: Names, products: Mapping[str, str]) -> Known:
    what = t(
        "Mũi {n}: {product}, lô {lot}",
        "Dose {n}: {product}, lot {lot}",
        n=dose.dose_number,
        product=products.get(dose.product, dose.product),
        lot=dose.lot,
    )
    return Known(shape="done", what=what, source=names.at(dose.site, dose.occurred_at))


def _told(dose: HistoryDose, products: Mapping[str, str], *, site: str = "") -> Known:
    what = t(
        "Mũi {n}: {product}",
        "Dose {n}: {product}",
        n=dose.dose_number,
        product=products.get(dose.product, dose.product),
    )
    at = numbers.moment(dose.occurred_at)
    return Known(shape="done", what=what, source=f"{site or t('điểm khác', 'another site')}, {at}")
