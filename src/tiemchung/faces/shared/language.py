"""Which language a request speaks: English when its address begins with /en/, Vietnamese otherwise.

The prefix is taken off before addresses are matched and put back on every address that `reverse` makes, so no face
lists an address twice, a link keeps its reader's language, and nothing is remembered about the reader.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import get_script_prefix, set_script_prefix
from django.utils import translation

from tiemchung.faces.shared.words import DEFAULT

ENGLISH = "/en"


class LanguageMiddleware:
    """Speaks the language that the address asks for, for the length of one request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the address's language and leave the thread as it was found."""
        english = request.path_info == ENGLISH or request.path_info.startswith(f"{ENGLISH}/")
        prefix = get_script_prefix()
        if english:
            request.path_info = request.path_info[len(ENGLISH) :] or "/"
            set_script_prefix(f"{prefix.rstrip('/')}{ENGLISH}/")
        try:
            with translation.override("en" if english else DEFAULT):
                response = self.get_response(request)
        finally:
            set_script_prefix(prefix)
        response.headers.setdefault("Content-Language", "en" if english else DEFAULT)
        return response


def other_language(request: HttpRequest) -> str:
    """Return this very page's address in the other language, with its filters."""
    address = request.get_full_path()
    bare = address.removeprefix(ENGLISH)
    if bare != address and (not bare or bare[0] in "/?"):
        # Two slashes at the beginning would lead to another host.
        return "/" + bare.lstrip("/")
    return f"{ENGLISH}/{address.lstrip('/')}"
