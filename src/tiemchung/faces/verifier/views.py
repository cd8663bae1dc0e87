"""Anybody checks a certificate: in the browser, without a network too, or by a form that the server answers.

Nothing is stored: no view here writes, and what somebody showed travels in a request's body alone.
"""

from __future__ import annotations

import json
from uuid import UUID

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import Http404
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from tiemchung.domain.certificates import actions, queries
from tiemchung.domain.certificates.values import Kind
from tiemchung.faces.shared import assets, verdicts
from tiemchung.faces.shared.doors import public
from tiemchung.faces.shared.verdicts import VerdictShown
from tiemchung.faces.shared.words import said, t
from tiemchung.faces.verifier.lists import published
from tiemchung.plumbing.time import clock

MOST_LETTERS = 12_000
"""Longer than any QR code; the engine has the same bound."""
_READS_WASM = csp_update({"script-src": ["'wasm-unsafe-eval'"]})
_OFFLINE = ("src/verifier.ts", "src/page.ts", "src/styles/base.scss")


@public("whoever is shown a certificate may check it")
@require_GET
@_READS_WASM
def home(request: HttpRequest) -> HttpResponse:
    """Show camera, picture and text."""
    return _home(request)


def _home(request: HttpRequest, *, wrong: str = "", status: int = 200) -> HttpResponse:
    context = {
        "most": MOST_LETTERS,
        "wrong": wrong,
        "blanks": [
            VerdictShown(tone=word.value, word=said(words), why="", name="", facts=[], advice=[])
            for word, words in verdicts.WORDS.items()
        ],
        "sentences": verdicts.for_script(),
        "list_key": actions.list_key(),
    }
    return render(request, "verifier/home.html", context, status=status)


@public("the same check, for a browser without a script or a pass whose key is in no list")
@csrf_exempt  # writes nothing and asks for no session: machines call it too
@never_cache
@require_http_methods(["GET", "POST"])
@_READS_WASM
def check(request: HttpRequest) -> HttpResponse:
    """Judge a text, and forget it. A script asks for JSON: the verdict about a pass, whose key it cannot know."""
    if request.method == "GET":
        return redirect("verifier:home")
    text = request.POST.get("text", "")[: MOST_LETTERS + 1]
    if not text.strip():
        return _home(request, wrong=t("Dán chữ của mã QR vào ô này.", "Paste the QR code's text here."), status=422)
    now = clock().now()
    verdict = actions.verify(text, now=now)
    if not request.accepts("text/html"):
        return JsonResponse(
            {"word": verdict.word, "why": verdict.why, "shown": _plain(verdicts.shown(verdict, now=now))}
        )
    return render(request, "verifier/verdict.html", {"verdict": verdicts.shown(verdict, now=now), "now": now})


def _plain(shown: VerdictShown) -> dict[str, object]:
    return {"tone": shown.tone, "why": shown.why, "name": shown.name, "facts": shown.facts, "advice": shown.advice}


@public("keys and revoked hashes are published: no person is in them")
@require_GET
def lists(_request: HttpRequest) -> HttpResponse:
    """Publish the trusted keys of certificates, never the pass's, and the revoked hashes."""
    now = clock().now()
    document = published(queries.trust_list(kinds=[Kind.CERTIFICATE], now=now), queries.revocations(now=now), now=now)
    answer = JsonResponse(actions.signed(document, kind=actions.LISTS))
    answer["Cache-Control"] = "public, max-age=60"
    return answer


@public("the log of signatures is published: roots of trees, and nothing else")
@require_GET
def log(request: HttpRequest) -> HttpResponse:
    """Publish lines of the transparency log, the oldest first; page by `after`, the last line's id."""
    try:
        after = UUID(request.GET["after"]) if "after" in request.GET else None
    except ValueError as error:
        raise Http404 from error
    lines = [
        {
            "id": str(line.id),
            "at": line.at.isoformat(),
            "what": line.what,
            "leaves": line.leaves,
            "root": line.root.hex(),
            "previous": line.previous.hex(),
            "head": line.head.hex(),
        }
        for line in queries.log_lines(after=after)
    ]
    document = {"as_of": int(clock().now().timestamp()), "lines": lines}
    return JsonResponse(actions.signed(document, kind=actions.LOG))


@public("a proof of hashes; whoever asks knows the certificate's and the line's random ids")
@require_GET
def proof(_request: HttpRequest, line: UUID, certificate: UUID) -> HttpResponse:
    """Prove that a certificate stands in a line of the log: its leaf and the neighbors up to that line's root."""
    found = queries.inclusion_of(certificate, line=line)
    if found is None:
        raise Http404
    return JsonResponse(
        {
            "line": str(line),
            "leaf": found.leaf.hex(),
            "index": found.index,
            "count": found.count,
            "path": [neighbor.hex() for neighbor in found.path],
        }
    )


@public("the public key by which lists and log can be checked")
@require_GET
def key(_request: HttpRequest) -> HttpResponse:
    """Publish the key under which lists and log are signed."""
    return JsonResponse(actions.list_key())


@public("the script that keeps the check working without a network")
@require_GET
def worker(_request: HttpRequest) -> HttpResponse:
    """Serve the service worker from the address whose pages it keeps, with the list of files it takes home."""
    built = assets.manifest()
    entry = built.get("src/offline.ts")
    if entry is None:
        raise Http404
    files = sorted({static(f"build/{file}") for name in _OFFLINE for file in assets.files_of(built, name)})
    head = f"self.TIEM_CHUNG = {json.dumps({'files': files})};\n"
    source = (assets.BUILD / entry["file"]).read_text(encoding="utf-8")
    answer = HttpResponse(head + source, content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer
