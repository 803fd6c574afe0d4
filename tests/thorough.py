"""How long Hypothesis looks: SUIRO_THOROUGH makes every look that much longer, SUIRO_FIRST_FAILURE ends it with the first
example that fails, as large as it is."""

import os
from typing import Any

from hypothesis import HealthCheck, Phase, settings

THOROUGH = int(os.environ.get("SUIRO_THOROUGH", "0") or 0)
"""Examples are multiplied by it, and are other ones each time; 0: the same few every time."""


def thoroughly(examples: int, *large: HealthCheck) -> Any:
    """How a property is tried. `large`: what the examples of this test may be."""
    return settings(
        max_examples=examples * max(1, THOROUGH),
        derandomize=not THOROUGH,
        deadline=None,
        phases=[Phase.explicit, Phase.generate, *([] if "SUIRO_FIRST_FAILURE" in os.environ else [Phase.shrink])],
        suppress_health_check=[HealthCheck.too_slow, *large],
    )
