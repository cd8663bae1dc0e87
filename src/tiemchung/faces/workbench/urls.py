"""Addresses of the workbench. Filters are codes and days; no address holds a person."""

from __future__ import annotations

from django.urls import path

from tiemchung.faces.workbench.views import (
    bulk,
    checking,
    columns,
    complaints,
    goals,
    lists,
    mending,
    news,
    people,
    repairs,
    safety,
    sessions,
    taking,
)

app_name = "workbench"
urlpatterns = [
    path("", people.waiting, name="waiting"),
    path("moi/", people.call, name="call"),
    path("chon/", bulk.preview, name="bulk"),
    path("chon/lam/", bulk.do, name="bulk_do"),
    path("chon/giay-da-phat/", bulk.given_out, name="bulk_given_out"),
    path("xuat/", taking.export, name="export"),
    path("nhap/", lists.bring, name="bring"),
    path("nhap/mau.<str:kind>", lists.template, name="template"),
    path("nhap/cot/", columns.columns, name="columns"),
    path("nhap/<uuid:identifier>/", lists.review, name="review"),
    path("nhap/<uuid:identifier>/luu/", lists.keep, name="keep"),
    path("nhap/<uuid:identifier>/doi-chieu/", checking.send, name="send_list"),
    path("nhap/<uuid:identifier>/huy/", lists.drop, name="drop"),
    path("nhap/<uuid:identifier>/rut-lai/", lists.undo, name="undo"),
    path("nhap/<uuid:identifier>/bo-ra/", lists.take_off, name="take_off"),
    path("nhap/<uuid:identifier>/dong/<int:line>/", lists.settle, name="settle"),
    path("nhap/<uuid:identifier>/sua-lai.<str:kind>", lists.to_mend, name="to_mend"),
    path("buoi/", sessions.index, name="sessions"),
    path("buoi/<uuid:identifier>/", sessions.show, name="session"),
    path("buoi/<uuid:identifier>/viec/", sessions.act, name="session_act"),
    path("buoi/<uuid:identifier>/hen/<uuid:appointment>/", sessions.change, name="appointment"),
    path("buoi/<uuid:identifier>/giay-moi/", sessions.letters, name="letters"),
    path("an-toan/", safety.cases, name="cases"),
    path("can-sua/", mending.queue, name="mending"),
    path("can-sua/<uuid:identifier>/", mending.show, name="case"),
    path("can-sua/ghi/", complaints.write_down, name="complain"),
    path("can-sua/hang-loat/", repairs.index, name="repairs"),
    path("can-sua/hang-loat/<uuid:identifier>/", repairs.show, name="repair"),
    path("can-sua/<uuid:identifier>/anh/<uuid:slip>/", complaints.slip, name="case_slip"),
    path("can-sua/<uuid:identifier>/<slug:what>/", mending.step, name="case_step"),
    path("doi-chieu/", checking.checked, name="checked"),
    path("doi-chieu/thay-doi/", news.told, name="news"),
    path("doi-chieu/thay-doi/ghi/", news.settle, name="settle_news"),
    path("doi-chieu/<uuid:identifier>/", checking.checked_list, name="checked_list"),
    path("doi-chieu/<uuid:identifier>/ky/", checking.sign, name="sign_list"),
    path("doi-chieu/<uuid:identifier>/sua/", checking.correct, name="correct_listed"),
    path("chi-tieu/", goals.progress, name="goals"),
]
