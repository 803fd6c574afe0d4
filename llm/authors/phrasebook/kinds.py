"""Kinds by what their phrases and ports say that they do: the author knows none by name."""

from collections.abc import Iterator

from llm.authors.phrasebook.wishes import Meaning
from nodes.kit.catalog import Catalog
from nodes.kit.kind import Kind


class Kinds:
    """Looks up meanings (a kind and one of its phrases) in a catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def all(self, role: str) -> Iterator[Meaning]:
        return ((kind, phrase) for kind in self.catalog for phrase in kind.phrases if phrase.role == role)

    def find(
        self, role: str, slot: str | None = None, *, without: str | None = None, key: str | None = None
    ) -> Meaning | None:
        """The first with this role whose phrase fills `slot` (and the param `key`) and does not fill `without`."""
        return next(
            (
                (kind, phrase)
                for kind, phrase in self.all(role)
                if (slot is None or slot in phrase.params.values())
                and without not in phrase.params.values()
                and (key is None or key in phrase.params)
            ),
            None,
        )

    def treating(self, port: str) -> Meaning | None:
        """The kind that treats events on their way and has an input or output of this name."""
        for kind, phrase in self.all("treat"):
            if any(known.name == port for known in (*kind.inputs, *kind.outputs)):
                return kind, phrase
        return None

    def having(self, role: str, *params: str) -> Meaning | None:
        """The first with this role whose params have those of these names."""
        return next(((k, p) for k, p in self.all(role) if set(params) <= set(k.Params.model_fields)), None)

    def gate(self, *, outside: bool) -> Meaning | None:
        """The kind that lets events pass by the calendar; `outside`: the phrase for all other times."""
        return next(((k, p) for k, p in self.all("gate") if p.port and (p.port != k.outputs[0].name) == outside), None)

    def back_of(self, kind: type[Kind], port: str) -> str | None:
        """The output that takes back what `port` says."""
        outputs = [known.name for known in kind.outputs]
        own = [p.port for p in kind.phrases if p.role == "recover" and p.port]
        shared = [p.port for _, p in self.all("recover") if p.port in outputs]
        back = next(iter(own or shared), None)
        return (outputs[0] if back == port else back) if back else None
