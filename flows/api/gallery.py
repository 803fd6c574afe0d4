"""Scenarios of the gallery: started here, watched until they are ready, taken away again."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema, Status

from flows import commands
from flows.api.entry import actor, api, language, refuse
from flows.mine.fitting import Fit
from flows.progress import copy_json
from flows.scenarios import NoSuchScenario


class Start(Schema):
    """`approve`: the hashes of what the person saw the flow may switch."""

    approve: list[str] = []


@api.exception_handler(NoSuchScenario)
@api.exception_handler(commands.NotStarted)
def _no_scenario(request: HttpRequest, why: Exception) -> HttpResponse:
    return refuse(request, 404, "not_found", _("There is no such thing here."))


@api.exception_handler(commands.InTheWay)
def _in_the_way(request: HttpRequest, why: commands.InTheWay) -> HttpResponse:
    message = _("This workspace has things of its own that are called the same and are different: %s.") % why
    return refuse(request, 409, "in_the_way", message, things=[{"section": s, "id": id} for s, id in why.things])


@api.exception_handler(commands.OtherBroker)
def _other_broker(request: HttpRequest, why: Exception) -> HttpResponse:
    message = _(
        "The virtual devices are on the built-in broker, and this workspace reads another one (see Connection)."
    )
    return refuse(request, 409, "other_broker", message)


@api.get("/gallery/{name}/copy")
def read_copy(request: HttpRequest, name: str) -> Any:
    return copy_json(commands.copy_of(actor(request), name))


@api.post("/gallery/{name}/copy", response={201: Any})
def start(request: HttpRequest, name: str, wish: Start) -> Any:
    """Types, devices and destinations are registered, the flow is deployed, the virtual devices are switched on."""
    return Status(201, copy_json(commands.start_copy(actor(request), name, wish.approve, language(request))))


@api.delete("/gallery/{name}/copy", response={204: None})
def remove(request: HttpRequest, name: str) -> Any:
    commands.remove_copy(actor(request), name)
    return Status(204, None)


class ValueChoice(Schema):
    """Another name for a value of a command, and by what is sent (as JSON) what is sent instead."""

    to: str = ""
    values: dict[str, Any] = {}


class CommandChoice(Schema):
    to: str = ""
    values: dict[str, ValueChoice] = {}


class TypeChoice(Schema):
    """A real type, real fields by virtual name, and the devices that are read (null: all of the type)."""

    to: str = ""
    fields: dict[str, str] = {}
    devices: list[str] | None = None


class Choice(Schema):
    """See flows/mine. `title` is what the new flow is called."""

    types: dict[str, TypeChoice] = {}
    devices: dict[str, str] = {}
    commands: dict[str, dict[str, CommandChoice]] = {}
    destinations: dict[str, str] = {}
    models: dict[str, str] = {}
    tables: dict[str, str] = {}
    title: str = ""


@api.exception_handler(commands.Unfit)
def _unfit(request: HttpRequest, why: commands.Unfit) -> HttpResponse:
    message = _("Some of it does not fit: see the lines that are marked.")
    return refuse(request, 422, "unfit", message, fits=_fits_json(why.fits))


@api.post("/gallery/{name}/mine/check")
def check_choice(request: HttpRequest, name: str, choice: Choice) -> Any:
    """Of each field and command whether it fits, and the problems that the flow would have."""
    member, lang = actor(request), language(request)
    checked = commands.check_mine(member, commands.mine_of(member, name, lang), choice.dict(), lang)
    counts = {"tests": checked.tests, "kept": checked.kept}
    return {"fits": _fits_json(checked.fits), "problems": checked.problems, **counts}


@api.post("/gallery/{name}/mine", response={201: Any})
def make_mine(request: HttpRequest, name: str, choice: Choice) -> Any:
    given = choice.dict()
    title = str(given.pop("title")).strip() or name
    return Status(201, {"flow": str(commands.make_mine(actor(request), name, given, title, language(request)).pk)})


def _fits_json(fits: dict[str, Fit]) -> dict[str, Any]:
    return {place: {"ok": fit.ok, "note": fit.note, "open": fit.open} for place, fit in fits.items()}
