"""Any OpenAI-compatible endpoint through the `openai` package: one streamed answer, with every failure named."""

import time
from collections.abc import Iterator
from typing import Any, cast

import httpx2
import openai

LARGEST = 1_000_000
"""Characters of an answer; longer ones are cut off as unreadable."""
WAITS = (1.0, 3.0)
"""Seconds before a request that was told to slow down is tried again, where the server names no time."""


class ProviderProblem(Exception):
    """`code` stands in the closed list of problems; `detail` is the server's own short text."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail[:300]


class ChatModel:
    """One model at one endpoint. Give the `http_client` of the egress door where addresses must be checked. `budget`:
    seconds for everything that one compilation asks, as a deadline on the monotonic clock set by `start`."""

    def __init__(
        self,
        base_url: str | None,
        key: str,
        model: str,
        *,
        http_client: httpx2.Client | None = None,
        budget: float = 120.0,
    ) -> None:
        self.model, self.budget = model, budget
        self.client = openai.OpenAI(
            base_url=base_url, api_key=key or "none", http_client=http_client or plain_client(), max_retries=0
        )
        self.formats = ["json_schema", "json_object", "plain"]
        self.deadline = time.monotonic() + budget

    def start(self) -> None:
        """A new compilation: its time starts now."""
        self.deadline = time.monotonic() + self.budget

    def left(self) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise ProviderProblem("author_timeout")
        return left

    def stream(self, messages: list[dict[str, str]], schema: dict[str, Any]) -> Iterator[str]:
        """Pieces of the answer as they come. Raises ProviderProblem; what came before it was still given."""
        size = 0
        for piece in self._pieces(messages, schema):
            self.left()
            size += len(piece)
            if size > LARGEST:
                raise ProviderProblem("author_unreadable", f"more than {LARGEST} characters")
            yield piece

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
        except (openai.OpenAIError, httpx2.HTTPError, ValueError) as failure:
            timed_out = isinstance(failure, httpx2.TimeoutException)
            raise ProviderProblem("author_timeout" if timed_out else "author_away", type(failure).__name__) from failure

    def _told(self, response: Any) -> Iterator[str]:
        finish, refusal, any_text = None, "", False
        for chunk in response:
            self.left()
            for choice in chunk.choices[:1]:
                refusal += getattr(choice.delta, "refusal", None) or ""
                finish = choice.finish_reason or finish
                if choice.delta.content:
                    any_text = True
                    yield choice.delta.content
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
            except (openai.BadRequestError, openai.UnprocessableEntityError):
                if len(self.formats) == 1:
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


def plain_client() -> httpx2.Client:
    """The client of the command line, where the person who runs it chose the address: no redirects."""
    return httpx2.Client(follow_redirects=False, timeout=httpx2.Timeout(60.0, connect=10.0))


def _retry_after(response: httpx2.Response, otherwise: float) -> float:
    try:
        return max(0.0, float(response.headers.get("retry-after", otherwise)))
    except ValueError:
        return otherwise
