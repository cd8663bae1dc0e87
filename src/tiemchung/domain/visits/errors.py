"""What visits declines, and why."""

from __future__ import annotations

from tiemchung.kernel.refusal import Refusal


class LineUnexplained(Refusal):
    """The day's stock does not add up: doses without a vial, or vials with doses left."""

    code = "line-unexplained"


class DayNotBegun(Refusal):
    """The day is still to come: whatever is given on it would count as late."""

    code = "day-not-begun"


class DayEmpty(Refusal):
    """Nobody came and nothing was given on the day, so far: there is nothing to stand for."""

    code = "day-empty"


class LinesChanged(Refusal):
    """The day's lines are no longer those that were looked at."""

    code = "lines-changed"


class ResumeUnexplained(Refusal):
    """A stopped campaign session goes on for a reason only."""

    code = "resume-unexplained"


class DoubtUnexplained(Refusal):
    """Two records are told to be two persons for a reason only: somebody else works on by it."""

    code = "doubt-unexplained"
