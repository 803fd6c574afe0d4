"""A model for embeddings at an OpenAI-compatible server: texts become vectors (runtime/library/vectors.py)."""

import json
import time
from collections.abc import Sequence
from typing import Any

import httpx2
import openai

from runtime.addresses import Egress
from runtime.deploy import ModelAccess
from runtime.inference.endpoint import Endpoint, TooMuch
from runtime.inference.use import Use, about_tokens
from runtime.library.vectors import NoVectors, packed

MOST_TEXTS = 64
"""That are asked at once."""
MOST_BYTES = 16 << 20
"""Of an answer that are read: 64 vectors of 4,096 numbers are 7 MB."""
MOST_TOKENS = 10_000_000


class Embedding:
    """One model at one server. `vectors` may be called from several threads."""

    def __init__(self, access: ModelAccess, egress: Egress) -> None:
        self._endpoint = Endpoint(access, egress, longest=MOST_BYTES)

    def vectors(self, texts: Sequence[str], timeout: float, use: Use | None = None) -> list[bytes]:
        """Of at most MOST_TEXTS texts, in their order, within `timeout` seconds; what it takes is counted in `use`. Raises
        NoVectors with the reason, whatever goes wrong."""
        self._endpoint.start(timeout)
        use = use or Use()
        use.calls += 1
        try:
            said = json.loads(self._read(texts, time.monotonic() + timeout), parse_constant=_no_number)
            _count(use, said, texts)
            return _vectors_of(said, len(texts))
        except (openai.APITimeoutError, httpx2.TimeoutException) as late:
            raise NoVectors("its model did not answer in time") from late
        except openai.APIStatusError as status:
            raise NoVectors(f"its model's server said {status.status_code}") from status
        except TooMuch as much:
            raise NoVectors(f"the answer of its model is not read: {much}") from much
        except (openai.APIError, httpx2.HTTPError, OSError) as broken:
            raise NoVectors("its model cannot be reached") from broken
        except (ValueError, RecursionError) as wrong:
            raise NoVectors("the answer of its model cannot be read") from wrong

    def _read(self, texts: Sequence[str], end: float) -> bytes:
        """The answer, bounded in size and time."""
        parts, size = [], 0
        with self._endpoint.client.embeddings.with_streaming_response.create(
            model=self._endpoint.model,
            input=list(texts),
            encoding_format="float",
            timeout=max(0.05, end - time.monotonic()),
        ) as response:
            for part in response.iter_bytes():
                size += len(part)
                if size > MOST_BYTES:
                    raise NoVectors("the answer of its model is too large")
                if time.monotonic() > end:
                    raise NoVectors("its model did not answer in time")
                parts.append(part)
        return b"".join(parts)

    def close(self) -> None:
        self._endpoint.close()


def _vectors_of(said: Any, count: int) -> list[bytes]:
    data = said.get("data") if isinstance(said, dict) else None
    if not isinstance(data, list) or len(data) != count or not all(isinstance(one, dict) for one in data):
        raise NoVectors("its model gave another number of vectors than it was asked for")
    by_index = {one.get("index", at): one.get("embedding") for at, one in enumerate(data)}
    found = [packed(by_index.get(at)) for at in range(count)]
    if len({len(one) for one in found}) > 1:
        raise NoVectors("its model gave vectors of several lengths")
    return found


def _count(use: Use, said: Any, texts: Sequence[str]) -> None:
    """As the server counts, else estimated."""
    usage = said.get("usage") if isinstance(said, dict) else None
    tokens = usage.get("prompt_tokens") if isinstance(usage, dict) else None
    if type(tokens) is int and 0 <= tokens <= MOST_TOKENS:
        use.count(tokens, 0, estimated=False)
    else:
        use.count(sum(map(about_tokens, texts)), 0, estimated=True)


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
