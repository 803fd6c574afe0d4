"""What we read of a broker, from one connection to the next."""

from collections.abc import Callable, Mapping, Sequence
from itertools import product

import paho.mqtt.client as paho

from runtime.connectors.filters import cover, everything, overlap
from runtime.connectors.handover import PATIENCE, Copy, Handover
from runtime.connectors.packets import DUP, RETAIN
from runtime.connectors.retained import Retained
from runtime.connectors.session import LONGEST, OWN, Received, Session

UNANSWERED = -1
"""The QoS of a filter of which nobody knows whether the broker has it: it is asked for again, and taken back where it is not wanted."""


class Subscriptions:
    """`own` is our topic, on which what we send comes back to us. `whole`: all topics are read, whatever is wanted; `held` and `read`
    are those of the run before. `leaving()` says that the connection ends. `sift` is called on paho's thread, all else on that of the
    connection."""

    def __init__(
        self, own: str, whole: bool, held: Mapping[str, int], read: Sequence[str] | None, leaving: Callable[[], bool]
    ) -> None:
        self._own, self._whole, self._leaving = own, whole, leaving
        self.held = dict(held)
        """The filters, with QoS, that the session has at the broker, and may have (UNANSWERED)."""
        self.read = sorted(read or ())
        """The filters that the last answered wish was for."""
        self.refused: dict[str, str] = {}
        self.lowered: dict[str, int] = {}
        """Filters that the broker grants only at a lower QoS than was asked for, and that QoS."""
        self._retained = Retained(self.held if read is None else read)
        self._handover: Handover | None = None
        self._old: list[str] = []
        self._crossing: dict[str, int] = {}
        """What takes the place of what, and is marked until then."""
        self.unfinished: Mapping[str, int] | None = None
        """The wish that was being fulfilled when a connection ended in the middle of a handover: it is asked for before any other,
        because three that overlap cannot be told by one mark."""
        self._marked: set[str] = set()
        """Held filters that may be marked still."""
        self._echoes = False
        """Whether something of our own has come around on this connection."""
        self._first = bool(held)
        """No connection was open yet that goes on with what the run before may have left in the middle of a handover."""

    # --- a connection -----------------------------------------------------------------------------------------------

    def dial(self, session: Session, wanted: Mapping[str, int]) -> None:
        """Before it opens: a handover may have been cut off, by the end of a connection or of a process."""
        self._echoes, covers = False, self._covers(session, wanted)
        cut_off = self._first and any(
            overlap(*pair) for pair in product(self.held.keys() - covers, covers.keys() - self.held)
        )
        if session.protocol == paho.MQTTv5 and (cut_off or self.unfinished is not None):
            self._look_for_copies(session, None)

    def opened(self, session: Session) -> None:
        self._first = False
        if not session.session_present:
            self.held, self._retained, self.unfinished, self._marked = {}, Retained(()), None, set()
            self._stop_looking(session)

    def ask(self, session: Session, wanted: Mapping[str, int]) -> bool:
        """Ask for what is wanted and not held; True when the broker has answered all (perhaps refused)."""
        five, covers = session.protocol == paho.MQTTv5, self._covers(session, wanted)
        new = {one: qos for one, qos in covers.items() if self.held.get(one) != qos}
        self._old = [one for one in self.held if one not in covers]
        if not session.session_present or five:
            new = {**new, **{one: qos for one, qos in covers.items() if one not in session.granted}}
        added = self._retained.wanted(wanted)
        again = {
            one: qos for one, qos in covers.items() if one in self.held and any(overlap(one, other) for other in added)
        }
        crossing = {one: qos for one, qos in new.items() if any(overlap(one, old) for old in self._old)}
        self._crossing = crossing if session.marks else {}
        answered = True
        if self._crossing:
            answered = self._ask_marked(session, wanted)
        answered = answered and self._ask_plain(session, self._without_crossing(new))
        # what a broker keeps comes with a subscription only, and one that it has already changes nothing else
        answered = answered and session.subscribe(self._without_crossing(again), retained=True)
        if answered:
            self._retained.answered()
            self.read = sorted(wanted)
        self._note(session, covers, new)
        return answered

    def _note(self, session: Session, covers: Mapping[str, int], asked: Mapping[str, int]) -> None:
        self.refused = {one: why for one, why in session.refused.items() if one in covers}
        known = {**self.lowered, **session.granted}  # what such a session holds already is not asked for again
        self.lowered = {
            one: got for one, qos in covers.items() if one != self._own and (got := known.get(one, qos)) < qos
        }
        sure = {one: qos if one in session.granted or one not in asked else UNANSWERED for one, qos in covers.items()}
        self.held = {**self.held, **{one: qos for one, qos in sure.items() if one not in self.refused}}

    def _covers(self, session: Session, wanted: Mapping[str, int]) -> dict[str, int]:
        qos = max(wanted.values(), default=0) if session.protocol == paho.MQTTv5 else 0
        return (everything if self._whole and wanted else cover)({**wanted, self._own: qos})

    def settle(self, session: Session) -> None:
        """Take back what is not wanted any more, once nothing can be missed; not where the broker refuses what was to take its place."""
        handover = self._handover
        self._old = [one for one in self._old if not any(overlap(one, bad) for bad in self.refused)]
        if handover is not None and self._old:
            handover.come_around(session, self._leaving)
        if not self._ends(session):
            session.unsubscribe(self._old)
            if handover is not None:
                handover.come_around(session, self._leaving)
        if self._ends(session):
            return
        self.held = {one: qos for one, qos in self.held.items() if one not in self._old}
        self._stop_looking(session)
        self.unfinished = None
        self._ask_plain(session, self._crossing)

    def _ends(self, session: Session) -> bool:
        return session.ended.is_set() or self._leaving()

    def _without_crossing(self, filters: Mapping[str, int]) -> dict[str, int]:
        return {one: qos for one, qos in filters.items() if one not in self._crossing}

    def _ask_plain(self, session: Session, filters: Mapping[str, int]) -> bool:
        """Whether all were answered; they are not marked any more then."""
        answered = session.subscribe(filters)
        self._marked -= filters.keys() if answered else set()
        return answered

    def _ask_marked(self, session: Session, wanted: Mapping[str, int]) -> bool:
        """At one QoS with what goes, because two copies keep together only where they travel alike. Copies are looked for once all has
        come that was sent before what goes had lost its mark; and not at a broker that sends none, or nothing of our own."""
        going = {one: self.held[one] for one in self._old if any(overlap(one, new) for new in self._crossing)}
        qos = max(*self._crossing.values(), *going.values())
        cut_off = self._handover is not None
        plain = {one: qos for one, had in going.items() if had < qos or one in self._marked}
        if not cut_off and not self._ask_plain(session, plain):
            return False
        handover = self._look_for_copies(session, session.acks.open())
        if not handover.tries(session, self._leaving, LONGEST if self._echoes else PATIENCE):
            ends = self._ends(session)
            if not (cut_off and ends):
                self._stop_looking(session)
            session.marks, self._crossing = False, {}
            return not ends
        self.unfinished = wanted
        self._marked |= self._crossing.keys()
        return session.subscribe(dict.fromkeys(self._crossing, qos), marked=True)

    def _look_for_copies(self, session: Session, open: list[int] | None) -> Handover:
        """One that was cut off goes on."""
        self._handover = self._handover or Handover(self._own, open)
        session.client.marking(True)
        return self._handover

    def _stop_looking(self, session: Session) -> None:
        self._handover = None
        session.client.marking(False)

    # --- on paho's thread -------------------------------------------------------------------------------------------

    def sift(self, received: Received) -> tuple[Received, list[Copy]]:
        """Without our own messages, copies, and what a broker keeps of topics that are read already; and the copies."""
        copies: list[Copy] = []
        if (handover := self._handover) is not None:
            received, copies = handover.sift(received)
        if received.own:
            self._echoes = self._echoes or self._own in received.topics
            received = received.only([not topic.startswith(OWN) for topic in received.topics])
        if any(map(RETAIN.__and__, received.heads)):
            received = received.only(list(map(self._to_hand_on, received.topics, received.heads)))
        return received, copies

    def _to_hand_on(self, topic: str, head: int) -> bool:
        """What a broker says again was never acknowledged, kept or not."""
        return not head & RETAIN or bool(head & DUP) or self._retained.new(topic)
