"""Confirm by n of m: what a single picture says may be wrong, what several say in a row hardly is."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from nodes.kit.kind import Said
from nodes.kit.params import refused
from nodes.kit.sparing import Asked

MOST = 100
LONGEST_VERDICT = 200
"""Characters of a verdict that are remembered."""


class Confirm(BaseModel):
    """The same verdict in `times` of the last `of` pictures."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    times: Annotated[int, Field(ge=1, le=MOST)]
    of: Annotated[int, Field(ge=1, le=MOST)]

    @model_validator(mode="after")
    def fits(self) -> "Confirm":
        if self.times > self.of:
            raise refused("limits_swapped", low=self.times, high=self.of)
        return self


class Votes(Asked):
    """The last verdicts of one key, the newest last, and what was asked."""

    said: ClassVar[Said] = {
        "en": {**Asked.said["en"], "last": "Last verdicts"},
        "ja": {**Asked.said["ja"], "last": "直近の判断"},
    }
    last: list[str] = []


def confirmed(votes: Votes, verdict: str, confirm: Confirm | None) -> bool:
    """Remember `verdict`; whether it is confirmed by it. Without `confirm` each one is, and nothing is remembered."""
    if confirm is None:
        return True
    votes.last = [*votes.last, verdict[:LONGEST_VERDICT]][-confirm.of :]
    return votes.last.count(votes.last[-1]) >= confirm.times
