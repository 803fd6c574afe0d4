"""Whether what is open was asked: a question counts by what its answer would change, whoever wrote it.

limit (a number to compare with) · hold (how long it must last) · silence (how long nothing may come) · repeat (how often
again) · recovery (how far back, or whether to tell) · hours · window · destination · device
"""

import re
from typing import Any

PLACES = {
    "limit": {"above", "at_least", "below", "at_most", "between", "outside", "expr", "bands", "percent"},
    "hold": {"for", "hold", "dwell"},
    "repeat": {"every", "most", "again"},
    "recovery": {"margin", "back"},
    "hours": {"hours", "cron", "at"},
    "window": {"over", "readings"},
    "destination": {"to"},
    "device": {"device", "only", "where"},
}
LENGTHS = {"silent": "silence", "cooldown": "repeat", "delay": "hold"}
"""Kinds whose only duration means something of its own."""


def asked(wanted: str, questions: list[dict[str, Any]], document: dict[str, Any] | None) -> bool:
    """Whether one of `questions` is about `wanted`."""
    return any(wanted in topics(question, document or {}) for question in questions)


def topics(question: dict[str, Any], document: dict[str, Any]) -> set[str]:
    """What a question is about: its id, and the places where its setting stands in the document."""
    found = {re.sub(r"_?\d+$", "", str(question.get("id")))}
    setting = question.get("setting")
    for node in document.get("nodes", []) if setting else []:
        for name, value in (node.get("params") or {}).items():
            if uses(value, str(setting)):
                found |= {topic for topic, places in PLACES.items() if name in places}
                if name in ("for", "length", "after") and node["kind"] in LENGTHS:
                    found.add(LENGTHS[node["kind"]])
    return found


def uses(value: Any, setting: str) -> bool:
    """Whether a param, or anything in it, is the setting or reads it in an expression."""
    if isinstance(value, dict):
        return any(uses(part, setting) for part in value.values())
    if isinstance(value, list):
        return any(uses(part, setting) for part in value)
    reads = rf"\bsettings\.{re.escape(setting)}\b"
    return isinstance(value, str) and (value == f"${setting}" or re.search(reads, value) is not None)
