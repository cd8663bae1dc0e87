"""The offline app: a page that is the same for everybody, with all it needs in one versioned piece.

The page knows nobody: it is a device that is enrolled, by its own key, and a person who unlocks it. No cookie is asked for.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache

import msgspec
from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_GET

from tiemchung.faces.shared import assets
from tiemchung.faces.shared.doors import public
from tiemchung.faces.shared.language import ENGLISH
from tiemchung.faces.shared.words import DEFAULT, language, t
from tiemchung.faces.station.app.catalog import catalog
from tiemchung.faces.station.pages.rehearsal import ground
from tiemchung.faces.station.pages.residences import every_commune
from tiemchung.kernel.clock import business_day
from tiemchung.plumbing.time import clock

_OPEN_WHY = "the app's files hold nobody; a device proves itself by its key, a person by their PIN"
_SCRIPT, _STYLES, _WORKER = "station/src/app.tsx", "station/src/station.scss", "station/src/sw.ts"
_READER = "station/src/scan/reader.ts"
_READS_WASM = {"script-src": ["'wasm-unsafe-eval'"], "worker-src": ["'self'"]}
_ICONS = {"192": "shared/icon-192.png", "512": "shared/icon-512.png", "maskable": "shared/icon-maskable-512.png"}
_APPLE = "shared/icon-180.png"
_PAPER, _BAND = "#faf6ee", "#132b4d"
_JAVASCRIPT = "text/javascript; charset=utf-8"
DIGEST_LETTERS = 16
OWN = ("app", "app_words", "app_communes", "app_rehearsal", "app_manifest", "app_reader")
"""The addresses that a version takes home beside its files."""


def beyond_the_center(hub_domain: str) -> dict[str, list[str]]:
    """Return to whom the page may speak beside the center: the hubs of halls, by names under one domain, if there is one."""
    return {"connect-src": [f"https://*.{hub_domain}:*"]} if hub_domain else {}


@public(_OPEN_WHY)
@require_GET
def page(request: HttpRequest) -> HttpResponseBase:
    """Show the app. It has one address, for one service worker keeps it; the language is chosen within."""
    if language() != DEFAULT:
        return redirect(reverse("station:app").removeprefix(ENGLISH))
    return csp_update({**_READS_WASM, **beyond_the_center(settings.TIEMCHUNG_HUB_DOMAIN)})(_shell)(request)


def _shell(request: HttpRequest) -> HttpResponse:
    answer = HttpResponse(_page(request))
    answer["Cache-Control"] = "no-cache"
    return answer


@public(_OPEN_WHY)
@require_GET
def words(_request: HttpRequest) -> HttpResponse:
    """Give the app's sentences in both languages."""
    answer = JsonResponse({key: [told.vi, told.en] for key, told in catalog().items()})
    answer["Cache-Control"] = "no-cache"
    return answer


@public(_OPEN_WHY)
@require_GET
def rehearsal(_request: HttpRequest) -> HttpResponse:
    """Give what a rehearsal stands on: reference data, the same for every site."""
    today = business_day(clock().now())
    answer = HttpResponse(
        msgspec.json.encode({"day": today, **ground(today)}, order="deterministic"), content_type="application/json"
    )
    answer["Cache-Control"] = "no-cache"
    return answer


@public(_OPEN_WHY)
@require_GET
def communes(_request: HttpRequest) -> HttpResponse:
    """Give every commune of the country: who comes from elsewhere lives somewhere too."""
    answer = HttpResponse(every_commune(), content_type="application/json")
    answer["Cache-Control"] = "no-cache"
    return answer


@public(_OPEN_WHY)
@require_GET
def manifest(_request: HttpRequest) -> HttpResponse:
    """Tell a browser how to install the app."""
    home = reverse("station:app")
    icons = [
        {"src": static(path), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for path, size, purpose in [
            (_ICONS["192"], 192, "any"),
            (_ICONS["512"], 512, "any"),
            (_ICONS["maskable"], 512, "maskable"),
        ]
    ]
    told = {
        "id": home,
        "start_url": home,
        "scope": home,
        "name": t("Tiêm Chủng: điểm tiêm", "Tiêm Chủng: vaccination site"),
        "short_name": t("Điểm tiêm", "Station"),
        "lang": language(),
        "display": "standalone",
        "background_color": _PAPER,
        "theme_color": _BAND,
        "icons": icons,
    }
    answer = JsonResponse(told, content_type="application/manifest+json")
    answer["Cache-Control"] = "no-cache"
    return answer


@public(_OPEN_WHY)
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """Serve the service worker with the files of this version; any change in one of them makes another version."""
    built = assets.manifest()
    entry = built.get(_WORKER)
    if entry is None:
        raise Http404
    files = sorted(
        {static(f"build/{file}") for name in (_SCRIPT, _STYLES, _READER) for file in assets.files_of(built, name)}
    )
    own = [reverse(f"station:{name}") for name in OWN]
    drawn = [static(path) for path in [*_ICONS.values(), _APPLE, "shared/mark.svg"]]
    script = (assets.BUILD / entry["file"]).read_text(encoding="utf-8")
    digests = [words_digest(), _ground_digest(), _communes_digest()]
    told = "\n".join([*files, *digests, settings.TIEMCHUNG_HUB_DOMAIN, _page(request), script])
    version = hashlib.sha256(told.encode()).hexdigest()[:DIGEST_LETTERS]
    head = f"self.TIEM_CHUNG = {json.dumps({'version': version, 'files': [*own, *files, *drawn]})};\n"
    answer = HttpResponse(head + script, content_type=_JAVASCRIPT)
    answer["Cache-Control"] = "no-cache"
    return answer


@public(_OPEN_WHY)
@require_GET
@csp_update(_READS_WASM)
def reader(_request: HttpRequest) -> HttpResponse:
    """Serve the reader of codes beside the page: only a script within the app's address is the service worker's to serve."""
    entry = assets.manifest().get(_READER)
    if entry is None:
        raise Http404
    answer = HttpResponse(f"import {json.dumps(static('build/' + entry['file']))};\n", content_type=_JAVASCRIPT)
    answer["Cache-Control"] = "no-cache"
    return answer


def _page(request: HttpRequest) -> str:
    return render_to_string(
        "station/app.html",
        {"script_of": _SCRIPT, "styles_of": _STYLES, "apple": _APPLE, "paper": _PAPER, "band": _BAND},
        request=request,
    )


def _ground_digest() -> str:
    """Return what changes with any rule or form, and not from one day to the next."""
    return hashlib.sha256(msgspec.json.encode(ground(business_day(clock().now())))).hexdigest()


def _communes_digest() -> str:
    """Return what changes with the units, and with the day on which others come into force."""
    return hashlib.sha256(every_commune()).hexdigest()


@cache
def words_digest() -> str:
    """Return what changes with any sentence."""
    told = json.dumps(catalog(), ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()
