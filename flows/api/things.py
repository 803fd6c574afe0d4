"""Destinations, broker, language model, workers."""

import uuid
from typing import Any

from django.http import HttpRequest
from ninja import Schema, Status

from flows import commands
from flows.api.entry import actor, api, language
from flows.models import Destination, Worker
from flows.showing import destination_json, incident_json, worker_json
from flows.trying import try_destination
from flows.uses import uses_of


class Address(Schema):
    """`address` absent keeps the one that is kept; it is never shown."""

    service: str
    label: dict[str, str] = {}
    also: list[str] = []
    address: str | None = None


@api.get("/uses")
def list_uses(request: HttpRequest) -> Any:
    """By device, destination and field ("type.field"): the flows and nodes that use it."""
    return uses_of(actor(request).workspace, language(request))


@api.get("/destinations")
def list_destinations(request: HttpRequest) -> Any:
    return [destination_json(row) for row in Destination.objects.of(actor(request).workspace)]


@api.put("/destinations/{ref}")
def save_destination(request: HttpRequest, ref: str, wish: Address) -> Any:
    row = commands.save_destination(
        actor(request), ref, service=wish.service, label=wish.label, also=wish.also, address=wish.address
    )
    return destination_json(row)


@api.delete("/destinations/{ref}", response={204: None})
def forget_destination(request: HttpRequest, ref: str) -> Any:
    commands.forget_destination(actor(request), ref)
    return Status(204, None)


class Test(Schema):
    text: str


@api.post("/destinations/{ref}/test")
def test_destination(request: HttpRequest, ref: str, wish: Test) -> Any:
    """Send a test there now: {"ok", "detail"}."""
    return try_destination(actor(request), ref, wish.text[:500])


class BrokerWish(Schema):
    """`password` absent: the one that is kept for this address."""

    embedded: bool
    url: str = ""
    username: str = ""
    password: str | None = None
    ca: str = ""


@api.post("/broker/try", response={202: Any})
def try_broker(request: HttpRequest, wish: BrokerWish) -> Any:
    """Have the worker connect once; its answer comes on the live socket as "done" with this id."""
    return Status(202, {"id": commands.try_broker(actor(request), **wish.dict())})


@api.get("/incidents")
def list_incidents(request: HttpRequest) -> Any:
    """What is wrong with workers, brokers and destinations now (`healed` null), and what was, newest first."""
    return [incident_json(row) for row in commands.recent_incidents(actor(request).workspace)]


@api.post("/workers/{uuid:worker_id}/connect", response={204: None})
def connect_again(request: HttpRequest, worker_id: uuid.UUID) -> Any:
    """Have a worker that has given up its broker session try again."""
    commands.connect_again(actor(request), worker_id)
    return Status(204, None)


@api.get("/workers")
def list_workers(request: HttpRequest) -> Any:
    """As they were last heard; each is asked anew, and what it says comes on the live socket."""
    commands.ask_status(actor(request))
    return [worker_json(row) for row in Worker.objects.of(actor(request).workspace)]
