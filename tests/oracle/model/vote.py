"""vote: how many devices agree. With each event, and whenever a reading is too old, the vote is carried or not; that is
what the hold is told, at the newest time heard of any device."""

from collections.abc import Callable
from typing import Any

from tests.oracle.model.holding import Holding, Reading
from tests.oracle.model.life import Alarm, Past
from tests.oracle.model.stream import Event, Moment, Out, trouble

AGE, HOLD = "age", "hold"


class Vote(Holding):
    """`true`: the expression as a function of an event, or what is wrong with it."""

    takes_late = True

    def __init__(self, params: dict[str, Any], true: Callable[[Event], bool | Out]) -> None:
        super().__init__({key: params[key] for key in ("for", "already") if key in params})
        self.at_least, self.share, self.max_age = params.get("at_least"), params.get("share"), params.get("max_age")
        self.true = true

    def heard(self, past: Past, event: Event) -> list[Out]:
        known = self.known(past).get(event.device)
        too_old = self.max_age is not None and event.time < self.newest(past) - self.max_age
        if too_old or (known is not None and event.time < known.time):
            return [trouble("late", event)]
        agrees = self.true(event)
        if isinstance(agrees, Out):
            return [agrees]
        return self.turn([*past, Moment(event, 0, ())], event.at(max(event.time, self.newest(past))))

    def alarms(self, past: Past) -> list[Alarm]:
        oldest = min((event.time for event in self.known(past).values()), default=None)
        ageing = [] if oldest is None or self.max_age is None else [(oldest + self.max_age, AGE)]
        return [*super().alarms(past), *ageing]

    def rang(self, past: Past, name: str, event: Event) -> list[Out]:
        if name == HOLD:
            return [Out("entered", event, self.told(past))]
        return self.turn([*past, Moment(event, 0, (), AGE)], event)

    def turn(self, past: Past, event: Event) -> list[Out]:
        """What the last moment changes."""
        carried = self.carried(past)
        if self.inside(past):
            return [] if carried else [Out("cleared", event, self.told(past))]
        return [Out("entered", event, self.told(past))] if not self.length and self.run(past) else []

    def reading(self, past: Past, number: int) -> Reading | None:
        moment, so_far = past[number], past[: number + 1]
        if (
            moment.alarm == HOLD
            or moment.sent("!late")
            or (not moment.alarm and isinstance(self.true(moment.event), Out))
        ):
            return None
        carried = self.carried(so_far)
        return Reading(max(moment.event.time, self.newest(so_far)), carried, not carried)

    # --- who is heard -----------------------------------------------------------------------------------------------

    def newest(self, past: Past) -> int:
        times = [
            m.event.time for m in past if m.alarm == AGE or (not m.alarm and not any(o.port[0] == "!" for o in m.outs))
        ]
        return max(times, default=0)

    def known(self, past: Past) -> dict[str | None, Event]:
        """The last reading of each device that still counts, by when its device was heard last."""
        found: dict[str | None, Event] = {}
        newest = 0
        for moment in past:
            event = moment.event
            if moment.alarm == AGE:
                found = {device: one for device, one in found.items() if one.time > event.time - (self.max_age or 0)}
            elif not moment.alarm and not any(out.port.startswith("!") for out in moment.outs):
                found[event.device] = event
                newest = max(newest, event.time)
                if self.max_age is not None:
                    found = {device: one for device, one in found.items() if one.time >= newest - self.max_age}
        return found

    def agreeing(self, past: Past) -> list[str | None]:
        """In the order in which they began to agree."""
        began: list[str | None] = []
        for number in range(len(past)):
            known = self.known(past[: number + 1])
            now = [device for device, event in known.items() if self.true(event) is True]
            began = [device for device in began if device in now] + [device for device in now if device not in began]
        return began

    def carried(self, past: Past) -> bool:
        agree, of = len(self.agreeing(past)), len(self.known(past))
        if self.at_least is not None:
            return bool(agree >= self.at_least)
        return of > 0 and agree / of >= (self.share or 0)

    def told(self, past: Past) -> dict[str, Any]:
        agree = self.agreeing(past)
        return {"count": len(agree), "of": len(self.known(past)), "devices": agree}
