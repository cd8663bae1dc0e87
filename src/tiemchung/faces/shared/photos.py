"""A photo of ours as an answer: opened by itself it is saved, and never shown as a page."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse


def photo_answer(content: bytes, *, name: UUID) -> HttpResponse:
    """Return a JPEG that stands in a page of ours; opened by itself it is saved under this name, and kept nowhere on the way."""
    answer = HttpResponse(content, content_type="image/jpeg")
    answer["Content-Disposition"] = f'attachment; filename="{name}.jpg"'
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
