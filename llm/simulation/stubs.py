"""Answers that stand in for the outside in a trial: made from the schema that an ask gives, and always shown as such."""

from collections import Counter
from typing import Any

from engine.answers import AnswerLine, Answers
from engine.effect import Effect
from llm.simulation.facts import Facts
from nodes.kit.effect import Answer

FAILURE = "simulated_failure"
MOST_TURNS = 8
IN_TURN = 4
"""Asks that are answered alike before it is the other answer's turn."""


class Stubs(Answers):
    """Answers every ask. `turn` goes through what the schema allows: its values one by one, then “unsure”, then a failure; where
    a kind names `likely` answers (by node), through these, then the last and each of the others in turn, then a failure. With
    `fails` every action fails. `given` keeps what was answered, as rows of a test's `answers`."""

    def __init__(
        self, found: Facts, turn: int = 0, fails: bool = False, likely: dict[str, tuple[Any, ...]] | None = None
    ) -> None:
        super().__init__()
        self.found, self.turn, self.fails, self.likely = found, turn, fails, likely or {}
        self.asked: Counter[str] = Counter()
        self.given: list[tuple[Effect, dict[str, Any]]] = []

    def take(self, effect: Effect) -> AnswerLine | None:
        if not effect.ask:
            return AnswerLine(effect.node, Answer(error=FAILURE)) if self.fails else None
        likely = self.likely.get(effect.node)
        value = self._likely(effect, likely) if likely else self._value(effect.data.get("schema") or {})
        row: dict[str, Any] = {"node": effect.node, "device": effect.device}
        self.given.append((effect, {**row, **({"error": FAILURE} if value is None else {"answer": value})}))
        answer = Answer(error=FAILURE) if value is None else Answer(value=value)
        return AnswerLine(effect.node, answer)

    def _likely(self, effect: Effect, likely: tuple[Any, ...]) -> Any:
        """One of the likely answers; None: the failure."""
        self.asked[effect.node] += 1
        if self.turn < len(likely):
            return likely[self.turn]
        other = self.turn - len(likely)
        if other >= len(likely) - 1:
            return None
        return likely[other] if (self.asked[effect.node] - 1) // IN_TURN % 2 else likely[-1]

    def _value(self, schema: dict[str, Any]) -> dict[str, Any] | None:
        """An answer that the schema allows; None: the failure."""
        properties = schema.get("properties") or {}
        choices = {name: self._choices(name, part) for name, part in properties.items()}
        most = max((len(values) for values in choices.values()), default=1)
        if self.turn > most:
            return None
        answer = {name: values[min(self.turn, len(values) - 1)] for name, values in choices.items()}
        if "unsure" in answer:
            answer["unsure"] = self.turn == most
        return answer

    def _choices(self, name: str, part: dict[str, Any]) -> list[Any]:
        if part.get("enum"):
            return list(part["enum"])[: MOST_TURNS - 2]
        if part.get("type") == "boolean":
            return [False, True]
        if part.get("type") in ("number", "integer"):
            limits = sorted({*self.found.limits.get(name, ()), *self.found.loose, *map(float, self.found.counts)})
            return self._numbers(limits[:4], whole=part["type"] == "integer")
        words = [word for word in self.found.equal.get(name, ()) if isinstance(word, str)]
        return [*words, "(stub)"]

    @staticmethod
    def _numbers(limits: list[float], *, whole: bool) -> list[Any]:
        values = [0.0, *(value for limit in limits for value in (limit, limit + 1))]
        return [int(value) if whole else value for value in dict.fromkeys(values)]
