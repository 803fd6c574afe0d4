"""state_machine: one current state per key."""

from collections.abc import Callable
from typing import Any

from tests.oracle.model.life import Alarm, Model, Past
from tests.oracle.model.stream import Event, Out

Test = Callable[[Event], "bool | Out"]


class StateMachine(Model):
    """`tests`: by the text of an expression what it says of an event, or what is wrong with it."""

    def __init__(self, params: dict[str, Any], tests: dict[str, Test]) -> None:
        self.initial, self.transitions, self.tests = params["initial"], params["transitions"], tests

    def heard(self, past: Past, event: Event) -> list[Out]:
        state, since = self.current(past) or (self.initial, event.time)
        troubles = []
        for one in self.transitions:
            met = self.tests[one["when"]](event) if "when" in one and self.fits(one, state) else False
            if isinstance(met, Out):
                troubles.append(met)
            elif met:
                return [*troubles, self.change(one, state, since, event)]
        return [*troubles, Out("same", event, {"state": state})]

    def alarms(self, past: Past) -> list[Alarm]:
        current = self.current(past)
        if current is None:
            return []
        state, since = current
        return [(since + one["after"], "leave") for one in self.transitions if "after" in one and self.fits(one, state)]

    def rang(self, past: Past, name: str, event: Event) -> list[Out]:
        state, since = self.current(past) or (self.initial, 0)
        due = [one for one in self.transitions if "after" in one and self.fits(one, state)]
        first = min(one["after"] for one in due)
        return [self.change(next(one for one in due if one["after"] == first), state, since, event)]

    def current(self, past: Past) -> tuple[str, int] | None:
        """The state and when it began."""
        found = (self.initial, past[0].event.time) if past else None
        for moment in past:
            for out in moment.outs:
                if out.port == "changed":
                    found = (out.more["state"], moment.event.time)
        return found

    def fits(self, transition: dict[str, Any], state: str) -> bool:
        return transition["from"] == state or (transition["from"] == "*" and transition["to"] != state)

    def change(self, transition: dict[str, Any], state: str, since: int, event: Event) -> Out:
        more = {"state": transition["to"], "previous": state, "lasted": (event.time - since) / 1000}
        return Out("changed", event, more)
