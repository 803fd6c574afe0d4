"""What is snoozed now and later."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Schema, Status

from flows import commands
from flows.api.entry import actor, api, language, refuse
from flows.models import Device, Membership
from flows.showing import snooze_json
from nodes.kit.things import spoken


class Wish(Schema):
    """`until` and `start` are ms since the epoch; `choice` stands for an `until`: an hour from now, or eight o'clock
    tomorrow where the workspace is."""

    flow: uuid.UUID | None = None
    device: str | None = None
    choice: Literal["hour", "morning"] | None = None
    start: int | None = None
    until: int | None = None
    commands: bool = False
    reason: str = ""


@api.get("/snoozes")
def list_snoozes(request: HttpRequest) -> Any:
    """Those that hold and those that are planned, in the order in which they begin."""
    names = _names(request)
    return [snooze_json(row, names) for row in commands.current_snoozes(actor(request).workspace)]


@api.post("/snoozes", response={201: Any})
def snooze(request: HttpRequest, wish: Wish) -> Any:
    member = actor(request)
    start = _moment(wish.start) if wish.start is not None else None
    row = commands.snooze(
        member, flow=wish.flow, device=wish.device, start=start, until=_until(member, wish),
        commands=wish.commands, reason=wish.reason,
    )  # fmt: skip
    return Status(201, snooze_json(row, _names(request)))


@api.delete("/snoozes/{uuid:snooze_id}", response={204: None})
def end_snooze(request: HttpRequest, snooze_id: uuid.UUID) -> Any:
    commands.end_snooze(actor(request), snooze_id)
    return Status(204, None)


def _names(request: HttpRequest) -> dict[str, str]:
    """What people call the devices."""
    lang = language(request)
    return {row.ref: spoken(row.label, lang, row.ref) for row in Device.objects.of(actor(request).workspace)}


def _until(member: Membership, wish: Wish) -> datetime:
    if wish.choice == "morning":
        return commands.tomorrow_morning(member.workspace)
    if wish.choice == "hour":
        return timezone.now() + timedelta(hours=1)
    return _moment(wish.until or 0)


def _moment(ms: int) -> datetime:
    try:
        return datetime.fromtimestamp(ms / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        raise commands.BadSnooze("too_long" if ms > 0 else "over") from None


_WHY = {
    "nothing": lambda: _("Say what to snooze."),
    "over": lambda: _("This time is over already."),
    "backwards": lambda: _("It has to end after it begins."),
    "too_long": lambda: _("A year is the longest."),
    "too_many": lambda: _("Too many are snoozed already."),
}


@api.exception_handler(commands.BadSnooze)
def _bad_snooze(request: HttpRequest, why: commands.BadSnooze) -> HttpResponse:
    return refuse(request, 422, "bad_snooze", _WHY[str(why)]())
