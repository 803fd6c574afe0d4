"""Which flows read which messages."""

from collections.abc import Iterable, Iterator

from nodes.kit.picture import Pictures, both
from nodes.kit.topic import MOST_KNOWN, matches
from runtime.mailbox import Batch
from runtime.running import RunningFlow

Readers = tuple[RunningFlow, ...]
Part = tuple[Readers, Batch]


class Routes(dict[str, Readers]):
    """Which flows read a topic; the same flows are the same tuple."""

    def __init__(self, flows: dict[str, RunningFlow]) -> None:
        super().__init__()
        self.flows = flows
        self._same: dict[tuple[str, ...], tuple[Readers, set[str]]] = {}
        """By the flows: they, and the topics known of that they read."""
        self._newest: tuple[Readers, set[str]] = (), set()
        """Those of the last batch that had only one kind of readers: as a rule the next has them too, and a set that holds all
        topics is asked faster than the readers of each."""
        self._pictures: dict[str, Pictures | None] = {}
        """By topic, where its messages carry pictures."""
        self._seeing: list[tuple[Iterable[str], Pictures]] | None = None
        """The topics that flows read pictures from, and where those stand; None: not looked up yet."""

    @property
    def seeing(self) -> list[tuple[Iterable[str], Pictures]]:
        """The topics that flows read pictures from, and where those stand."""
        if self._seeing is None:
            self._seeing = [places for flow in self.flows.values() for places in flow.pictures.values()]
        return self._seeing

    def pictures(self, topics: list[str]) -> list[Pictures | None] | None:
        """Where the messages on each topic carry pictures that some flow wants; None: none of them does."""
        if len(self._pictures) >= MOST_KNOWN:
            self._pictures.clear()
        found = [self._pictures_of(topic) for topic in topics] if self.seeing else []
        return found if any(found) else None

    def _pictures_of(self, topic: str) -> Pictures | None:
        known = self._pictures
        if topic not in known:
            wanted = [where for filters, where in self.seeing if any(matches(filter, topic) for filter in filters)]
            known[topic] = both(wanted) if wanted else None
        return known[topic]

    def __missing__(self, topic: str) -> Readers:
        if len(self) >= MOST_KNOWN:
            self._forget()
        readers = tuple(flow for flow in self.flows.values() if flow.wants(topic))
        self[topic], topics = self._same.setdefault(tuple(flow.id for flow in readers), (readers, set()))
        topics.add(topic)
        return self[topic]

    def parts(self, batch: Batch) -> list[Part]:
        """The messages of `batch` with the flows that read them, together where the same flows read one after the other."""
        theirs, topics = self._newest
        if batch.topics and topics.issuperset(batch.topics):
            return [(theirs, batch)]
        return list(self._parts(batch))

    def _parts(self, batch: Batch) -> Iterator[Part]:
        readers = list(map(self.__getitem__, batch.topics))
        if readers and readers.count(readers[0]) == len(readers):
            self._newest = self._same[tuple(flow.id for flow in readers[0])]
            yield readers[0], batch
            return
        start = 0
        for at in range(1, len(readers) + 1):
            if at == len(readers) or readers[at] is not readers[start]:
                part = slice(start, at)
                yield readers[start], Batch(batch.topics[part], batch.payloads[part], batch.arrived, batch.settle, 0)
                start = at

    def clear(self) -> None:
        self._forget()
        self._pictures.clear()
        self._seeing = None

    def _forget(self) -> None:
        super().clear()
        self._same.clear()
        self._newest = (), set()
