"""What a picture says of its own, in both languages, and how it writes numbers, values, durations and dates."""

import json
from datetime import date
from typing import Any

SAYS = {
    "en": {
        "readings": "Readings", "input": "What comes to {name}", "sends": "What {name} sends", "does": "What {name} does",
        "stands": "state", "nothing": "nothing", "at": "{port}: {when}", "never": "{port}: never",
        "between": "{n} times from {first} to {last}", "and": ", ", "colon": ": ", "stop": ". ",
    },
    "ja": {
        "readings": "届いた値", "input": "「{name}」への入力", "sends": "「{name}」の出力", "does": "「{name}」の実行",
        "stands": "状態", "nothing": "なし", "at": "{port}:{when}", "never": "{port}:なし",
        "between": "{first}から{last}まで {n} 回", "and": "、", "colon": ":", "stop": "。",
    },
}  # fmt: skip
UNITS = {
    "en": (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)),
    "ja": (("日", 86_400_000), ("時間", 3_600_000), ("分", 60_000), ("秒", 1_000)),
}
WEEKDAYS = {"en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), "ja": tuple("月火水木金土日")}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def duration(ms: int, lang: str) -> str:
    """1h30m; 1時間30分. Nothing is 0."""
    parts = []
    for unit, size in UNITS[lang][:-1]:
        count, ms = divmod(ms, size)
        if count:
            parts.append(f"{count}{unit}")
    if ms:
        parts.append(f"{number(ms / 1000)}{UNITS[lang][-1][0]}")
    return "".join(parts) or "0"


def day(day: date, lang: str) -> str:
    """Mon 5 Jan; 1/5(月)."""
    weekday = WEEKDAYS[lang][day.weekday()]
    return f"{day.month}/{day.day}({weekday})" if lang == "ja" else f"{weekday} {day.day} {MONTHS[day.month - 1]}"


def number(value: float) -> str:
    """Four significant digits, all digits of whole numbers; no dust and no exponent for numbers that people read."""
    whole = value == round(value) or abs(value) >= 10_000
    return f"{value or 0:.0f}" if whole and abs(value) < 1e15 else f"{value:.4g}"


def value(found: Any) -> str:
    """Any value of an event's data, on one line."""
    if found is None:
        return "–"
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, int | float):
        return number(found)
    return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
