"""An ONNX file before anything of it runs: what it is, whether it is whole, and whether this product runs its kind."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

LARGEST = 256 << 20
"""Bytes of a model file that is read (256 MiB)."""
OLDEST_OPSET = 7
"""Of the standard operators (2018); the newest is the one of the installed runtime."""
STANDARD, LEARNING = ("", "ai.onnx"), "ai.onnx.ml"
KNOWN = (
    *STANDARD,
    LEARNING,
    "com.microsoft",
    "com.microsoft.nchwc",
    "ai.onnx.training",
    "ai.onnx.preview.training",
)
"""Families of operators that onnxruntime carries itself."""
_PICKLES = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05", b"(dp", b"PK\x03\x04")
"""How pickles begin, and the archives in which PyTorch and others keep theirs."""

FileOf = Callable[[str], Path | None]
"""Where this machine keeps the model file with a sha256, None where it has none."""


class BadModel(Exception):
    """The file is no model that runs here. `reason` is one of: model_missing, model_changed, model_too_large, model_pickle,
    model_junk, model_opset, model_external, model_operators, model_shape; `detail` for people."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


def read_model(file: Path | None, sha256: str | None = None) -> bytes:
    """The bytes of a model file, checked. Raises BadModel."""
    if file is None or not file.is_file():
        raise BadModel("model_missing", f"no model file {sha256[:12] if sha256 else ''} is kept on this machine")
    with file.open("rb") as opened:
        data = opened.read(LARGEST + 1)
    if sha256 is not None and hashlib.sha256(data).hexdigest() != sha256:
        raise BadModel("model_changed", f"{file.name} is not the file that was registered")
    check_model(data)
    return data


def check_model(data: bytes) -> Any:
    """The parsed model. Raises BadModel where `data` is no self-contained ONNX model of known operators and a version that
    runs here."""
    if len(data) > LARGEST:
        raise BadModel("model_too_large", f"larger than {LARGEST >> 20} MiB")
    if data.startswith(_PICKLES):
        raise BadModel("model_pickle", "a pickle or an archive of pickles, which could run any code when it is opened")
    model = _parsed(data)
    _check_opset(model)
    nodes = list(_nodes([model.graph, *model.functions]))
    _check_operators(model, nodes)
    if any(tensor.data_location or tensor.external_data for tensor in _tensors(model.graph, nodes)):
        raise BadModel("model_external", "its weights are in another file")
    return model


def _parsed(data: bytes) -> Any:
    import onnx  # half a second: only who loads a model waits for that

    try:
        model = onnx.load_model_from_string(data)
    except Exception as unreadable:  # protobuf raises its own DecodeError, which is no ValueError in every version
        raise BadModel("model_junk", "not an ONNX file") from unreadable
    if not model.graph.node or not model.graph.output:
        raise BadModel("model_junk", "an ONNX file without operators or outputs")
    return model


def _check_opset(model: Any) -> None:
    import onnx

    if model.ir_version > onnx.IR_VERSION:
        raise BadModel("model_opset", f"IR version {model.ir_version}; up to {onnx.IR_VERSION} run here")
    if not model.opset_import:
        raise BadModel("model_opset", "no opset is named")
    newest = {**dict.fromkeys(STANDARD, onnx.defs.onnx_opset_version()), LEARNING: _newest_learning()}
    for opset in model.opset_import:
        oldest = OLDEST_OPSET if opset.domain in STANDARD else 1
        if opset.domain in newest and not oldest <= opset.version <= newest[opset.domain]:
            name = "opset" if opset.domain in STANDARD else f"opset of {opset.domain}"
            raise BadModel("model_opset", f"{name} {opset.version}; {oldest} to {newest[opset.domain]} run here")


@lru_cache(maxsize=1)
def _newest_learning() -> int:
    import onnx

    return max(one.since_version for one in onnx.defs.get_all_schemas() if one.domain == LEARNING)


def _check_operators(model: Any, nodes: Iterable[Any]) -> None:
    """Those of its own functions are its own business; of families that `onnx` does not describe the runtime knows all."""
    import onnx

    own = {(one.domain, one.name) for one in model.functions}

    def known(node: Any) -> bool:
        if node.domain in (*STANDARD, LEARNING):
            return bool(onnx.defs.has(node.op_type, "" if node.domain in STANDARD else node.domain))
        return node.domain in KNOWN

    used = [node for node in nodes if (node.domain, node.op_type) not in own]
    strange = sorted({f"{node.domain}.{node.op_type}".removeprefix(".") for node in used if not known(node)})
    if strange:
        raise BadModel("model_operators", f"operators that are not standard: {', '.join(strange)[:200]}")


def _nodes(graphs: Iterable[Any]) -> Iterator[Any]:
    """All operators, also those inside loops and branches."""
    waiting = list(graphs)
    while waiting:
        for node in waiting.pop().node:
            yield node
            for attribute in node.attribute:
                waiting += [attribute.g] if attribute.HasField("g") else []
                waiting += attribute.graphs


def _tensors(graph: Any, nodes: Iterable[Any]) -> Iterator[Any]:
    """All constants, wherever they stand."""
    yield from _kept(graph)
    for node in nodes:
        for attribute in node.attribute:
            yield from (attribute.t, *attribute.tensors)
            for sparse in (attribute.sparse_tensor, *attribute.sparse_tensors):
                yield from (sparse.values, sparse.indices)
            for inner in (attribute.g, *attribute.graphs):
                yield from _kept(inner)


def _kept(graph: Any) -> Iterator[Any]:
    yield from graph.initializer
    for sparse in graph.sparse_initializer:
        yield from (sparse.values, sparse.indices)
