from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings
from django.urls import path, reverse
from django.utils import translation

from tiemchung.faces.shared.language import LanguageMiddleware, other_language
from tiemchung.faces.shared.words import t


def speak(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{t('chào', 'hello')} {request.path_info} {reverse('speak')} {other_language(request)}")


urlpatterns = [path("so-lieu/", speak, name="speak")]


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("/so-lieu/?sort=doses", "chào /so-lieu/ /so-lieu/ /en/so-lieu/?sort=doses"),
        ("/en/so-lieu/?sort=doses", "hello /so-lieu/ /en/so-lieu/ /so-lieu/?sort=doses"),
        ("/en/", "hello / /en/so-lieu/ /"),
        ("/en", "hello / /en/so-lieu/ /"),
        ("/endemic/", "chào /endemic/ /so-lieu/ /en/endemic/"),
    ],
)
@override_settings(ROOT_URLCONF=__name__)
def test_the_address_says_which_language_and_links_keep_it(asked: str, answered: str) -> None:
    response = LanguageMiddleware(speak)(RequestFactory().get(asked))
    assert response.content.decode() == answered


@override_settings(ROOT_URLCONF=__name__)
def test_one_english_request_leaves_no_english_behind() -> None:
    def fail(_request: HttpRequest) -> HttpResponse:
        raise RuntimeError

    with translation.override("vi"):
        with pytest.raises(RuntimeError):
            LanguageMiddleware(fail)(RequestFactory().get("/en/so-lieu/"))
        assert reverse("speak") == "/so-lieu/"
        assert t("chào", "hello") == "chào"
