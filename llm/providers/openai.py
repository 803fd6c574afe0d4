"""Any OpenAI-compatible endpoint through the `openai` package: one streamed answer, with every failure named.

A thread of its own reads the stream, so that whoever asked keeps the clock: an endpoint that says nothing, or nothing that
counts, for ever is left at the deadline, and a person who cancels is heard within half a second.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import httpx2
import openai

LARGEST = 1_000_000
"""Characters of an answer; longer ones are cut off as unreadable."""
TOKENS = 60_000
"""Tokens that all answers of one compilation may have together."""
PER_TOKEN = 3
"""Characters that are counted as one token, fewer than a token of most texts has."""
BEAT = 0.5
"""Seconds after which `stream` comes back with nothing, where nothing has come."""
WAITS = (1.0, 3.0)
"""Seconds before a request that was told to slow down is tried again, where the server names no time."""


_NO_FORMAT = (400, 422, 500, 501)
"""What servers answer that do not know, or cannot compile, the form that is asked for."""


class ProviderProblem(Exception):
    """`code` stands in the closed list of problems; `detail` is the server's own short text."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail[:300]


class ChatModel:
    """One model at one endpoint. Give the `http_client` of the egress door where addresses must be checked. `budget`:
    seconds for everything that one compilation asks, as a deadline on the monotonic clock set by `start`; `tokens`: how much
    all of its answers may hold together, counted by characters."""

    def __init__(
        self,
        base_url: str | None,
        key: str,
        model: str,
        *,
        http_client: httpx2.Client | None = None,
        budget: float = 120.0,
        tokens: int = TOKENS,
    ) -> None:
        self.model, self.budget, self.tokens = model, budget, tokens
        self.said = 0
        address, query, headers = _address(base_url, key)
        self.client = openai.OpenAI(
            base_url=address, api_key=key or "none", http_client=http_client or plain_client(), max_retries=0,
            default_query=query, default_headers=headers,
        )  # fmt: skip
        self.formats = ["json_schema", "json_object", "plain"]
        self.deadline = time.monotonic() + budget

    def start(self) -> None:
        """A new compilation: its time starts now."""
        self.deadline, self.said = time.monotonic() + self.budget, 0

    def spent(self) -> dict[str, float]:
        """What the compilation has used of its budget: `seconds` and `tokens` (about), and how many it has of each."""
        used = max(0.0, self.budget - (self.deadline - time.monotonic()))
        return {
            "seconds": round(used, 1), "seconds_of": self.budget, "tokens": self.said // PER_TOKEN, "tokens_of": self.tokens
        }  # fmt: skip

    def left(self) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise ProviderProblem("author_timeout")
        return left

    def stream(self, messages: list[dict[str, str]], schema: dict[str, Any]) -> Iterator[str]:
        """Pieces of the answer as they come; an empty one where nothing came for a while. Raises ProviderProblem; what came
        before it was still given."""
        size = 0
        reader = _Reader(lambda: self._pieces(messages, schema))
        try:
            for piece in reader.pieces(self.left):
                size += len(piece)
                self.said += len(piece)
                if size > LARGEST:
                    raise ProviderProblem("author_unreadable", f"more than {LARGEST} characters")
                if self.said > self.tokens * PER_TOKEN:
                    raise ProviderProblem("author_unreadable", f"more than {self.tokens} tokens")
                yield piece
        finally:
            reader.stop()

    def _pieces(self, messages: list[dict[str, str]], schema: dict[str, Any]) -> Iterator[str]:
        try:
            response = self._opened(messages, schema)
            with response:
                yield from self._told(response)
        except openai.APITimeoutError as failure:
            raise ProviderProblem("author_timeout") from failure
        except openai.APIConnectionError as failure:
            raise ProviderProblem("author_away", str(failure.__cause__ or failure)) from failure
        except openai.APIStatusError as failure:
            raise ProviderProblem("author_away", f"HTTP {failure.status_code}") from failure
        except (openai.OpenAIError, httpx2.HTTPError, httpx2.StreamError, ValueError) as failure:
            timed_out = isinstance(failure, httpx2.TimeoutException)
            raise ProviderProblem("author_timeout" if timed_out else "author_away", type(failure).__name__) from failure

    def _told(self, response: Any) -> Iterator[str]:
        finish, refusal, any_text = None, "", False
        for chunk in response:
            self.left()
            choices = getattr(chunk, "choices", None)  # nobody has looked at what is in a chunk
            for choice in choices[:1] if isinstance(choices, list) else ():
                delta = getattr(choice, "delta", None)
                refusal += str(getattr(delta, "refusal", None) or "")
                finish = getattr(choice, "finish_reason", None) or finish
                content = getattr(delta, "content", None) or ""
                if not isinstance(content, str):
                    raise ProviderProblem("author_unreadable", "what it says is not text")
                if content:
                    any_text = True
                    yield content
        if refusal or finish == "content_filter":
            raise ProviderProblem("author_refused", refusal)
        if finish == "length":
            raise ProviderProblem("author_unreadable", "the answer was cut off")
        if not any_text:
            raise ProviderProblem("author_unreadable", "an empty answer")

    def _opened(self, messages: list[dict[str, str]], schema: dict[str, Any]) -> Any:
        """The stream; falls back from structured outputs to JSON mode to a plain answer where the server refuses them."""
        waits = list(WAITS)
        while True:
            try:
                return self.client.chat.completions.create(
                    model=self.model,
                    messages=cast(Any, messages),
                    stream=True,
                    timeout=self.left(),
                    **self._format(schema),
                )
            except (openai.BadRequestError, openai.UnprocessableEntityError, openai.InternalServerError) as failure:
                if len(self.formats) == 1 or failure.status_code not in _NO_FORMAT:
                    raise
                self.formats.pop(0)
            except openai.RateLimitError as failure:
                if not waits:
                    raise ProviderProblem("author_rate_limited") from failure
                pause = _retry_after(failure.response, waits.pop(0))
                if pause > min(10.0, self.left()):
                    raise ProviderProblem("author_rate_limited") from failure
                time.sleep(pause)

    def _format(self, schema: dict[str, Any]) -> dict[str, Any]:
        if self.formats[0] == "json_schema":
            wanted = {"name": "flow", "strict": True, "schema": schema}
            return {"response_format": {"type": "json_schema", "json_schema": wanted}}
        return {"response_format": {"type": "json_object"}} if self.formats[0] == "json_object" else {}


