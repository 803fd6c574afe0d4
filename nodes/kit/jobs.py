"""What is read of an event that is a job, or a candidate for one; and how an event of a job leaves."""

from collections.abc import Iterator
from typing import Any, Protocol

import msgspec

from nodes.kit.candidates import Candidate, Job
from nodes.kit.effect import Emit, Trouble
from nodes.kit.event import Event
from nodes.kit.fields import check_field
from nodes.kit.latest import measured
from nodes.kit.payload import rfc3339
from nodes.kit.problem import Problem
from nodes.kit.shape import Shape
from nodes.kit.spot import check_where, spot_in

MOST_SKILLS = 50
WHY = {
    "no_candidates": "nobody has been heard of in time",
    "no_skill": "nobody has the skills that it needs",
    "none_available": "nobody is available",
    "no_room": "nobody has room for it",
    "no_cost": "nothing says what it would cost",
    "too_far": "it would cost more than is allowed everywhere",
    "too_late": "it was due before now",
    "taken": "others got all who could take it",
    "too_many": "too many jobs wait already",
}
"""Reasons why a job is not assigned, by what `reason` says."""


class Fields(Protocol):
    """The params that say where an event has what."""

    job: str
    where: list[str] | None
    job_where: list[str] | None
    cost: str | None
    row: str | None
    available: str | None
    capacity: str | None
    demand: str | None
    skills: str | None
    needs: str | None
    due: str | None
    table: str | None


JOB_FIELDS = ("job", "row", "demand", "needs", "due")
WHO_FIELDS = ("cost", "available", "capacity", "skills")
NUMERIC = ("cost", "capacity", "demand")


def check_named(fields: Fields, jobs: Shape, who: Shape) -> Iterator[Problem]:
    """Problems of fields that events of jobs, or of candidates, surely do not have."""
    for path in (*JOB_FIELDS, *WHO_FIELDS):
        name, shape = getattr(fields, path), jobs if path in JOB_FIELDS else who
        if name is not None:
            yield from check_field(name, f"/params/{path}", shape, numeric=path in NUMERIC)
    if fields.where is not None:
        yield from check_where(fields.where, "/params/where", who)
        at = "job_where" if fields.job_where else "where"
        yield from check_where(fields.job_where or fields.where, f"/params/{at}", jobs)
        if fields.job_where and len(fields.job_where) != len(fields.where):
            yield Problem("wrong_type", "/params/job_where", args={"expected": "location", "found": "number"})
    if fields.table is not None and fields.row is None:
        yield Problem("missing_key", "/params", args={"key": "row"})


def candidate_in(event: Event, fields: Fields) -> Candidate | Trouble:
    found = Candidate(type=event.type)
    if fields.where is not None:
        place = spot_in(event.data, fields.where)
        if isinstance(place, Trouble):
            return place
        found.place = list(place)
    for name, into in ((fields.cost, "cost"), (fields.capacity, "room")):
        if name is not None:
            value = measured(event.data, name)
            if isinstance(value, Trouble):
                return value
            setattr(found, into, float(value))
    found.free = fields.available is None or event.data.get(fields.available) is True
    found.skills = _texts(event.data.get(fields.skills or ""))
    return found


def job_in(event: Event, fields: Fields) -> Job | Trouble:
    name = name_in(event, fields)
    if name is None:
        return Trouble("missing_field", {"field": fields.job})
    job = Job(name, event.time, event.time, 1.0, device=event.device, type=event.type, data=event.data)
    if fields.where is not None:
        place = spot_in(event.data, fields.job_where or fields.where)
        if isinstance(place, Trouble):
            return place
        job.place = list(place)
    if fields.demand is not None:
        demand = measured(event.data, fields.demand)
        if isinstance(demand, Trouble):
            return demand
        if demand < 0:
            return Trouble("out_of_range", {"field": fields.demand})
        job.demand = float(demand)
    if fields.due is not None and (due := _moment(event.data.get(fields.due))) is not None:
        job.due = job.rank = due
    job.row, job.needs = event.data.get(fields.row or ""), _texts(event.data.get(fields.needs or ""))
    return job


def name_in(event: Event, fields: Fields) -> str | None:
    """What tells the job apart."""
    name = event.data.get(fields.job)
    return None if name is None or isinstance(name, list | dict) else str(name)[:200]


def event_of(job: Job, event: Event) -> Event:
    """The job's own event at the moment of `event`."""
    return msgspec.structs.replace(event, device=job.device, type=job.type, data=job.data)


def unassigned(job: Job, reason: str, event: Event) -> Emit:
    own = event_of(job, event)
    return Emit("unassigned", own.with_data({**job.data, "reason": reason, "detail": WHY[reason]}))


def _texts(value: Any) -> list[str]:
    """A text, or a list of them."""
    given = value if isinstance(value, list) else [value]
    return [text for text in given[:MOST_SKILLS] if isinstance(text, str) and text]


def _moment(value: Any) -> int | None:
    """RFC 3339, or ms since 1970."""
    if isinstance(value, str):
        try:
            return rfc3339(value)
        except ValueError:
            return None
    sound = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e15
    return int(value) if sound else None
