"""What is asked to run: a document with everything that it needs here."""

from typing import Any

import msgspec

from runtime.senders.outcome import Address


class ModelAccess(msgspec.Struct, frozen=True):
    """How to reach one registered model; `model` is its name at the server."""

    base_url: str
    key: str = ""
    model: str = ""
    trusted: bool = False

    def __repr__(self) -> str:
        return f"ModelAccess({self.model})"


class Deploy(msgspec.Struct, frozen=True, kw_only=True):
    """One flow in one version. `registry` is the JSON of its slice (None: none was given); `lang` and `zone` are the
    workspace's; `settings` are values changed while running."""

    flow: str
    version: int = 1
    document: dict[str, Any]
    registry: dict[str, Any] | None = None
    zone: str = "UTC"
    lang: str | None = None
    destinations: dict[str, Address] = {}
    models: dict[str, ModelAccess] = {}
    taps: bool = False
    approvals: list[str] = []


def deploy_of(order: dict[str, Any]) -> Deploy:
    """The deploy in a control order. Raises msgspec.ValidationError saying what is wrong with it."""
    return msgspec.convert(order, Deploy)


def same(one: Deploy, other: Deploy) -> bool:
    """Whether both run alike; who watches does not matter."""
    return msgspec.structs.replace(one, taps=other.taps) == other
