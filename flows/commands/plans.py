"""Plans of floors and sites that people upload, tie to the earth and put beneath the map of a dashboard."""

import math
import uuid
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, Sum

from flows import live
from flows.commands.flows import flow_of
from flows.models import DashboardPlan, Flow, Membership, SitePlan
from flows.rights import MEMBER, VIEWER, needs
from flows.tying import Point, checked
from runtime.pictures import clean

WIDEST = 3_000
"""Pixels of the longer side: enough to read a room's number on a plan of a whole floor."""
MOST_PLANS = 100
MOST_BYTES = 200 * 1024 * 1024
"""Of all plans of a workspace together."""
MOST_PLACED = 1_000


class PlanGone(Exception):
    """There is no such plan."""


class PlansFull(Exception):
    """A workspace has as many plans, or as large ones, as it may have."""


@needs(VIEWER)
def plans_of(member: Membership) -> QuerySet[SitePlan]:
    """Without their pictures."""
    return SitePlan.objects.of(member.workspace).defer("data")


@needs(VIEWER)
def plan_of(member: Membership, plan_id: uuid.UUID) -> SitePlan:
    """Raises PlanGone."""
    found = plans_of(member).filter(pk=plan_id).first()
    if found is None:
        raise PlanGone(str(plan_id))
    return found


def picture_of(plan: SitePlan) -> bytes:
    return bytes(SitePlan.objects.of(plan.workspace_id).values_list("data", flat=True).get(pk=plan.pk))


@needs(MEMBER)
def add_plan(member: Membership, data: bytes, name: str) -> SitePlan:
    """Raises runtime.pictures.PictureRefused, PlansFull."""
    picture = clean(data, widest=WIDEST)
    with transaction.atomic():
        mine = SitePlan.objects.of(member.workspace)
        taken = mine.aggregate(size=Sum("size"))["size"] or 0
        if mine.count() >= MOST_PLANS or taken + len(picture.data) > MOST_BYTES:
            raise PlansFull
        facts: dict[str, Any] = {"media_type": picture.media_type, "width": picture.width, "height": picture.height}
        facts |= {"sha256": picture.sha256, "size": len(picture.data), "name": _name(name) or "–"}
        return SitePlan.objects.add(member.workspace, data=picture.data, **facts)


@needs(MEMBER)
def change_plan(member: Membership, plan_id: uuid.UUID, name: str | None, points: list[Point] | None) -> SitePlan:
    """Another name, other points; None leaves it. Raises PlanGone, BadPoints."""
    plan = plan_of(member, plan_id)
    if points is not None:
        plan.points = checked(points, plan.width, plan.height)
    plan.name = _name(name or "") or plan.name
    plan.save(update_fields=["name", "points", "updated"])
    _changed(list(_shown_on(plan)))
    return plan


@needs(MEMBER)
def forget_plan(member: Membership, plan_id: uuid.UUID) -> None:
    """Dashboards that have it get the plain grid. Raises PlanGone."""
    plan = plan_of(member, plan_id)
    shown = list(_shown_on(plan))
    plan.delete()
    _changed(shown)


@needs(VIEWER)
def uses_of_plans(member: Membership) -> dict[uuid.UUID, list[Flow]]:
    """By plan, the flows on whose dashboards it is shown."""
    found: dict[uuid.UUID, list[Flow]] = {}
    rows = DashboardPlan.objects.of(member.workspace).filter(plan__isnull=False, flow__binned=None)
    for row in rows.select_related("flow").order_by("flow__name"):
        found.setdefault(row.plan_id, []).append(row.flow)  # type: ignore[arg-type]
    return found


@needs(MEMBER)
def choose_plan(member: Membership, flow_id: uuid.UUID, plan_id: uuid.UUID | None) -> None:
    """Put a plan beneath the map of a dashboard, or none. Raises FlowGone, PlanGone."""
    flow = flow_of(member, flow_id)
    plan = plan_of(member, plan_id) if plan_id is not None else None
    create = {"workspace": flow.workspace, "flow": flow, "plan": plan}
    DashboardPlan.objects.of(flow.workspace).update_or_create(
        flow=flow, defaults={"plan": plan}, create_defaults=create
    )
    _changed([flow])


@needs(MEMBER)
def place_devices(member: Membership, flow_id: uuid.UUID, plan_id: uuid.UUID, places: dict[str, list[float]]) -> None:
    """Where devices stand on the plan that the dashboard has. Raises FlowGone, PlanGone."""
    flow = flow_of(member, flow_id)
    with transaction.atomic():
        row = DashboardPlan.objects.of(flow.workspace).select_for_update().filter(flow=flow, plan=plan_id).first()
        if row is None:
            raise PlanGone(str(plan_id))
        kept = list(places.items())[:MOST_PLACED]
        row.places = {**row.places, str(plan_id): {id[:64]: [_part(x), _part(y)] for id, (x, y) in kept}}
        row.save(update_fields=["places", "updated"])
    _changed([flow])


def plan_beneath(flow: Flow) -> DashboardPlan | None:
    """What is beneath the map of the flow's dashboard, with its plan; None: nobody chose anything."""
    rows = DashboardPlan.objects.of(flow.workspace_id).filter(flow=flow)
    return rows.select_related("plan").defer("plan__data").first()


def _shown_on(plan: SitePlan) -> QuerySet[Flow]:
    return Flow.objects.of(plan.workspace_id).filter(dashboard_plan__plan=plan)


def _changed(flows: list[Flow]) -> None:
    """Dashboards that are open look again."""
    for flow in flows:
        live.to_browsers(flow.workspace_id, {"t": "board", "flow": str(flow.pk)})


def _name(text: str) -> str:
    return text.strip()[:80]


def _part(value: float) -> float:
    return round(min(max(value, 0.0), 1.0), 5) if math.isfinite(value) else 0.5
