"""`tiemchung replay`: a phase of a campaign sent by simulated tablets to a platform, and what the audit says then.

Without `--url` it starts a platform of its own on a fresh database and stops it at the end, however that comes. With
`--url` it drives the platform there, whose settings (DATABASE_OWNER_URL and the rest) its commands need in their
environment. The exit status is 0 when the audit holds and every prank was answered as the protocol demands.
"""

from __future__ import annotations

import argparse
import json
import secrets
import signal
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tiemchung_world import host, live, uplink
from tiemchung_world.calling import Calling
from tiemchung_world.campaign import Campaign, draw_campaign
from tiemchung_world.center import Center
from tiemchung_world.checkpoints import Checkpoints
from tiemchung_world.citizens import Citizens
from tiemchung_world.field import Field
from tiemchung_world.loading import issue_for_phase, open_campaign, work_first_doses
from tiemchung_world.mischief import Prank, play_pranks
from tiemchung_world.phase import load_phase
from tiemchung_world.plan import draw_plan
from tiemchung_world.progress import Progress
from tiemchung_world.report import make_report
from tiemchung_world.sent import SentFile
from tiemchung_world.shift import unix_ms
from tiemchung_world.stages import Stages
from tiemchung_world.stations import NoStationsError, Stations
from tiemchung_world.truth import TruthFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import FrameType

THREADS: Final = 8
FIRST_DOSES: Final = "first doses"
"""The stage of the weeks before the phase, which is told apart from the phase's own doses."""
STOPPED: Final = 130
"""The exit status after Ctrl-C or SIGTERM, as shells have it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Replay a phase; return 0 when the audit holds and every prank was answered as it must be."""
    told = _parser().parse_args(argv)
    with _stopped_by_sigterm():
        try:
            return _live(told) if told.live else _replay(told)
        except KeyboardInterrupt:
            return STOPPED
        except NoStationsError as fault:
            sys.exit(str(fault))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tiemchung replay", description="Replay a phase of a campaign.")
    parser.add_argument("--phase", default="hcmc", help="a phase of the world's data (default: hcmc)")
    parser.add_argument("--scale", type=float, default=0.01, help="multiplies persons and sites alike (default: 0.01)")
    parser.add_argument("--seed", type=int, default=7, help="the same seed meets the same people (default: 7)")
    parser.add_argument("--report", type=Path, metavar="FILE", help="where the report goes, as JSON")
    parser.add_argument(
        "--sent", type=Path, metavar="FILE", help="where every entry sent goes, as NDJSON; beside it what else happened"
    )
    parser.add_argument("--url", help="a running platform; without it one is started and stopped")
    parser.add_argument("--threads", type=int, default=THREADS, help=f"tablets sending at once (default: {THREADS})")
    parser.add_argument(
        "--station-clients",
        type=int,
        default=0,
        metavar="N",
        help="sites whose tablets are the app's own core in Node (default: 0; needs a source tree)",
    )
    parser.add_argument("--live", action="store_true", help="pace the days by real time, for ever")
    parser.add_argument("--day-minutes", type=float, default=10.0, help="real minutes of a live day (default: 10)")
    parser.add_argument("--state", type=Path, metavar="DIR", help="where a live replay remembers how far it is")
    return parser


def _replay(told: argparse.Namespace) -> int:
    progress = Progress(1)
    stations = [Stations() for _ in range(told.station_clients)]
    campaign = _draw(told, run=secrets.token_hex(4) if told.url else "")
    with ExitStack() as stack:
        for station in stations:
            stack.enter_context(station)
        ready = {"url": told.url} if told.url else stack.enter_context(_own_platform(progress))
        sent_path = told.sent or Path(stack.enter_context(tempfile.TemporaryDirectory())) / "sent.ndjson"
        crew = _Crew(threads=told.threads, stations=stations)
        report = _run(campaign, ready, sent_path=sent_path, crew=crew, progress=progress)
    if told.report:
        told.report.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return _conclude(report, progress)


def _live(told: argparse.Namespace) -> int:
    progress = Progress(1)
    with ExitStack() as stack:
        ready = {"url": told.url} if told.url else stack.enter_context(_own_platform(progress))
        live.run(
            load_phase(told.phase, scale=told.scale),
            seed=told.seed,
            center=Center(ready["url"]),
            commands=host.Commands(ready.get("environment")),
            diary=live.Diary(told.state),
            day_minutes=told.day_minutes,
            threads=told.threads,
            say=progress.say,
        )
    return 0


def _draw(told: argparse.Namespace, *, run: str) -> Campaign:
    return draw_campaign(draw_plan(load_phase(told.phase, scale=told.scale), seed=told.seed, run=run))


@contextmanager
def _own_platform(progress: Progress) -> Iterator[dict[str, Any]]:
    progress.say("Starting a platform of our own on a fresh database ...")
    with host.own_platform() as ready:
        progress.say(f"The platform answers at {ready['url']}.")
        yield ready


class _Crew(NamedTuple):
    """Who works the field: how many tablets send at once, and the sites whose tablets are the app itself."""

    threads: int
    stations: list[Stations]


