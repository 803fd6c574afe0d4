"""Dead letters: what was given up, and the way back."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Schema, Status

from flows import commands
from flows.api.entry import actor, api, language
from flows.models import DeadLetter
from flows.showing import letter_json

MOST = 500


class Which(Schema):
    """The letters with these `ids`; without any, all of a flow and a destination (empty: of every one)."""

    ids: list[uuid.UUID] | None = None
    flow: uuid.UUID | None = None
    to: str = ""


@api.get("/letters")
def list_letters(
    request: HttpRequest, flow: uuid.UUID | None = None, to: str = "", offset: int = 0, limit: int = 100
) -> Any:
    """Newest first: {"total", "letters"}."""
    rows = commands.letters_of(actor(request).workspace, flow=flow, to=to)
    start, many = max(0, offset), max(1, min(limit, MOST))
    lang = language(request)
    return {"total": rows.count(), "letters": [letter_json(row, lang) for row in rows[start : start + many]]}


@api.post("/letters/replay", response={202: Any})
def replay_letters(request: HttpRequest, which: Which) -> Any:
    """Send them after all, with the same keys: {"count", "orders"}. What a worker says of each order comes on the live
    socket as "done" with its id; a letter that was replayed goes from the list."""
    orders, count = commands.replay_letters(actor(request), _chosen(request, which))
    return Status(202, {"count": count, "orders": orders})


@api.post("/letters/discard", response={202: Any})
def discard_letters(request: HttpRequest, which: Which) -> Any:
    """Forget them. Answers as for replay."""
    orders, count = commands.discard_letters(actor(request), _chosen(request, which))
    return Status(202, {"count": count, "orders": orders})


def _chosen(request: HttpRequest, which: Which) -> QuerySet[DeadLetter]:
    return commands.letters_of(actor(request).workspace, flow=which.flow, to=which.to, ids=which.ids)
