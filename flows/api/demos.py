"""A demo: opened, conducted, told, shown to the room. What happens in it comes over its socket (/ws/demo)."""

from typing import Annotated, Any, Literal

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema, Status
from pydantic import Field

from flows import commands
from flows.api.entry import actor, api, refuse
from flows.commands.demos import Act
from flows.demo import running, session, sharing, writing

LONGEST_SENTENCE = 2_000


class Open(Schema):
    scenario: Annotated[str, Field(max_length=64)]
    lang: Literal["ja", "en"] = "ja"


class Wish(Schema):
    """See flows.commands.conduct."""

    act: Act
    key: Annotated[str, Field(max_length=64)] = ""
    on: bool = True
    number: Annotated[float, Field(ge=0, le=1_000_000)] | None = None
    lang: Literal["", "ja", "en"] = ""


class Sentence(Schema):
    prompt: Annotated[str, Field(min_length=1, max_length=LONGEST_SENTENCE)]
    lang: Literal["ja", "en"]
    author: Annotated[str, Field(max_length=20)] = ""


class Where(Schema):
    address: Annotated[str, Field(max_length=45)]


@api.post("/demos")
def open_demo(request: HttpRequest, wish: Open) -> Any:
    """The person's demo of a scenario: the one that goes on, or a new one."""
    return {"id": commands.open_demo(actor(request), wish.scenario, wish.lang).demo.id}


@api.get("/demos/{demo_id}")
def one(request: HttpRequest, demo_id: str) -> HttpResponse:
    """What does not change while it plays: texts in both languages, switches, steps with notes, what is registered."""
    told = commands.told_demo(actor(request), demo_id)
    return HttpResponse(msgspec.json.encode(told), content_type="application/json")


@api.post("/demos/{demo_id}/do", response={204: None})
def conduct(request: HttpRequest, demo_id: str, wish: Wish) -> Any:
    commands.conduct(actor(request), demo_id, **wish.dict())
    return Status(204, None)


@api.post("/demos/{demo_id}/sentence", response={202: None})
def sentence(request: HttpRequest, demo_id: str, wish: Sentence) -> Any:
    """What comes of it is told on the socket."""
    commands.write_demo(actor(request), demo_id, wish.prompt, wish.lang, wish.author)
    return Status(202, None)


@api.get("/demos/{demo_id}/record")
def record(request: HttpRequest, demo_id: str) -> Any:
    """What was switched when and what came of it, since it was opened."""
    return commands.record_of_demo(actor(request), demo_id)


@api.get("/demos/{demo_id}/pictures/{sha256}")
def picture(request: HttpRequest, demo_id: str, sha256: str) -> HttpResponse:
    """One of the last pictures of the scenario's cameras."""
    data = commands.demo_of(actor(request), demo_id).demo.picture(sha256)
    if data is None:
        raise Http404
    return HttpResponse(data, content_type="image/jpeg", headers={"Cache-Control": "private, max-age=600"})


@api.get("/demos/{demo_id}/plan")
def plan(request: HttpRequest, demo_id: str) -> HttpResponse:
    scenario = commands.demo_of(actor(request), demo_id).demo.scenario
    if scenario.about.show.plan is None:
        raise Http404
    headers = {"Cache-Control": "private, max-age=600"}
    return HttpResponse(scenario.bytes(scenario.about.show.plan), content_type="image/png", headers=headers)


@api.get("/demos/{demo_id}/share")
def share_of(request: HttpRequest, demo_id: str) -> Any:
    """The addresses of this machine, and whether the demo is shown at one of them."""
    return commands.share_of_demo(actor(request), demo_id)


@api.post("/demos/{demo_id}/share")
def share(request: HttpRequest, demo_id: str, wish: Where) -> Any:
    """Open a second, read-only door at one address. Before it is asked for, nothing listens there."""
    return commands.share_demo(actor(request), demo_id, wish.address).told()


@api.delete("/demos/{demo_id}/share", response={204: None})
def revoke(request: HttpRequest, demo_id: str) -> Any:
    commands.revoke_demo(actor(request), demo_id)
    return Status(204, None)


@api.exception_handler(commands.DemoGone)
def _gone(request: HttpRequest, why: Exception) -> HttpResponse:
    return refuse(request, 404, "not_found", _("There is no such thing here."))


@api.exception_handler(running.Full)
def _full(request: HttpRequest, why: Exception) -> HttpResponse:
    return refuse(request, 409, "demos_full", _("Too many demos are open at once. Close one of them first."))


@api.exception_handler(session.Wrong)
def _wrong(request: HttpRequest, why: Exception) -> HttpResponse:
    return refuse(request, 422, "no_such_place", _("This demo has no such switch or step, or nothing waits there."))


@api.exception_handler(writing.Busy)
def _busy(request: HttpRequest, why: Exception) -> HttpResponse:
    return refuse(request, 409, "busy", _("A sentence is being turned into a flow just now."))


@api.exception_handler(sharing.NoSuchAddress)
def _no_such_address(request: HttpRequest, why: Exception) -> HttpResponse:
    return refuse(request, 422, "no_such_address", _("This machine cannot be reached at that address."))


@api.exception_handler(sharing.NotBuilt)
def _not_built(request: HttpRequest, why: Exception) -> HttpResponse:
    return refuse(request, 409, "not_built", _("The page for the audience is not built yet: run “make setup” first."))
