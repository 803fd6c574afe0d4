"""What models answered, which people mark as right or wrong."""

import json
import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from flows import commands
from flows.access import member_of
from flows.asked_words import OUTCOMES, reason_text
from flows.models import AskCount, AskRecord, Workspace
from flows.recorded_answers import lines
from flows.spending import accuracy, model_names

ON_A_PAGE, DAYS = 50, 14
CHOICES = ("flow", "node", "model", "outcome", "mark")
MARKS = {"right": lambda: True, "wrong": lambda: False, "none": lambda: None}


@require_GET
def list_page(request: HttpRequest) -> HttpResponse:
    workspace = member_of(request).workspace
    lang = getattr(request, "LANGUAGE_CODE", "en")
    wish = {name: request.GET.get(name, "")[:64] for name in CHOICES}
    flow, at = _id(wish["flow"]), max(0, _whole(request.GET.get("from", "")))
    rows = commands.asks_of(workspace, flow=flow, **{name: wish[name] for name in CHOICES if name != "flow"})
    page, names = list(rows[at : at + ON_A_PAGE + 1]), model_names(workspace, lang)
    context = {
        "wish": wish,
        "choices": _choices(workspace, names),
        "answers": [_shown(row, names, lang) for row in page[:ON_A_PAGE]],
        "older": _query(wish, at + ON_A_PAGE) if len(page) > ON_A_PAGE else "",
        "newer": _query(wish, max(0, at - ON_A_PAGE)) if at else "",
        "query": _query(wish, at),
        "total": rows.count(),
        "days": _days(workspace, flow, rows),
        "accuracy": [{**row, "shown": names.get(row["model"], row["model"])} for row in accuracy(workspace)],
        "outcomes": [(name, words()) for name, words in OUTCOMES.items()],
        "export": flow,
    }
    return render(request, "answers.html", context)


@require_POST
def mark(request: HttpRequest, answer_id: uuid.UUID) -> HttpResponse:
    given, member = request.POST, member_of(request)
    if not commands.asks_of(member.workspace).filter(pk=answer_id).exists():
        raise Http404
    should = {name.removeprefix("should_"): text for name, text in given.items() if name.startswith("should_") and text}
    try:
        right = MARKS[given.get("mark", "")]()
        commands.mark_answer(member, answer_id, right, should if right is False else None)
    except (KeyError, commands.NoSuchAnswer, commands.BadMark):
        messages.error(request, _("This answer cannot be marked so."))
    return redirect(
        f"{reverse('answers')}?{urlencode(QueryDict(given.get('query', '')[:500]), doseq=True)}#{answer_id}"
    )


@require_GET
def export(request: HttpRequest, flow_id: uuid.UUID) -> StreamingHttpResponse:
    """The answers of a flow as `python -m runtime replay --answers` reads them."""
    try:
        flow = commands.flow_of(member_of(request), flow_id)
    except commands.FlowGone as gone:
        raise Http404 from gone
    found = (json.dumps(line, ensure_ascii=False) + "\n" for line in lines(flow))
    response = StreamingHttpResponse(found, content_type="application/x-ndjson; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="answers.jsonl"'
    return response


def _choices(workspace: Workspace, names: dict[str, str]) -> dict[str, list[tuple[str, str]]]:
    rows = AskRecord.objects.of(workspace).order_by()
    flows = rows.values_list("flow", "flow__name").distinct()
    return {
        "flow": sorted(((str(id), name) for id, name in flows), key=lambda one: one[1]),
        "node": [(node, node) for node in sorted(rows.values_list("node", flat=True).distinct()[:200])],
        "model": [(ref, names.get(ref, ref)) for ref in sorted(rows.values_list("model", flat=True).distinct())],
    }


def _shown(row: AskRecord, names: dict[str, str], lang: str) -> dict[str, Any]:
    fields = commands.answer_fields(row)
    asked = {field.name for field in fields}
    said = dict(commands.shown_answer(row)) if commands.can_mark(row) else {}
    labels = [
        {"name": field.name, "values": [v for v in field.values if v != said.get(field.name)]}
        for field in fields
        if field.values
    ]
    return {
        "row": row,
        "model": names.get(row.model, row.model),
        "outcome": OUTCOMES[row.outcome](),
        "reason": reason_text(row, lang),
        "said": [(name, _text(value)) for name, value in said.items() if not asked or name in asked][:12],
        "should": [(name, _text(value)) for name, value in row.should.items()],
        "labels": labels,
        "can_mark": commands.can_mark(row),
        "percent": None if row.score is None else round(100 * row.score),
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)[:300]


def _days(workspace: Workspace, flow: uuid.UUID | None, rows: QuerySet[AskRecord]) -> dict[str, Any]:
    """The last days for a small chart: answers a day, and of those that were marked how many were right."""
    today = commands.today_in(workspace)
    counts = AskCount.objects.of(workspace).filter(day__gt=today - timedelta(days=DAYS)).order_by()
    counts = counts.filter(flow=flow) if flow is not None else counts
    asked = dict(counts.values_list("day").annotate(n=Sum(F("answer") + F("unsure") + F("failed") + F("cached"))))
    zone = workspace.zone
    marked = {
        day: (n, right)
        for day, n, right in _by_day(rows.exclude(right=None), zone).annotate(
            n=Count("pk"), rights=Count("pk", filter=Q(right=True))
        )
    }
    days = [today - timedelta(days=ago) for ago in range(DAYS - 1, -1, -1)]
    most = max([asked.get(day) or 0 for day in days] + [1])
    bars, points = [], []
    for place, day in enumerate(days):
        n, (of, right) = asked.get(day) or 0, marked.get(day, (0, 0))
        height = round(56 * n / most, 1)
        bars.append(
            {"x": 4 + place * 20, "y": 60 - height, "height": height, "day": day, "n": n, "of": of, "right": right}
        )
        if of:
            points.append((14 - 2 + place * 20, round(60 - 56 * right / of, 1)))
    line = " ".join(f"{x},{y}" for x, y in points)
    return {
        "bars": bars,
        "points": points,
        "line": line,
        "most": most,
        "width": DAYS * 20 + 4,
        "any": any(asked.values()),
    }


def _by_day(rows: QuerySet[AskRecord], zone: str) -> Any:
    return rows.order_by().annotate(day=TruncDate("time", tzinfo=ZoneInfo(zone))).values_list("day")


def _query(wish: dict[str, str], at: int) -> str:
    given = {name: value for name, value in wish.items() if value}
    return urlencode({**given, **({"from": at} if at else {})})


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
