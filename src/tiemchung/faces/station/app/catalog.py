"""Every sentence of the app in both languages, as one file that it takes along: `{key: [Vietnamese, English]}`.

Words that the server's own pages use too are those very words; a key names them as `<list>.<code>`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from tiemchung.domain.visits.values import HOW_CODES
from tiemchung.faces.shared.aftermath import ACTIONS, SEEN, SIGNS
from tiemchung.faces.shared.numbers import WEEKDAYS
from tiemchung.faces.shared.sentences import FINDINGS, REASONS
from tiemchung.faces.shared.words import Words
from tiemchung.faces.station.app.after import AFTER
from tiemchung.faces.station.app.carried import CARRIED
from tiemchung.faces.station.app.chair import CHAIR
from tiemchung.faces.station.app.desks import DESKS
from tiemchung.faces.station.app.hall import HALL
from tiemchung.faces.station.app.machine import MACHINE, REFUSED, ROLES, SPANS
from tiemchung.faces.station.app.rehearsal import REHEARSAL
from tiemchung.faces.station.pages.board import LEFT_REASONS, STATES
from tiemchung.faces.station.pages.chair import SEVERITY_WORDS
from tiemchung.faces.station.pages.desk import HOW, KINDS, SEXES
from tiemchung.faces.station.pages.lead import KINDS as ENTRY_KINDS
from tiemchung.faces.station.pages.lead import RETURN_REASONS, WASTE_REASONS
from tiemchung.faces.station.pages.mending import CORRECTION_REASONS, STOP_REASONS, TYPED, VOID_REASONS
from tiemchung.faces.station.pages.screening import MEASURES, OUTCOMES
from tiemchung.faces.station.pages.standby import STATES as STANDBY_STATES

WORDS_OF: dict[str, Mapping[str, Words]] = {
    "action": ACTIONS,
    "aside": REASONS,
    "conclusion-is": OUTCOMES,
    "correct-why": CORRECTION_REASONS,
    "finding": FINDINGS,
    "how": {code: HOW[how] for code, how in HOW_CODES.items()},
    "kind": KINDS,
    "kind-of": ENTRY_KINDS,
    "left": LEFT_REASONS,
    "measure": MEASURES,
    "reaction": {code: words for code, (_shape, words) in SEVERITY_WORDS.items()},
    "refused": REFUSED,
    "return-why": RETURN_REASONS,
    "role": ROLES,
    "seen": SEEN,
    "sex": SEXES,
    "sign": {code: words for code, (words, _low, _high) in SIGNS.items()},
    "span": SPANS,
    "standby-state": {state.value: words for state, words in STANDBY_STATES.items()},
    "state": STATES,
    "stop-reason": STOP_REASONS,
    "typed": TYPED,
    "void-why": VOID_REASONS,
    "waste-why": WASTE_REASONS,
    # JavaScript's week begins on Sunday, and a heading with a capital.
    "weekday": {str((day + 1) % 7): Words(vi[:1].upper() + vi[1:], en) for day, (vi, en) in enumerate(WEEKDAYS)},
}
"""Words that stand for codes: those of the wire, of the reference tables, of the app's core."""


@cache
def catalog() -> dict[str, Words]:
    """Return every sentence by its key."""
    coded = {f"{name}.{code}": words for name, listed in WORDS_OF.items() for code, words in listed.items()}
    return {**MACHINE, **CARRIED, **DESKS, **CHAIR, **AFTER, **HALL, **REHEARSAL, **coded}
