"""Take the guide's pictures from a running demo: `.venv/bin/python tools/pictures.py http://localhost:8000`.

Each picture is what somebody of the demo really sees, a role after the other, so that the guide cannot show what is not
there. Give the demo some minutes first: boards are empty at the start of a day. Needs the packages of the tests and a
Chromium (CHROME, or one on the path). Only `tools/start.py demo` makes such a place; no other is touched.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "images" / "guide"
PHONE, TABLET, DESK = (390, 780), (820, 1000), (1280, 860)
COLORS = (64, 48, 32, 24, 16)
MAX_BYTES = 60_000
NUMBER = "0901 234 567"
CHECKPOINT = "Chợ Tân Phú, cổng chính"
WARD_LIST = """Họ và tên;Ngày sinh;Giới tính;Số giấy tờ;Điện thoại
Lê Thị Hường;09/11/1971;nữ;;0902 118 340
Nguyễn Văn Bé;1958;nam;;
Phạm Hòa Thuận;31/02/1980;nam;;0918 664 205
Võ Thúy Ái;17/08/1992;nữ;07919200341;0977 310 882
Huỳnh Bé Ba;01/01/1949;nữ;;0903 551 218
Đặng Lệ Quyên;25/03/1989;nữ;;0938 220 147
"""


class Camera:
    """A browser on the demo, signed in as one of its people or as nobody."""

    def __init__(
        self, browser: Browser, demo: str, size: tuple[int, int], *, who: str = "", theme: Any = "light"
    ) -> None:
        width, height = size
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=theme, locale="vi-VN", base_url=demo
        )
        self.page: Page = context.new_page()
        if who:
            self.page.goto("/account/login/")
            self.page.locator(f"button[value={who}]").click()
            self.page.wait_for_load_state()

    def take(self, name: str) -> None:
        """Write what is seen as a small picture: few colors are enough for a page."""
        self.page.wait_for_load_state()
        if not self.page.evaluate(
            "document.fonts.ready.then(() => document.fonts.check('16px \"Be Vietnam Pro\"', 'Ẳ'))"
        ):
            message = f"{name}: the page is not dressed. Start the demo again after building the pages' files."
            raise SystemExit(message)
        picture = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
        for colors in COLORS:
            told = io.BytesIO()
            picture.quantize(colors, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
                told, "PNG", optimize=True
            )
            if told.tell() < MAX_BYTES:
                break
        (FOLDER / f"{name}.png").write_bytes(told.getvalue())
        print(f"{name}.png  {told.tell() / 1000:.0f} kB")


def portal(browser: Browser, demo: str) -> None:
    """What everybody sees first."""
    camera = Camera(browser, demo, DESK)
    camera.page.goto("/")
    camera.take("portal")


def citizen(browser: Browser, demo: str) -> None:
    """A citizen with a phone, asked for the code, then with somebody added and with a book that a slip opened."""
    code, year = slip(browser, demo)
    camera = Camera(browser, demo, PHONE)
    page = camera.page
    page.goto("/so-suc-khoe/")
    camera.take("citizen-phone")
    page.get_by_label("Số điện thoại").fill(NUMBER)
    page.get_by_role("button", name="Gửi mã cho tôi").click()
    page.get_by_label("Mã gồm 6 số").wait_for()
    camera.take("citizen-code")
    page.get_by_label("Mã gồm 6 số").fill(digits_sent(browser, demo))
    page.get_by_role("button", name="Mở sổ").click()
    page.wait_for_url(re.compile("/so-suc-khoe/(nguoi/.*)?$"))
    add_her_mother(page)
    camera.take("citizen-claimed")
    page.goto("/so-suc-khoe/mo/")
    page.get_by_label("Mã trên phiếu").fill(code)
    page.get_by_label("Năm sinh của người được tiêm").fill(year)
    page.get_by_role("button", name="Mở sổ").click()
    page.get_by_role("heading", name="Các mũi đã tiêm").wait_for()
    camera.take("citizen-book")
    page.goto(f"{page.url.split('#')[0]}cho-phep/")
    page.get_by_label("Cho nơi nào xem").select_option(index=1)
    for scope in page.get_by_role("group", name="Được xem gì").get_by_role("checkbox").all():
        scope.check()
    page.get_by_role("button", name="Lấy mã cho phép").click()
    page.locator(".tc-desk-code").wait_for()
    camera.take("hospital-code")


def slip(browser: Browser, demo: str) -> tuple[str, str]:
    """Let the nurse give a dose and make the code for the slip; return it with the birth year.

    Who came without a document gets no code, so that the next one is asked.
    """
    page = Camera(browser, demo, TABLET, who="demo-nurse").page
    waiting = [link.get_attribute("href") for link in page.locator("main a[href*='/visits/']").all()]
    for visit in dict.fromkeys(filter(None, waiting)):
        page.goto(visit)
        page.get_by_role("button", name="Đã tiêm mũi").click()
        page.get_by_role("status").wait_for()
        page.goto(f"{visit.rstrip('/')}/slip/")
        if not (makes := page.get_by_role("button", name=re.compile("Làm mã"))).count():
            continue
        makes.click()
        found = re.search(r"\b(19|20)\d\d\b", page.locator(".tc-slip__name + p").inner_text())
        return page.locator(".tc-lead__code").inner_text(), found[0] if found else ""
    raise SystemExit("Nobody waits who showed a document. Try again in a moment.")


def digits_sent(browser: Browser, demo: str) -> str:
    """Return the six digits that the demo's operator sent last to the number; a message takes a moment."""
    page = Camera(browser, demo, DESK).page
    for _ in range(30):
        page.goto(f"/demo/outbox?to={NUMBER.replace(' ', '')}")
        if found := re.search(r"\b\d{6}\b", page.locator("main").inner_text().replace(NUMBER, "")):
            return found[0]
        page.wait_for_timeout(1000)
    raise SystemExit("No code came to the demo's outbox.")


