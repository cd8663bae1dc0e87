"""What is answered while the database cannot: come again. Once for every page and every machine."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from tiemchung.faces.shared import failures
from tiemchung.faces.shared.refusals import of_people, problem
from tiemchung.plumbing import database

log = logging.getLogger(__name__)

RETRY_AFTER_S = 2
"""How long whoever asked is told to wait while the database cannot. A habit of ours."""


def busy(error: Exception, *, view: str, page: HttpResponse | None = None) -> HttpResponse:
    """Answer that the database cannot now; without a page, to a machine, which sends again what it still holds.

    What the error says may hold a row: the log gets its name alone, and the view's.
    """
    log.warning("%s could not be answered now: %s", view, type(error).__name__)
    answer = page or problem("busy", HTTPStatus.SERVICE_UNAVAILABLE)
    answer["Retry-After"] = str(RETRY_AFTER_S)
    return answer


class BusyMiddleware:
    """Answers 503 where a view ran out of its transaction's time or lost its database; other faults of ours stay what they are."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Say that it was busy; people, that what they typed is a step back."""
        if not database.is_busy(exception):
            return None
        view = request.resolver_match.view_name if request.resolver_match else request.path_info
        return busy(exception, view=view, page=failures.busy(request) if of_people(request) else None)
