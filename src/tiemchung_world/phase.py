"""One phase of a campaign as its file in `data/` tells it, at the scale asked."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from math import ceil

import msgspec

from tiemchung.kernel.clock import VIET_NAM


class Frame(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the phase is: where, how much, when."""

    code: str
    name: str
    province: str
    target_diseases: list[str]
    sites: int
    doses: int
    days: int
    starts_on: date
    campaign_starts_on: date
    least_sites: int
    wards_a_site: int


class Hall(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The one great hall, from some scale on."""

    doses_a_day: int
    from_scale: float
    largest_share: float


class Product(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A vaccine as this phase uses it; `given_before` pairs days before the phase with shares of first doses."""

    code: str
    lot_stem: str
    share: float
    dose_ml: float
    doses_per_vial: int
    given_before: list[tuple[int, float]]


class Shares(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often something happens, as shares of what the file's comments name."""

    second_doses: float
    other_product: float
    new_person: float
    elsewhere: float
    walk_in: float
    own_registration: float
    no_show: float
    travelers: float
    deferred: float
    turned_away: list[tuple[str, float]]
    left_early: float
    identified: float
    consented: float
    observed: float
    by_recorder: float
    confirmed: float
    aefi: float
    unknown_lot: float
    no_vial: float
    voided: float
    returned: float
    wrong_number: float
    corrected: float
    overfill: float
    unwritten_waste: float


class Slips(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a busy desk writes people down, as shares of persons recorded."""

    year_only_old: float
    year_only: float
    no_marks: float
    capitals: float
    decomposed: float
    wrong_digit: float
    old_card: float
    both_cards: float
    no_document: float
    no_phone: float
    no_commune: float


class SiteHabits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a site works: hours in Viet Nam, tablets, lots, stock sent short."""

    opens: str
    closes: str
    doses_a_tablet: int
    lots_a_product: int
    short_sites: float
    short_by: float
    minutes_observed: int


class Network(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How tablets reach the center: hours of sending, days offline, lost answers, repeats, clocks."""

    sends_at: list[str]
    attests_at: str
    offline_tablets: float
    longest_offline_days: int
    impatient_leads: float
    lost_answers: float
    repeats: float
    wrong_clocks: float
    largest_clock_error_s: int
    unmeasured_clocks: float
    batch_sizes: list[int]


class Before(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When first doses were given, in days before the phase."""

    days_before: list[int]


class Phase(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole phase; `scale` multiplies persons and sites alike."""

    phase: Frame
    hall: Hall
    press: dict[str, tuple[int, str]]
    products: list[Product]
    shares: Shares
    slips: Slips
    groups: dict[str, float]
    site: SiteHabits
    network: Network
    before: Before
    scale: float = 1.0

    @property
    def doses(self) -> int:
        """Return the doses of the phase's own days."""
        return round(self.phase.doses * self.scale)

    @property
    def sites(self) -> int:
        """Return how many sites work, the hall among them."""
        return max(self.phase.least_sites, round(self.phase.sites * self.scale))

    @property
    def wards(self) -> int:
        """Return in how many wards the people of the phase live, at most."""
        return self.phase.wards_a_site * self.sites

    @property
    def hall_days(self) -> int:
        """Return on how many days the hall works; none below its scale."""
        if self.scale < self.hall.from_scale:
            return 0
        return min(self.phase.days, int(self.hall.largest_share * self.doses / self.hall.doses_a_day))

    @property
    def days(self) -> list[date]:
        """Return the days of first doses before the phase, then those of the phase."""
        before = [self.phase.starts_on - timedelta(days=days) for days in sorted(self.before.days_before, reverse=True)]
        return before + [self.phase.starts_on + timedelta(days=day) for day in range(self.phase.days)]


def without_first_doses(phase: Phase, *, starts_on: date) -> Phase:
    """Return the phase once more from another day on, for people who get a first dose: nobody had one before."""
    return msgspec.structs.replace(
        phase,
        phase=msgspec.structs.replace(phase.phase, starts_on=starts_on),
        shares=msgspec.structs.replace(phase.shares, second_doses=0.0),
        before=Before(days_before=[]),
    )


def load_phase(name: str, *, scale: float) -> Phase:
    """Read a phase from the world's data; raise FileNotFoundError for an unknown one and ValueError for a bad file."""
    told = tomllib.loads(files(__package__).joinpath("data", f"{name}.toml").read_text(encoding="utf-8"))
    phase = msgspec.convert(told | {"scale": scale}, Phase)
    unknown = {days for product in phase.products for days, _ in product.given_before} - set(phase.before.days_before)
    if unknown:
        raise ValueError(f"{name}.toml: first doses on days without work: {sorted(unknown)}")
    return phase


def instant(day: date, hour: str) -> datetime:
    """Return the instant, in UTC, of an hour of a day in Viet Nam."""
    return datetime.combine(day, time.fromisoformat(hour), tzinfo=VIET_NAM).astimezone(UTC)


def tablets_for(doses_a_day: int, *, doses_a_tablet: int) -> int:
    """Return how many tablets a site needs: two at least, for desk and chair, and as many of one as of the other."""
    return 2 * max(1, ceil(doses_a_day / doses_a_tablet / 2))
