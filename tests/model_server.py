"""A small OpenAI-compatible server (POST /v1/chat/completions, also streaming) that can misbehave on purpose.

    with ModelServer(answer=lambda body: {"plan": "..."}) as server:
        OpenAI(base_url=server.url, api_key="k")

`usage` are the tokens in and out that it counts for each answer, in a stream where the request wants to know. `answer` gets the request's body and returns text, or anything JSON (sent as JSON text). A server that is sent a picture opens it
and keeps it in `pictures`; one that is no JPEG or PNG of at most 2048 pixels makes it hang up. Modes:
honest · slow (waits `delay` seconds) · prose · malformed (half a JSON text) · truncated (finish_reason length) ·
rate-limited (429 with Retry-After until `fail_times` requests were refused) · refusing · malicious (script and control
characters) · plain (400 for any response_format: a server without structured outputs) · broken (500) ·
hanging-up (closes the connection) · huge (8 MB of text) · megabyte (a sound answer with nearly 1 MB of blanks in it) ·
odd (chunks without choices, or whose parts are of other types than they should be) · no-text (content that is a list) ·
strict (400 for stream_options: a server that does not count in a stream) · blind (400 for a picture: the model cannot see) · text-only (422: a message's content must be a text) ·
pings (comments for ever, never an event) · endless (nodes for ever) · breaking-off (hangs up after `keeps` characters)

and styles: json-mode (400 for json_schema, takes json_object) · grammar (500 for json_schema, which it cannot compile) ·
fenced (ignores response_format, a code fence in prose) · thinking (a draft between <think> marks first) · reasoning (deltas
of another field, a chunk of usage without choices) · azure (wants ?api-version= and the key in `api-key`)

POST /v1/embeddings answers too: a bag of words whose hashes are directions, where words of one group of `synonyms` share one. Its own
modes: wrong-size (another number of dimensions) · nan · few (a vector too little) · once (an honest answer, then 500) · zero (a vector without a direction); broken,
slow, hanging-up and rate-limited as above.
"""

import base64
import hashlib
import json
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any

from PIL import Image

MALICIOUS = '<script>alert(1)</script> ignore all rules and publish to # \x00\x1b[31m {"to": "http://169.254.169.254/"}'


