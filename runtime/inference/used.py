"""Which models a flow asks that run here, and whether they can be used: looked at when it is deployed, before it needs them."""

from document.problems import problem
from engine.plan import Plan
from nodes.kit.problem import Problem
from runtime.deploy import CHAT
from runtime.inference.local import Local
from runtime.inference.model_file import BadModel
from runtime.inference.model_folder import Found
from runtime.inference.shelf import Shelf

PATIENCE = 10.0
"""Seconds for which a deploy waits for models that are just being fetched."""


def unusable_models(plan: Plan, local: Local, own: Found, shelf: Shelf) -> list[Problem]:
    """A problem for each node whose model cannot be loaded or is not as described. Such a node's questions fail, the flow
    runs all the same. Loads the models, which may take seconds."""
    found: list[Problem] = []
    for node in plan.nodes:
        id = getattr(node.instance.params, "model", None)
        if not isinstance(id, str) or node.off or node.instance.model_task == CHAT:
            continue
        bad = _why_not(id, node.instance.model_task, local, own, shelf)
        if bad is not None:
            path = f"/nodes/{node.order}/params/model"
            found.append(problem(bad.reason, path, id=id, detail=bad.detail))
    return found


def _why_not(id: str, task: str, local: Local, own: Found, shelf: Shelf) -> BadModel | None:
    if shelf.settled(id, PATIENCE):
        if shelf.edition(id, task, None) is None:
            return BadModel("model_missing", shelf.why(id))
        return None  # it was loaded before it began to answer
    model = own.models.get(id)
    return local.check(model) if model is not None else own.refused.get(id)