class _Reader:
    """Reads pieces in a thread of its own. `stop` leaves it: it ends with the next thing that comes, or when reading ends
    by itself (the clients give up after a minute without a byte)."""

    def __init__(self, source: Callable[[], Iterator[str]]) -> None:
        self._source = source
        self._queue: queue.Queue[str | BaseException | None] = queue.Queue(maxsize=256)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._read, name="author-stream", daemon=True)

    def pieces(self, left: Callable[[], float]) -> Iterator[str]:
        """What was read; "" every `BEAT` seconds without. `left` raises when the time is over."""
        self._thread.start()
        while True:
            try:
                found = self._queue.get(timeout=min(BEAT, left()))
            except queue.Empty:
                left()
                yield ""
                continue
            if found is None:
                return
            if isinstance(found, BaseException):
                raise found
            left()
            yield found

    def stop(self) -> None:
        self._stopped.set()

    def _read(self) -> None:
        last: BaseException | None = None
        try:
            for piece in self._source():
                if not self._put(piece):
                    return
        except BaseException as failure:  # handed over to whoever asked
            last = failure
        self._put(last)

    def _put(self, what: str | BaseException | None) -> bool:
        while not self._stopped.is_set():
            try:
                self._queue.put(what, timeout=BEAT)
                return True
            except queue.Full:
                continue
        return False


def _address(base_url: str | None, key: str) -> tuple[str | None, dict[str, str] | None, dict[str, str] | None]:
    """Address, query and headers. Azure wants its version in the query (which may stand in the address) and the key in a
    header of its own."""
    if base_url is None:
        return None, None, None
    parts = urlsplit(base_url)
    query = dict(parse_qsl(parts.query))
    azure = "api-version" in query or (parts.hostname or "").endswith(".azure.com")
    plain = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    return plain, query or None, {"api-key": key} if azure and key else None


def plain_client() -> httpx2.Client:
    """The client of the command line, where the person who runs it chose the address: no redirects."""
    return httpx2.Client(follow_redirects=False, timeout=httpx2.Timeout(60.0, connect=10.0))


def _retry_after(response: httpx2.Response, otherwise: float) -> float:
    try:
        return max(0.0, float(response.headers.get("retry-after", otherwise)))
    except ValueError:
        return otherwise
