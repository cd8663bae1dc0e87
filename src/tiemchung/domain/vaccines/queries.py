"""Asking for the rule book, kept in memory. Nothing here is about a person."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date

from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Era, Level
from tiemchung.domain.vaccines import engine, models, rules
from tiemchung.domain.vaccines.rules import due
from tiemchung.domain.vaccines.rules.forecast import forecast
from tiemchung.domain.vaccines.values import Ahead, Product, Proposed, RuleBook, Trace
from tiemchung.kernel.finding import Finding
from tiemchung.plumbing.reference import Remembered
from tiemchung.plumbing.rows import SourceRow


def rule_book(on: date) -> RuleBook:
    """Return the newest edition of the rule book as known on a day: rules that began later are not in it."""
    return BOOK.get().known_on(on)


def rule_book_of(version: int) -> RuleBook:
    """Return the edition that once gave a finding, whole; raises LookupError if there never was one."""
    files = models.Edition.objects.filter(version=version).values_list("files", flat=True).first()
    if files is None:
        raise LookupError(f"there is no edition {version} of the rule book")
    return _book(version, files)


def judged(doses: Sequence[Proposed], *, on: date) -> list[list[Finding]]:
    """Return what the book as known on a day finds in each of these doses, given or only intended."""
    return rules.judge(doses, rule_book(on))


def traced(dose: Proposed, *, version: int) -> Trace:
    """Tell a reader how an edition judges a dose: which rule, which wait, which source."""
    return rules.trace(dose, rule_book_of(version))


def due_expression(product: str, *, on: date) -> str:
    """Return as an SQL expression who is due for a product on a day; its columns are told by `rules.due.expression`."""
    return due.expression(product, on, rule_book(on))


def shortest_wait(product: str, *, on: date) -> int:
    """Return how many days everybody waits at least, after a dose of whatever vaccine, before this product is due on a day."""
    return due.shortest_wait(product, on, rule_book(on))


def earliest_on(dose: Proposed) -> date | None:
    """Return the first day from `given_on` on which the person is due for this product; None if waiting does not help."""
    return due.earliest(dose, BOOK.get().whole)


def ahead(known: Proposed) -> list[Ahead]:
    """Return the next dose of somebody by the book as known on the day told, which is today; its product counts for nothing."""
    return forecast(known, rule_book(known.given_on))


def products() -> Mapping[str, Product]:
    """Return the products of the newest edition by code."""
    return BOOK.get().whole.products


class _Book:
    """One edition with what was known of it between its turning days, each made once."""

    def __init__(self, whole: RuleBook) -> None:
        self.whole = whole
        self._turns = engine.turning_days(whole)
        self._known: dict[int, RuleBook] = {len(self._turns): whole}

    def known_on(self, day: date) -> RuleBook:
        turns = bisect_right(self._turns, day)
        if turns not in self._known:
            self._known[turns] = engine.as_known_on(self.whole, day)
        return self._known[turns]


def _read() -> _Book:
    edition = models.Edition.objects.order_by("-version").first()
    if edition is None:
        raise LookupError("no rule book is loaded: run `tiemchung load reference`")
    return _Book(_book(edition.version, edition.files))


def _book(version: int, files: Mapping[str, list[tuple[int, dict[str, str]]]]) -> RuleBook:
    rows = {
        name: [SourceRow(file=name, line=line, cells=cells) for line, cells in lines] for name, lines in files.items()
    }
    provinces = [unit.code for unit in places.units_of(Era.Y2021, Level.PROVINCE)]
    return engine.read_book(version, rows, provinces)


def _newest_version() -> int | None:
    return models.Edition.objects.order_by("-version").values_list("version", flat=True).first()


BOOK = Remembered(_read, edition=_newest_version)
"""The rule book of this process's memory; an action that loads another lets go of it."""
