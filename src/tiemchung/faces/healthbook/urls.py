"""The addresses of the book, in Vietnamese without marks."""

from __future__ import annotations

from django.urls import path

from tiemchung.faces.healthbook.views import (
    account,
    allowing,
    book,
    called,
    desk,
    family,
    own,
    papers,
    present,
    proving,
    registering,
    signing,
)

app_name = "healthbook"

urlpatterns = [
    path("", book.home, name="home"),
    path("vao/", signing.phone, name="phone"),
    path("vao/ma/", signing.code, name="code"),
    path("vao/gui-lai/", signing.again, name="again"),
    path("ra/", account.leave, name="leave"),
    path("cho-phep/", allowing.asked, name="asked"),
    path("cho-phep/quyet-dinh/", allowing.decide, name="decide"),
    path("tai-khoan/", account.show, name="account"),
    path("tai-khoan/ra-het/", account.leave_everywhere, name="leave-everywhere"),
    path("them/", family.begin, name="add"),
    path("them/<str:step>/", family.step, name="add-step"),
    path("gia-dinh/", family.people, name="people"),
    path("mo/", proving.by_slip, name="slip"),
    path("mo/dien-thoai/", proving.by_phone, name="by-phone"),
    path("nguoi/<uuid:link>/", book.person, name="person"),
    path("nguoi/<uuid:link>/mo/", proving.ways, name="prove"),
    path("nguoi/<uuid:link>/quay/", proving.at_desk, name="at-desk"),
    path("nguoi/<uuid:link>/bo/", family.remove, name="remove"),
    path("nguoi/<uuid:link>/ai-xem/", own.who_looked, name="who-looked"),
    path("nguoi/<uuid:link>/chan/<uuid:other>/", own.shut_out, name="shut-out"),
    path("nguoi/<uuid:link>/du-lieu/", own.data, name="data"),
    path("nguoi/<uuid:link>/cho-phep/", allowing.allowed, name="allowed"),
    path("nguoi/<uuid:link>/cho-phep/<uuid:consent>/thoi/", allowing.withdraw, name="withdraw"),
    path("nguoi/<uuid:link>/yeu-cau/<str:about>/", own.ask, name="ask"),
    path("nguoi/<uuid:link>/khong-phai-toi/<uuid:dose>/", own.not_me, name="not-me"),
    path("nguoi/<uuid:link>/tai-ve.json", own.copy_json, name="copy-json"),
    path("nguoi/<uuid:link>/ban-in/", own.copy_page, name="copy-page"),
    path("nguoi/<uuid:link>/chung-nhan/<uuid:paper>/", papers.show, name="paper"),
    path("nguoi/<uuid:link>/chung-nhan/<uuid:paper>/ma-song/", papers.live, name="paper-live"),
    path("ma-song/", papers.turn, name="paper-turn"),
    path("nguoi/<uuid:link>/chung-nhan/<uuid:paper>/ban-in.pdf", papers.print_out, name="paper-pdf"),
    path("nguoi/<uuid:link>/dang-ky/", registering.begin, name="register"),
    path("nguoi/<uuid:link>/dang-ky/xong/<uuid:registration>/", registering.done, name="register-done"),
    path("nguoi/<uuid:link>/dang-ky/doi/<uuid:registration>/", registering.change, name="register-change"),
    path("nguoi/<uuid:link>/dang-ky/huy/<uuid:registration>/", registering.cancel, name="register-cancel"),
    path("nguoi/<uuid:link>/dang-ky/<str:step>/", registering.step, name="register-step"),
    path("nguoi/<uuid:link>/hen/<uuid:appointment>/", called.show, name="called"),
    path("nguoi/<uuid:link>/hen/<uuid:appointment>/doi/", called.move, name="called-move"),
    path("nguoi/<uuid:link>/hen/<uuid:appointment>/huy/", called.cancel, name="called-cancel"),
    path("nguoi/<uuid:link>/ma/", present.show, name="present"),
    path("nguoi/<uuid:link>/ma/hinh/", present.picture, name="present-picture"),
    path("quay/", desk.claims, name="desk"),
    path("quay/gui-ma/", desk.allow_codes, name="desk-codes"),
    path("quay/dang-ky/", desk.register, name="desk-register"),
]
