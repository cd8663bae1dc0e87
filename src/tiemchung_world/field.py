"""The field of a campaign at work: sites with their enrolled tablets, days, networks and leads who close the day."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import date, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar
from uuid import UUID

from tiemchung.kernel import wire
from tiemchung_world import uplink
from tiemchung_world.phase import instant
from tiemchung_world.shift import Shift, WaitingRoom, unix_ms
from tiemchung_world.stations import Stations, StationTablet, compare_desks
from tiemchung_world.tablet import Tablet
from tiemchung_world.turnout import Turnout

if TYPE_CHECKING:
    from tiemchung_world.campaign import Campaign, Site, TabletPlan
    from tiemchung_world.plan import Plan
    from tiemchung_world.truth import TruthFile

T = TypeVar("T")
R = TypeVar("R")
_MEASURED_WITHIN_MS: Final = 80
"""How far a measured offset is off; ours."""
WRITING_AT_ONCE: Final = 2
"""Sites that write at the same time; one thread would do, for Python writes for one at a time, but not wait for Node."""
LAST_WAIT_DAYS: Final = 4
"""Days after the phase on which tablets that were away come back and leads close what is open."""

_MORNING: Final = "09:00"


class CutOffError(Exception):
    """The lead's tablet was cut off: by somebody who looks at the demo, say."""


class DayRefusedError(Exception):
    """The center does not tell the lines of a site's day."""


class Listener(Protocol):
    """Somebody who wants to know how the field gets on."""

    def __call__(self, *, doses: int, entries: int, what: str) -> None:
        """Hear of doses and entries answered so far, and of what is being done."""


@dataclass(kw_only=True)
class SiteAtWork:
    """A site with its tablets, which of them have no network until which day, and the days still to be closed."""

    site: Site
    tablets: list[Tablet]
    server_key: bytes = b""
    away_until: dict[int, int] = field(default_factory=dict)
    shift: Shift | None = None
    open_days: list[Shift] = field(default_factory=list)
    days_closed: int = 0
    screened: Counter[str] = field(default_factory=Counter)

    def reachable(self, day: int) -> list[Tablet]:
        """Return the tablets that have a network on this day."""
        return [tablet for number, tablet in enumerate(self.tablets) if self.away_until.get(number, 0) <= day]

    @property
    def all_sent(self) -> bool:
        """Tell whether every tablet was answered for everything it wrote."""
        return all(not tablet.outbox for tablet in self.tablets)


