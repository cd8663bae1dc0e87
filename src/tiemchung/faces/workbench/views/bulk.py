"""What is done for many who wait at once: shown beforehand with how many, done once however often it is pressed, and answered."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tiemchung.domain.campaigns import actions as campaigns
from tiemchung.domain.campaigns.values import Registered, TakeOffReason
from tiemchung.domain.notices import actions as notices
from tiemchung.domain.notices import queries as sent
from tiemchung.domain.notices.values import Channel
from tiemchung.domain.people import queries as people
from tiemchung.domain.places import queries as places
from tiemchung.domain.scheduling import actions as scheduling_actions
from tiemchung.domain.scheduling import queries as scheduling
from tiemchung.domain.scheduling.values import Appointment, AppointmentState, CalledAgain, NotAgain
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.numbers import number
from tiemchung.faces.shared.words import Words, said, t
from tiemchung.faces.workbench.views import frame
from tiemchung.faces.workbench.views.frame import Office, office_of, page
from tiemchung.faces.workbench.views.people import filter_of, selected
from tiemchung.faces.workbench.views.rows import Filter
from tiemchung.faces.workbench.views.sessions import moment_told, slip
from tiemchung.kernel.actor import Power
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing.time import clock

MOST, MOST_LETTERS = 5_000, 500
"""People for whom one press does something, and letters on one page. Ours."""
AGAIN, LETTERS, OFF = "moi-lai", "giay", "bo-ra"
DONE = "workbench-bulk"
"""Under which key the session carries what the last press was answered: the same press hears the same answer."""
ASKED = Purpose.REGISTRATION

REASONS = {
    TakeOffReason.MOVED: Words("Đã chuyển đi nơi khác", "Moved away"),
    TakeOffReason.DOSED_ELSEWHERE: Words("Đã tiêm ở nơi khác", "Had the dose elsewhere"),
    TakeOffReason.DECLINED: Words("Không muốn tiêm", "Does not want it"),
    TakeOffReason.LISTED_TWICE: Words("Có tên hai lần", "Listed twice"),
    TakeOffReason.LISTED_WRONGLY: Words("Ghi nhầm vào danh sách", "Listed by mistake"),
}
WHY_NOT = {
    NotAgain.NO_PLACE: Words("{n} người chưa có chỗ", "{n} without a place"),
    NotAgain.NOT_INVITED: Words("{n} người chưa gửi lời mời lần đầu (gửi ở trang buổi tiêm)", "{n} never invited yet"),
    NotAgain.ANSWERED: Words("{n} người đã báo sẽ đến", "{n} who said that they come"),
    NotAgain.JUST_TOLD: Words("{n} người vừa được báo hôm nay", "{n} told within the day"),
    NotAgain.ON_ITS_WAY: Words("{n} tin nhắn còn đang gửi", "{n} whose message is still on its way"),
    NotAgain.LETTER_HERE: Words("{n} giấy mời còn ở đây, chưa phát", "{n} whose letter still lies here"),
    NotAgain.OVER: Words("{n} người đã qua giờ hẹn", "{n} whose time is over"),
    NotAgain.ELSEWHERE: Words("{n} người hẹn ở điểm của nơi khác", "{n} called to another office's site"),
}


class Chosen(NamedTuple):
    """Who was chosen on the list: those ticked, or all whom the filter finds."""

    office: Office
    filter: Filter
    everybody: bool
    people: list[Registered]

    @property
    def persons(self) -> list[UUID]:
        """Return whom they are."""
        return [one.person for one in self.people]

    def only(self, persons: Collection[UUID]) -> Chosen:
        """Return those of the chosen who are these persons, by name and no more by the filter."""
        return self._replace(everybody=False, people=[one for one in self.people if one.person in persons])

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Return what a form carries to choose the same again."""
        told = [("nguoi", str(one.registration)) for one in self.people] if not self.everybody else [("tat-ca", "1")]
        return [*self.address.items(), *told]

    @property
    def address(self) -> dict[str, str]:
        """Return the filter as the list's address tells it."""
        ward = {"phuong": self.office.ward.code} if self.office.ward else {}
        told = self.filter
        asked = {
            "nhom": told.group,
            "vac-xin": told.product,
            "den-han": told.due,
            "moi": told.call,
            "bang": told.how,
        }
        return ward | {name: value for name, value in asked.items() if value}


