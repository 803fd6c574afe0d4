"""How many events took which way through a loop. Most messages go the same way, so what is counted is who leaves it: the rest
follows after the loop, once."""

from collections.abc import Callable, Iterator

from engine.plan import Plan

ALL = "last - first - alone"
"""The messages of a batch, save those that were handed to the engine whole."""


class Counts:
    """Of one loop: the locals that count."""

    def __init__(self, plan: Plan) -> None:
        self.wires: list[list[tuple[int, str]]] = [[] for _ in plan.nodes]
        """By node, from where wires lead into it: a node and its port each."""
        for node in plan.nodes:
            for port, targets in node.outputs.items():
                for target, _ in targets:
                    self.wires[target].append((node.index, port))
        self._sent: dict[tuple[int, str], str] = {}
        self._came: dict[int, str] = {}
        self._follows: list[str] = []

    def sent(self, node: int, port: str, follows: str = "") -> str:
        """The local for events that leave `node` on `port`; to be counted, unless it `follows` from others."""
        name = self._sent.setdefault((node, port), f"s{len(self._sent)}")
        if follows:
            self._follows.append(f"{name} = {follows}")
        return name

    def came(self, node: int) -> tuple[str, str]:
        """The local for events that a node with one wire took in place, and the one that counts those that it did not."""
        name = self._came[node] = f"c{node}"
        (wire,) = self.wires[node]
        self._follows.append(f"{name} = {self._sent[wire]} - not_{name}")
        return name, f"not_{name}"

    def begin(self) -> str:
        """Before the loop."""
        return " = ".join([*(f"not_{name}" for name in self._came.values()), *self._sent.values(), "0"])

    def end(self, constant: Callable[[object], str]) -> Iterator[str]:
        """After it."""
        yield from self._follows
        for index, name in self._came.items():
            yield f"engine.tally[{index}].came += {name}"
        for (index, port), name in self._sent.items():
            at = constant(port)
            yield f"if {name}:"
            yield f"    sent = engine.tally[{index}].sent; sent[{at}] = sent.get({at}, 0) + {name}"
