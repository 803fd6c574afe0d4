"""What each flow did in the last day: firings by the hour, failures, and commands that wait for a person."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Count
from django.db.models.functions import TruncHour
from django.utils import timezone

from flows.commands.approvals import waiting_approvals
from flows.commands.firings import FAILED
from flows.models import DeadLetter, Firing, FiringCount, Workspace

HOURS = 24
KEPT = 10
"""Seconds for which the counts may be old: counting reads every firing of the day."""


def activity(workspace: Workspace) -> dict[str, Any]:
    """{"until" (ms, the end of the last hour), "flows": by id {"hours" (24 counts, the last one this hour's), "failed",
    "letters", "waiting"}}; flows of which there is nothing to tell are left out. `failed` are firings of the day that were
    not carried out, `letters` all dead letters, `waiting` commands that a person has to approve."""
    key = f"activity:{workspace.pk}"
    known = cache.get(key)
    if known is None:
        known = _counted(workspace, timezone.now())
        cache.set(key, known, KEPT)
    return dict(known)


def _counted(workspace: Workspace, now: datetime) -> dict[str, Any]:
    until = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    since = until - timedelta(hours=HOURS)
    flows: dict[str, dict[str, Any]] = defaultdict(
        lambda: {"hours": [0] * HOURS, "failed": 0, "letters": 0, "waiting": 0}
    )
    firings = Firing.objects.of(workspace).filter(time__gte=since, time__lt=until).order_by()
    by_hour = firings.annotate(hour=TruncHour("time", tzinfo=until.tzinfo)).values("flow", "hour")
    kept = by_hour.annotate(count=Count("pk"), failed=Count("pk", filter=FAILED))
    gone = FiringCount.objects.of(workspace).filter(hour__gte=since, hour__lt=until)
    for row in [*kept, *gone.values("flow", "hour", "count", "failed")]:
        about = flows[str(row["flow"])]
        about["hours"][int((row["hour"] - since).total_seconds() // 3600)] += row["count"]
        about["failed"] += row["failed"]
    for name, rows in (("letters", DeadLetter.objects.of(workspace)), ("waiting", waiting_approvals(workspace))):
        for flow, count in rows.order_by().values_list("flow").annotate(count=Count("pk")):
            flows[str(flow)][name] = count
    return {"until": int(until.timestamp() * 1000), "flows": dict(flows)}