def add_her_mother(page: Page) -> None:
    """Answer the pages that add somebody, one question a page."""
    page.goto("/so-suc-khoe/them/")
    page.get_by_label("Cho người tôi giúp").check()
    page.get_by_label("Người lớn mà tôi giúp đã đồng ý").check()
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_label("Họ và tên").fill("Trần Thị Tư")
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_label("Năm").fill("1952")
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_label("Nữ").check()
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("button", name="Người đó không có giấy tờ").click()
    for place in ("Thành phố Hồ Chí Minh", "Quận 7", "Phường Tân Phú"):
        page.locator("#unit").select_option(label=place)
        page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("button", name="Ghi vào sổ").click()
    page.get_by_role("heading", name="Mở sổ của Trần Thị Tư").wait_for()


def nurse(browser: Browser, demo: str) -> None:
    """The chair, from the list to the observation board."""
    camera = Camera(browser, demo, TABLET, who="demo-nurse")
    page = camera.page
    camera.take("nurse-list")
    page.locator("main a[href*='/visits/']").first.click()
    camera.take("nurse-dose")
    page.locator("button.tc-button--confirm, form button").last.scroll_into_view_if_needed()
    page.get_by_role("button", name="Đã tiêm mũi").click()
    page.get_by_role("link", name="Theo dõi").first.click()
    camera.take("nurse-board")


def recorder(browser: Browser, demo: str) -> None:
    """A recorder at the chair, who says whose dose it was."""
    camera = Camera(browser, demo, TABLET, who="demo-recorder")
    page = camera.page
    page.locator("main a[href*='/visits/']").first.click()
    page.get_by_label("Ai đã tiêm?").scroll_into_view_if_needed()
    camera.take("recorder-who")


def lead(browser: Browser, demo: str) -> None:
    """The page on which a day is closed."""
    Camera(browser, demo, TABLET, who="demo-lead").take("lead-day")


def ward(browser: Browser, demo: str) -> None:
    """A list that the ward's officer brings, row by row with its answer; it is thrown away afterwards."""
    camera = Camera(browser, demo, DESK, who="demo-ward")
    page = camera.page
    page.goto("/cong-tac/nhap/")
    file: FilePayload = {"name": "to-dan-pho-12.csv", "mimeType": "text/csv", "buffer": WARD_LIST.encode("utf-8-sig")}
    page.locator("input[type=file]").set_input_files([file])
    page.get_by_role("button", name="Đọc tệp").click()
    page.get_by_text("Chưa có gì được lưu").first.wait_for()
    camera.take("ward-list")
    page.get_by_role("button", name="Hủy tệp này").click()


