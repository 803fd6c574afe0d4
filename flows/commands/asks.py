"""What models were asked and answered, as workers tell it, for how long that is kept, and whether people say that it was
right."""

import uuid
import zoneinfo
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from document.problems import say
from flows.commands.incidents import heal_incident, raise_incident
from flows.incident_words import Kind
from flows.models import AskCount, AskRecord, Flow, FlowVersion, Membership, Workspace
from flows.rights import MEMBER, needs
from nodes.kit.answer_fields import UNSURE, AnswerField, mistake

Row = dict[str, Any]
Outcome = AskRecord.Outcome
AT_ONCE = 5_000
"""Records that one look takes away at most: it runs inside the transaction that keeps a worker's rows."""
COUNTS_KEPT, MARKS_KEPT = timedelta(days=400), timedelta(days=400)
WHOLE_WORKSPACE = "workspace"
"""The subject of an incident about the budget of all flows together."""


class NoSuchAnswer(Exception):
    """No such record in this workspace."""


class BadMark(Exception):
    """It has no answer that could be right or wrong, or what should have been said is no answer of that node."""


# --- what workers tell --------------------------------------------------------------------------------------------------


def keep_ask(workspace: Workspace, flow: Flow, data: Row, *, place: Row, at: datetime) -> None:
    """One question and what came of it; `at` is when the worker said so."""
    outcome, key = Outcome(str(data["outcome"])), str(data["key"])[:64]
    if AskRecord.objects.of(workspace).filter(flow=flow, key=key).exists():
        return
    answer = data.get("answer")
    row = AskRecord.objects.add(
        workspace, flow=flow, key=key, outcome=outcome, answer=answer, **place, **_texts(data), **_numbers(data),
        second=bool(data.get("second")), estimated=bool(data.get("estimated")),
    )  # fmt: skip
    counted = {"tokens_in": row.tokens_in, "tokens_out": row.tokens_out, "cost": row.cost or 0.0}
    _count(workspace, flow, row.node, row.model, at, {outcome.value: 1, **counted})


def keep_asks_more(workspace: Workspace, flow: Flow, data: Row, *, at: datetime) -> None:
    """So many more of one node and model, of which there is no record."""
    told = data.get("outcomes")
    outcomes = {str(name): _whole(count) for name, count in told.items()} if isinstance(told, dict) else {}
    counted = {name: count for name, count in outcomes.items() if name in Outcome.values}
    counted |= {name: _whole(data.get(name)) for name in ("tokens_in", "tokens_out")}
    more = {**counted, "cost": _part(data.get("cost")) or 0.0}
    _count(workspace, flow, str(data.get("node"))[:64], str(data.get("model"))[:64], at, more)


def asks_kept(workspace: Workspace, flows: dict[str, Flow], rows: Iterable[Row]) -> None:
    """A worker's rows were kept: budgets that are used up, or that allow something again, and what is too old."""
    last: dict[str, Row] = {}
    for row in rows:
        if row.get("row") == "asked" and str(row.get("flow")) in flows and isinstance(row.get("data"), dict):
            last[str(row["flow"])] = row["data"]
    for id, data in last.items():
        flow, outcome = flows[id], data.get("outcome")
        if outcome == Outcome.OVER_BUDGET:
            _over_budget(workspace, flow, data.get("limit"))
        elif outcome != Outcome.CACHED:
            for subject in (id, WHOLE_WORKSPACE):
                heal_incident(workspace, Kind.BUDGET, subject)
        thin_asks(workspace, flow)


def thin_asks(workspace: Workspace, flow: Flow, now: datetime | None = None) -> int:
    """Take away records beyond the newest `SUIRO_ASKS_KEPT` of this flow and those older than `SUIRO_ASKS_DAYS`, at most
    AT_ONCE; returns how many. What people have marked stays for MARKS_KEPT, as the accuracy is measured by it."""
    now = now or timezone.now()
    rows = AskRecord.objects.of(workspace).filter(flow=flow).order_by("-time", "-pk")
    newest_to_go = rows.values_list("time", flat=True)[settings.ASKS_KEPT :].first()
    old = Q(time__lt=now - timedelta(days=settings.ASKS_DAYS))
    if newest_to_go is not None:
        old |= Q(time__lte=newest_to_go)
    going = rows.filter((Q(right=None) & old) | Q(time__lt=now - MARKS_KEPT))
    chosen = list(going.values_list("pk", flat=True)[:AT_ONCE])
    AskRecord.objects.of(workspace).filter(pk__in=chosen).delete()
    AskCount.objects.of(workspace).filter(flow=flow, day__lt=(now - COUNTS_KEPT).date()).delete()
    return len(chosen)


def thin_all_asks(workspace: Workspace) -> None:
    """For flows that are silent, too: at every start."""
    for flow in Flow.objects.of(workspace):
        while thin_asks(workspace, flow) >= AT_ONCE:
            pass