class Field:
    """All sites of a campaign, driven day by day."""

    def __init__(
        self,
        campaign: Campaign,
        link: uplink.Uplink,
        *,
        threads: int,
        tell: Listener,
        stations: Sequence[Stations] = (),
    ) -> None:
        self.campaign = campaign
        self._stations = stations
        """For the first sites, one each: where their tablets run as the app itself."""
        self.link = link
        self.sites: list[SiteAtWork] = []
        self.turnout = Turnout(campaign.plan)
        self.closed: set[tuple[str, date]] = set()
        """Days of sites whose closing the center has accepted."""
        self.doses_compared = 0
        """Doses that every tablet of a site which is the app saw on their day."""
        self._tell = tell
        self._what = ""
        self._day = 0
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="tablets")
        self._desks = ThreadPoolExecutor(WRITING_AT_ONCE, thread_name_prefix="desks")
        """Who writes while `_pool` sends: in one queue the sendings would stand behind all that is still to be written."""
        self._rng = random.Random(f"field/{self.plan.seed}/{self.plan.run}/{self.plan.wave}")
        self._order = random.Random(f"order/{self.plan.seed}")
        """Drawn from as threads come and go: it decides what no run can repeat, who sends first and whose answer is lost."""

    @property
    def plan(self) -> Plan:
        """Return who comes when."""
        return self.campaign.plan

    def days(self) -> Counter[str]:
        """Return how many days of sites their leads have closed, and how many still stand open."""
        return Counter(
            closed=sum(site.days_closed for site in self.sites), open=sum(len(site.open_days) for site in self.sites)
        )

    def tell(self, truth: TruthFile) -> None:
        """Write down which days were closed, and how screenings ended."""
        for site, day in sorted(self.closed):
            truth.note("closed", site=site, day=day.isoformat())
        for outcome, rows in sorted(sum((site.screened for site in self.sites), Counter()).items()):
            truth.note("screened", outcome=outcome, rows=rows)

    def close(self) -> None:
        """Let the senders go."""
        self._desks.shutdown(wait=True, cancel_futures=True)
        self._pool.shutdown(wait=True, cancel_futures=True)

    def enroll(self) -> None:
        """Enroll every tablet with its one-time code; their clocks are as good as the network's table says."""
        told = {
            (site.index, number): self._pool.submit(
                uplink.enroll, self.link.center, code=tablet.code, name=tablet.name, key=tablet.key
            )
            for site in self.campaign.sites
            for number, tablet in enumerate(site.tablets)
        }
        for site in self.campaign.sites:
            tablets = [
                self._tablet(site, plan, told[site.index, number].result()) for number, plan in enumerate(site.tablets)
            ]
            server_key = wire.from_base64url(told[site.index, 0].result()["server_key"])
            self.sites.append(SiteAtWork(site=site, tablets=tablets, server_key=server_key))

    def together(self, work: Callable[[T], R], items: Iterable[T]) -> list[R]:
        """Do one thing for many at once, wait for all, and return what came of each."""
        return list(self._pool.map(work, items))

    def work_day(self, day: int) -> None:
        """Let one day pass: people come, tablets send when they can, leads close the day."""
        network = self.plan.phase.network
        today = self.plan.days[day]
        self.begin_day(day)
        for hour in network.sends_at:
            self.set_clock(today, hour)
            self.step(unix_ms(today, hour), last=hour == network.sends_at[-1])
        self.set_clock(today, network.attests_at)
        self.close_days(day, unix_ms(today, network.attests_at))

    def begin_day(self, day: int, *, waiting_at: int | None = None) -> None:
        """Open the sites at which somebody is called for this day; at one of them people may wait for others' chairs."""
        self._day = day
        at_work = [site for site in self.sites if len(self.turnout.rows(day, site.site.index))]
        self._lose_networks(day, at_work)
        for site in at_work:
            kind = WaitingRoom if site.site.index == waiting_at else Shift
            site.shift = kind(self.campaign, site.site, day=day, tablets=site.tablets, turnout=self.turnout)

    def step(self, until_ms: int, *, last: bool = False) -> None:
        """Let every site write what happened, and send from the first that has written while the others still do.

        Whoever has most to send writes first, so that nobody waits for a hall at the end.
        """

        def write(site: SiteAtWork, shift: Shift) -> SiteAtWork:
            shift.work(until_ms)
            if last:
                shift.close(until_ms)
                site.open_days.append(shift)
                site.screened.update(shift.outcomes)
                site.shift = None
            return site

        at_work = [(site, site.shift) for site in self.sites if site.shift is not None]
        at_work.sort(key=lambda one: -one[1].comers)
        writings = [self._desks.submit(write, site, shift) for site, shift in at_work]
        sendings: list[Future[None]] = []
        for written in as_completed(writings):
            tablets = written.result().reachable(self._day)
            self._order.shuffle(tablets)
            sendings += self._sending(tablets)
        self._await(sendings)

    def wind_up(self) -> None:
        """Let the days after the phase pass, until every tablet has sent everything and every day is closed."""
        for after in range(1, LAST_WAIT_DAYS + 1):
            today = self.plan.days[-1] + timedelta(days=after)
            day = len(self.plan.days) - 1 + after
            self.set_clock(today, _MORNING)
            self.send(self.sites, day=day)
            self.close_days(day, unix_ms(today, _MORNING))
            if all(site.all_sent and not site.open_days for site in self.sites):
                return

    def set_clock(self, day: date, hour: str) -> None:
        """Set the platform's clock to an hour of a day; it runs on at the pace of ours."""
        self.link.center.set_clock(instant(day, hour), factor=1.0)
        self._report(f"{day} {hour}")

    def send(self, sites: Iterable[SiteAtWork], *, day: int) -> None:
        """Empty the outboxes of all tablets that have a network, many at once and in no order."""
        tablets = [tablet for site in sites for tablet in site.reachable(day)]
        self._order.shuffle(tablets)
        self._await(self._sending(tablets))

    def _tablet(self, site: Site, plan: TabletPlan, receipt: dict[str, Any]) -> Tablet:
        network = self.plan.phase.network
        error_ms, offset_ms = 0, None
        if self._rng.random() < network.wrong_clocks:
            worst = network.largest_clock_error_s * 1000
            error_ms = self._rng.randrange(-worst, worst)
        if error_ms == 0 or self._rng.random() >= network.unmeasured_clocks:
            offset_ms = -error_ms + self._rng.randrange(-_MEASURED_WITHIN_MS, _MEASURED_WITHIN_MS)
        device = UUID(receipt["device"])
        if site.index >= len(self._stations):
            return Tablet(device=device, site=site.code, key=plan.key, clock_error_ms=error_ms, offset_ms=offset_ms)
        stations = self._stations[site.index]
        tablet = StationTablet(device=device, site=site.code, key=plan.key, clock_error_ms=error_ms, stations=stations)
        begins_ms = unix_ms(self.plan.days[0], self.plan.phase.site.opens)
        tablet.begin(receipt, origin=self.link.center.url, staff=site.staff[0].id, at_ms=begins_ms)
        return tablet

    def _lose_networks(self, day: int, at_work: list[SiteAtWork]) -> None:
        """Take the network from some tablets for some days of the phase; before it, first doses come in on time."""
        network = self.plan.phase.network
        if day < self.plan.days_before:
            return
        for site in at_work:
            for number in range(len(site.tablets)):
                if site.away_until.get(number, 0) <= day and self._rng.random() < network.offline_tablets:
                    site.away_until[number] = day + self._rng.randint(1, network.longest_offline_days)

    def _sending(self, tablets: list[Tablet]) -> list[Future[None]]:
        return [
            self._pool.submit(self.link.empty, tablet, rng=random.Random(self._order.getrandbits(64)))
            for tablet in tablets
            if tablet.outbox
        ]

    def _await(self, sendings: list[Future[None]]) -> None:
        for sending in as_completed(sendings):
            sending.result()
            self._report()

    def _report(self, what: str | None = None) -> None:
        self._what = self._what if what is None else what
        self._tell(doses=self.link.traffic.doses, entries=self.link.traffic.entries, what=self._what)

    def close_days(self, day: int, at_ms: int) -> None:
        """Let the leads close the days for which everything is in; an impatient one does not wait for a tablet."""
        closing = []
        for site in self.sites[: len(self._stations)]:
            self._compare_desks(site, day)
        for site in self.sites:
            ready = site.all_sent or self._rng.random() < self.plan.phase.network.impatient_leads
            if site.open_days and ready and site.tablets[0] in site.reachable(day):
                closing.append(self._pool.submit(self._close_days, site, at_ms))
        for done in as_completed(closing):
            done.result()

    def _compare_desks(self, site: SiteAtWork, day: int) -> None:
        """Have the app's own tablets of a site hold their day against each other, once all have sent."""
        apps = [tablet for tablet in site.tablets if isinstance(tablet, StationTablet)]
        if day < len(self.plan.days) and site.all_sent and len(site.reachable(day)) == len(site.tablets):
            self.doses_compared += compare_desks(apps, self.plan.days[day])

    def _close_days(self, site: SiteAtWork, at_ms: int) -> None:
        """Close every day of a site that stands open, one after the other; what is not accepted stays open.

        A site whose lead was left without a tablet closes nothing more; the others go on.
        """
        try:
            still_open = [shift for shift in site.open_days if not self._close_day(shift, at_ms)]
        except CutOffError:
            return
        site.days_closed += len(site.open_days) - len(still_open)
        site.open_days = still_open

    def _close_day(self, shift: Shift, at_ms: int) -> bool:
        """Have the lead explain what does not add up and sign the day's lines; tell whether the center accepts it."""
        told = self._day_lines(shift)
        if shift.explain(told["unexplained"], at_ms):
            self.link.deliver(shift.lead_tablet)
            told = self._day_lines(shift)
        differences = told["unexplained"].get("differences", ())
        shift.attest(bytes.fromhex(told["hash"]), at_ms, origin=self.link.center.url, differences=differences)
        found = self.link.deliver(shift.lead_tablet)[-1].get("findings") or ()
        accepted = not any(finding.startswith("attestation-") for finding in found)
        if accepted:
            self.closed.add((shift.site.code, shift.date))
        return accepted

    def _day_lines(self, shift: Shift) -> dict[str, Any]:
        tablet = shift.lead_tablet
        path = f"/api/devices/days/{shift.date.isoformat()}"
        answer = uplink.signed_request(self.link.center, "GET", path, device=tablet.device, key=tablet.key)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            raise CutOffError
        if answer.status != HTTPStatus.OK:
            raise DayRefusedError(f"{shift.site.code} {shift.date}: {answer.status} {answer.body[:300]!r}")
        return answer.json()
