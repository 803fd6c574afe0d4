"""The door of the web process: HTTP to Django, `/ws/live` to browsers, `/ws/worker` to workers."""

import asyncio
import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
http = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402

from config import celery, urls  # noqa: E402, F401
from config.bounds import BoundedBodies, Message, Receive, Scope, Send  # noqa: E402
from flows.demo import running  # noqa: E402
from flows.urls import sockets  # noqa: E402
from flows.watching import watch  # noqa: E402
from nodes.kit.structs import settle_structs  # noqa: E402

settle_structs()


async def lifetime(scope: Scope, receive: Receive, send: Send) -> None:
    """What runs for as long as the server does."""
    message: Message = {}
    while message.get("type") != "lifespan.shutdown":
        message = await receive()
        if message["type"] == "lifespan.startup":
            watch()
        elif message["type"] == "lifespan.shutdown":
            await asyncio.to_thread(running.forget_all)
        await send({"type": f"{message['type']}.complete"})


application = ProtocolTypeRouter({"http": BoundedBodies(http), "websocket": URLRouter(sockets), "lifespan": lifetime})
