"""Firings are kept for a while; what goes leaves its counts behind."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.utils import timezone

from flows import commands
from flows.activity import activity
from flows.commands import firings, workers
from flows.commands.firings import COUNTS_KEPT, thin_all_firings, thin_firings, thin_stored
from flows.models import Firing, FiringCount, Flow, Membership, StoredRow, Worker
from flows.tests.conftest import document


@pytest.fixture
def flow(member: Membership) -> Flow:
    return commands.new_flow(member, document=document())


def fire(flow: Flow, at: datetime, **more: Any) -> Firing:
    key = f"{Firing.objects.of(flow.workspace).count()} {at.timestamp()}"
    return Firing.objects.add(flow.workspace, flow=flow, node="tell", time=at, key=key, **{"sent": True, **more})


def hours(flow: Flow) -> tuple[int, int]:
    """Firings of the last day, and how many of them failed, as the list of flows shows them."""
    cache.clear()
    about = activity(flow.workspace)["flows"].get(str(flow.id), {"hours": [], "failed": 0})
    return sum(about["hours"]), about["failed"]


def test_the_newest_stay_and_the_sparkline_counts_those_that_went(flow: Flow, settings: LazySettings) -> None:
    settings.FIRINGS_KEPT = 5
    now = timezone.now()
    for minute in range(12):
        fire(flow, now - timedelta(minutes=7 * minute), sent=minute % 3 != 0, outcome="" if minute else "refused")
    before = hours(flow)
    assert before == (12, 3)
    assert thin_firings(flow.workspace, flow, now) == 7
    left = list(Firing.objects.of(flow.workspace).values_list("time", flat=True))
    assert left == [now - timedelta(minutes=7 * minute) for minute in range(5)]
    assert hours(flow) == before
    assert thin_firings(flow.workspace, flow, now) == 0


def test_what_is_older_than_its_days_goes_and_counts_go_after_a_year(flow: Flow, settings: LazySettings) -> None:
    settings.FIRINGS_DAYS = 3
    now = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
    for day in range(6):
        fire(flow, now - timedelta(days=day, minutes=1))
    FiringCount.objects.add(flow.workspace, flow=flow, hour=now - COUNTS_KEPT - timedelta(hours=1), count=9)
    assert thin_firings(flow.workspace, flow, now) == 3
    counts = FiringCount.objects.of(flow.workspace).order_by("hour").values_list("hour", "count")
    assert list(counts) == [(datetime(2026, 3, day, 9, tzinfo=UTC), 1) for day in (5, 6, 7)]


def test_a_firing_whose_outcome_is_open_stays_for_a_day(flow: Flow, settings: LazySettings) -> None:
    settings.FIRINGS_KEPT = 1
    now = timezone.now()
    waiting = fire(flow, now - timedelta(hours=2), sent=None)
    for minute in range(3):
        fire(flow, now - timedelta(minutes=minute))
    assert thin_firings(flow.workspace, flow, now) == 2
    assert Firing.objects.of(flow.workspace).filter(pk=waiting.pk).exists()
    assert thin_firings(flow.workspace, flow, now + timedelta(days=1)) == 1


def test_flows_are_thinned_each_for_itself_also_the_silent_ones_at_a_start(
    member: Membership, flow: Flow, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FIRINGS_KEPT = 2
    monkeypatch.setattr(firings, "AT_ONCE", 3)
    other = commands.new_flow(member, document=document())
    now = timezone.now()
    for number in range(10):
        fire(flow, now - timedelta(seconds=number))
    fire(other, now - timedelta(days=2))
    thin_all_firings(member.workspace)
    left = Firing.objects.of(member.workspace).values_list("flow_id", flat=True)
    assert sorted(left, key=str) == sorted([flow.id, flow.id, other.id], key=str)
    assert hours(flow) == (10, 0)


def test_rows_of_a_worker_thin_what_they_add_to(flow: Flow, worker: tuple[Worker, str], settings: LazySettings) -> None:
    settings.FIRINGS_KEPT = 4
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    at = int(hour.timestamp() * 1000) - 60_000
    rows = [
        {"seq": n + 1, "row": "effect", "flow": str(flow.id), "at": at,
         "data": {"key": f"k{n}", "node": "tell", "kind": "notify", "time": at + n, "sent": True}}
        for n in range(9)
    ]  # fmt: skip
    assert commands.keep_rows(worker[0], rows) == 9
    left = Firing.objects.of(flow.workspace).values_list("key", flat=True)
    assert sorted(left) == ["k5", "k6", "k7", "k8"]
    assert FiringCount.objects.of(flow.workspace).get().count == 5


def test_of_stored_rows_the_newest_stay_however_many_a_worker_sends(
    flow: Flow, worker: tuple[Worker, str], settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ROWS_KEPT = 4
    monkeypatch.setattr(workers, "STORED_BETWEEN", 3)
    monkeypatch.setattr(firings, "AT_ONCE", 3)
    for seq in range(1, 11):
        data = {"node": "keep", "device": "k1", "time": seq * 1000, "fields": {"n": seq}}
        commands.keep_rows(worker[0], [{"seq": seq, "row": "stored", "flow": str(flow.id), "data": data}])
    kept = StoredRow.objects.of(flow.workspace).order_by("time").values_list("fields", flat=True)
    assert [row["n"] for row in kept] == [6, 7, 8, 9, 10]  # looked at with every third
    assert thin_stored(flow.workspace, flow) == 1
