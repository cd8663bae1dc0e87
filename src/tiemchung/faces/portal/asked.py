"""What the address of an open page asks for: the column of table and map, and the clock of the days."""

from __future__ import annotations

from django.http import HttpRequest

from tiemchung.domain.figures import values as counted
from tiemchung.domain.response import queries as response
from tiemchung.faces.portal.measures import Measure, measures
from tiemchung.faces.portal.pages import Column
from tiemchung.faces.portal.units import Here


def columns_of(here: Here) -> dict[Column, Measure]:
    """Return the columns of a page, in their order."""
    return measures(here, due_known=response.counted_at(here.era).due is not None)


def column_of(request: HttpRequest, here: Here) -> Column:
    """Return the column by which the table is sorted; the doses where the address names none."""
    asked = request.GET.get("sort", "")
    return Column(asked) if asked == Column.NAME or asked in columns_of(here) else Column.DOSES


def drawn_by(request: HttpRequest, here: Here) -> Column:
    """Return the column that the map is drawn by: the one the table is sorted by, of a table by name the doses."""
    column = column_of(request, here)
    return Column.DOSES if column is Column.NAME else column


def clock_of(request: HttpRequest) -> counted.Clock:
    """Return the clock by which the days are laid out."""
    return counted.Clock.ENTRY if request.GET.get("clock") == counted.Clock.ENTRY else counted.Clock.DOSE
