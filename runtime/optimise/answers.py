"""Asks of the optimiser. OR-Tools is loaded with the first of them."""

from collections.abc import Callable, Mapping
from typing import Any

from nodes.kit.effect import Answer
from runtime.optimise import assign, tour

SPARE = 0.8
"""Part of the node's time limit that the search may take."""


def assigned(request: dict[str, Any], timeout: float) -> Answer:
    """{"assigned": {job: device}}."""
    return _answered(lambda: {"assigned": assign.assign(assign.asked_of(request), timeout * SPARE)})


def toured(request: dict[str, Any], timeout: float) -> Answer:
    """{"order": [places in `stops`]}."""
    return _answered(lambda: {"order": tour.tour(tour.way_of(request), timeout * SPARE)})


def _answered(solve: Callable[[], Any]) -> Answer:
    try:
        return Answer(value=solve())
    except ImportError as missing:
        return Answer(error="no_optimiser", detail=str(missing)[:200])
    except ValueError as wrong:
        return Answer(error="bad_question", detail=str(wrong)[:200])


OPTIMISERS: Mapping[str, Callable[[dict[str, Any], float], Answer]] = {"assign": assigned, "tour": toured}
"""By the task of an ask."""
