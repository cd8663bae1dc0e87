"""The pages for what is not there, not allowed, not understood, or our own fault. `project.urls` names them as handlers."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.shortcuts import render

from tiemchung.faces.shared.words import Words

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def _page(request: HttpRequest, *, status: int, title: Words, advice: Words) -> HttpResponse:
    page = {"title": title, "advice": advice, "status": status, "is_staff": _is_staff(request, status)}
    return render(request, "shared/failure.html", page, status=status)


def _is_staff(request: HttpRequest, status: int) -> bool:
    """Tell whether somebody is signed in; from a fault on, nothing more is asked of the database."""
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return hasattr(request, "user") and request.user.is_authenticated
    found = getattr(request, "_cached_user", None)
    return found is not None and found.is_authenticated


def not_understood(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400; to a form that is too long to be read, 413 with what to do."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return _too_much(request)
    return _page(
        request,
        status=400,
        title=Words("Trang không hiểu yêu cầu này", "We could not understand this request"),
        advice=Words("Quay lại trang trước và thử lại.", "Go back to the page before and try again."),
    )


def _too_much(request: HttpRequest) -> HttpResponse:
    return _page(
        request,
        status=413,
        title=Words("Gửi lên dài quá, chưa ghi gì", "This was too long; nothing was recorded"),
        advice=Words(
            "Quay lại: những gì đã gõ vẫn còn. Viết ngắn lại, hoặc danh sách dài thì gửi bằng tệp thay vì dán.",
            "Go back: what you typed is still there. Shorten it, or bring a long list as a file instead of pasting it.",
        ),
    )


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django passes it
    """Answer 403."""
    return _page(
        request,
        status=403,
        title=Words("Bạn chưa được mở trang này", "This page is not open to you"),
        advice=Words(
            "Đăng nhập bằng tài khoản của bạn, hoặc hỏi người quản lý về vai trò.",
            "Sign in with your own account, or ask your manager about your role.",
        ),
    )


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django passes it
    """Answer 403 to a form whose token is missing or no longer holds: nothing of it was taken."""
    return _page(
        request,
        status=403,
        title=Words("Trang này đã cũ, chưa ghi gì", "This page has grown old; nothing was recorded"),
        advice=Words(
            "Quay lại, tải lại trang rồi gửi lần nữa. Trình duyệt cần cho phép cookie của trang này.",
            "Go back, reload the page and send it again. The browser must accept this site's cookies.",
        ),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django passes it
    """Answer 404."""
    return _page(
        request,
        status=404,
        title=Words("Không có trang này", "There is no such page"),
        advice=Words(
            "Địa chỉ có thể đã gõ thiếu, hoặc trang này không còn hay không thuộc phần của bạn. Bắt đầu lại từ trang đầu.",
            "The address may be incomplete, or the page is gone or none of yours. Start again from the first page.",
        ),
    )


def not_this_way(request: HttpRequest) -> HttpResponse:
    """Answer 405: an address that a button opens was typed, reloaded or asked for in the other language."""
    return _page(
        request,
        status=405,
        title=Words("Trang này chỉ mở bằng nút bấm", "Only a button opens this page"),
        advice=Words(
            "Chưa ghi thêm gì. Quay lại trang trước rồi bấm nút ở đó.",
            "Nothing more was recorded. Go back to the page before and press the button there.",
        ),
    )


def busy(request: HttpRequest) -> HttpResponse:
    """Answer 503: the database was late or out of reach. A form is sent again from the page it stands on."""
    sent = request.method == "POST"
    return _page(
        request,
        status=503,
        title=Words("Hệ thống đang bận, lần gửi này chưa xong", "The system is busy; this was not finished")
        if sent
        else Words("Hệ thống đang bận", "The system is busy"),
        advice=Words(
            "Quay lại: những gì đã gõ vẫn còn. Chờ một phút rồi gửi lại. Những gì đã báo “Đã ghi” vẫn còn nguyên.",
            "Go back: what you typed is still there. Wait a minute, then send it again. What was answered “Recorded” is safe.",
        )
        if sent
        else Words(
            "Chờ một phút rồi tải lại trang này. Những gì đã báo “Đã ghi” vẫn còn nguyên.",
            "Wait a minute, then reload this page. What was answered “Recorded” is safe.",
        ),
    )


def our_fault(request: HttpRequest) -> HttpResponse:
    """Answer 500."""
    return _page(
        request,
        status=500,
        title=Words("Chúng tôi gặp trục trặc", "Something went wrong on our side"),
        advice=Words(
            "Những gì đã báo “Đã ghi” vẫn còn nguyên. Thử lại sau ít phút.",
            "What was answered “Recorded” is safe. Try again in a few minutes.",
        ),
    )
