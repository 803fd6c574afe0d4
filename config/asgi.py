"""The door of the web process: HTTP to Django, `/ws/live` to browsers, `/ws/worker` to workers."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
http = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402

from config import celery  # noqa: E402, F401
from config.bounds import BoundedBodies  # noqa: E402
from flows.urls import sockets  # noqa: E402

application = ProtocolTypeRouter({"http": BoundedBodies(http), "websocket": URLRouter(sockets)})
