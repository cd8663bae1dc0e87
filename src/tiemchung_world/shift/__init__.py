"""One site's working day: who stands at which desk and chair, and every entry that the day's visits leave behind.

Entries are written when they happen by the true time, each on the tablet of its desk: a visit begins on one tablet and
gets its dose on another, so that the center hears of a dose before it hears of the arrival as often as after.
`writing` puts entries onto tablets, `course` leads one person through the site, `day` opens and closes it.
"""

from __future__ import annotations

from tiemchung_world.shift.day import Shift, WaitingRoom
from tiemchung_world.shift.writing import unix_ms

__all__ = ["Shift", "WaitingRoom", "unix_ms"]
