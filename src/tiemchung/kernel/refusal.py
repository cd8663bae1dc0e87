"""Saying no. An action refuses by raising one of these; the face writes the sentence."""

from __future__ import annotations

from typing import Any, ClassVar


class Refusal(Exception):  # noqa: N818 - a refusal is part of the vocabulary and no error of ours
    """An intention that is declined: a stable code and the facts for a sentence, which is written at the face."""

    code: ClassVar[str]

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code)
        self.facts = facts


class NotPermitted(Refusal):
    """The actor lacks the power, or the place is out of reach."""

    code = "not-permitted"
