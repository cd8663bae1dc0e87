"""What visits declines, and why."""

from __future__ import annotations

from tiemchung.kernel.refusal import Refusal


class LineUnexplained(Refusal):
    """The day's stock does not add up: doses without a vial, or vials with doses left."""

    code = "line-unexplained"


class LinesChanged(Refusal):
    """The day's lines are no longer those that were looked at."""

    code = "lines-changed"


class ResumeUnexplained(Refusal):
    """A stopped campaign session goes on for a reason only."""

    code = "resume-unexplained"
