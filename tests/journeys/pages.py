"""Every page of the platform, and in whose browser it is looked at. A route that stands nowhere here fails the house.

Each page is opened by `test_all_pages` in every look, in a world that `worlds` prepares for its face. What
answers a button alone is found by itself; what else is no page stands below, each with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Page(NamedTuple):
    """A page: its route, who looks at it, what fills the route's holes, and what is there once a script has drawn.

    With `send` the page's form of these fields is filled in and sent, and what answers is looked at. A `rare` page is
    looked at in the proofs alone.
    """

    route: str
    who: str = ""
    fills: Mapping[str, str] = {}
    query: str = ""
    ready: str = ""
    status: int = 200
    send: Mapping[str, str] | None = None
    rare: bool = False


def _of(who: str, *pages: Page) -> tuple[Page, ...]:
    """Let one person look at all these."""
    return tuple(page._replace(who=page.who or who) for page in pages)


UNITS = "so-lieu/<str:province>/<str:district>/<str:commune>/"
HCMC, DISTRICT_1, BEN_NGHE = {"province": "79"}, {"district": "760"}, {"commune": "26740"}
PORTAL = (
    Page("", ready=".tc-map a"),
    Page("so-lieu/<str:province>/", fills=HCMC),
    Page("so-lieu/<str:province>/<str:district>/", fills={**HCMC, **DISTRICT_1}),
    Page(UNITS, fills={**HCMC, **DISTRICT_1, **BEN_NGHE}),
    Page("so-lieu/2021/"),
    Page("so-lieu/2025/"),
    Page("so-lieu/2025/<str:province>/", fills=HCMC),
    Page("so-lieu/2025/<str:province>/<str:commune>/", fills={**HCMC, "commune": "26737"}),
    Page("diem-tiem/"),
    Page("diem-tiem/", query="?unit=760"),
    Page("diem-tiem/", query="?q=zzzz"),
    Page("diem-tiem/<str:code>/", fills={"code": "site"}),
    Page("diem-tiem/<str:code>/", fills={"code": "closed"}),
    Page("diem-tiem/<str:code>/", fills={"code": "nowhere"}, status=404),
    Page("phan-anh/"),
    Page("phan-anh/so/"),
    Page("phan-anh/toc-do/"),
    Page("kiem-tra/", ready="[data-says=ready]"),
    Page("chot/to-khai/"),
    Page("chot/to-khai/ma/"),
    Page("demo/outbox"),
    Page("account/login/"),
    Page("account/inactive/"),
    Page("so-suc-khoe/vao/"),
    Page("so-suc-khoe/cho-phep/", status=400),
)
SIGNING_IN = (
    *_of(
        "member",
        Page("account/logout/"),
        Page("account/reauthenticate/"),
        Page("account/password/change/"),
        Page("account/2fa/"),
        Page("account/2fa/reauthenticate/"),
        Page("account/2fa/totp/deactivate/"),
        Page("account/2fa/webauthn/add/"),
        Page("account/2fa/webauthn/reauthenticate/"),
        Page("account/2fa/webauthn/keys/<int:pk>/remove/", fills={"pk": "key"}),
    ),
    Page("account/password/set/", who="newcomer"),
    Page("account/2fa/totp/activate/", who="newcomer"),
    Page("account/2fa/authenticate/", who="halfway"),
)
WAITING, WATCHED = {"visit": "waiting"}, {"visit": "watched"}
CHAIR = (
    *_of(
        "nurse",
        Page("station/"),
        Page("station/arrivals/"),
        Page("station/expected/"),
        Page("station/expected/<uuid:appointment>/"),
        Page("station/present/<uuid:grant>/"),
        Page("station/standby/"),
        Page("station/visits/<uuid:visit>/identity/", fills=WAITING),
        Page("station/visits/<uuid:visit>/screening/", fills={"visit": "arrived"}),
        Page("station/visits/<uuid:visit>/", fills=WAITING),
        Page("station/visits/<uuid:visit>/", fills=WATCHED),
        Page("station/visits/<uuid:visit>/stop/", fills=WAITING),
        Page("station/visits/<uuid:visit>/proofs/", fills=WAITING),
        Page("station/observation/"),
        Page("station/visits/<uuid:visit>/observation/", fills=WATCHED),
        Page("station/visits/<uuid:visit>/observation/", fills={"visit": "reacting"}),
        Page("station/visits/<uuid:visit>/slip/", fills=WATCHED),
        Page("station/visits/<uuid:visit>/mend/", fills=WATCHED),
        Page("station/lead/", status=403),
        Page("station/unlock/"),
        Page("so-suc-khoe/quay/"),
        Page("so-suc-khoe/quay/dang-ky/"),
    ),
    Page("station/", who="recorder"),
    Page("station/visits/<uuid:visit>/", who="recorder", fills=WAITING),
    Page("station/sheet/", who="recorder"),
    Page("station/missing/", who="recorder"),
    Page("station/missing/<uuid:case>/", who="recorder", fills={"case": "missed"}),
    Page("station/slips/", who="recorder"),
    Page("station/lead/", who="lead"),
    Page("station/lead/doses/", who="lead"),
    Page("station/lead/changed/", who="lead"),
    Page("station/lead/devices/", who="lead"),
    Page("station/lead/aside/", who="lead"),
    Page("station/lead/carried/", who="lead"),
    Page("station/lead/sheet/", who="lead"),
    Page("station/standby/", who="lead"),
    Page("station/posts/", who="roaming"),
)
LIST, SESSION = {"identifier": "list"}, {"identifier": "session"}
OFFICE = (
    *_of(
        "ward",
        Page("cong-tac/"),
        Page("cong-tac/xuat/"),
        Page("cong-tac/nhap/"),
        Page("cong-tac/nhap/cot/"),
        Page("cong-tac/nhap/<uuid:identifier>/", fills=LIST),
        Page("cong-tac/buoi/"),
        Page("cong-tac/buoi/<uuid:identifier>/", fills=SESSION),
        Page("cong-tac/buoi/<uuid:identifier>/giay-moi/", fills=SESSION),
        Page("cong-tac/chi-tieu/"),
        Page("cong-tac/doi-chieu/"),
        Page("cong-tac/doi-chieu/thay-doi/"),
        Page("cong-tac/doi-chieu/<uuid:identifier>/", fills={"identifier": "checked"}),
        Page("cong-tac/can-sua/"),
        Page("cong-tac/can-sua/<uuid:identifier>/", fills={"identifier": "case"}),
        Page("cong-tac/can-sua/ghi/"),
        Page("cong-tac/can-sua/hang-loat/", query="?site=79-0012&day=2021-09-13&lot=ABX6412"),
        Page("cong-tac/can-sua/hang-loat/<uuid:identifier>/", fills={"identifier": "repair"}),
    ),
    Page("cong-tac/an-toan/", who="aefi"),
    Page("cong-tac/chi-tieu/", who="aefi"),
)
AREA, AREAS = {"province": "79", "district": "760", "commune": "26734"}, "center/theo-noi/"
CENTER = _of(
    "officer",
    Page("center/", ready="#board"),
    Page("center/su-co/"),
    Page("center/su-co/<uuid:incident>/"),
    Page("center/doi/"),
    Page(AREAS),
    Page(f"{AREAS}<slug:province>/", fills=AREA),
    Page(f"{AREAS}<slug:province>/<slug:district>/", fills=AREA),
    Page(f"{AREAS}<slug:province>/<slug:district>/<slug:commune>/", fills=AREA),
    Page(f"{AREAS}2025/"),
    Page(f"{AREAS}2025/<slug:province>/", fills=AREA),
    Page(f"{AREAS}2025/<slug:province>/<slug:commune>/", fills={**AREA, "commune": "26737"}),
    Page("center/diem/<slug:site>/"),
    Page("center/su-dung/"),
    Page("center/su-dung/<slug:province>/", fills=AREA),
    Page("center/dong-ngay/", query="?loc=tat-ca"),
    Page("center/tong-dai/"),
    Page("center/", who="auditor", ready="#board"),
    Page("cong-tac/can-sua/"),
)
DEPOT = (
    *_of(
        "keeper",
        Page("kho/lo/"),
        Page("kho/<str:site>/"),
        Page("kho/<str:site>/tu/<str:code>/", fills={"code": "fridge"}),
        Page("kho/<str:site>/tu/<str:code>/may-ghi/", fills={"code": "fridge"}),
        Page("kho/<str:site>/nhan/"),
        Page("kho/<str:site>/chuyen/"),
        Page("kho/<str:site>/chuyen/moi/"),
        Page("kho/<str:site>/chuyen/moi/", query="?to=79-0012&product=az&doses=10"),
        Page("kho/<str:site>/chuyen/<uuid:shipment>/"),
        Page("kho/<str:site>/kiem-ke/"),
        Page("kho/<str:site>/lo/", query="?so=ABX7003"),
    ),
    *_of(
        "quality",
        Page("kho/"),
        Page("kho/quyet-dinh/"),
        Page("kho/lo/", query="?so=ABX7003"),
        Page("kho/<str:site>/nhan/"),
    ),
)
CHECKPOINT = (
    Page("chot/", who="scout"),
    Page("chot/", who="guard", ready="[data-scan][data-ready]"),
    Page("chot/diem/", who="ward"),
    Page("chot/vung/", who="planner"),
)
STEPS = ("quan-he", "ten", "ngay-sinh", "gioi-tinh", "giay-to", "noi-o", "xem-lai")
WISHES = ("noi-o", "nhom", "diem", "gio", "xem-lai")
PERSON = "so-suc-khoe/nguoi/<uuid:link>/"
CLAIMED, PROVED = {"link": "claimed"}, {"link": "proved"}
BOOK = (
    Page("so-suc-khoe/", who="newcomer"),
    Page("so-suc-khoe/vao/ma/", who="asked"),
    *_of(
        "citizen",
        Page("so-suc-khoe/tai-khoan/"),
        *(Page("so-suc-khoe/them/<str:step>/", fills={"step": step}) for step in STEPS),
        Page("so-suc-khoe/gia-dinh/"),
        Page("so-suc-khoe/phan-anh/"),
        Page("so-suc-khoe/mo/"),
        Page("so-suc-khoe/mo/dien-thoai/"),
        Page("so-suc-khoe/cho-phep/quyet-dinh/"),
        Page(PERSON, fills=CLAIMED),
        Page(PERSON, fills=PROVED),
        Page(f"{PERSON}mo/", fills=CLAIMED),
        Page(f"{PERSON}bo/", fills=CLAIMED),
        Page(f"{PERSON}ai-xem/", fills=PROVED),
        Page(f"{PERSON}chan/<uuid:other>/", fills=PROVED),
        Page(f"{PERSON}du-lieu/", fills=PROVED),
        Page(f"{PERSON}cho-phep/", fills=PROVED),
        *(Page(f"{PERSON}yeu-cau/<str:about>/", fills={**PROVED, "about": about}) for about in ("sua", "han-che")),
        Page(f"{PERSON}khong-phai-toi/<uuid:dose>/", fills=PROVED),
        Page(f"{PERSON}gop/<uuid:case>/", fills=PROVED),
        Page(f"{PERSON}phan-anh/", fills=PROVED),
        Page(f"{PERSON}ban-in/", fills=PROVED),
        Page(f"{PERSON}chung-nhan/<uuid:paper>/", fills=PROVED),
        Page(f"{PERSON}chung-nhan/<uuid:paper>/ma-song/", fills=PROVED),
        *(Page(f"{PERSON}dang-ky/<str:step>/", fills={"link": "wishing", "step": step}) for step in WISHES),
        *(
            Page(f"{PERSON}dang-ky/{what}/<uuid:registration>/", fills={"link": "wishing"})
            for what in ("xong", "doi", "huy")
        ),
        *(Page(f"{PERSON}hen/<uuid:appointment>/{what}", fills=CLAIMED) for what in ("", "doi/", "huy/")),
        Page(f"{PERSON}ma/", fills=PROVED),
    ),
)  # fmt: skip
PAGES: Mapping[str, tuple[Page, ...]] = {
    "portal": PORTAL,
    "signing_in": SIGNING_IN,
    "chair": CHAIR,
    "office": OFFICE,
    "center": CENTER,
    "depot": DEPOT,
    "checkpoint": CHECKPOINT,
    "book": BOOK,
}
"""The pages of each world."""

MACHINES, FILE, ONWARD, NOTHING = (
    "is asked by programs and answers them",
    "hands over a file or a picture",
    "leads to another page",
    "says that there is nothing here",
)
NO_PAGES: Mapping[str, str] = {
    "account/signup/": NOTHING,
    "account/start/": ONWARD,
    "account/2fa/webauthn/": ONWARD,
    "account/2fa/webauthn/login/": MACHINES,
    "api/devices/": MACHINES,
    "api/devices/enrollments": MACHINES,
    "api/devices/enrollments/<uuidstr:device>": MACHINES,
    "api/devices/nonce": MACHINES,
    "api/devices/openapi.json": MACHINES,
    "api/openapi.json": MACHINES,
    "cong-tac/can-sua/<uuid:identifier>/anh/<uuid:slip>/": FILE,
    "station/missing/<uuid:case>/photos/<uuid:slip>/": FILE,
    "cong-tac/chon/": ONWARD,
    "cong-tac/nhap/mau.<str:kind>": FILE,
    "cong-tac/nhap/<uuid:identifier>/sua-lai.<str:kind>": FILE,
    "demo/clock": MACHINES,
    "demo/logins": ONWARD,
    "fhir/.well-known/smart-configuration": MACHINES,
    "fhir/metadata": MACHINES,
    "healthz": MACHINES,
    "kho/<str:site>/giay-to/<uuid:paper>/": FILE,
    "kiem-tra/ket-qua/": ONWARD,
    "kiem-tra/danh-sach.json": MACHINES,
    "kiem-tra/khoa.json": MACHINES,
    "kiem-tra/nhat-ky.json": MACHINES,
    "kiem-tra/nhat-ky/<uuid:line>/<uuid:certificate>.json": MACHINES,
    "kiem-tra/sw.js": MACHINES,
    "so-suc-khoe/nguoi/<uuid:link>/chung-nhan/<uuid:paper>/ban-in.pdf": FILE,
    "so-suc-khoe/nguoi/<uuid:link>/dang-ky/": ONWARD,
    "so-suc-khoe/nguoi/<uuid:link>/sua/": ONWARD,
    "so-suc-khoe/them/": ONWARD,
    **{
        f"so-lieu/{unit}{file}.csv": FILE
        for unit, table in (
            ("", "tinh"),
            ("2025/", "tinh"),
            ("2025/<str:province>/", "xa"),
            ("2025/<str:province>/<str:commune>/", "diem"),
            ("<str:province>/", "huyen"),
            ("<str:province>/<str:district>/", "xa"),
            ("<str:province>/<str:district>/<str:commune>/", "diem"),
        )
        for file in (table, "ngay")
    },
    "station/slips/<uuid:scan>/": "a slip in hand is typed: its journey looks at it",
    "station/slips/<uuid:scan>/picture/": FILE,
    "station/app/": "it speaks both languages at one address: its own journeys look at it",
    "station/app/manifest.webmanifest": FILE,
    "station/app/reader.js": MACHINES,
    "station/app/sw.js": MACHINES,
    "station/app/communes.json": MACHINES,
    "station/app/rehearsal.json": MACHINES,
    "station/app/words.json": MACHINES,
}
"""Routes that a browser may be sent to and that show no page of ours, with the reason."""
