"""How the site's tablets are shown to its lead: where each stands, when it was last heard, what it still holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from tiemchung.domain.access.values import WAITING_TERM, DeviceKind, DeviceListed, DeviceStatus, DeviceWord
from tiemchung.faces.shared import numbers
from tiemchung.faces.shared import tabletkeys as signing
from tiemchung.faces.shared.words import Words, said, t

OLD_LIST = timedelta(hours=24)
"""A list older than this warns before each dose (on the tablet), and here."""
SILENT = timedelta(hours=1)
"""A tablet in use that was not heard for so long is to be looked at. A habit of ours: an app asks every few minutes."""
DESKS: dict[str, tuple[Words, tuple[str, ...] | None]] = {
    "all": (Words("Mọi bàn", "All desks"), None),
    "reception": (Words("Bàn đón", "Reception"), ("arrived", "identified", "deferred", "left", "aefi")),
    "screening": (
        Words("Khám sàng lọc", "Screening"),
        ("identified", "consented", "screened", "deferred", "left", "aefi"),
    ),
    "injection": (
        Words("Bàn tiêm", "Injection"),
        (
            *("dose-given", "confirmed", "corrected", "voided", "vial-opened", "vial-wasted", "vial-returned"),
            *("counted", "lot-held-here", "session-stopped", "left", "aefi"),
        ),
    ),
    "observation": (
        Words("Theo dõi sau tiêm", "Observation"),
        ("observed", "released", "left", "aefi", "lot-held-here", "session-stopped"),
    ),
}
"""For which desks a tablet may write: the kinds of entries of each. Whoever lends a tablet to all desks names none."""
HUB, HUB_WORDS = "hub", Words("Máy trung chuyển của điểm", "The site's hub")
"""What is no desk: a computer that keeps the tablets' batches and carries them to the center."""
TERMS = {
    1: Words("Hôm nay", "Today"),
    7: Words("7 ngày", "7 days"),
    180: Words("180 ngày", "180 days"),
}
"""For how many days a tablet may be enrolled."""
STATES = {
    DeviceStatus.WAITING: ("half", Words("Chờ xác nhận", "To be confirmed")),
    DeviceStatus.ENROLLED: ("done", Words("Đang dùng", "In use")),
    DeviceStatus.REVOKED: ("oct", Words("Đã khóa", "Cut off")),
    DeviceStatus.FORK: ("tri", Words("Dừng: khôi phục từ bản sao", "Stopped: restored from a backup")),
}
_EXPIRED = ("void", Words("Hết hạn", "Expired"))


@dataclass(frozen=True, kw_only=True)
class TabletShown:
    """A tablet as its card says it: facts in the order in which a lead asks them, and what is to be looked at."""

    listed: DeviceListed
    shape: str
    state: str
    facts: list[tuple[str, str]]
    looks: list[str]

    @property
    def waits(self) -> bool:
        """Tell whether the lead may still type its digits."""
        return self.listed.status is DeviceStatus.WAITING and self.shape == STATES[DeviceStatus.WAITING][0]

    @property
    def may_be_cut_off(self) -> bool:
        """Tell whether it can be cut off: what is cut off stays so."""
        return self.listed.status is not DeviceStatus.REVOKED


