"""What is done in campaigns: load them, register people, withdraw and move a registration. Intentions may be refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from django.db import transaction

from tiemchung.domain.campaigns import policy, rules
from tiemchung.domain.campaigns.actions.leavers import leave_sql
from tiemchung.domain.campaigns.errors import (
    CampaignOver,
    CampaignUnknown,
    RegistrationIncomplete,
    RegistrationToldOtherwise,
    RegistrationUnknown,
)
from tiemchung.domain.campaigns.events import Registered, RegistrationMoved, RegistrationWithdrawn
from tiemchung.domain.campaigns.queries import wishes as queries
from tiemchung.domain.campaigns.values import TIMES, Campaign, Channel, Registration
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.people import actions as people
from tiemchung.domain.people import queries as people_queries
from tiemchung.domain.people.values import PersonTold
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import ward_code
from tiemchung.kernel.actor import Actor, ActorKind, Reach
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database
from tiemchung.plumbing.reference import Changes, put
from tiemchung.plumbing.rowsecurity import reaching

_CAMPAIGN = {
    "code": "text",
    "name": "text",
    "starts_on": "date",
    "ends_on": "date",
    "target_diseases": "jsonb",
    "source": "text",
    "lists_approved": "boolean",
}


def load_campaigns(told: Sequence[Campaign], *, actor: Actor) -> Changes:
    """Add campaigns and alter those that differ. Told twice, nothing changes."""
    if not policy.may_load(actor):
        raise NotPermitted
    return put("campaigns_campaign", _CAMPAIGN, [msgspec.to_builtins(one) for one in told], key=("code",))


_REGISTER = """
with told as (
    select * from unnest(%b::uuid[], %b::uuid[], %b::uuid[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[])
        as x(person, id, account, campaign, commune, grp, site, times)
), kept as (
    insert into campaigns_registration
        (person_id, id, account, registered_at, campaign, commune, target_group, channel, site, times)
    select person, id, account, %s, campaign, commune, grp, %s, site, string_to_array(times, ',') from told
    on conflict do nothing returning id, campaign, commune, target_group, channel
), counted as (
    insert into campaigns_demand as held (campaign, commune, target_group, channel, registered, due)
    select campaign, commune, target_group, channel, count(*), 0 from kept group by 1, 2, 3, 4 order by 1, 2, 3, 4
    on conflict (campaign, commune, target_group, channel) do update set registered = held.registered + excluded.registered
)
select null::uuid, count(*) from kept
union all
select id, 0 from kept where (select count(*) from kept) < %s
"""


def register(told: Sequence[Registration], *, actor: Actor, now: datetime, channel: Channel = Channel.OWN) -> None:
    """Keep these wishes to be called, all or none; told twice, each is one.

    A registration that names no person makes one under its own id. Nothing comes back: whether a person, a number or a
    wish is known already is told to nobody. Refuses a campaign that is unknown or over, and what `rules.fault_of` finds.
    """
    if not told:
        return
    _insist_on_campaigns({one.campaign for one in told}, on=business_day(now))
    groups, today = frozenset(queries.target_groups()), business_day(now)
    communes = frozenset(each for each in {one.commune for one in told} if places.commune_era(each, on=today))
    sites = places.sites_of({one.preferred_site for one in told if one.preferred_site})
    for one in told:
        field = rules.fault_of(one, groups=groups, communes=communes, today=today)
        if field is None and one.preferred_site and one.preferred_site not in sites:
            field = "preferred_site"
        if field:
            raise RegistrationIncomplete(field=field)
    _insist_may_register(told, actor, now)
    _keep(told, actor=actor, now=now, channel=channel)


def register_at_desk(told: Registration, *, actor: Actor, now: datetime) -> None:
    """Register somebody who stands at a desk; told twice, they are one. Whom the ward has on record stays that person.

    Refuses what `register` refuses, but first who may not register here, so that nobody is looked up for them.

    Refuses another person under an id that was told before (`registration-told-otherwise`): a page that somebody went
    back to would lose whoever stands there now.
    """
    with transaction.atomic():
        _insist_may_register([told], actor, now)
        if told.person is None:
            found = _on_record(told, actor=actor, now=now)
            if _is_told_otherwise(told, found=found, actor=actor, now=now):
                raise RegistrationToldOtherwise
            told = msgspec.structs.replace(told, person=found)
        register([told], actor=actor, now=now, channel=Channel.DESK)


def _on_record(told: Registration, *, actor: Actor, now: datetime) -> UUID | None:
    """Return who of this ward it is that stands at the desk, if the look-up finds one; else they become a new person.

    Whom another place wrote stays a person of their own until they are linked: this ward could not read a row of theirs.
    """
    ward = ward_code(told.commune)
    asked = msgspec.structs.replace(told.person_told, commune=told.commune)
    with reaching(Reach(communes=frozenset({told.commune}), sites=frozenset({ward}))):
        (found,) = people_queries.look_up([asked], purpose=Purpose.REGISTRATION, actor=actor, viewed_at=now, site=ward)
    return found.person if found.here else None


def _is_told_otherwise(told: Registration, *, found: UUID | None, actor: Actor, now: datetime) -> bool:
    """Tell whether the registration of this id says something else, or is another person's or ward's.

    `found` is who is on record by what is told now: what was told of them before, nobody has to spell again.
    """
    ward, asked = ward_code(told.commune), msgspec.structs.replace(told.person_told, commune=told.commune)
    with reaching(Reach(communes=frozenset({told.commune}), sites=frozenset({ward}))):
        stands = database.row(
            "select person_id, campaign, commune, target_group from campaigns_registration where id = %s", [told.id]
        )
        if stands is None:
            elsewhere = database.row("select campaigns_told_elsewhere(%s, %s)", [told.id, told.commune])
            return elsewhere == (True,) or bool(people_queries.known([told.id]))
        person: UUID = stands[0]
        if stands[1:] != (told.campaign, told.commune, told.target_group):
            return True
        if person == found != told.id:
            return False
        shown = people_queries.persons(
            [person], purpose=Purpose.REGISTRATION, actor=actor, viewed_at=now, site=ward
        ).get(person)
    return shown is None or not people_queries.shows(shown, asked)


def _insist_on_campaigns(codes: set[str], *, on: date) -> None:
    for code in codes:
        found = queries.campaign(code)
        if found is None:
            raise CampaignUnknown(campaign=code)
        if found.ends_on < on:
            raise CampaignOver(campaign=code, ended_on=found.ends_on)


def _insist_may_register(told: Sequence[Registration], actor: Actor, now: datetime) -> None:
    """Refuse what the actor may not register: of staff each ward is asked about once, of a citizen each account and person."""
    asked = {(one.commune, one.account if actor.kind is ActorKind.CITIZEN else None) for one in told}
    if not all(policy.may_register(actor, commune=commune, account=account) for commune, account in asked):
        raise NotPermitted
    if actor.kind is not ActorKind.CITIZEN:
        return
    named = [(one.account, one.person) for one in told if one.account is not None and one.person is not None]
    if not all(queries.may_name(account, person, now=now) for account, person in named):
        raise NotPermitted


@transaction.atomic
def _keep(told: Sequence[Registration], *, actor: Actor, now: datetime, channel: Channel) -> None:
    """Write in the reach of exactly these wards, whoever tells: a citizen's account reaches no ward, and reads none."""
    communes = frozenset(one.commune for one in told)
    with reaching(Reach(communes=communes, sites=frozenset(map(ward_code, communes)))):
        fresh = _insert(told, now=now, channel=channel)
        people.fold_blocks([_person(one, now) for one in fresh], finds=False)
        events = [_event(one, channel=channel, now=now) for one in fresh]
        for commune in sorted(communes):
            of_ward = [event for event in events if event.commune == commune]
            journal.append(
                of_ward,
                actor=actor,
                recorded_at=now,
                site=ward_code(commune),
                persons={event.id: event.person for event in of_ward},
            )


def _insert(told: Sequence[Registration], *, now: datetime, channel: Channel) -> Sequence[Registration]:
    """Keep wishes that are new, and return them; where all are, nothing more comes back from the database."""
    first = {one.id: one for one in told}.values()
    (_, count), *found = database.rows(
        _REGISTER,
        [
            arrays.uuids([one.person or one.id for one in first]),
            arrays.uuids([one.id for one in first]),
            arrays.uuids([one.account for one in first]),
            arrays.texts([one.campaign for one in first]),
            arrays.texts([one.commune for one in first]),
            arrays.texts([one.target_group for one in first]),
            arrays.texts([one.preferred_site for one in first]),
            arrays.texts([",".join(one.times) for one in first]),
            now,
            channel.value,
            len(first),
        ],
    )
    if count == len(told):
        return told
    kept = {identifier for identifier, _ in found} if count < len(first) else {one.id for one in first}
    return [one for one in told if one.id in kept]


def _person(one: Registration, now: datetime) -> PersonTold:
    block = msgspec.structs.replace(one.person_told, commune=one.commune, target_group=one.target_group)
    ward = ward_code(one.commune)
    return PersonTold(entry=one.id, person=one.person or one.id, block=block, site=ward, recorded_at=now)


def _event(one: Registration, *, channel: Channel, now: datetime) -> Registered:
    return Registered(
        id=one.id,
        at=now,
        campaign=one.campaign,
        person=one.person or one.id,
        commune=one.commune,
        target_group=one.target_group,
        channel=channel.value,
        preferred_site=one.preferred_site,
        times=list(one.times),
    )


_WITHDRAW = leave_sql("r.id = %s and (%s::uuid is null or r.account = %s)")


@transaction.atomic
def withdraw(registration: UUID, *, actor: Actor, now: datetime) -> None:
    """Take a wish back; taken back twice, it is taken back once. Refuses one that is not the actor's to take back."""
    with reaching(actor.reach):
        standing = _standing(registration, actor)
        if standing.withdrawn:
            return
        found = database.row(_WITHDRAW, [registration, actor.reach.account, actor.reach.account, now])
        if found is None:
            return
        _, person, commune = found
        event = RegistrationWithdrawn(id=uuid7(now), at=now, registration=registration)
        _tell(event, person=person, commune=commune, actor=actor, now=now)


@transaction.atomic
def move(registration: UUID, *, preferred_site: str | None, times: Sequence[str], actor: Actor, now: datetime) -> None:
    """Wish for another place or other times. Refuses a registration that is not the actor's, or was taken back."""
    if set(times) - set(TIMES):
        raise RegistrationIncomplete(field="times")
    if preferred_site and places.site(preferred_site) is None:
        raise RegistrationIncomplete(field="preferred_site")
    with reaching(actor.reach):
        standing = _standing(registration, actor)
        if standing.withdrawn:
            raise RegistrationUnknown
        changed = database.run(
            "update campaigns_registration set site = %s, times = string_to_array(%s, ',') where id = %s "
            "and withdrawn_at is null and (site, times) is distinct from (%s, string_to_array(%s, ','))",
            [preferred_site, ",".join(times), registration, preferred_site, ",".join(times)],
        )
        if changed:
            event = RegistrationMoved(
                id=uuid7(now),
                at=now,
                registration=registration,
                preferred_site=preferred_site,
                times=list(times),
            )
            _tell(event, person=standing.person, commune=standing.commune, actor=actor, now=now)


class _Held(msgspec.Struct, frozen=True, kw_only=True):
    person: UUID
    commune: str
    withdrawn: bool


def _standing(registration: UUID, actor: Actor) -> _Held:
    account = actor.reach.account
    found = database.row(
        "select person_id, commune, withdrawn_at is not null from campaigns_registration "
        "where id = %s and (%s::uuid is null or account = %s) for update",
        [registration, account, account],
    )
    if found is None:
        raise RegistrationUnknown
    held = _Held(person=found[0], commune=found[1], withdrawn=found[2])
    if account is None and not policy.may_plan(actor, commune=held.commune):
        raise NotPermitted
    return held


def _tell(
    event: RegistrationWithdrawn | RegistrationMoved, *, person: UUID, commune: str, actor: Actor, now: datetime
) -> None:
    ward = ward_code(commune)
    with reaching(Reach(communes=frozenset({commune}), sites=frozenset({ward}))):
        journal.append([event], actor=actor, recorded_at=now, site=ward, persons={event.id: person})