def planner(browser: Browser, demo: str) -> None:
    """A session of the day: its hours and who is called."""
    camera = Camera(browser, demo, DESK, who="demo-planner")
    page = camera.page
    page.get_by_role("link", name="Buổi tiêm", exact=True).click()
    page.get_by_role("row").filter(has_text="Đang mở").get_by_role("link").first.click()
    page.get_by_role("heading", name="Khung giờ").wait_for()
    camera.take("planner-session")


def aefi(browser: Browser, demo: str) -> None:
    """What went wrong after doses, at the sites of whoever follows it up."""
    Camera(browser, demo, DESK, who="demo-aefi").take("aefi-list")


def keeper(browser: Browser, demo: str) -> None:
    """The city's store."""
    Camera(browser, demo, DESK, who="demo-keeper").take("depot-store")


def officer(browser: Browser, demo: str) -> None:
    """The night's board."""
    Camera(browser, demo, DESK, who="demo-officer", theme="dark").take("center-board")


def quality(browser: Browser, demo: str) -> None:
    """What whoever judges quality sees first: the stores, and what waits for a second person."""
    Camera(browser, demo, DESK, who="demo-quality").take("quality-stores")


def auditor(browser: Browser, demo: str) -> None:
    """An incident with each of its steps, as somebody sees it who may look at everything and change nothing."""
    camera = Camera(browser, demo, DESK, who="demo-auditor")
    camera.page.goto("/center/su-co/")
    camera.page.locator("main a[href*='/center/su-co/']").first.click()
    camera.take("auditor-incident")


def verifier(browser: Browser, demo: str) -> None:
    """The page that anybody opens to check a certificate, and what it says of a text that is none."""
    camera = Camera(browser, demo, PHONE)
    page = camera.page
    page.goto("/kiem-tra/")
    page.locator("[data-says=ready]").wait_for()
    page.locator("#text").fill("HC1:KHONG PHAI CHUNG NHAN")
    page.get_by_role("button", name="Kiểm tra", exact=True).click()
    page.locator("dialog[open]").wait_for()
    camera.take("verifier-verdict")


def gate(browser: Browser, demo: str) -> None:
    """A traveler's code, and the verdict about it at a checkpoint that the ward has enrolled."""
    camera = Camera(browser, demo, PHONE)
    page = camera.page
    page.goto("/chot/to-khai/")
    page.get_by_label("Họ và tên").fill("Nguyễn Thị Đào")
    page.get_by_label("Năm sinh").fill("1987")
    page.get_by_label("Đi từ").select_option("79")
    page.get_by_label("Đến tỉnh").select_option("77")
    page.get_by_role("button", name="Lấy mã").click()
    page.get_by_text("Mã sống").wait_for()
    camera.take("traveler-code")
    text = page.locator("[data-text]").first.get_attribute("data-text") or ""
    office = Camera(browser, demo, DESK, who="demo-ward").page
    office.goto("/chot/diem/")
    if not office.get_by_text(CHECKPOINT).count():
        office.get_by_label("Tên nơi kiểm tra").fill(CHECKPOINT)
        office.get_by_role("button", name="Ghi chốt").click()
        office.get_by_text(CHECKPOINT).first.wait_for()
    roadside = Camera(browser, demo, PHONE, who="demo-checkpoint")
    roadside.page.goto("/chot/")
    if roadside.page.get_by_role("button", name=CHECKPOINT).count():
        roadside.page.get_by_role("button", name=CHECKPOINT).click()
    roadside.page.locator("#text").fill(text)
    roadside.page.get_by_role("button", name="Kiểm tra", exact=True).click()
    roadside.page.locator(".tc-verdict h1").wait_for()
    roadside.take("checkpoint-verdict")


ROLES: tuple[Callable[[Browser, str], None], ...] = (
    portal,
    citizen,
    recorder,
    nurse,
    lead,
    ward,
    planner,
    aefi,
    keeper,
    quality,
    officer,
    auditor,
    gate,
    verifier,
)


def main(words: list[str]) -> int:
    """Take every picture, or those of the roles named after the demo's address."""
    if not words:
        print(__doc__)
        return 2
    demo, wanted = words[0].rstrip("/"), set(words[1:])
    chrome = os.environ.get("CHROME") or next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chrome"))))
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chrome, args=["--no-sandbox", "--disable-gpu"])
        for role in ROLES:
            if not wanted or role.__name__ in wanted:
                role(browser, demo)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
