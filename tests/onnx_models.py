"""Small ONNX models for tests, built operator by operator, and files that only look like one."""

import pickle
from collections.abc import Sequence
from typing import Any

from onnx import ModelProto, TensorProto, ValueInfoProto, helper

FLOAT, INT64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL
OPSET = 17


def whole(
    nodes: Sequence[Any],
    inputs: Sequence[ValueInfoProto],
    outputs: Sequence[ValueInfoProto],
    constants: Sequence[TensorProto] = (),
    *,
    opset: int = OPSET,
    more: Sequence[tuple[str, int]] = (),
) -> ModelProto:
    graph = helper.make_graph(nodes, "test", inputs, outputs, initializer=list(constants))
    opsets = [helper.make_opsetid("", opset), *(helper.make_opsetid(*one) for one in more)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8)


def floats(name: str, *shape: int | str | None) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, FLOAT, list(shape))


def weighted(weights: Sequence[float], bias: float = 0.0, **more: Any) -> ModelProto:
    """One number: the columns of x, each times its weight, and `bias`."""
    kept = [
        helper.make_tensor("w", FLOAT, [len(weights), 1], list(weights)),
        helper.make_tensor("b", FLOAT, [1], [bias]),
    ]
    nodes = [helper.make_node("MatMul", ["x", "w"], ["m"]), helper.make_node("Add", ["m", "b"], ["y"])]
    return whole(nodes, [floats("x", None, len(weights))], [floats("y", None, 1)], kept, **more)


def brightness(width: int = 32, height: int = 24) -> ModelProto:
    """Two classes of a picture (nchw, 0 to 1): how dark it is, and how bright."""
    nodes = [
        helper.make_node("ReduceMean", ["x"], ["bright"], axes=[1, 2, 3], keepdims=0),
        helper.make_node("Sub", ["one", "bright"], ["dark"]),
        helper.make_node("Concat", ["dark", "bright"], ["y"], axis=0),
    ]
    one = helper.make_tensor("one", FLOAT, [1], [1.0])
    return whole(nodes, [floats("x", 1, 3, height, width)], [floats("y", 2)], [one])


def like_scikit_learn() -> ModelProto:
    """What skl2onnx makes of a logistic regression on two columns: a label, and a list of maps."""
    nodes = [
        helper.make_node(
            "LinearClassifier", ["x"], ["label", "raw"], domain="ai.onnx.ml", coefficients=[-1.0, 0.0, 1.0, 0.0],
            intercepts=[0.0, 0.0], classlabels_strings=["good", "worn"], multi_class=0, post_transform="SOFTMAX",
        ),
        helper.make_node("ZipMap", ["raw"], ["probabilities"], domain="ai.onnx.ml", classlabels_strings=["good", "worn"]),
    ]  # fmt: skip
    label = helper.make_tensor_value_info("label", TensorProto.STRING, [None])
    scores = helper.make_map_type_proto(TensorProto.STRING, helper.make_tensor_type_proto(FLOAT, []))
    maps = helper.make_value_info("probabilities", helper.make_sequence_type_proto(scores))
    return whole(nodes, [floats("x", None, 2)], [label, maps], more=[("ai.onnx.ml", 3)])


def endless() -> ModelProto:
    """Goes on for longer than anybody waits."""
    flag = [helper.make_tensor_value_info(name, BOOL, []) for name in ("go", "on")]
    turn = helper.make_tensor_value_info("turn", INT64, [])
    steps = [helper.make_node("Identity", ["go"], ["on"]), helper.make_node("Sin", ["v"], ["u"])]
    body = helper.make_graph(steps, "body", [turn, flag[0], floats("v", None, 2)], [flag[1], floats("u", None, 2)])
    constants = [helper.make_tensor("n", INT64, [], [2**60]), helper.make_tensor("c", BOOL, [], [True])]
    loop = helper.make_node("Loop", ["n", "c", "x"], ["z"], body=body)
    last = helper.make_node("ReduceMean", ["z"], ["y"], keepdims=1)
    return whole([loop, last], [floats("x", None, 2)], [floats("y", None, 1)], constants)


def greedy(numbers: int = 2_000_000_000) -> ModelProto:
    """Wants memory for so many numbers."""
    size = helper.make_tensor("s", INT64, [2], [numbers // 2, 2])
    nodes = [helper.make_node("Expand", ["x", "s"], ["z"]), helper.make_node("ReduceMean", ["z"], ["y"], keepdims=1)]
    return whole(nodes, [floats("x", None, 2)], [floats("y", None, 1)], [size])


def with_weights_elsewhere(nested: bool = False) -> ModelProto:
    """Its weights are in /etc/passwd."""
    model = weighted([1.0, 2.0])
    tensor = model.graph.initializer[0]
    if nested:
        model.graph.node.append(helper.make_node("Constant", [], ["k"], value=tensor))
        tensor = model.graph.node[-1].attribute[0].t
    tensor.ClearField("float_data")
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "../../../../etc/passwd"
    return model


def of_another_time(*, ir: int = 8, learning: int = 0) -> ModelProto:
    """Of this version of the format and of the operators of machine learning; with neither it names no opset at all."""
    model = like_scikit_learn()
    model.ir_version = ir
    if learning:
        model.opset_import[1].version = learning
    elif ir == 8:
        del model.opset_import[:]
    return model


def with_own_operator(domain: str = "com.evil") -> ModelProto:
    nodes = [helper.make_node("Shell", ["x"], ["y"], domain=domain)]
    return whole(nodes, [floats("x", None, 2)], [floats("y", None, 2)], more=[("com.evil", 1)])


class _Run:
    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return exec, ("raise SystemExit('a pickle was opened')",)


PICKLE = pickle.dumps(_Run())
