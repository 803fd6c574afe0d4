"""The vectors of questions to the documents, from the model that the server names, within the budgets of flows."""

import threading
from typing import TYPE_CHECKING

from runtime.addresses import Egress
from runtime.deploy import EmbeddingAccess
from runtime.inference.spending import Spending
from runtime.inference.use import Use
from runtime.library.vectors import NoVectors

if TYPE_CHECKING:
    from runtime.inference.embedding import Embedding


class Embeddings:
    """May be used from several threads; `egress` and `trusted` as Asks takes them."""

    def __init__(self, egress: Egress, trusted: Egress, spending: Spending | None) -> None:
        self._egress, self._trusted, self._spending = egress, trusted, spending
        self._opened: tuple[EmbeddingAccess, Embedding] | None = None
        self._lock = threading.Lock()

    def vector(self, access: EmbeddingAccess, flow: str, question: str, model: str, timeout: float) -> bytes:
        """Of a question of this flow; `model` made the vectors of the documents. Raises NoVectors."""
        if access.model != model:
            raise NoVectors("the documents have vectors of another model")
        use = Use(model=access.ref)
        if self._spending is not None and (over := self._spending.take(flow, use.model)) is not None:
            limit, most = over
            raise NoVectors(f"over budget ({limit.replace('_', ' ')}: {most:g})")
        try:
            return self._model(access).vectors([question], timeout, use)[0]
        finally:
            if self._spending is not None:
                self._spending.add_beside(flow, use)

    def _model(self, access: EmbeddingAccess) -> "Embedding":
        """The package behind it takes most of a second to load. Another access comes with another deploy: the one before is
        left to the questions that are under way."""
        from runtime.inference.embedding import Embedding

        with self._lock:
            if self._opened is None or self._opened[0] != access:
                self._opened = access, Embedding(access, self._trusted if access.trusted else self._egress)
            return self._opened[1]

    def close(self) -> None:
        with self._lock:
            opened, self._opened = self._opened, None
        if opened is not None:
            opened[1].close()