@staff_only(Power.PLAN)
@require_http_methods(["GET", "POST"])
def preview(request: StaffRequest) -> HttpResponse:
    """Show how many would be called again or taken off, and why others would not; or the letters of those chosen."""
    if request.method == "GET":
        return redirect("workbench:waiting")
    what, chosen = request.POST.get("viec", ""), _chosen(request)
    if what not in (AGAIN, LETTERS, OFF):
        raise Http404
    if no := _fault(chosen, MOST_LETTERS if what == LETTERS else MOST):
        return _back(request, chosen, no)
    if what == LETTERS:
        return _letters(request, chosen)
    return _preview(request, chosen, what)


def _preview(request: StaffRequest, chosen: Chosen, what: str, *, wrong: str | None = None) -> HttpResponse:
    now, campaign = clock().now(), chosen.office.campaign
    again = (
        scheduling_actions.again_of(chosen.persons, campaign=campaign.code, actor=request.actor, now=now)
        if what == AGAIN and campaign
        else None
    )
    held = _with_place(chosen) if what == OFF else set()
    context = {
        "office": chosen.office,
        "chosen": chosen,
        "what": what,
        "again": again,
        "left": _left(again) if again else [],
        "leaving": len(chosen.people) - len(held),
        "held": len(held),
        "reasons": REASONS,
        "reason": request.POST.get("ly-do", ""),
        "batch": frame.uuid_or_none(request.POST.get("lan")) or uuid7(now),
        "back": urlencode(chosen.address),
        "wrong": wrong,
    }
    return page(request, "workbench/bulk.html", context, here="waiting", status=422 if wrong else 200)


@staff_only(Power.PLAN)
@require_POST
def do(request: StaffRequest) -> HttpResponse:
    """Call again, or take off, those who were chosen. The same form sent twice hears the same answer and does nothing more."""
    what, chosen, batch = request.POST.get("viec", ""), _chosen(request), frame.uuid_or_none(request.POST.get("lan"))
    if what not in (AGAIN, OFF) or batch is None or chosen.office.campaign is None:
        raise Http404
    if request.session.get(DONE, ["", ""])[0] == str(batch):
        return _back(request, chosen, request.session[DONE][1])
    if no := _fault(chosen, MOST):
        return _back(request, chosen, no)
    if what == AGAIN:
        called = scheduling_actions.call_again(
            chosen.persons,
            campaign=chosen.office.campaign.code,
            batch=batch,
            actor=request.actor,
            now=clock().now(),
        )
        answer = _words_of(called)
    else:
        reason = request.POST.get("ly-do", "")
        if reason not in REASONS:
            return _preview(request, chosen, what, wrong=t("Chọn lý do.", "Choose a reason."))
        answer = _taken_off(request, chosen, TakeOffReason(reason))
    request.session[DONE] = [str(batch), answer]
    return _back(request, chosen, answer)


@staff_only(Power.PLAN)
@require_POST
def given_out(request: StaffRequest) -> HttpResponse:
    """Note that the letters of those chosen were given out, as far as they were on the page that was printed."""
    chosen, printed = _chosen(request), moment_told(request.POST.get("den", ""))
    letters = [one for one in _with_letter(chosen) if one.invited_at and one.invited_at <= printed]
    given = notices.mark_printed([one.message for one in letters])
    answer = t("Đã ghi: {n} giấy mời đã phát.", "Noted: {n} [letter was|letters were] given out.", n=given)
    return _back(request, chosen, answer)


