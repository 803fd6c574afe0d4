"""Which local models a flow asks, and whether they can be used: looked at when it is deployed, before it needs them."""

from collections.abc import Mapping

from document.problems import problem
from engine.plan import Plan
from nodes.kit.problem import Problem
from runtime.deploy import LocalModel
from runtime.inference.local import Local
from runtime.inference.model_file import BadModel


def unusable_models(
    plan: Plan, models: Mapping[str, LocalModel], local: Local, refused: Mapping[str, BadModel]
) -> list[Problem]:
    """A problem for each node whose local model cannot be loaded or is not as described; `refused` are those of which that
    is known. Such a node's questions fail, the flow runs all the same. Loads the models, which may take seconds."""
    found: list[Problem] = []
    for node in plan.nodes:
        id = getattr(node.instance.params, "model", None)
        model = models.get(id) if isinstance(id, str) and not node.off else None
        bad = local.check(model) if model is not None else refused.get(id or "")
        if bad is not None:
            path = f"/nodes/{node.order}/params/model"
            found.append(problem(bad.reason, path, id=id, detail=bad.detail))
    return found
