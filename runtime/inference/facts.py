"""What an ONNX file says of itself without being run: its inputs and outputs, and the labels that exporters write into it."""

import re
from typing import Any

import msgspec

from runtime.inference.model_file import STANDARD, check_model
from runtime.inference.onnx import Place

MOST_PLACES, MOST_LABELS, LONGEST = 1_000, 1_000, 200
_LABELS = ("classlabels_strings", "classlabels_int64s", "classlabels_ints")
_SAID = {"float32": "float", "float64": "double", "object": "string"}
_NAMED = re.compile(r"\d+\s*:\s*(?:'([^'\\]{1,200})'|\"([^\"\\]{1,200})\")")


class Facts(msgspec.Struct, frozen=True):
    """`labels` are those that scikit-learn's exports and Ultralytics' (`objects`) write into the file; mostly there are none."""

    opset: int
    inputs: list[Place]
    outputs: list[Place]
    labels: list[str] = []
    objects: bool = False
    producer: str = ""


def facts_of(data: bytes) -> Facts:
    """Raises BadModel where the file is no model that runs here."""
    model = check_model(data)
    opsets = [opset.version for opset in model.opset_import if opset.domain in STANDARD]
    kept = {tensor.name for tensor in model.graph.initializer}
    inputs = [_place(one) for one in model.graph.input if one.name not in kept]
    names = next((one.value for one in model.metadata_props if one.key == "names"), "")
    objects = [a or b for a, b in _NAMED.findall(names[:100_000])][:MOST_LABELS]
    return Facts(
        opset=max(opsets, default=0),
        inputs=inputs[:MOST_PLACES],
        outputs=[_place(one) for one in model.graph.output][:MOST_PLACES],
        labels=objects or _labels(model.graph.node),
        objects=bool(objects),
        producer=str(model.producer_name)[:60],
    )


def _labels(nodes: Any) -> list[str]:
    for node in nodes:
        for attribute in node.attribute:
            if attribute.name in _LABELS:
                strings = [one.decode("utf-8", "replace") for one in attribute.strings]
                found = strings or [str(one) for one in attribute.ints]
                if found:
                    return [label[:LONGEST] for label in found[:MOST_LABELS]]
    return []


def _place(value: Any) -> Place:
    """As onnxruntime says it."""
    import onnx

    kind = value.type.WhichOneof("value")
    if kind != "tensor_type":
        return Place(value.name[:LONGEST], (), str(kind or ""))
    tensor = value.type.tensor_type
    shape = tuple(one.dim_value if one.dim_value > 0 else None for one in tensor.shape.dim)[:16]
    try:
        name = onnx.helper.tensor_dtype_to_np_dtype(tensor.elem_type).name
    except KeyError:
        name = str(tensor.elem_type)
    return Place(value.name[:LONGEST], shape, f"tensor({_SAID.get(name, name)})")
