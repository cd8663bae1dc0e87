"""Every component with the letters that reach highest and lowest: Ẳ rises 1.215 em above the line, ỵ falls 0.24 em below."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.template import engines
from django.test import RequestFactory
from django.utils import translation
from playwright.sync_api import expect

from tests.journeys.conftest import THEMES, OpenPage, Site, check_page, has_letters

LETTERS = "ẲNG ỄNH ỐM ỵ"
RISE_EM, FALL_EM = 1.215, 0.24
"""Measured in the font files; the family itself declares an ascent of 1."""
ADDRESS = "/gallery"

pytestmark = pytest.mark.browser

CLIPPED = """([letters, rise, fall]) => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) if (walker.currentNode.textContent.includes(letters)) texts.push(walker.currentNode);
  for (const text of texts) {
    const holder = text.parentElement;
    if (holder.closest('.tc-skip, .tc-hidden, option')) continue;
    const mark = document.createElement('span');
    mark.style.cssText = 'display:inline-block;width:0;height:0';
    holder.insertBefore(mark, text);
    const line = mark.getBoundingClientRect().bottom;
    mark.remove();
    const size = parseFloat(getComputedStyle(holder).fontSize);
    const top = line - rise * size, bottom = line + fall * size;
    for (let box = holder; box !== document.body; box = box.parentElement) {
      if (getComputedStyle(box).overflowY === 'visible') continue;
      const edge = box.getBoundingClientRect();
      if (top < edge.top - 0.5 || bottom > edge.bottom + 0.5)
        found.push(`${holder.tagName}.${holder.className} cut by ${box.tagName}.${box.className}`);
    }
  }
  return [texts.length, found];
}"""

TIGHT = """letters => [...document.querySelectorAll('main *, header *')]
  .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.includes(letters)))
  .filter(e => parseFloat(getComputedStyle(e).lineHeight) / parseFloat(getComputedStyle(e).fontSize) < 1.4)
  .map(e => `${e.tagName}.${e.className}`)"""

FIELDS = """() => [...document.querySelectorAll('input:not([type=radio]), select, button, .govuk-button')].map(e => {
  const s = getComputedStyle(e);
  return [`${e.tagName}.${e.className}`, e.clientHeight, parseFloat(s.fontSize)];
})"""


COLORS = "each => [getComputedStyle(each).backgroundColor, getComputedStyle(each).color]"


@pytest.fixture
def gallery(site: Site) -> str:
    """Serve the page of all components beside the platform."""
    source = (Path(__file__).parent / "gallery.html").read_text(encoding="utf-8")
    with translation.override("vi"):
        site.extra[ADDRESS] = (
            engines["jinja2"].from_string(source).render({"letters": LETTERS}, RequestFactory().get("/"))
        )
    return ADDRESS


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [320, 1280])
def test_every_component_shows_its_letters_whole_and_is_open_to_everybody(
    open_page: OpenPage, gallery: str, width: int, theme: str
) -> None:
    visit = open_page(width, theme)
    visit.page.goto(gallery)
    has_letters(visit.page)
    written, cut = visit.page.evaluate(CLIPPED, [LETTERS, RISE_EM, FALL_EM])
    assert written > 60
    assert not cut
    tight = visit.page.evaluate(TIGHT, LETTERS)
    assert tight == []
    for name, height, size in visit.page.evaluate(FIELDS):
        assert height >= (RISE_EM + FALL_EM) * size, f"{name} is {height} px high for letters of {size} px"
    check_page(visit, where=f"all components at {width} px, {theme}")


def test_the_check_itself_sees_a_line_that_is_cut(open_page: OpenPage, gallery: str) -> None:
    page = open_page().page
    page.goto(gallery)
    has_letters(page)
    page.evaluate("document.querySelector('.tc-cut').style.cssText = 'padding-top:0;margin:0;line-height:1'")
    _, cut = page.evaluate(CLIPPED, [LETTERS, RISE_EM, FALL_EM])
    assert any("tc-cut" in told for told in cut)


def test_the_check_itself_sees_that_our_letters_are_missing(open_page: OpenPage, gallery: str) -> None:
    visit = open_page()
    visit.page.route("**/*.woff2", lambda route: route.abort())
    visit.page.goto(gallery)
    with pytest.raises(AssertionError, match="has no letters of ours"):
        check_page(visit, where="without its fonts", patience_ms=0)


def test_a_focused_button_keeps_its_ground_and_gets_a_ring(open_page: OpenPage, gallery: str) -> None:
    page = open_page().page
    page.goto(gallery)
    button = page.locator("button.govuk-button:not(.govuk-button--secondary, .govuk-button--warning)").first
    ground, words = button.evaluate(COLORS)
    button.focus()
    expect(button).to_be_focused()
    expect(button).to_have_css("outline-style", "solid")
    expect(button).to_have_css("background-color", ground)
    expect(button).to_have_css("color", words)
