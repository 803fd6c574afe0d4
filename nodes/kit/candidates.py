"""Who may take a job: what is known of each candidate, what it was given already, and what it would cost."""

import math
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

MOST_JOBS = 100
"""Jobs of one question, and as many more may wait for the next."""
UNLIMITED = 1e15
"""What a candidate can still take where nothing limits it."""
ROUNDING = 1e-9
"""What fractions lose or gain where they are added: a tenth ten times, or 0.3 and 0.7, fill a room of 1 exactly."""


class Job(msgspec.Struct):
    """A job as it waits: `time` (ms) it came, `rank` by which urgent ones go first (ms it is due; else when it came), `place`
    where it is, `row` its row of a cost table, `demand` what it takes up, `needs` skills; `device`, `type` and `data` of its event."""

    id: str
    time: int
    rank: int
    demand: float
    place: list[float] | None = None
    row: Any = None
    needs: list[str] = []
    due: int | None = None
    device: str | None = None
    type: str | None = None
    data: dict[str, Any] = {}


class Candidate(msgspec.Struct):
    """What a device last said of itself: `place` and `cost` as far as they are asked for, `free` to take jobs, `room` for
    demand (None: no limit), its `skills`."""

    type: str | None = None
    place: list[float] | None = None
    cost: float | None = None
    free: bool = True
    room: float | None = None
    skills: list[str] = []


class Given(msgspec.Struct):
    """A job that a candidate was given; it counts against it until `until` (ms)."""

    job: str
    demand: float
    until: int

    def later(self, by: int) -> None:
        """It counts for `by` ms longer (see Memory.later)."""
        self.until += by


class Seat(msgspec.Struct):
    """What a candidate can take now: so many `jobs`, demand up to `room`."""

    jobs: int
    room: float


def seat_of(candidate: Candidate, given: Iterable[Given], each: int) -> Seat:
    held = list(given)
    room = UNLIMITED if candidate.room is None else candidate.room
    return Seat(max(0, each - len(held)), room - sum(one.demand for one in held))


def widened(room: float, by: float = ROUNDING) -> float:
    """`room`, and so much as makes no difference."""
    return room + by * max(1.0, abs(room))


def offers_for(
    job: Job,
    candidates: dict[str, Candidate],
    seats: dict[str, Seat],
    cost_of: Callable[[Job, str, Candidate], float | None],
    most: float | None,
    keep: int,
) -> dict[str, float] | str:
    """By device what `job` would cost there, the `keep` cheapest (with `keep` jobs at once each finds one of them free where
    that is possible at all); or why nobody can take it: no_candidates, none_available, no_skill, no_room, no_cost, too_far."""
    left: Iterable[str] = sorted(candidates)
    ways: tuple[tuple[str, Callable[[str], bool]], ...] = (
        ("no_candidates", lambda id: True),
        ("no_skill", lambda id: set(job.needs) <= set(candidates[id].skills)),
        ("none_available", lambda id: candidates[id].free),
        ("no_room", lambda id: seats[id].jobs > 0 and job.demand <= widened(seats[id].room)),
    )
    for reason, fits in ways:
        left = [id for id in left if fits(id)]
        if not left:
            return reason
    known = {id: cost for id in left if (cost := cost_of(job, id, candidates[id])) is not None}
    near = {id: cost for id, cost in known.items() if most is None or cost <= most}
    if not near:
        return "too_far" if known else "no_cost"
    return dict(sorted(near.items(), key=lambda one: (one[1], one[0]))[:keep])


def wrong_assignment(
    said: Any, jobs: dict[str, Job], offers: dict[str, dict[str, float]], seats: dict[str, Seat]
) -> str | None:
    """What is wrong with an answer {job: device}: a job or device that was not asked about, or more than one can take."""
    if not isinstance(said, dict):
        return "not by job"
    taken: dict[str, list[float]] = {}
    for job, device in said.items():
        if job not in offers or not isinstance(device, str) or device not in offers[job]:
            return f"{str(device)[:64]} cannot take {str(job)[:64]}"
        taken.setdefault(device, []).append(jobs[job].demand)
    for device, demands in taken.items():
        seat = seats[device]
        if len(demands) > seat.jobs or math.fsum(demands) > widened(seat.room):
            return f"{device} cannot take so much"
    return None
