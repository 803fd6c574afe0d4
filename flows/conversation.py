"""What was said about a flow so far, as the compiler takes it."""

from flows.models import Flow, Turn
from llm.inquiry.reasons import Exchange

MOST_TURNS = 200
"""The newest turns that reasons are looked for in."""


def history_of(flow: Flow) -> list[Exchange]:
    """What came of each sentence, the oldest first. Questions that were only answered changed nothing and are left out."""
    newest = list(flow.turns.order_by("-created")[:MOST_TURNS])
    prompt, history = "", []
    for turn in reversed(newest):
        if turn.role == Turn.Role.PERSON:
            prompt = turn.text
        elif turn.compilation and not turn.compilation.get("asked"):
            history.append(Exchange(prompt, turn.compilation, turn.compilation.get("answers") or {}))
    return history