def shown(device: DeviceListed, *, now: datetime) -> TabletShown:
    """Return a tablet as the page lists it."""
    over = device.enrolled_at + WAITING_TERM if device.status is DeviceStatus.WAITING else device.expires_at
    expired = device.status in (DeviceStatus.WAITING, DeviceStatus.ENROLLED) and now >= over
    shape, state = _EXPIRED if expired else STATES[device.status]
    word = device.word
    is_hub = device.kind is DeviceKind.HUB
    facts = [(t("Dùng cho", "For"), said(HUB_WORDS) if is_hub else desk_of(device.kinds))]
    if is_hub:
        facts.append((t("Địa chỉ", "Address"), device.address))
    if device.status is DeviceStatus.WAITING:
        facts.append((t("Xin đăng ký lúc", "Asked at"), numbers.moment(device.enrolled_at)))
    elif is_hub:
        facts += [_heard(word), (t("Dùng đến", "Until"), numbers.moment(device.expires_at))]
    else:
        facts += [
            _heard(word),
            (
                t("Chưa gửi", "Not sent"),
                _unsent(word.pending, word.oldest_pending_at) if word else t("chưa biết", "not known"),
            ),
            (
                t("Danh sách lấy lúc", "List taken at"),
                numbers.moment(word.bundle_at) if word and word.bundle_at else t("chưa lấy", "never"),
            ),
            (t("Dùng đến", "Until"), numbers.moment(device.expires_at)),
        ]
    return TabletShown(
        listed=device, shape=shape, state=said(state), facts=facts, looks=[] if expired else _looks(device, now=now)
    )


def _heard(word: DeviceWord | None) -> tuple[str, str]:
    return t("Nghe lần cuối", "Last heard"), numbers.moment(word.at) if word else t("chưa lần nào", "never")


def _unsent(pending: int, oldest: datetime | None) -> str:
    if pending == 0:
        return t("không còn gì", "nothing")
    if oldest is None:
        return numbers.number(pending)
    return t("{n}, cũ nhất {at}", "{n}, the oldest of {at}", n=numbers.number(pending), at=numbers.moment(oldest))


def _looks(device: DeviceListed, *, now: datetime) -> list[str]:
    """Say what somebody should look at, of a tablet that is in use or was cut off."""
    word, looks = device.word, []
    if word is None or device.kind is DeviceKind.HUB:
        return []
    if word.erased_at is not None:
        looks.append(
            t(
                "Nhập sai PIN năm lần lúc {at}: danh sách trên máy đã xóa, dòng chưa gửi vẫn còn.",
                "Five wrong PINs at {at}: the list on it was erased, what was not sent is still there.",
                at=numbers.moment(word.erased_at),
            )
        )
    if device.status is not DeviceStatus.ENROLLED:
        if word.pending:
            looks.append(
                t(
                    "Máy còn giữ {n} dòng. Khi máy gửi, các dòng đó chờ bạn ở mục Để riêng.",
                    "It still holds {n} [entry. When it sends it, it waits|entries. When it sends them, they wait] "
                    "for you under Set aside.",
                    n=numbers.number(word.pending),
                )
            )
        return looks
    if now - word.at >= SILENT and word.pending:
        looks.append(
            t(
                "Im lặng mà còn dòng chưa gửi: mang máy ra chỗ có mạng.",
                "Silent with entries not sent: bring it into a network.",
            )
        )
    if word.bundle_at is not None and now - word.bundle_at >= OLD_LIST:
        looks.append(t("Danh sách cũ hơn một ngày.", "Its list is over a day old."))
    return looks


def desk_of(kinds: frozenset[str] | None) -> str:
    """Say for which desk a tablet was enrolled."""
    for words, of_desk in DESKS.values():
        if (None if of_desk is None else frozenset(of_desk)) == kinds:
            return said(words)
    return t("{n} loại dòng", "{n} [kind|kinds] of entries", n=len(kinds or ()))


def hub_command(code: str) -> str:
    """Return what is typed on the hub's own computer; its name is chosen there."""
    words = (
        "tiemchung hub --data /var/lib/tiemchung-hub --bind 0.0.0.0:8443 --cert hub.crt --key hub.key",
        f"--address https://TEN-MAY.{settings.TIEMCHUNG_HUB_DOMAIN}:8443",
        f"--enroll '{enrollment_address(code)}'",
    )
    return " ".join(words)


def enrollment_address(code: str) -> str:
    """Return what the lead's QR code says: where the app is, the code, and the pin of the server's key.

    What stands behind `#` stays in the tablet's browser and reaches no log.
    """
    return f"{settings.TIEMCHUNG_PUBLIC_URL}/station/app/#enroll={code}.{signing.pin()}"
