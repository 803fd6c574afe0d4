"""Durations as people write them in documents: "30s", "5m", "1h30m", "2d". Inside they are integer milliseconds."""

import re

UNITS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}
PATTERN = r"^(?=\d)(\d+d)?(\d+h)?(\d+m)?(\d+(\.\d+)?s)?(\d+ms)?$"
_PARTS = re.compile(r"(\d+(?:\.\d+)?)(ms|[dhms])")
LONGEST = 3_660 * UNITS["d"]
"""Ten years and some days: longer ones are refused (milliseconds)."""


def parse_duration(text: str) -> int:
    """Milliseconds of e.g. "1h30m". Raises ValueError when `text` is no duration or longer than ten years."""
    if not isinstance(text, str) or len(text) > 40 or not re.match(PATTERN, text, re.ASCII):
        raise ValueError(f"not a duration: {text!r}")
    total = sum(round(float(number) * UNITS[unit]) for number, unit in _PARTS.findall(text))
    if total > LONGEST:
        raise ValueError(f"longer than ten years: {text!r}")
    return total


def format_duration(ms: int) -> str:
    """The shortest way to write `ms` milliseconds, e.g. 90000 -> "1m30s"; 0 -> "0s"."""
    parts = []
    for unit, size in UNITS.items():
        count, ms = divmod(ms, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
