"""All doses of a unit or of a site, taken apart: by dose, by vaccine, by age and by target group."""

from __future__ import annotations

from dataclasses import dataclass

from tiemchung.domain.campaigns import queries as campaigns
from tiemchung.domain.figures import queries as figures
from tiemchung.domain.figures import values as counted
from tiemchung.domain.places.values import Era
from tiemchung.domain.response import queries as response
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.faces.portal.pages import AgeRow, Share, shares
from tiemchung.faces.shared.goals import AgainstList
from tiemchung.faces.shared.words import Words, said, t


def doses_apart(unit: counted.Unit, totals: counted.Totals) -> list[tuple[str, tuple[Share, ...]]]:
    """Return the doses given there by dose number, by product and by age on the day of the dose."""
    by_number = [
        (t("Mũi {n}", "Dose {n}", n=which) if which else t("Chưa rõ mũi mấy", "Number unknown"), doses)
        for which, doses in totals.by_dose_number.items()
    ]
    products = vaccines.products()
    by_product = [
        (products[code].name_vi if code in products else code, doses) for code, doses in totals.by_product.items()
    ]
    ages = figures.hide_small_parts(figures.doses_by_age(unit))
    by_age = shares([(_years(band), doses) for band, doses in ages.items()], ordered=True)
    return [
        (t("Theo mũi", "By dose"), shares(by_number)),
        (t("Theo vắc xin", "By vaccine"), shares(by_product)),
        *([(t("Mũi tiêm theo tuổi", "Doses by age"), by_age)] if by_age else []),
    ]


@dataclass(frozen=True, kw_only=True)
class ProductLine:
    """One vaccine in a unit: doses allocated to its sites, lying there, and given."""

    name: str
    allocated: int
    on_hand: int
    given: int


def by_product(unit: counted.Unit, totals: counted.Totals, *, era: Era) -> list[ProductLine]:
    """Return the doses of each vaccine that was allocated or given there, what most was allocated of first."""
    products, given = vaccines.products(), dict(totals.by_product)
    stock = {one.product: one for one in response.products_standing(unit.level, unit.code, era=era)}
    return [
        ProductLine(
            name=products[code].name_vi if code in products else (code or t("Lô chưa rõ vắc xin", "Vaccine unknown")),
            allocated=stock[code].allocated if code in stock else 0,
            on_hand=stock[code].on_hand if code in stock else 0,
            given=given.get(code, 0),
        )
        for code in [*stock, *(code for code in given if code not in stock)]
    ]


def by_group(unit: counted.Unit) -> tuple[Share, ...]:
    """Return the doses given there by the target group that was told at the arrival, the largest first."""
    labels = campaigns.target_groups()
    return shares(
        (said(Words(labels[code].label_vi, labels[code].label_en)), doses)
        if code in labels
        else (t("Chưa rõ nhóm", "Group unknown"), doses)
        for code, doses in figures.hide_small_parts(figures.doses_by_group(unit)).items()
    )


def persons_by_age(unit: counted.Unit, own: AgainstList | None) -> list[AgeRow]:
    """Return residents by age band, youngest first; none where their sum is hidden in the table above (`own`)."""
    one_shown, two_shown = (True, True) if own is None else (own.one is not None, own.two is not None)
    return [
        AgeRow(
            words=_years(told.age_band),
            one=told.by_dose_number[1] if one_shown else None,
            two=told.by_dose_number.get(2, 0) if two_shown else None,
        )
        for told in figures.residents_by_age(unit)
        if 1 in told.by_dose_number
    ]


def _years(code: str) -> str:
    band = next((band for band in figures.age_bands() if band.code == code), None)
    if band is None:
        return t("Chưa rõ tuổi", "Age unknown")
    if band.below_years is None:
        return t("từ {n} tuổi", "{n} and older", n=band.from_years)
    return t("{n} – {m} tuổi", "{n} – {m} years", n=band.from_years, m=band.below_years - 1)
