"""A workspace with a member, another one that must see nothing of it, and a real server for the sockets."""

import asyncio
import functools
import json
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn
from channels.routing import get_default_application
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core.cache import cache, caches
from django.db import connections
from django.test import Client

from flows import commands, live
from flows.models import Membership, Worker, Workspace
from tests.brokers import wait_until

THINGS: dict[str, Any] = {
    "types": [
        {
            "id": "kiln",
            "label": {"ja": "炉", "en": "kiln"},
            "topic": "plant/{device}/telemetry",
            "fields": [{"name": "temperature", "type": "number", "unit": "°C", "label": {"ja": "温度"}}],
        },
        {
            "id": "tower",
            "label": {"ja": "信号灯", "en": "signal tower"},
            "topic": "plant/{device}/state",
            "commands": [
                {
                    "id": "set_color",
                    "label": {"ja": "色を変える", "en": "set colour"},
                    "topic": "plant/{device}/set",
                    "values": {"type": "object", "properties": {"color": {"enum": ["red", "green"]}}},
                }
            ],
        },
    ],
    "devices": [
        {"id": "kiln-1", "type": "kiln", "label": {"ja": "1号炉", "en": "Kiln 1"}},
        {"id": "tower-1", "type": "tower", "label": {"ja": "信号灯1", "en": "Tower 1"}},
    ],
    "destinations": [{"id": "shift", "service": "inbox", "label": {"ja": "現場", "en": "shift"}}],
}


def document(**more: Any) -> dict[str, Any]:
    """A sound flow: a notice, and a lamp that turns red."""
    return {
        "suiro": 1,
        "name": "Kiln",
        "settings": {"limit": {"value": 80, "unit": "°C", "label": "Limit", "assumed": False}},
        "nodes": [
            {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
            {
                "id": "hot",
                "kind": "threshold",
                "from": ["kiln"],
                "params": {"field": "temperature", "above": "$limit"},
            },
            {"id": "tell", "kind": "notify", "from": ["hot"], "params": {"to": "shift", "text": "{device} is hot"}},
            {
                "id": "red",
                "kind": "command",
                "from": ["hot"],
                "params": {"device": "tower-1", "command": "set_color", "values": {"color": "red"}},
            },
        ],
        **more,
    }


@pytest.fixture(autouse=True)
def fresh_cache() -> Iterator[None]:
    caches["pictures"].clear()
    cache.clear()
    yield
    live._server.clear()


@functools.cache
def hashed(password: str) -> str:
    """As the product hashes it, once a process: a third of a second of work."""
    return make_password(password)


def _member(name: str) -> Membership:
    workspace = Workspace.objects.create(name=name, zone="Asia/Tokyo", lang="en", topics=["#"])
    user = User.objects.create(username=name, password=hashed("a long password of " + name))
    member = Membership.objects.add(workspace, user=user, role=Membership.Role.OWNER, lang="en")
    commands.load_things(workspace, THINGS)
    return member


@pytest.fixture
def member(db: None) -> Membership:
    return _member("ours")


@pytest.fixture
def stranger(db: None) -> Membership:
    return _member("theirs")


class Api:
    """The signed-in browser of one member: JSON in and out, CSRF checked as in a browser."""

    def __init__(self, member: Membership) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
        self.csrf = self.client.get("/api/me").json()["csrf"]

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        data = "" if body is None else json.dumps(body)
        headers = {"X-CSRFToken": self.csrf}
        return self.client.generic(method, path, data, content_type="application/json", headers=headers)


@pytest.fixture
def api(member: Membership) -> Api:
    return Api(member)


@pytest.fixture
def api_of(db: None) -> Callable[[Membership], Api]:
    return Api


@pytest.fixture
def worker(member: Membership) -> tuple[Worker, str]:
    """A worker that may dial in, and its token."""
    return commands.add_worker(member, "local")


@pytest.fixture
def server(transactional_db: None) -> Iterator[str]:
    """The real ASGI application on a loopback port: its "host:port"."""
    application = get_default_application()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        running = uvicorn.Server(uvicorn.Config(application, log_level="error", lifespan="off"))
        thread = threading.Thread(target=lambda: asyncio.run(running.serve([listener])), daemon=True)
        thread.start()
        wait_until(lambda: running.started, 10, "the server")
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        running.should_exit = True
        thread.join(10)
    connections.close_all()
