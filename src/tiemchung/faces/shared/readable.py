"""What no text of ours can hold is turned away at the door, once for every page: a NUL in an address, a filter or a form."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

NUL = "\0"
MACHINES = ("/api/", "/fhir/")
"""Doors of machines say what is wrong in documents of their own."""
_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


class ReadableMiddleware:
    """Answers 400 to a request with a NUL in its address, its query or a field of its form: PostgreSQL stores none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, unless the request holds a NUL."""
        if not request.path_info.startswith(MACHINES) and (
            NUL in request.path_info or _holds_nul(request.GET.lists()) or _form_holds_nul(request)
        ):
            raise BadRequest("a NUL character")
        return self.get_response(request)


def _form_holds_nul(request: HttpRequest) -> bool:
    return request.method == "POST" and request.content_type in _FORMS and _holds_nul(request.POST.lists())


def _holds_nul(fields: Iterable[tuple[str, list[str]]]) -> bool:
    return any(NUL in name or any(NUL in value for value in values) for name, values in fields)
