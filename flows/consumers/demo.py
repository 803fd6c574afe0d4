"""The live view of a demo: all there is to see when it opens, then what changes, ten times a second at most."""

from typing import Any

from channels.db import database_sync_to_async

from flows import live
from flows.consumers.origin import from_our_page, membership_of
from flows.consumers.socket import Socket
from flows.demo.running import Running, found

OVER = 4403
"""The demo is over: dialling again is in vain."""
MOST_PAGES = 12
"""That may show one demo at a time."""


class DemoSocket(Socket):
    running: Running | None = None

    async def connect(self) -> None:
        live.remember_server_loop()
        user = self.scope.get("user")
        if not from_our_page(self.scope) or user is None or not user.is_authenticated:
            await self.close(4401)
            return
        chosen = self.scope["session"].get("workspace")
        member = await database_sync_to_async(membership_of)(user, chosen)
        id = self.scope["url_route"]["kwargs"]["demo"]
        demo = found(id, member.workspace_id) if member is not None else None
        if demo is None or demo.watched >= MOST_PAGES:
            await self.accept()  # a browser is told the code only so
            await self.close(OVER)
            return
        self.running = demo
        demo.watched += 1
        self.groups_of = (live.demo_group(id), live.person_group(user.pk))
        for group in self.groups_of:
            await self.channel_layer.group_add(group, self.channel_name)
        await self.accept()
        whole = await database_sync_to_async(demo.demo.whole)()
        await self.send_json({"t": "demo", "whole": whole})

    async def disconnect(self, code: int) -> None:
        if self.running is not None:
            self.running.watched -= 1
            for group in self.groups_of:
                await self.channel_layer.group_discard(group, self.channel_name)

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        """What a presenter does comes by the API, which knows who may."""

    async def decode_json(self, text_data: str) -> Any:
        """Nor is it read."""
        return None

    async def pass_on(self, event: dict[str, Any]) -> None:
        await self.send_json(event["message"])

    async def sign_off(self, event: dict[str, Any]) -> None:
        await self.close(OVER)
