"""Questions as a model wrote them, kept only as far as they can be asked."""

from typing import Any

MOST = 3


def readable_questions(written: Any, settings: dict[str, Any], answered: dict[str, Any]) -> list[dict[str, Any]]:
    """At most three well-formed questions about settings that exist, without those that were answered."""
    found = []
    for question in written if isinstance(written, list) else []:
        if not isinstance(question, dict) or not isinstance(question.get("id"), str) or question["id"] in answered:
            continue
        options = [
            {"value": option["value"], "label": str(option.get("label", option["value"]))[:200]}
            for option in question.get("options") or []
            if isinstance(option, dict) and isinstance(option.get("value"), str | int | float)
        ]
        setting = question.get("setting")
        if (
            not options
            or not isinstance(question.get("text"), str)
            or (setting is not None and setting not in settings)
        ):
            continue
        found.append({
            "id": question["id"][:64], "text": question["text"][:500], "setting": setting, "options": options[:8],
            "default": question.get("default"), "why": str(question.get("why", ""))[:500],
        })  # fmt: skip
    return found[:MOST]
