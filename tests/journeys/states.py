"""What pages say where there is nothing, where somebody may not look, and to a form that cannot be taken.

Every page of `pages` is opened once more, by whoever it is for, in a world where nothing has happened yet: it is then
empty, or what it is about does not exist. What refuses otherwise stands below by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tests.journeys.pages import PAGES, PERSON, Page

FACES = ("portal", "chair", "office", "center", "depot", "checkpoint", "book")
"""Whose pages have an empty state; signing in has none."""
OTHERWISE: Mapping[str, int] = {
    "diem-tiem/<str:code>/": 404,
}
"""What is about something though no id in its address says so, and what it answers where that does not exist: by its route."""
LEAD_ELSEWHERE = ("so-suc-khoe/vao/ma/", "so-suc-khoe/cho-phep/quyet-dinh/", f"{PERSON}dang-ky/<str:step>/")
"""What leads to the page before it as long as nothing has been asked or answered there."""
NEEDS_SOMETHING = ("", "chot/")
"""Whose script has nothing to draw yet."""


def untouched() -> Iterator[Page]:
    """Yield every page as it is before anything has happened."""
    told = {(page.who, page.route, page.query, *page.fills.values()): page for face in FACES for page in PAGES[face]}
    for page in told.values():
        if page.route in LEAD_ELSEWHERE or page.fills.get("step") == "xem-lai":
            continue
        is_about_something = "<uuid:" in page.route.removeprefix(PERSON)
        status = OTHERWISE.get(page.route, 404 if is_about_something else page.status)
        yield page._replace(status=status, ready="" if page.route in NEEDS_SOMETHING else page.ready)


BEGUN = (
    Page("diem-tiem/<str:code>/", fills={"code": "open"}),
    Page(f"{PERSON}dang-ky/<str:step>/", who="citizen", fills={"link": "claimed", "step": "chien-dich"}),
)
"""What else shows that there is nothing yet."""
NOT_TAKEN = (
    Page("phan-anh/", status=409, send={}),
    Page("phan-anh/so/", send={}),
    Page("phan-anh/so/", send={"number": "7K3MC-9QXDA"}),
    Page("kiem-tra/", status=422, send={}),
    Page("chot/to-khai/", status=422, send={}),
    Page("account/login/", send={"login": "nobody", "password": "x"}),
    Page("so-suc-khoe/vao/", status=422, send={"phone": "12"}),
    Page("so-suc-khoe/mo/", who="citizen", status=422, send={"code": "x", "year": "1900"}),
    Page(f"{PERSON}phan-anh/", who="citizen", fills={"link": "proved"}, status=409, send={}),
    Page("station/arrivals/", who="nurse", status=422, send={"card": ""}),
    Page("station/expected/", who="nurse", send={"reference": "QQQQQQQ"}),
    Page("so-suc-khoe/quay/", who="nurse", status=422, send={"code": "x"}),
    Page("so-suc-khoe/quay/", who="nurse", status=422, send={"phone": "12"}),
    Page("station/sheet/", who="recorder", status=422, send={}),
    Page("station/lead/", who="lead", status=422, send={}),
    Page("station/lead/carried/", who="lead", status=422, send={}),
    Page("station/lead/sheet/", who="lead", status=422, send={}),
    Page("cong-tac/xuat/", who="ward", status=422, send={}),
    Page("cong-tac/nhap/", who="ward", status=422, send={}),
    Page("cong-tac/can-sua/ghi/", who="ward", status=409, send={}),
    Page("center/su-co/", who="officer", status=409, send={}),
    Page("center/doi/", who="officer", status=409, send={}),
    Page("center/tong-dai/", who="officer", status=409, send={}),
    Page("kho/<str:site>/tu/<str:code>/", who="keeper", fills={"code": "fridge"}, status=422, send={}),
    Page("kho/<str:site>/tu/<str:code>/may-ghi/", who="keeper", fills={"code": "fridge"}, status=422, send={}),
    Page("kho/<str:site>/nhan/", who="keeper", status=422, send={}),
    Page("chot/diem/", who="ward", status=409, send={}),
    Page("chot/vung/", who="planner", status=409, send={}),
)
"""Forms sent as they stand, or with what cannot be: each says at its place what is missing, and takes nothing."""
NOT_OPEN = (
    Page("station/", who="guard", status=403),
    Page("station/lead/devices/", who="nurse", status=403),
    Page("cong-tac/", who="nurse", status=403),
    Page("center/", who="nurse", status=403),
    Page("kho/<str:site>/", who="nurse", status=403),
    Page("kho/<str:site>/", who="keeper", fills={"site": "99-9999"}, status=403),
    Page("chot/", who="nurse", status=403),
    Page("chot/vung/", who="ward", status=403),
    Page(PERSON, who="citizen", fills={"link": "anothers"}, status=404),
    Page(PERSON, who="citizen", fills={"link": "nobodys"}, status=404),
)
"""What is there and is not for whoever asks; somebody else's book answers like one that does not exist."""
NOT_THERE = (
    Page("khong-co/", status=404),
    Page("so-lieu/<str:province>/", fills={"province": "00"}, status=404),
    Page("so-suc-khoe/them/<str:step>/", who="citizen", fills={"step": "khong-co"}, status=404),
    Page("center/theo-noi/<slug:province>/", who="officer", fills={"province": "00"}, status=404),
)
EVERY_RUN = (
    Page("phan-anh/", status=409, send={}),
    Page("station/", who="nurse"),
    Page("cong-tac/", who="nurse", status=403),
    Page("khong-co/", status=404),
)
"""One of each kind, and of either side of the house; all others are proofs."""
STATES = (
    *EVERY_RUN,
    *(
        page._replace(rare=True)
        for page in (*untouched(), *BEGUN, *NOT_TAKEN, *NOT_OPEN, *NOT_THERE)
        if page not in EVERY_RUN
    ),
)
