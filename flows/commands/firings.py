"""How long firings and stored rows are kept: the newest of each flow, firings for some days. A firing that goes leaves its
count behind, by the hour."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncHour
from django.utils import timezone

from flows.models import Firing, FiringCount, Flow, StoredRow, Workspace

AT_ONCE = 5_000
"""Firings that one look takes away at most: it runs inside the transaction that keeps a worker's rows."""
COUNTS_KEPT = timedelta(days=400)
STILL_OPEN = timedelta(days=1)
"""For so long a firing waits for what came of it."""
DECIDED = ("refused", "replaced", "dropped", "snoozed")
"""What a person or a policy has decided is no failure."""
FAILED = Q(sent=False) & ~Q(outcome__in=DECIDED)


def thin_firings(workspace: Workspace, flow: Flow, now: datetime | None = None) -> int:
    """Take away firings beyond the newest `SUIRO_FIRINGS_KEPT` of this flow and those older than `SUIRO_FIRINGS_DAYS`, at
    most AT_ONCE of each; returns how many. One whose outcome is not known stays for a day; if the outcome comes later
    still, that firing is counted again."""
    now = now or timezone.now()
    rows = Firing.objects.of(workspace).filter(flow=flow)
    settled = rows.filter(Q(sent__isnull=False) | Q(time__lt=now - STILL_OPEN))
    newest_to_go = rows.order_by("-time", "-pk").values_list("time", flat=True)[settings.FIRINGS_KEPT :].first()
    old = settled.filter(time__lt=now - timedelta(days=settings.FIRINGS_DAYS))
    gone = _take_away(workspace, flow, old)
    if newest_to_go is not None:
        gone += _take_away(workspace, flow, settled.filter(time__lte=newest_to_go))
    FiringCount.objects.of(workspace).filter(flow=flow, hour__lt=now - COUNTS_KEPT).delete()
    return gone


def thin_all_firings(workspace: Workspace) -> None:
    """For flows that are silent, too: at every start."""
    for flow in Flow.objects.of(workspace):
        while thin_firings(workspace, flow) >= AT_ONCE:
            pass


def thin_stored(workspace: Workspace, flow: Flow) -> int:
    """Take away stored rows beyond the newest `SUIRO_ROWS_KEPT` of this flow, at most AT_ONCE; returns how many."""
    rows = StoredRow.objects.of(workspace).filter(flow=flow)
    beyond = rows.order_by("-time", "-pk").values_list("pk", flat=True)[
        settings.ROWS_KEPT : settings.ROWS_KEPT + AT_ONCE
    ]
    gone = list(beyond)
    StoredRow.objects.of(workspace).filter(pk__in=gone).delete()
    return len(gone)


def _take_away(workspace: Workspace, flow: Flow, rows: "QuerySet[Firing]") -> int:
    chosen = list(rows.order_by("time", "pk").values_list("pk", flat=True)[:AT_ONCE])
    going = Firing.objects.of(workspace).filter(pk__in=chosen)
    hours = going.order_by().annotate(hour=TruncHour("time", tzinfo=timezone.get_default_timezone())).values("hour")
    for row in hours.annotate(count=Count("pk"), failed=Count("pk", filter=FAILED)):
        kept, _ = FiringCount.objects.of(workspace).get_or_create(
            flow=flow, hour=row["hour"], defaults={"workspace": workspace}
        )
        more = {"count": F("count") + row["count"], "failed": F("failed") + row["failed"]}
        FiringCount.objects.of(workspace).filter(pk=kept.pk).update(**more)
    going.delete()
    return len(chosen)
