"""The live view of somebody who came by the link of a dashboard: what the dashboard shows, and nothing is taken."""

import asyncio
from contextlib import suppress
from typing import Any

from channels.db import database_sync_to_async
from django.utils import timezone

from flows import live
from flows.commands.dashboards import LinkGone, link_with
from flows.commands.deploying import worker_of
from flows.consumers.browser import BrowserSocket
from flows.consumers.origin import from_our_page
from flows.consumers.socket import Socket
from flows.dashboard import Board, board_of, seen
from flows.models import DashboardLink

OVER = 4403
"""The link was revoked, or its time is over: dialling again is in vain."""
MOST_WATCHING = 50
"""Pages that one link may have open at a time."""


class SharedSocket(Socket):
    watching: dict[str, int] = {}

    link: DashboardLink | None = None
    board: Board | None = None
    ending: asyncio.TimerHandle | None = None
    sees = False
    """It was let in, so that the worker sends the taps of the flow for it."""

    async def connect(self) -> None:
        live.remember_server_loop()
        if not from_our_page(self.scope):
            await self.close(OVER)
            return
        self.token = self.scope["url_route"]["kwargs"]["token"]
        found = await self._found()
        if found is None or self.watching.get(str(found[0].pk), 0) >= MOST_WATCHING:
            await self.close(OVER)
            return
        self.link, self.board = found
        self.watching[str(self.link.pk)] = self.watching.get(str(self.link.pk), 0) + 1
        for group in self._groups():
            await self.channel_layer.group_add(group, self.channel_name)
        if await self._found() is None:  # revoked in this very moment
            await self.close(OVER)
            return
        await self.accept()
        BrowserSocket.watched[str(self.board.flow.pk)] += 1
        self.sees = True
        await self._taps(True)
        if self.link.expires is not None:
            left = (self.link.expires - timezone.now()).total_seconds()
            loop = asyncio.get_running_loop()
            self.ending = loop.call_later(max(0.0, left), lambda: loop.create_task(self.close(OVER)))

    async def disconnect(self, code: int) -> None:
        if self.ending is not None:
            self.ending.cancel()
        if self.link is None or self.board is None:
            return
        link, flow = str(self.link.pk), str(self.board.flow.pk)
        self.watching[link] -= 1
        if self.watching[link] <= 0:
            del self.watching[link]
        for group in self._groups():
            await self.channel_layer.group_discard(group, self.channel_name)
        if not self.sees:
            return
        BrowserSocket.watched[flow] -= 1
        if BrowserSocket.watched[flow] <= 0:
            del BrowserSocket.watched[flow]
            await self._taps(False)
            live.still_watched(flow)

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        """Who only looks has nothing to say."""

    async def decode_json(self, text_data: str) -> Any:
        """Nor is it read."""
        return None

    async def pass_on(self, event: dict[str, Any]) -> None:
        message = seen(self.board, event["message"]) if self.board is not None else None
        if message is not None and message["t"] in ("flow", "board"):
            await self._read_again()
        if message is not None:
            with suppress(RuntimeError):  # it closes in this very moment
                await self.send_json(message)

    async def sign_off(self, event: dict[str, Any]) -> None:
        await self.close(OVER)

    async def say_who(self, event: dict[str, Any]) -> None:
        """Guests are not among those who are shown as being here."""

    async def renew_taps(self, event: dict[str, Any]) -> None:
        await self._taps(True)

    def _groups(self) -> list[str]:
        if self.link is None or self.board is None:
            return []
        flow = self.board.flow
        return [live.browsers_group(flow.workspace_id), live.viewers_group(flow.pk), live.shared_group(self.link.pk)]

    async def _read_again(self) -> None:
        """Another version, or another plan, may show other things."""
        found = await self._found()
        if found is not None and self.board is not None:
            self.board = found[1]

    @database_sync_to_async
    def _found(self) -> tuple[DashboardLink, Board] | None:
        try:
            link = link_with(self.token)
        except LinkGone:
            return None
        return link, board_of(link.flow, link.workspace.lang)

    @database_sync_to_async
    def _taps(self, on: bool) -> None:
        worker = worker_of(self.board.flow) if self.board is not None else None
        if worker is not None and self.board is not None:
            live.to_worker(worker.id, {"t": "taps", "flow": str(self.board.flow.pk), "on": on})
