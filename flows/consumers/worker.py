"""The socket of a worker. Down: what it should run. Up: what it saw, in numbered batches that are acknowledged after
they were committed."""

import json
import logging
import re
from collections.abc import Callable
from typing import Any

from channels.db import database_sync_to_async
from django.core.cache import cache
from django.db import InterfaceError, OperationalError

from document.problems import render
from flows import downlink, live
from flows.commands import workers
from flows.commands.deploying import worker_of
from flows.commands.stations import worker_with
from flows.consumers.browser import BrowserSocket
from flows.consumers.origin import header
from flows.consumers.socket import Socket
from flows.looking import keep_looked
from flows.models import Flow, Worker, Workspace
from flows.recent import recent
from flows.thumbnails import keep_thumbnail
from flows.unchanged import with_since

log = logging.getLogger(__name__)
TOO_OLD = 24 * 3600
"""Seconds after which a device's last value is no longer shown at once on a fresh page."""
LASTING, AWAY = ("hello", "batch"), (OperationalError, InterfaceError)
"""Where the database is full, locked or away at one of these, the line ends, and the worker says it again on another: rows that came
next would be acknowledged for those that failed as well."""
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


class WorkerSocket(Socket):
    newest: dict[str, "WorkerSocket"] = {}
    """The last socket that each worker opened: an older one that closes late does not mean that the worker left."""

    worker: Worker | None = None
    epoch: int | None = None
    """Which process of the worker this is; none before its hello, and none any more once a newer one has signed in."""
    fenced = False

    async def connect(self) -> None:
        live.remember_server_loop()
        token = header(self.scope, b"authorization").removeprefix("Bearer ").strip()
        if header(self.scope, b"origin") or not token:  # a browser says where its page is from; a worker has none
            await self.close(4401)
            return
        self.worker = await database_sync_to_async(worker_with)(token)
        if self.worker is None:
            await self.close(4401)
            return
        await self.accept()

    async def disconnect(self, code: int) -> None:
        if self.worker is not None:
            await self.channel_layer.group_discard(live.worker_group(self.worker.id), self.channel_name)
            if self.newest.get(str(self.worker.id)) is self:
                del self.newest[str(self.worker.id)]
                await database_sync_to_async(workers.worker_left)(self.worker)
            if self.fenced:
                await database_sync_to_async(workers.twins)(self.worker, apart=True)

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        handle = self.HANDLERS.get(str(content.get("t"))) if isinstance(content, dict) else None
        if handle is None or self.worker is None or (self.epoch is None and content["t"] != "hello"):
            return
        try:
            await handle(self, content)
        except workers.Fenced:
            await self._shut_out()
        except Exception as failed:
            log.exception("worker %s: %s", self.worker.name, content.get("t"))
            if isinstance(failed, AWAY) and content["t"] in LASTING:
                self.epoch = None
                await self.close(1011)

    # --- up -------------------------------------------------------------------------------------------------------

    async def _hello(self, message: dict[str, Any]) -> None:
        """What should run and does not is deployed; what runs and should not is stopped."""
        assert self.worker is not None  # noqa: S101  (receive_json)
        seq, epoch = (found if isinstance(found := message.get(name), int) else 0 for name in ("seq", "epoch"))
        id, run = (str(message.get(name) or "") for name in ("id", "run"))
        first = message.get("first") is not False
        hello = database_sync_to_async(workers.worker_said_hello)
        self.epoch = await hello(self.worker, seq, id, run=run, first=first, epoch=epoch)
        self.newest[str(self.worker.id)] = self
        await self.channel_layer.group_add(live.worker_group(self.worker.id), self.channel_name)
        await self.send_json({"t": "epoch", "epoch": self.epoch})
        await self.send_json({"t": "ack", "seq": self.worker.last_seq})
        for down in await database_sync_to_async(self._wanted)(message.get("flows") or []):
            await self.send_json(down)

    async def _batch(self, message: dict[str, Any]) -> None:
        rows = [row for row in message.get("rows") or [] if isinstance(row, dict)]
        seq = await database_sync_to_async(workers.keep_rows)(self.worker, rows, self.epoch)
        await self.send_json({"t": "ack", "seq": seq})

    async def _taps(self, message: dict[str, Any]) -> None:
        if await database_sync_to_async(self._is_ours)(message.get("flow")):
            live.to_viewers(str(message["flow"]), {**message, "edges": with_ms(message.get("edges"))})

    async def _values(self, message: dict[str, Any]) -> None:
        devices = with_ms(message.get("devices"))
        if devices and self.worker is not None:
            devices = await database_sync_to_async(_remember_values)(str(self.worker.workspace_id), devices)
            recent.heard(str(self.worker.workspace_id), devices)
            live.to_browsers(self.worker.workspace_id, {"t": "values", "devices": devices})

    async def _picture(self, message: dict[str, Any]) -> None:
        if self.worker is not None:
            told = await database_sync_to_async(keep_thumbnail)(self.worker.workspace_id, message)
            if told is not None:
                live.to_browsers(self.worker.workspace_id, told)

    async def _flow(self, message: dict[str, Any]) -> None:
        await database_sync_to_async(workers.flow_reported)(self.worker, message)

    async def _status(self, message: dict[str, Any]) -> None:
        status = {"broker": message.get("broker") or {}, "flows": message.get("flows") or {}}
        more = (
            "destinations", "commands", "asks", "cameras", "letters_lost", "trouble", "ahead", "models", "at", "heard",
        )  # fmt: skip
        status |= {name: message[name] for name in more if message.get(name)}
        await database_sync_to_async(workers.worker_status)(self.worker, status)

    async def _alive(self, message: dict[str, Any]) -> None:
        await database_sync_to_async(workers.worker_alive)(self.worker)

    async def _trouble(self, message: dict[str, Any]) -> None:
        await database_sync_to_async(workers.worker_trouble)(self.worker, str(message.get("text") or ""))

    async def _answer(self, message: dict[str, Any]) -> None:
        """What came of something a page asked for: the page knows the id."""
        if self.worker is not None:
            live.to_browsers(self.worker.workspace_id, message)

    async def _looked(self, message: dict[str, Any]) -> None:
        if self.worker is not None:
            await database_sync_to_async(keep_looked)(self.worker, message)

    HANDLERS = {
        "hello": _hello,
        "batch": _batch,
        "taps": _taps,
        "values": _values,
        "picture": _picture,
        "flow": _flow,
        "status": _status,
        "alive": _alive,
        "trouble": _trouble,
        "seen": _answer,
        "done": _answer,
        "looked": _looked,
    }

    # --- down -----------------------------------------------------------------------------------------------------

    @classmethod
    async def decode_json(cls, text_data: str) -> Any:
        """Without the character NUL, which devices and models may say and PostgreSQL does not keep."""
        return json.loads(_NUL.sub(r"\1", text_data))

    @classmethod
    async def encode_json(cls, content: Any) -> str:
        """Japanese as it is: a table as escapes would be larger than the frame that a worker takes."""
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"))

    async def pass_on(self, event: dict[str, Any]) -> None:
        await self.send_json(event["message"])

    async def sign_off(self, event: dict[str, Any]) -> None:
        await self.close(4401)

    async def send_fence(self, event: dict[str, Any]) -> None:
        """A process with this identity has signed in: those before it have to stand still."""
        if self.epoch is not None and self.epoch < event["epoch"]:
            await self._shut_out(event["epoch"])

    async def _shut_out(self, epoch: int | None = None) -> None:
        assert self.worker is not None  # noqa: S101  (only a worker that was let in is in a group)
        self.epoch, self.fenced = None, True
        await self.channel_layer.group_discard(live.worker_group(self.worker.id), self.channel_name)
        await self.send_json({"t": "fenced", "epoch": epoch})
        await database_sync_to_async(workers.twins)(self.worker, apart=False)

    async def send_deploy(self, event: dict[str, Any]) -> None:
        await self.send_models(event)  # before: the worker fetches what the flow is about to ask
        message = await database_sync_to_async(self._deploy)(event["flow"])
        if message is not None:
            await self.send_json(message)

    async def send_drop(self, event: dict[str, Any]) -> None:
        await self.send_json({"t": "stop", "flow": event["flow"]})
        await self.send_models(event)

    async def send_broker(self, event: dict[str, Any]) -> None:
        await self.send_json(await database_sync_to_async(self._of_workspace)(downlink.broker_message))

    async def send_watch(self, event: dict[str, Any]) -> None:
        await self.send_json(await database_sync_to_async(self._of_workspace)(downlink.watch_message))

    async def send_snoozes(self, event: dict[str, Any]) -> None:
        await self.send_json(await database_sync_to_async(self._of_workspace)(downlink.snoozes_message))

    async def send_documents(self, event: dict[str, Any]) -> None:
        await self.send_json(await database_sync_to_async(self._of_workspace)(downlink.documents_message))

    async def send_budgets(self, event: dict[str, Any]) -> None:
        await self.send_json(await database_sync_to_async(self._of_workspace)(downlink.budgets_message))

    async def send_models(self, event: dict[str, Any]) -> None:
        await self.send_json(await database_sync_to_async(self._models)())

    def _models(self) -> dict[str, Any]:
        """Those that the flows of this worker ask."""
        mine = (flow for flow in self._ours().filter(wanted=True) if self._is_home(flow))
        return downlink.models_message(self.worker.workspace if self.worker else None, mine)  # type: ignore[arg-type]

    def _is_home(self, flow: Flow) -> bool:
        home = worker_of(flow)
        return home is not None and self.worker is not None and home.pk == self.worker.pk

    def _of_workspace(self, message: Callable[[Workspace], dict[str, Any]]) -> dict[str, Any]:
        assert self.worker is not None  # noqa: S101  (only a worker that was let in is in a group)
        return message(self.worker.workspace)

    def _deploy(self, flow_id: str) -> dict[str, Any] | None:
        flow = self._ours().filter(pk=flow_id).first()
        return self._to_run(flow) if flow is not None else None

    def _to_run(self, flow: Flow) -> dict[str, Any] | None:
        """The flow for the worker; one that may not be sent as it is now is shown as failed, with the reason."""
        message = downlink.deploy_message(flow, watched=_is_watched(str(flow.id)))
        if message is None and flow.wanted and flow.deployed is not None and self.worker is not None:
            problems = [render(found, flow.workspace.lang) for found in downlink.unapproved(flow)]
            report = {"flow": str(flow.id), "status": Flow.Status.FAILED.value, "problems": problems}
            workers.flow_reported(self.worker, report)
        return message

    def _wanted(self, running: list[Any]) -> list[dict[str, Any]]:
        if self.worker is None:
            return []
        workspace = self.worker.workspace
        ways = (downlink.broker_message, downlink.watch_message, downlink.snoozes_message, downlink.documents_message,
                downlink.budgets_message)  # fmt: skip
        messages: list[dict[str, Any]] = [message_of(workspace) for message_of in ways]
        messages.append(self._models())
        wanted = set()
        for flow in self._ours().filter(wanted=True):
            if self._is_home(flow):
                message = self._to_run(flow)
                if message is not None:
                    wanted.add(str(flow.id))
                    messages.append(message)
        for entry in running:
            flow_id = str(entry.get("flow")) if isinstance(entry, dict) else ""
            if flow_id and flow_id not in wanted:
                messages.append({"t": "stop", "flow": flow_id})
        return [*messages, {"t": "status"}]

    def _ours(self) -> Any:
        rows = Flow.objects.of(self.worker.workspace if self.worker else None)  # type: ignore[arg-type]
        return rows.filter(binned=None).select_related("deployed", "workspace", "worker")

    def _is_ours(self, flow_id: Any) -> bool:
        return isinstance(flow_id, str) and self._ours().filter(pk=flow_id).exists()


def with_ms(entries: Any) -> dict[str, Any]:
    """Entries by name, each with its `time` in ms, however the worker wrote it."""
    found = {}
    for name, entry in entries.items() if isinstance(entries, dict) else ():
        if isinstance(entry, dict):
            found[name] = {**entry, "time": _ms(entry.get("time"))}
    return found


def _ms(value: Any) -> int | None:
    try:
        return int(workers.moment(value).timestamp() * 1000) if value is not None else None
    except (ValueError, OverflowError):
        return None


def _remember_values(workspace: str, devices: dict[str, Any]) -> dict[str, Any]:
    key = f"values:{workspace}"
    before = cache.get(key) or {}
    devices = with_since(before, devices)
    cache.set(key, {**before, **devices}, TOO_OLD)
    return devices


def _is_watched(flow_id: str) -> bool:
    return BrowserSocket.watched[flow_id] > 0
