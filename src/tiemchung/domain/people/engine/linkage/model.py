"""The model: how much each agreement and each difference says, by Fellegi and Sunter.

Every figure is set by hand and OURS; none is trained, so that the same rows give the same pairs, whatever a day's noise.
`m` is how often a level is met where two rows are one person, `u` how often where they are two. What two rows of a nation
have in common by chance cannot be learned from those that stand in one block, least of all for numbers and phones; how
common a name is, the rows tell themselves (term frequencies).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_EXACT_BIRTHS: Final = 25_000
"""Days on which the living were born, each about as likely as the others."""


def _level(label: str, sql: str, m: float, u: float, **more: object) -> dict[str, Any]:
    return {"sql_condition": sql, "label_for_charts": label, "m_probability": m, "u_probability": u, **more}


def _null(sql: str) -> dict[str, Any]:
    return {"sql_condition": sql, "label_for_charts": "not told", "is_null_level": True}


def _frequency(column: str, least: float) -> dict[str, Any]:
    return {
        "tf_adjustment_column": column,
        "tf_adjustment_weight": 1.0,
        "tf_minimum_u_value": least,
        "disable_tf_exact_match_detection": True,
    }


# Of numbers and phones by hand: among two persons of a nation the same one is a slip, a household or a shared card.
_NUMBER: Final = {
    "output_column_name": "number",
    "comparison_levels": [
        _level("a number agrees", "list_has_any(numbers_l, numbers_r)", 0.90, 1e-7),
        _null("len(personal_l) = 0 or len(personal_r) = 0"),
        _level("personal numbers differ", "ELSE", 0.10, 0.999_999),
    ],
}
_PHONE: Final = {
    "output_column_name": "phone",
    "comparison_levels": [
        _null("len(phones_l) = 0 or len(phones_r) = 0"),
        _level("a phone agrees", "list_has_any(phones_l, phones_r)", 0.70, 3e-6),
        _level("phones differ", "ELSE", 0.30, 0.999_997),
    ],
}
_NAME: Final = {
    "output_column_name": "name",
    "comparison_levels": [
        _null("tokens_l is null or tokens_r is null"),
        _level(
            "name, marks as far as told",
            "tokens_l = tokens_r and (marked_l is null or marked_r is null or marked_l = marked_r)",
            0.83,
            1e-4,
            **_frequency("tokens", 1e-6),
        ),
        _level("name, other marks", "tokens_l = tokens_r", 0.005, 4e-5),
        _level(
            "family and middle name",
            "stem_l = stem_r",
            0.10,
            0.02,
            **_frequency("stem", 1e-4),
        ),
        _level("family and given name", "family_l = family_r and given_l = given_r", 0.03, 0.003),
        _level("given name", "given_l = given_r", 0.010, 0.012),
        _level("another name", "ELSE", 0.025, 0.965),
    ],
}
_BORN: Final = {
    "output_column_name": "born",
    "comparison_levels": [
        _null("year_l is null or year_r is null"),
        _level("day", "born_l = born_r", 0.80, 1 / _EXACT_BIRTHS),
        _level("year, the day not known", "(born_l is null or born_r is null) and year_l = year_r", 0.08, 0.004),
        _level("day and month swapped", "swapped_l = born_r", 0.02, 0.4 / _EXACT_BIRTHS),
        _level(
            "day and month, the year next to it",
            "within_year_l = within_year_r and abs(year_l - year_r) = 1",
            0.05,
            2 / _EXACT_BIRTHS,
        ),
        _level("one digit of the date", "damerau_levenshtein(day_l, day_r) = 1", 0.02, 0.001),
        _level("year alone", "year_l = year_r", 0.01, 0.012),
        _level("another birth", "ELSE", 0.02, 0.98),
    ],
}
_SEX: Final = {
    "output_column_name": "sex",
    "comparison_levels": [
        _null("sex_l is null or sex_r is null"),
        _level("sex", "sex_l = sex_r", 0.985, 0.5),
        _level("another sex", "ELSE", 0.015, 0.5),
    ],
}
_HOME: Final = {
    "output_column_name": "home",
    "comparison_levels": [
        _null("commune_l is null or commune_r is null"),
        _level("commune", "commune_l = commune_r", 0.85, 0.004, **_frequency("commune", 1e-4)),
        _level("another commune", "ELSE", 0.15, 0.996),
    ],
}
CERTAIN: Final = (
    "list_has_any(l.numbers, r.numbers) "
    "and (len(l.personal) = 0 or len(r.personal) = 0 or list_has_any(l.personal, r.personal)) "
    "and l.tokens = r.tokens and (l.marked is null or r.marked is null or l.marked = r.marked) "
    "and l.year = r.year and (l.born is null or r.born is null or l.born = r.born) "
    "and (l.sex is null or r.sex is null or l.sex = r.sex)"
)
"""An identity number agrees, name and birth do as far as they are told, and neither sex nor another number contradicts."""

STRANGERS: Final = (
    "not list_has_any(l.numbers, r.numbers) and l.given <> r.given and l.year <> r.year "
    "and coalesce(damerau_levenshtein(l.day, r.day) > 1, true) "
    "and not (abs(l.year - r.year) = 1 and coalesce(l.within_year = r.within_year, true))"
)
"""Another given name and another birth, by no slip of the pen, and no number in common: whoever shares a phone, a family name and
a home like that is a relative. Fellegi and Sunter's sum takes these three for independent and calls a household one person."""

# A Vietnamese given name is the last word. Each rule names what the slips of the other fields leave standing.
_BLOCKS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("l.tokens = r.tokens and l.year = r.year", ()),
    ("l.tokens = r.tokens and l.commune = r.commune", ()),
    ("l.tokens = r.tokens and l.within_year = r.within_year", ()),
    ("l.born = r.born and l.commune = r.commune", ()),
    ("l.born = r.born and l.stem = r.stem", ()),
    ("l.born = r.born and l.given = r.given and l.family = r.family", ()),
    ("l.phones = r.phones", ("phones",)),
    ("l.numbers = r.numbers", ("numbers",)),
)
COMPARISONS: Final[tuple[Mapping[str, Any], ...]] = (_NUMBER, _PHONE, _NAME, _BORN, _SEX, _HOME)


def settings(*, chance: float) -> Mapping[str, Any]:
    """Return Splink's settings; `chance` is how likely two rows drawn at random are one person."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "place",
        "probability_two_random_records_match": chance,
        "comparisons": list(COMPARISONS),
        "blocking_rules_to_generate_predictions": [
            {
                "blocking_rule": f"{rule} and (l.fresh or r.fresh)",
                "sql_dialect": "duckdb",
                "arrays_to_explode": list(explode) or None,
            }
            for rule, explode in _BLOCKS
        ],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
    }
