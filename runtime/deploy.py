"""What is asked to run: a document with everything that it needs here."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Protocol

import msgspec

from runtime.senders.outcome import Address

CHAT = "chat"
"""The task of a model that answers in words."""
EMBED = "embed"
"""The task of a model that makes texts into vectors."""
DEFAULT_MODEL = "default"
"""The model that is asked where a node names none."""


class ModelAccess(msgspec.Struct, frozen=True):
    """How to reach one registered model; `model` is its name at the server."""

    base_url: str
    key: str = ""
    model: str = ""
    trusted: bool = False

    def __repr__(self) -> str:
        return f"ModelAccess({self.model})"


class EmbeddingAccess(ModelAccess, frozen=True):
    """How to reach the model for the documents; `ref` is its id here, under which its price is known."""

    ref: str = ""


Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Length = Annotated[int, msgspec.Meta(ge=8, le=2_048)]
Three = tuple[float, float, float]


class PictureInput(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a model wants its picture: `width` x `height` pixels, their values (0 to 255) divided by `divide`, then less
    `mean` and divided by `deviation`, channel by channel. `fit` letterbox keeps the proportions and fills the rest with
    grey, stretch does not. Documented in docs/ai.md."""

    width: Length
    height: Length
    layout: Literal["nchw", "nhwc"] = "nchw"
    colours: Literal["rgb", "bgr", "grey"] = "rgb"
    fit: Literal["letterbox", "stretch"] = "letterbox"
    divide: Annotated[float, msgspec.Meta(gt=0)] = 255.0
    mean: Three = (0.0, 0.0, 0.0)
    deviation: Three = (1.0, 1.0, 1.0)


class LocalModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A model that runs in the worker itself; `sha256` names its ONNX file, wherever this machine keeps it.

    `labels` are its classes in the order of its outputs; `picture` is how it wants its picture, `inputs` the names of its
    numbers in the order of its columns: it has one of the two. `output` says how its answer is written, where a task knows
    more than one way (docs/ai.md)."""

    sha256: Sha256
    task: Literal["detect", "classify", "score"]
    labels: Annotated[tuple[str, ...], msgspec.Meta(max_length=10_000)] = ()
    inputs: Annotated[tuple[str, ...], msgspec.Meta(max_length=1_000)] = ()
    picture: PictureInput | None = None
    output: Annotated[str, msgspec.Meta(max_length=32)] = ""


Access = ModelAccess | LocalModel


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
    embedding: EmbeddingAccess | None = None
    taps: bool = False
    approvals: list[str] = []


class Models(Protocol):
    """What has the language models of a flow, and the one by which its documents are searched: a deploy, or the flow that runs."""

    @property
    def models(self) -> Mapping[str, ModelAccess]: ...

    @property
    def embedding(self) -> EmbeddingAccess | None: ...


def access_to(given: Models, model: str | None) -> ModelAccess | None:
    """How to reach the language model `model`; where none is named, the default one, else the first."""
    if model is not None:
        return given.models.get(model)
    return given.models.get(DEFAULT_MODEL) or next(iter(given.models.values()), None)


def deploy_of(order: dict[str, Any]) -> Deploy:
    """The deploy in a control order. Raises msgspec.ValidationError saying what is wrong with it."""
    return msgspec.convert(order, Deploy)


def same(one: Deploy, other: Deploy) -> bool:
    """Whether both run alike; who watches does not matter."""
    return msgspec.structs.replace(one, taps=other.taps) == other
