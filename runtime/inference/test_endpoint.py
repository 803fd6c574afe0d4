"""What a server may send in the place of an answer: no question ends otherwise than with a reason, and in bounded memory."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from nodes.kit.answer_fields import AnswerField, answer_schema, mistake
from nodes.kit.effect import Answer
from runtime.addresses import Egress
from runtime.deploy import ModelAccess
from runtime.inference import endpoint
from runtime.inference.chat import Chat, Question
from runtime.inference.embedding import Embedding
from runtime.inference.use import Use
from runtime.library.vectors import NoVectors

FIELDS = [AnswerField(name="n", type="number"), AnswerField(name="text"), AnswerField(name="k", type="integer")]
GOOD = '{"n": 1, "text": "a", "k": 2, "unsure": false}'
Way = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def server(way: Way) -> Iterator[tuple[str, list[str]]]:
    """Its address, and the paths it was asked for; it answers in this way."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(self.path)
            with suppress(OSError):  # nobody reads any more
                way(self)

        def log_message(self, *_: Any) -> None:
            pass

    served = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.daemon_threads = True
    threading.Thread(target=served.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{served.server_port}/v1", asked
    finally:
        served.shutdown()
        served.server_close()


def says(status: int, body: bytes = b"", **headers: str) -> Way:
    def way(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return way


def streams(*events: Any) -> Way:
    told = [event if isinstance(event, bytes) else json.dumps(event).encode() for event in events]
    body = b"".join(b"data: " + one + b"\n\n" for one in [*told, b"[DONE]"])
    return says(200, body, Content_Type="text/event-stream")


def chunk(delta: Any) -> dict[str, Any]:
    return {"id": "1", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta}]}


def for_ever(status: int, part: bytes) -> Way:
    def way(handler: BaseHTTPRequestHandler) -> None:
        says(status, Content_Type="text/event-stream")(handler)
        while True:
            handler.wfile.write(part)

    return way


def ask(url: str, seconds: float = 30.0, use: Use | None = None) -> Answer:
    chat = Chat(ModelAccess(url), Egress(trusted=True))
    try:
        wrong = lambda value: mistake(value, FIELDS)  # noqa: E731
        return chat.ask(Question(prompt="?", schema=answer_schema(FIELDS), wrong=wrong, use=use or Use()), seconds)
    finally:
        chat.close()


@pytest.mark.parametrize(
    "event",
    [
        [1], "hi", None, 3, {"id": "1", "choices": None}, {"id": "1", "choices": {"a": 1}}, chunk({"content": 5}),
        chunk({"content": [{"type": "text"}]}), b"{not json", b"\xff\xfe", {"error": {"message": "overloaded"}}, {"error": 1},
    ],
)  # fmt: skip
def test_events_that_are_none_of_a_model_are_a_reason(event: Any) -> None:
    with server(streams(event)) as (url, asked):
        assert ask(url).error == "unreachable"
    assert len(asked) == 1


@pytest.mark.parametrize("delta", [None, "x", {}, {"content": None}])
def test_a_model_that_says_nothing_is_asked_once_more(delta: Any) -> None:
    with server(streams(chunk(delta))) as (url, asked):
        assert ask(url) == Answer(error="not_json", detail="the model said nothing")
    assert len(asked) == 2


def test_a_refusal_may_be_anything() -> None:
    with server(streams(chunk({"refusal": {"why": "policy"}}))) as (url, _):
        assert ask(url).error == "refused"


@pytest.mark.parametrize("status", [200, 204])
def test_an_address_of_something_else_is_told_as_such(status: int) -> None:
    with server(says(status, b"<html>Welcome</html>" if status == 200 else b"", Content_Type="text/html")) as (
        url,
        asked,
    ):
        answer = ask(url)
    assert (answer.error, len(asked)) == ("unreachable", 1)
    assert "text/html" in answer.detail
    assert "address" in answer.detail


