"""The templates' environment: what every template of every face may say without being handed it."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import Resolver404, resolve, reverse
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, Undefined, UndefinedError

from tiemchung.faces.shared import assets, drawings, numbers, words
from tiemchung.faces.shared.doors import in_demo
from tiemchung.faces.shared.language import other_language
from tiemchung.kernel.clock import business_day


class NeverPrinted(Undefined):
    """A name that nobody handed over: it may be asked about, as the library's macros do, but never reaches a page."""

    def __str__(self) -> str:
        """Refuse, unless it is the silent half of an inline condition."""
        if self._undefined_name is None:
            return ""
        raise UndefinedError(self._undefined_message)


def environment(**options: Any) -> Environment:
    """Return Jinja2 as our pages use it: unknown names fail loudly, with the words, numbers and drawings at hand.

    The macros of govuk-frontend-jinja are found under their own name, as in
    ``{% from "govuk_frontend_jinja/components/button/macro.html" import govukButton %}``.
    """
    library = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    options["loader"] = ChoiceLoader([options["loader"], library])
    options["undefined"] = NeverPrinted
    options["trim_blocks"] = options["lstrip_blocks"] = True
    found = Environment(**options)  # noqa: S701 - Django's backend passes autoescape=True
    found.globals.update(
        t=words.t,
        said=words.said,
        language=words.language,
        in_demo=in_demo,
        other_language=other_language,
        url=_url,
        first_page=_first_page,
        listed_on=_listed_on,
        home=_home,
        static=static,
        stylesheet=assets.stylesheet,
        script=assets.script,
        icon=drawings.icon,
        shape=drawings.shape,
        strong=words.strong,
        link=words.link,
    )
    found.filters.update(
        number=numbers.number,
        axis_number=numbers.axis_number,
        local_day=business_day,
        short_number=numbers.short_number,
        percent=numbers.percent,
        with_unit=numbers.with_unit,
        day=numbers.day,
        short_day=numbers.short_day,
        weekday=numbers.weekday,
        time=numbers.time,
        moment=numbers.moment,
        clock_time=numbers.clock_time,
        seconds=numbers.seconds,
        duration=numbers.duration,
    )
    return found


def _url(name: str, /, *args: object, **kwargs: object) -> str:
    return reverse(name, args=args or None, kwargs=kwargs or None)


FIRST_PAGES = {
    "station": "station:today",
    "cong-tac": "workbench:waiting",
    "center": "center:board",
    "kho": "depot:home",
    "chot": "checkpoint:home",
    "so-suc-khoe": "healthbook:home",
}
"""Where each face begins, by the first word of its addresses."""


def _first_page(request: HttpRequest) -> str:
    """Return where the face begins in which somebody got stuck; the portal if it was there."""
    begins = FIRST_PAGES.get(request.path_info.strip("/").partition("/")[0])
    address = reverse(begins) if begins else _home()
    return _home() if address == request.path else address


BY_ITS_ID = re.compile(r"^(?P<list>.+?/)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/")


def _listed_on(request: HttpRequest) -> str:
    """Return the page that lists what is asked for by its id, as its address says; nothing if there is none."""
    found = BY_ITS_ID.match(request.path_info)
    if found is None:
        return ""
    try:
        page = resolve(found["list"])
    except Resolver404:
        return ""
    return reverse(page.view_name, args=page.args, kwargs=page.kwargs)


def _home() -> str:
    return reverse("portal:home")
