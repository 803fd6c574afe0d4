"""How far a started scenario has come: registered, running, and the first value heard through the broker."""

from typing import Any

from django.core.cache import cache

from flows.models import Copy, Flow
from flows.scenarios import scenario_of
from flows.showing import ms

EARLY = 250
"""Milliseconds by which a reading's time may lie before it is sent: devices look at whole periods."""


def copy_json(copy: Copy) -> dict[str, Any]:
    """`ready` once the flow runs and a device of the scenario was heard since it was started."""
    flow, heard = copy.flow, _heard(copy)
    here = flow is not None and flow.binned is None
    running = here and flow is not None and flow.status in (Flow.Status.RUNNING, Flow.Status.ROLLED_BACK)
    return {
        "scenario": copy.scenario,
        "flow": str(flow.pk) if here and flow is not None else None,
        "status": flow.status if here and flow is not None else "deleted",
        "problems": flow.status_problems if here and flow is not None else [],
        "started": ms(copy.started),
        "running": running,
        "heard": heard,
        "ready": running and bool(heard),
    }


def _heard(copy: Copy) -> list[str]:
    """Ids of the scenario's devices of which a value came since it was started."""
    values = cache.get(f"values:{copy.workspace_id}") or {}
    since = (ms(copy.started) or 0) - EARLY
    devices = scenario_of(copy.scenario).registry.devices
    return [id for id in devices if ((values.get(id) or {}).get("time") or 0) >= since]