def _run(
    campaign: Campaign, ready: dict[str, Any], *, sent_path: Path, crew: _Crew, progress: Progress
) -> dict[str, Any]:
    """Load, enroll, send every day, audit; return the report."""
    center = Center(ready["url"])
    commands = host.Commands(ready.get("environment"))
    network = campaign.plan.phase.network
    habits = uplink.Habits(
        lost_answers=network.lost_answers, repeats=network.repeats, batch_sizes=tuple(network.batch_sizes)
    )
    with SentFile(sent_path) as sent_file, TruthFile(sent_path.with_suffix(".world.ndjson")) as truth:
        link = uplink.Uplink(center, sent_file, habits=habits)
        bar = Progress(int((campaign.plan.visits.number > 0).sum()))
        field = Field(campaign, link, threads=crew.threads, tell=bar.show, stations=crew.stations)
        try:
            open_campaign(field, commands=commands)
            platform = [ready["pid"]] if "pid" in ready else []
            stages, cast = Stages(platform, traffic=link.traffic), _cast(field, truth)
            with stages.spoken(progress.say):
                pranks = _play(cast, commands=commands, stages=stages)
        finally:
            field.close()
        sent_file.flush()
        field.tell(truth)
        truth.flush()
        progress.say("The audit begins.")
        with stages.spoken(progress.say), stages.of("audit"):
            audit = _audit(commands, sent_path, truth.path)
    for line in stages.lines():
        progress.say(line)
    return make_report(
        campaign=campaign,
        traffic=link.traffic,
        sent_file=sent_file,
        stages=stages,
        told={
            "calls": dict(cast.calling.told),
            "citizens": dict(cast.citizens.told),
            "passages": dict(cast.checkpoints.told),
            "stations": {"sites": len(crew.stations), "doses_seen_by_all": field.doses_compared},
        },
        days=field.days(),
        pranks=pranks,
        audit=audit,
    )


class _Cast(NamedTuple):
    """Everybody who plays: tablets and leads, offices, citizens with a phone, travelers."""

    field: Field
    calling: Calling
    citizens: Citizens
    checkpoints: Checkpoints


def _cast(field: Field, truth: TruthFile) -> _Cast:
    calling = Calling(field, truth)
    return _Cast(field, calling, Citizens(field, calling, truth), Checkpoints(field, truth))


def _play(cast: _Cast, *, commands: host.Commands, stages: Stages) -> list[Prank]:
    """Work every day, with the lists and the calls that go before it; play the pranks on the phase's first evening."""
    field, plan = cast.field, cast.field.plan
    with stages.of(FIRST_DOSES):
        work_first_doses(field)
    with stages.of("citizens"):
        cast.citizens.register()
    with stages.of("lists"):
        cast.calling.bring_lists()
    with stages.of("checkpoints"):
        cast.checkpoints.open()
    pranks: list[Prank] = []
    for day in range(plan.days_before, len(plan.days)):
        with stages.of("calls"):
            cast.calling.plan_day(day)
        if day == plan.days_before:
            issue_for_phase(field, commands=commands)
        with stages.of("calls"):
            cast.calling.read_calls(day)
        with stages.of("doses"):
            field.work_day(day)
        if day == plan.days_before:
            evening_ms = unix_ms(plan.days[day], plan.phase.network.attests_at)
            pranks = play_pranks(field.campaign, field.link, now_ms=evening_ms)
        with stages.of("checkpoints"):
            cast.checkpoints.work_day(day)
    with stages.of("doses"):
        field.wind_up()
    with stages.of("citizens"):
        cast.citizens.open_books()
    return pranks


def _audit(commands: host.Commands, sent_path: Path, world_path: Path) -> dict[str, Any]:
    """Return what the audit tells, with its exit status; an audit that tells nothing readable does not hold."""
    done = commands.attempt("audit", "--sent", sent_path, "--world", world_path, "--json")
    try:
        told: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        return {"error": (done.stderr or done.stdout)[-2000:], "exit_status": done.returncode or 1}
    return told | {"exit_status": done.returncode}


def _conclude(report: dict[str, Any], progress: Progress) -> int:
    speed = report["speed"]
    progress.say(
        f"{speed['doses_per_s']:.0f} doses/s, {speed['entries_per_s']:.0f} entries/s,"
        f" batch p50 {speed['batch_p50_ms']} ms, p99 {speed['batch_p99_ms']} ms"
    )
    slowest = max(report["reactions"] or (), key=lambda one: one["p99_lag_s"] or 0.0, default=None)
    if slowest is not None:
        lag = f"half within {slowest['p50_lag_s']} s, 99 % within {slowest['p99_lag_s']} s"
        progress.say(f"slowest reaction {slowest['name']}: {lag}")
    wrong = [prank for prank in report["pranks"] if not prank["holds"]]
    for prank in wrong:
        progress.say(f"Wrong answer to {prank['what']}: {prank['answered']}, not {prank['expected']}")
    holds = report["audit"]["exit_status"] == 0
    progress.say("The audit holds." if holds else f"THE AUDIT DOES NOT HOLD. {report['audit'].get('error', '')}")
    return 0 if holds and not wrong else 1


@contextmanager
def _stopped_by_sigterm() -> Iterator[None]:
    """Leave through every `finally` when somebody ends us by SIGTERM, as by Ctrl-C."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


if __name__ == "__main__":
    sys.exit(main())