def _chosen(request: StaffRequest) -> Chosen:
    office, asked = office_of(request), filter_of(request.POST)
    everybody = request.POST.get("tat-ca") == "1"
    ticked = None if everybody else set(frame.uuids(request.POST.getlist("nguoi")))
    return Chosen(office, asked, everybody, selected(office, asked, ticked=ticked, most=MOST + 1))


def _fault(chosen: Chosen, most: int) -> str | None:
    if not chosen.people or chosen.office.campaign is None:
        return t("Chưa chọn ai trong danh sách này.", "Nobody on this list was chosen.")
    if len(chosen.people) > most:
        return t(
            "Bộ lọc chọn hơn {n} người. Chọn một phường, hoặc lọc thêm, rồi làm từng phần.",
            "The filter chooses more than {n}. Choose a ward or filter more, and go part by part.",
            n=number(most),
        )
    return None


def _back(request: StaffRequest, chosen: Chosen, text: str) -> HttpResponse:
    frame.say_next(request, text)
    return redirect(f"{reverse('workbench:waiting')}?{urlencode(chosen.address)}")


def _left(again: CalledAgain) -> list[str]:
    return [said(WHY_NOT[why], n=number(count)) for why, count in again.left.items() if count]


def _words_of(called: CalledAgain) -> str:
    done = t(
        "Đã mời lại {n} người: {m} tin nhắn, {k} giấy mời cần in.",
        "{n} called again: {m} by message, {k} by a letter to print.",
        n=number(called.messages + called.letters),
        m=number(called.messages),
        k=number(called.letters),
    )
    left = _left(called)
    if not left:
        return done
    return f"{done} " + t("Không mời lại: {why}.", "Not called again: {why}.", why="; ".join(left))


def _taken_off(request: StaffRequest, chosen: Chosen, reason: TakeOffReason) -> str:
    held = _with_place(chosen)
    count = campaigns.take_off(
        [one.registration for one in chosen.people if one.person not in held],
        communes=chosen.office.codes,
        reason=reason,
        actor=request.actor,
        now=clock().now(),
    )
    done = t("{n} người đã ra khỏi danh sách.", "{n} [person was|people were] taken off the list.", n=number(count))
    if not held:
        return done
    return f"{done} " + t(
        "{n} người còn chỗ hẹn nên vẫn ở lại: hủy chỗ ở trang buổi tiêm trước.",
        "{n} with a place stay: cancel the place at the session first.",
        n=number(len(held)),
    )


def _with_place(chosen: Chosen) -> set[UUID]:
    campaign = chosen.office.campaign
    return scheduling.with_place(chosen.persons, campaign=campaign.code) if campaign else set()


def _with_letter(chosen: Chosen) -> list[Appointment]:
    """Return the places of those chosen who were told by letter, by day and time."""
    held = [
        one
        for one in scheduling.appointments_of(chosen.persons, purpose=ASKED)
        if one.state is AppointmentState.BOOKED and one.invited_at
    ]
    standings = sent.states_of([one.message for one in held])
    by_letter = {message for message, standing in standings.items() if standing.channel is Channel.PRINT}
    return sorted((one for one in held if one.message in by_letter), key=lambda one: (one.starts_at, one.id))


def _letters(request: StaffRequest, chosen: Chosen) -> HttpResponse:
    letters = _with_letter(chosen)
    shown: Mapping[UUID, Any] = people.persons(
        [one.person for one in letters], purpose=ASKED, actor=request.actor, viewed_at=clock().now()
    )
    sites = places.sites_of({one.site for one in letters})
    invited: list[datetime] = [one.invited_at for one in letters if one.invited_at]
    context = {
        "office": chosen.office,
        "chosen": chosen,
        "rows": [slip({"appointment": one, "person": shown.get(one.person)}) for one in letters],
        "without": len(chosen.people) - len(letters),
        "fields": chosen.only({one.person for one in letters}).fields,
        "site_names": {code: site.name for code, site in sites.items()},
        "printed": max(invited, default=None),
        "back": urlencode(chosen.address),
    }
    return page(request, "workbench/bulk_letters.html", context, here="waiting")
