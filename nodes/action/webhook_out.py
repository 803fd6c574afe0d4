"""webhook_out: posts JSON to a registered destination."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from nodes.kit.action import WHEN_FULL_HELP, WHEN_FULL_LABELS, ActionKind, WhenFull
from nodes.kit.effect import Act, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.kind import Example, KindWords, phrases
from nodes.kit.moment import rfc3339
from nodes.kit.params import DestinationId, Mark, NodeParams
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.text import check_value, compile_value

Value = Annotated[Any, Mark(format="body")]


class WebhookOutParams(NodeParams):
    to: DestinationId
    body: Annotated[dict[str, Value] | list[Value] | None, Field(max_length=100)] = None
    when_full: WhenFull | None = None


class WebhookOut(ActionKind):
    id = "webhook_out"
    icon = "send"
    Params = WebhookOutParams

    def __init__(self, params: WebhookOutParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.body = None if params.body is None else _compiled(params.body, scope)

    @classmethod
    def check(cls, params: WebhookOutParams, scope: Scope) -> Iterator[Problem]:
        for path, text in _texts(params.body or {}, "/params/body"):
            yield from check_value(text, scope, path)

    def on_event(self, event: Event, port: str, memory: Any) -> Iterator[Yield]:
        troubles: list[Trouble] = []
        if self.body is None:
            body = {"device": event.device, "time": rfc3339(event.time), "data": event.data}
        else:
            body = _filled(self.body, event, troubles)
        yield from troubles
        yield Act(event.device, {"to": self.params.to, "body": body})

    words = {
        "en": KindWords(
            label="Webhook",
            summary="Posts JSON to another system.",
            description=(
                "The destination is a registered one; its address is never part of the flow. Without a body the whole "
                "event is sent: device, time (RFC 3339, UTC) and data."
            ),
            labels={"to": "To", "body": "Body", **WHEN_FULL_LABELS["en"]},
            params={
                "when_full": WHEN_FULL_HELP["en"],
                "to": "A registered destination of the service “webhook”.",
                "body": "A JSON object or list; texts in it may name fields, e.g. “{temperature}”. A text that is only "
                "“{temperature|raw}” keeps the value's own type.",
            },
        ),
        "ja": KindWords(
            label="Webhook 送信",
            summary="ほかのシステムへ JSON を送ります。",
            description=(
                "送り先は登録済みの通知先から選びます。アドレスそのものはフローに含まれません。"
                "本文を書かなければ、イベント全体(デバイス、RFC 3339 の時刻、データ)を送ります。"
            ),
            labels={"to": "送り先", "body": "本文", **WHEN_FULL_LABELS["ja"]},
            params={
                "when_full": WHEN_FULL_HELP["ja"],
                "to": "サービスが webhook の、登録済みの通知先。",
                "body": "JSON のオブジェクトかリスト。文字列に {temperature} のように項目を差し込めます。"
                "{temperature|raw} だけを書くと、数値などの型のまま入ります。",
            },
        ),
    }
    phrases = (
        *phrases("en", "call", "webhook | call webhook | post to webhook", params={"to": "<destination>"}),
        *phrases("ja", "call", "webhook | ウェブフック | 外部システム", params={"to": "<destination>"}),
    )  # fmt: skip
    examples = (
        Example(
            title={"en": "The whole event", "ja": "イベント全体を送る"},
            document={
                "suiro": 1,
                "name": "Forward",
                "nodes": [
                    {"id": "meter", "kind": "devices", "params": {"type": "meter"}},
                    {"id": "post", "kind": "webhook_out", "from": ["meter"], "params": {"to": "erp"}},
                ],
                "tests": [
                    {
                        "name": "device and data arrive",
                        "given": [{"device": "m1", "at": "0s", "data": {"power": 3}}],
                        "expect": [{"node": "post", "device": "m1", "at": "0s",
                                    "data": {"to": "erp", "body": {"device": "m1", "data": {"power": 3}}}}],
                    }
                ],
            },
        ),
        Example(
            title={"en": "A body of its own", "ja": "本文を決めて送る"},
            document={
                "suiro": 1,
                "name": "Work order",
                "nodes": [
                    {"id": "meter", "kind": "devices", "params": {"type": "meter"}},
                    {"id": "post", "kind": "webhook_out", "from": ["meter"],
                     "params": {"to": "erp", "body": {"title": "Check {device}", "priority": 2}}},
                ],
                "tests": [
                    {
                        "name": "texts are filled in, other values stay",
                        "given": [{"device": "m1", "at": "0s", "data": {"power": 3}}],
                        "expect": [{"node": "post", "device": "m1", "at": "0s",
                                    "data": {"body": {"title": "Check m1", "priority": 2}}}],
                    }
                ],
            },
        ),
    )  # fmt: skip


def _compiled(value: Any, scope: Scope) -> Any:
    if isinstance(value, str):
        return compile_value(value, scope)
    if isinstance(value, dict):
        return {key: _compiled(part, scope) for key, part in value.items()}
    return [_compiled(part, scope) for part in value] if isinstance(value, list) else value


def _filled(value: Any, event: Event, troubles: list[Trouble]) -> Any:
    if callable(value):
        text, found = value(event)
        troubles += found
        return text
    if isinstance(value, dict):
        return {key: _filled(part, event, troubles) for key, part in value.items()}
    return [_filled(part, event, troubles) for part in value] if isinstance(value, list) else value


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from _texts(part, f"{path}/{str(key).replace('~', '~0').replace('/', '~1')}")