@pytest.mark.parametrize(
    "said",
    [
        '{"n": 1, "text": "\\ud800", "k": 2, "unsure": false}', '{"n": 1e400, "text": "a", "k": 2, "unsure": false}',
        f'{{"n": {10**400}, "text": "a", "k": 2, "unsure": false}}', f'{{"n": {"9" * 5_000}, "text": "a", "k": 2}}',
        "[" * 1_000 + "]" * 1_000, '{"n": 1, "text": "a", "k": 2} {"n": 2}',
    ],
)  # fmt: skip
def test_what_no_store_can_keep_is_no_answer(said: str) -> None:
    with server(streams(chunk({"content": said}))) as (url, asked):
        answer = ask(url)
    assert (answer.value, answer.error, len(asked)) == (None, "not_json", 2)
    assert answer.detail.isprintable()


def test_a_whole_number_that_is_too_large_is_not_as_declared() -> None:
    with server(streams(chunk({"content": GOOD.replace("2", str(10**30))}))) as (url, asked):
        answer = ask(url)
    assert mistake(answer.value, FIELDS) == "k is not what was declared"
    assert len(asked) == 2


def test_what_a_model_was_thinking_is_no_part_of_its_answer() -> None:
    with server(streams(chunk({"content": f'<think>{{"n": 9}}?\nno</think>\n{GOOD}'}))) as (url, asked):
        assert ask(url).value == json.loads(GOOD)
    assert len(asked) == 1


@pytest.mark.parametrize("status", [400, 422, 500])
def test_a_server_that_cannot_read_a_schema_is_asked_for_plain_json(status: int) -> None:
    def way(handler: BaseHTTPRequestHandler) -> None:
        refused = says(status, b'{"error": {"message": "failed to parse grammar"}}', Content_Type="application/json")
        (refused if len(asked) == 1 else streams(chunk({"content": GOOD})))(handler)

    with server(way) as (url, asked):
        assert ask(url).value == json.loads(GOOD)


@pytest.mark.parametrize("header", ["0", "nan", "-5", "soon", "", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_a_server_that_asks_for_patience_is_not_pressed(header: str) -> None:
    use = Use()
    with server(says(429, b"{}", Retry_After=header)) as (url, asked):
        assert ask(url, 3.0, use).error == "rate_limited"
    assert 2 <= len(asked) <= 3  # at once, after half a second, and, unless the machine is slow, after a second more
    assert use.calls == len(asked)


def test_a_server_may_say_the_time_of_day_at_which_it_wants_to_be_asked_again() -> None:
    with server(says(429, b"{}", Retry_After=formatdate(time.time() + 3_600, usegmt=True))) as (url, asked):
        started = time.monotonic()
        assert ask(url, 8.0).error == "rate_limited"
    assert len(asked) == 1
    assert time.monotonic() - started < 20, "it is not waited for"


@pytest.mark.parametrize(("status", "error"), [(200, "too_large"), (400, "http_400"), (503, "http_503")])
@pytest.mark.parametrize("part", [b"x" * 65_536, b"data: \n" * 8_192, b": ping\n\n" * 8_192])
def test_what_never_ends_is_left(status: int, error: str, part: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "MOST_SENT", 2 << 20)
    monkeypatch.setattr(endpoint, "LONGEST_LINE", 1 << 20)
    with server(for_ever(status, part)) as (url, _):
        answer = ask(url, 60.0)
    assert answer.error == error, answer


def test_a_little_that_may_become_very_much_is_not_unpacked() -> None:
    with server(says(200, b"\x1f\x8b", Content_Type="text/event-stream", Content_Encoding="gzip")) as (url, _):
        answer = ask(url)
    assert (answer.error, "compressed" in answer.detail) == ("too_large", True)


def test_vectors_are_read_within_the_same_bounds() -> None:
    with server(for_ever(500, b"x" * 65_536)) as (url, _):
        embedding = Embedding(ModelAccess(url), Egress(trusted=True))
        with pytest.raises(NoVectors, match="500"):
            embedding.vectors(["a"], 60.0)
        embedding.close()