def today_in(workspace: Workspace, at: datetime | None = None) -> Any:
    """The date in the workspace's time zone."""
    return (at or timezone.now()).astimezone(zoneinfo.ZoneInfo(workspace.zone)).date()


# --- what people do -----------------------------------------------------------------------------------------------------


def asks_of(workspace: Workspace, *, flow: uuid.UUID | None = None, **wanted: str) -> QuerySet[AskRecord]:
    """Newest first, of one flow, `node`, `model`, `outcome` or `mark` (right, wrong, none); empty means any."""
    rows = AskRecord.objects.of(workspace).select_related("flow", "marked_by")
    if flow is not None:
        rows = rows.filter(flow=flow)
    rows = rows.filter(**{name: wanted[name] for name in ("node", "model", "outcome") if wanted.get(name)})
    marks = {"right": Q(right=True), "wrong": Q(right=False), "none": Q(right=None)}
    return rows.filter(marks.get(wanted.get("mark", ""), Q()))


@needs(MEMBER)
def mark_answer(member: Membership, id: uuid.UUID, right: bool | None, should: Row | None = None) -> AskRecord:
    """A person says whether an answer was right (None: takes that back), and what would have been, by field. Raises
    NoSuchAnswer, BadMark."""
    should = should or {}
    with transaction.atomic():
        row = AskRecord.objects.of(member.workspace).select_related("flow").filter(pk=id).select_for_update().first()
        if row is None:
            raise NoSuchAnswer(id)
        if not can_mark(row) or (should and (right is not False or not _fits(row, should))):
            raise BadMark(id)
        row.right, row.should = right, should
        row.marked, row.marked_by = (None, None) if right is None else (timezone.now(), member.user)
        row.save(update_fields=["right", "should", "marked", "marked_by", "updated"])
    return row


def can_mark(row: AskRecord) -> bool:
    """Whether there is an answer that can be right or wrong; that a model is unsure is neither, nor is one that was not as declared."""
    return (
        row.outcome != Outcome.FAILED
        and row.answer is not None
        and not (isinstance(row.answer, dict) and row.answer.get(UNSURE) is True)
    )


def answer_fields(row: AskRecord) -> list[AnswerField]:
    """The fields that its node declared in the version that asked; none where it declares none."""
    version = FlowVersion.objects.of(row.workspace_id).filter(flow=row.flow_id, number=row.version).first()
    nodes = version.document.get("nodes", []) if version is not None else []
    params = next((node.get("params") or {} for node in nodes if node.get("id") == row.node), {})
    try:
        return [AnswerField.model_validate(field) for field in params.get("fields") or ()]
    except (TypeError, ValueError):
        return []


def _fits(row: AskRecord, should: Row) -> bool:
    fields = answer_fields(row)
    if not set(should) <= {field.name for field in fields}:
        return False
    said = row.answer if isinstance(row.answer, dict) else {}
    return all(mistake({field.name: should.get(field.name, said.get(field.name))}, [field]) is None
               for field in fields if field.name in should)  # fmt: skip


def _over_budget(workspace: Workspace, flow: Flow, limit: Any) -> None:
    limits = {str(name): value for name, value in limit.items()} if isinstance(limit, dict) else {}
    detail, _ = say("over_budget", limits, workspace.lang)
    whole = any(name.startswith("workspace") for name in limits)
    subject, name = (WHOLE_WORKSPACE, workspace.name) if whole else (str(flow.id), flow.name)
    raise_incident(workspace, Kind.BUDGET, subject, name=name, detail=detail, flow=None if whole else flow)


def _count(workspace: Workspace, flow: Flow, node: str, model: str, at: datetime, more: dict[str, float]) -> None:
    which = {"flow": flow, "node": node, "model": model, "day": today_in(workspace, at)}
    row, _ = AskCount.objects.of(workspace).get_or_create(**which, defaults={"workspace": workspace})
    AskCount.objects.of(workspace).filter(pk=row.pk).update(**{name: F(name) + count for name, count in more.items()})


def _texts(data: Row) -> Row:
    longest = {"model": 64, "served": 200, "prompt": 16, "reason": 64, "detail": 300, "picture": 64}
    return {name: str(data.get(name) or "")[:most] for name, most in longest.items()}


def _numbers(data: Row) -> Row:
    whole = {name: _whole(data.get(name)) for name in ("version", "tokens_in", "tokens_out", "ms", "after")}
    return {**whole, "score": _part(data.get("score")), "cost": _part(data.get("cost"))}


def _whole(value: Any) -> int:
    sound = isinstance(value, int) and not isinstance(value, bool)
    return min(max(value, 0), 2_000_000_000) if sound else 0


def _part(value: Any) -> float | None:
    sound = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15
    return float(value) if sound else None


def shown_answer(row: AskRecord) -> Iterator[tuple[str, Any]]:
    """The fields of an answer, without the word that says whether it is one."""
    for name, value in row.answer.items() if isinstance(row.answer, dict) else ():
        if name != UNSURE:
            yield name, value
