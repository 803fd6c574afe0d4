"""The live view of a browser: what happens in its workspace, and the taps of the flows that it has open."""

import uuid
from collections import Counter
from typing import Any

from channels.db import database_sync_to_async
from django.core.cache import cache

from flows import live
from flows.commands import what_waits
from flows.commands.deploying import worker_of
from flows.consumers.origin import from_our_page, membership_of
from flows.consumers.socket import Socket
from flows.models import Flow, Membership, Workspace

MOST_OPEN = 20
"""Flows that one page may have open."""


class BrowserSocket(Socket):
    watched: Counter[str] = Counter()
    """How many pages of this process have a flow open."""

    member: Membership | None = None

    async def connect(self) -> None:
        live.remember_server_loop()
        self.open_flows: set[str] = set()
        self.page = uuid.uuid4().hex
        user = self.scope.get("user")
        if not from_our_page(self.scope) or user is None or not user.is_authenticated:
            await self.close(4401)
            return
        chosen = self.scope["session"].get("workspace")
        self.member = await database_sync_to_async(membership_of)(user, chosen)
        if self.member is None:
            await self.close(4401)
            return
        self.name = user.first_name or user.get_username()
        await self.channel_layer.group_add(live.browsers_group(self.member.workspace_id), self.channel_name)
        await self.channel_layer.group_add(live.person_group(user.pk), self.channel_name)
        await self.accept()
        await self.send_json({"t": "hello", "page": self.page, **await database_sync_to_async(_waits)(self.member)})
        values = await database_sync_to_async(cache.get)(f"values:{self.member.workspace_id}")
        if values:
            await self.send_json({"t": "values", "devices": values})

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        if not isinstance(content, dict) or self.member is None:
            return
        flow = _uuid(content.get("flow"))
        if flow is None:
            return
        if content.get("t") == "open" and len(self.open_flows) < MOST_OPEN:
            await self._open(flow)
        elif content.get("t") == "close":
            await self._close(flow)

    async def disconnect(self, code: int) -> None:
        for flow in list(self.open_flows):
            await self._close(flow)
        if self.member is not None:
            await self.channel_layer.group_discard(live.browsers_group(self.member.workspace_id), self.channel_name)
            await self.channel_layer.group_discard(live.person_group(self.member.user_id), self.channel_name)

    async def pass_on(self, event: dict[str, Any]) -> None:
        await self.send_json(event["message"])

    async def sign_off(self, event: dict[str, Any]) -> None:
        await self.close(4401)

    async def renew_taps(self, event: dict[str, Any]) -> None:
        """Another page closed this flow; here it is still open."""
        if event["flow"] in self.open_flows:
            await self._taps(event["flow"], True)

    async def say_who(self, event: dict[str, Any]) -> None:
        """Somebody came: everybody says that they are here, the newcomer too."""
        if event["flow"] in self.open_flows and self.member is not None:
            who = {"page": self.page, "name": self.name, "person": self.member.user_id}
            live.to_viewers(event["flow"], {"t": "here", "flow": event["flow"], **who})

    async def _open(self, flow: str) -> None:
        if flow in self.open_flows or not await self._taps(flow, True):
            return
        self.open_flows.add(flow)
        self.watched[flow] += 1
        await self.channel_layer.group_add(live.viewers_group(flow), self.channel_name)
        live.who_is_there(flow)

    async def _close(self, flow: str) -> None:
        if flow not in self.open_flows:
            return
        self.open_flows.discard(flow)
        await self.channel_layer.group_discard(live.viewers_group(flow), self.channel_name)
        live.to_viewers(flow, {"t": "left", "flow": flow, "page": self.page})
        self.watched[flow] -= 1
        if self.watched[flow] <= 0:
            del self.watched[flow]
            await self._taps(flow, False)
            live.still_watched(flow)

    @database_sync_to_async
    def _taps(self, flow_id: str, on: bool) -> bool:
        """Have the worker send what flows along the wires. False when there is no such flow in this workspace."""
        if self.member is None:
            return False
        flow = Flow.objects.of(self.member.workspace).filter(pk=flow_id, binned=None).first()
        if flow is None:
            return False
        worker = worker_of(flow)
        if worker is not None:
            live.to_worker(worker.id, {"t": "taps", "flow": flow_id, "on": on})
        return True


def _waits(member: Membership) -> dict[str, int]:
    """What waits for people, and up to which notice that is counted: what came since the page was read is in it."""
    workspace = Workspace.objects.get(pk=member.workspace_id)
    return {"seq": workspace.notice_seq, **what_waits(workspace)}


def _uuid(value: Any) -> str | None:
    try:
        return str(uuid.UUID(str(value)))
    except ValueError:
        return None
