"""notify: tells people, at a registered destination."""

from collections.abc import Iterator
from typing import Any

from nodes.kit.action import WHEN_FULL_HELP, WHEN_FULL_LABELS, ActionKind, WhenFull
from nodes.kit.asking import pictures_in
from nodes.kit.effect import Act, Yield
from nodes.kit.event import Event
from nodes.kit.kind import Example, KindWords, phrases
from nodes.kit.params import DestinationId, NodeParams, TextTemplate
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.text import check_text, compile_text


class NotifyParams(NodeParams):
    to: DestinationId
    text: TextTemplate
    when_full: WhenFull | None = None


class Notify(ActionKind):
    id = "notify"
    held_as = "notice"
    icon = "bell"
    Params = NotifyParams

    def __init__(self, params: NotifyParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.text = compile_text(params.text, scope)

    @classmethod
    def check(cls, params: NotifyParams, scope: Scope) -> Iterator[Problem]:
        yield from check_text(params.text, scope, "/params/text")

    def on_event(self, event: Event, port: str, memory: Any) -> Iterator[Yield]:
        text, troubles = self.text(event)
        yield from troubles
        picture = pictures_in(event)[:1]
        yield Act(event.device, {"to": self.params.to, "text": text, **({"picture": picture[0]} if picture else {})})

    words = {
        "en": KindWords(
            label="Notify",
            summary="Sends a text to people.",
            description=(
                "The destination is one that is registered: the product's inbox, a Slack channel or an e-mail address. "
                "Its address is never part of the flow. The text may name the device, its fields, the time and "
                "settings. Where the event carries a kept picture, the inbox shows it, and other services get a link to it."
            ),
            labels={"to": "To", "text": "Text", **WHEN_FULL_LABELS["en"]},
            params={
                "when_full": WHEN_FULL_HELP["en"],
                "to": "A registered destination.",
                "text": "What to say. {device}, {time}, {temperature} or {settings.limit} are filled in.",
            },
        ),
        "ja": KindWords(
            label="通知",
            summary="人に文章を送ります。",
            description=(
                "送り先は登録済みの通知先(製品の受信箱、Slack のチャンネル、メール)から選びます。"
                "アドレスそのものはフローに含まれません。文章にはデバイス名、項目、時刻、設定を差し込めます。"
                "イベントに保存済みの画像があれば、受信箱ではその画像を表示し、ほかの通知先にはリンクを付けます。"
            ),
            labels={"to": "通知先", "text": "文章", **WHEN_FULL_LABELS["ja"]},
            params={
                "when_full": WHEN_FULL_HELP["ja"],
                "to": "登録済みの通知先。",
                "text": "送る文章。{device}、{time}、{temperature}、{settings.limit} などが値に置き換わります。",
            },
        ),
    }
    phrases = (
        *phrases("en", "tell", "notify | remind | notification | tell | alert | inform | warn | message | e-mail | "
                 "email | mail | let know | send | ping | page | report | announce | text | say | post | "
                 "drop a note | drop … line | drop … note | give … ring | give … shout | a shout | a line | a word | give … call | give … bell | flag | flagged up | shout to | ring | phone | get hold of | have … informed | get word to | forward | pass on | pass it on | nag | call | give a heads-up | give the all-clear | sound the all-clear | all-clear | heads-up | know | hear about | be aware | aware",
                 params={"to": "<destination>", "text": "<text>"}),
        *phrases("ja", "tell", "通知 | 再通知 | 知らせ | お知らせ | 連絡 | 報告 | 警告 | メール | 送 | 通報 | 伝え | 教え | "
                 "一報 | アラート | 投稿 | 呼び出 | 呼ん | 呼ぶ | 報せ | 発報 | メッセージ | ポスト | 流し | "
                 "流す | 周知 | 電話 | 注意喚起 | 注意を促 | 声をかけ | 共有 | SMS | ショートメール | 頼ん | 頼む | 頼み | 依頼 | 要請 | 促す | 促し | 急報 | 一言 | ひとこと | ひと声 | 一声 | 耳に入れ | 転送 | 回送 | 取り次 | 取りつ | 指示を出 | 指示して | 指示する",
                 params={"to": "<destination>", "text": "<text>"}),
    )  # fmt: skip
    examples = (
        Example(
            title={"en": "Say which device and what it measured", "ja": "どのデバイスがいくつだったかを伝える"},
            document={
                "suiro": 1,
                "name": "Room report",
                "nodes": [
                    {"id": "room", "kind": "devices", "params": {"type": "room"}},
                    {"id": "tell", "kind": "notify", "from": ["room"],
                     "params": {"to": "facility", "text": "{device}: {co2} ppm at {time}"}},
                ],
                "tests": [
                    {
                        "name": "the text is filled in",
                        "given": [{"device": "r1", "at": "90s", "data": {"co2": 1200.0}}],
                        "expect": [{"node": "tell", "device": "r1", "at": "90s",
                                    "data": {"to": "facility", "text": "r1: 1200 ppm at 00:01:30"}}],
                    }
                ],
            },
        ),
        Example(
            title={"en": "A second way when the first one fails", "ja": "送れなかったら別の通知先へ"},
            document={
                "suiro": 1,
                "name": "Fallback",
                "nodes": [
                    {"id": "room", "kind": "devices", "params": {"type": "room"}},
                    {"id": "first", "kind": "notify", "from": ["room"], "params": {"to": "chat", "text": "{co2} ppm"}},
                    {"id": "second", "kind": "notify", "from": ["first.failed"],
                     "params": {"to": "mail", "text": "Chat failed ({reason}): {co2} ppm"}},
                ],
                "tests": [
                    {
                        "name": "the second is used with the reason",
                        "given": [{"device": "r1", "at": "0s", "data": {"co2": 900}}],
                        "answers": [{"node": "first", "error": "http_500"}],
                        "expect": [
                            {"node": "first", "device": "r1", "at": "0s"},
                            {"node": "second", "device": "r1", "at": "0s",
                             "data": {"text": "Chat failed (http_500): 900 ppm"}},
                        ],
                    }
                ],
            },
        ),
    )  # fmt: skip
