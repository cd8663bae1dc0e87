"""The web process's doors: what the server calls for every request."""

from __future__ import annotations

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tiemchung.project.settings")

from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import resolve, reverse

from tiemchung.faces.shared.language import LanguageMiddleware


class BatchDoor(WSGIHandler):
    """The door for tablets' batches: the same view behind the same guard, without what only pages need.

    Sessions, sign-in, forms' tokens and pages' headers cost a batch some 0.2 ms, of the 6 ms that one of 48 entries takes. Who sends
    is told by the batch's own signature.
    """

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's own signature
        """Put nothing but the language of refusals before the view."""
        del is_async
        view: Any = convert_exception_to_response(resolve(BATCHES).func)
        self._middleware_chain = convert_exception_to_response(LanguageMiddleware(view))


pages = get_wsgi_application()
BATCHES = reverse("devices:batch")
batches = BatchDoor()


def application(environ: dict[str, Any], start_response: Any) -> Any:
    """Answer one request; an answer that is whole goes to the server as its bytes, which costs less than having it drawn."""
    door = batches if environ["PATH_INFO"] == BATCHES else pages
    answer = door(environ, start_response)
    if not isinstance(answer, HttpResponse):
        return answer
    answer.close()
    return [answer.content]