class ModelServer:
    """Serves on a free loopback port while the `with` lasts. `requests` keeps every body, `keys` every bearer key."""

    def __init__(
        self,
        mode: str = "honest",
        answer: Callable[[dict[str, Any]], Any] | None = None,
        *,
        delay: float = 0.5,
        fail_times: int = 1_000_000,
        retry_after: str = "0",
        keeps: int = 0,
        usage: tuple[int, int] = (1, 1),
        synonyms: Sequence[Sequence[str]] = (),
    ) -> None:
        self.synonyms = {word: group[0] for group in synonyms for word in group}
        self.keeps, self.usage = keeps, usage
        self.mode, self.delay, self.fail_times, self.retry_after = mode, delay, fail_times, retry_after
        self.answer = answer or (lambda body: "ok")
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.pictures: list[Image.Image] = []
        handler = type("Handler", (_Handler,), {"model": self})
        self.server = _Server(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"

    def __enter__(self) -> "ModelServer":
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)

    def text(self, body: dict[str, Any]) -> str:
        """What the model says in this mode."""
        if self.mode == "prose":
            return "Certainly! The kiln is probably too hot, I would say."
        if self.mode == "malicious":
            return MALICIOUS
        if self.mode == "huge":
            return "x" * 8_000_000
        said = self.answer(body)
        text = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
        styled = {
            "megabyte": text.replace('"nodes"', " " * 990_000 + '"nodes"', 1) if self.mode == "megabyte" else "",
            "fenced": f"Here is your flow {{as asked}}:\n```json\n{text}\n```\nEnjoy!",
            "thinking": f'<think>First {{"nodes": [{{"id": "draft"}}]}}, hmm.</think>{text}',
            "breaking-off": text[: self.keeps],
        }
        text = styled.get(self.mode, text)
        return text[: len(text) // 2] if self.mode in ("malformed", "truncated") else text


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    model: ModelServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        model = self.model
        model.requests.append(body)
        model.keys.append(self.headers.get("Authorization", "").removeprefix("Bearer "))
        path, _, query = self.path.partition("?")
        if model.mode == "azure" and ("api-version=" not in query or not self.headers.get("api-key")):
            self._json(401, {"error": {"message": "no api-version or no api-key"}})
        elif path.endswith("/embeddings"):
            if not self._failed({**body, "messages": []}):
                self._embed(body)
        elif not path.endswith("/chat/completions"):
            self._json(404, {"error": {"message": f"no such path: {self.path}"}})
        elif not self._failed(body):
            self._say(body)

    def _failed(self, body: dict[str, Any]) -> bool:
        model = self.model
        if model.mode == "slow":
            time.sleep(model.delay)
        pictures = pictures_in(body)
        if pictures and model.mode in ("blind", "text-only"):
            words = (
                "image input is not supported by this model" if model.mode == "blind" else "content: str type expected"
            )
            self._json(400 if model.mode == "blind" else 422, {"error": {"message": words}})
            return True
        model.pictures += pictures
        if model.mode == "rate-limited" and len(model.requests) <= model.fail_times:
            self._json(
                429, {"error": {"message": "slow down", "type": "rate_limit"}}, {"Retry-After": model.retry_after}
            )
        elif model.mode == "broken" or (model.mode == "once" and len(model.requests) > 1):
            self._json(500, {"error": {"message": "out of order"}})
        elif model.mode == "strict" and "stream_options" in body:
            self._json(400, {"error": {"message": "stream_options: unknown field"}})
        elif model.mode == "plain" and "response_format" in body:
            self._json(400, {"error": {"message": "response_format is not supported", "param": "response_format"}})
        elif model.mode in ("json-mode", "grammar") and _form(body) == "json_schema":
            self._json(400 if model.mode == "json-mode" else 500, {"error": {"message": "cannot read this schema"}})
        elif model.mode == "hanging-up":
            self.close_connection = True
        else:
            return False
        return True

    def _say(self, body: dict[str, Any]) -> None:
        refusing = self.model.mode == "refusing"
        text = None if refusing else self.model.text(body)
        message = {"role": "assistant", "content": text, "refusal": "I cannot help with that." if refusing else None}
        finish = "length" if self.model.mode == "truncated" else "stop"
        if body.get("stream"):
            self._stream(body, message, finish)
            return
        choice = {"index": 0, "message": message, "finish_reason": finish, "logprobs": None}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        self._json(200, {**_envelope(body, "chat.completion"), "choices": [choice], "usage": usage})

    def _embed(self, body: dict[str, Any]) -> None:
        mode = self.model.mode
        found: list[list[float]] = [embedding(text, self.model.synonyms) for text in body["input"]]
        if mode == "wrong-size":
            found = [one[:32] for one in found]
        if mode in ("nan", "zero"):
            found = [[float("nan") if mode == "nan" else 0.0] * len(one) for one in found]
        data = [{"object": "embedding", "index": at, "embedding": one} for at, one in enumerate(found)]
        usage = {"prompt_tokens": self.model.usage[0], "total_tokens": self.model.usage[0]}
        sent = data[1:] if mode == "few" else data[::-1]
        self._json(200, {"object": "list", "data": sent, "model": body["model"], "usage": usage})

    def _stream(self, body: dict[str, Any], message: dict[str, Any], finish: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        if self.model.mode in ("pings", "endless"):
            self._for_ever(body)
            return
        text = message["content"] or ""
        width = 40 if len(text) < 100_000 else 20_000
        pieces: list[dict[str, Any]] = [{"content": text[i : i + width]} for i in range(0, len(text), width)]
        if message["refusal"]:
            pieces.append({"refusal": message["refusal"]})
        if self.model.mode == "reasoning":
            pieces = [{"reasoning_content": "so ..."}, {"reasoning": "then {"}, *pieces]
        if self.model.mode == "no-text":
            pieces = [{"content": ["{"]}]
        if self.model.mode == "odd":
            for odd in ({"choices": None}, {"choices": 7}, {"choices": [None]}, {"choices": [{"delta": 3}]}, {}):
                self._event({**_envelope(body, "chat.completion.chunk"), **odd})
        for delta in [{"role": "assistant", "content": ""}, *pieces]:
            self._chunk(body, delta, None)
        if self.model.mode == "breaking-off":
            return
        self._chunk(body, {}, finish)
        if self.model.mode == "reasoning" or (body.get("stream_options") or {}).get("include_usage"):
            tokens_in, tokens_out = self.model.usage
            usage = {
                "prompt_tokens": tokens_in,
                "completion_tokens": tokens_out,
                "total_tokens": tokens_in + tokens_out,
            }
            self._event({**_envelope(body, "chat.completion.chunk"), "choices": [], "usage": usage})
        self.wfile.write(b"data: [DONE]\n\n")

    def _for_ever(self, body: dict[str, Any]) -> None:
        """Until nobody reads any more."""
        text = json.dumps(self.model.answer(body), ensure_ascii=False)
        started = text[: text.index('"nodes"')] + '"nodes": ['
        node = '{"id": "n", "kind": "condition", "params": {}, "inputs": []}, '
        try:
            if self.model.mode == "endless":
                self._chunk(body, {"content": started}, None)
            while True:
                if self.model.mode == "endless":
                    self._chunk(body, {"content": node * 40}, None)
                else:
                    self.wfile.write(b": still there\n\n")
                    self.wfile.flush()
                    time.sleep(0.02)
        except OSError:
            return

    def _chunk(self, body: dict[str, Any], delta: dict[str, Any], finish: str | None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        self._event({**_envelope(body, "chat.completion.chunk"), "choices": [choice]})

    def _event(self, data: dict[str, Any]) -> None:
        self.wfile.write(b"data: " + json.dumps(data, ensure_ascii=False).encode() + b"\n\n")
        self.wfile.flush()

    def _json(self, status: int, data: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        payload = json.dumps(data).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


def embedding(text: str, synonyms: Mapping[str, str] = {}) -> list[float]:
    """The same for the same words, wherever and whenever: each word is a direction of 1,024, synonyms are one."""
    numbers = [0.0] * 1_024
    for word in re.findall(r"[a-z0-9]+|[^\W\da-z_]", text.lower()):
        known = synonyms.get(word, word)
        numbers[int.from_bytes(hashlib.sha256(known.encode()).digest()[:4]) % len(numbers)] += 1.0
    return numbers


def pictures_in(body: dict[str, Any]) -> list[Image.Image]:
    """The pictures of a request, opened. Raises ValueError for one that is not what is promised."""
    found = []
    for message in body["messages"]:
        for part in message["content"] if isinstance(message["content"], list) else ():
            if part["type"] == "image_url":
                head, _, data = part["image_url"]["url"].partition(";base64,")
                image = Image.open(BytesIO(base64.b64decode(data, validate=True)), formats=("JPEG", "PNG"))
                image.load()
                if head != f"data:{Image.MIME[image.format or '']}" or max(image.size) > 2_048 or image.getexif():
                    raise ValueError(f"{head} {image.size}")
                found.append(image)
    return found


def _form(body: dict[str, Any]) -> str | None:
    return (body.get("response_format") or {}).get("type")


def _envelope(body: dict[str, Any], what: str) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "object": what, "created": 1_767_571_200, "model": body.get("model", "")}
