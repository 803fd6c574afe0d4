"""Vectors of passages: what is said in other words stands near. Each is of length 1, kept as float16, so that the cosine of two
is their product; and the joining of two rankings by reciprocal ranks (Cormack, Clarke and Büttcher, SIGIR 2009)."""

import hashlib
import math
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from runtime.library.passages import Passage

MOST_DIMENSIONS = 4_096
K = 60
"""Of reciprocal ranks, as in the paper."""
NEAREST = 30
"""Passages that are ranked by their vectors."""
AT_ONCE = 2_000
"""Vectors that are in memory at the same time."""
WIDTH = 2
"""Bytes of a number."""


class NoVectors(Exception):
    """There are none: why."""


class Vectors(msgspec.Struct, frozen=True):
    """Of the passages of a file: `of` says that of one, None where it has none. All of one `model`."""

    model: str
    of: Callable[[Passage], bytes | None]


class Meaning(msgspec.Struct, frozen=True):
    """The vector of a question. `proposes`: passages near to it are taken even where they do not cover its words, since
    somebody judges them afterwards."""

    vector: bytes
    proposes: bool = False


def said(passage: Passage) -> str:
    """What of a passage becomes its vector."""
    return f"{passage.place}\n{passage.text}".strip()


def vector_key(server: str, model: str, text: str) -> str:
    """Under which the vector of this text by this model is kept."""
    return hashlib.sha256("\0".join((server, model, text)).encode("utf-8", "surrogatepass")).hexdigest()


def packed(numbers: Any) -> bytes:
    """A vector as it is kept. Raises NoVectors for one that is none."""
    import numpy as np  # loaded by who has vectors

    if not isinstance(numbers, list) or not 1 <= len(numbers) <= MOST_DIMENSIONS:
        raise NoVectors("an answer of the model is no vector")
    if not all(type(one) in (int, float) and abs(one) < 1e30 for one in numbers):
        raise NoVectors("an answer of the model has what is no number")
    vector = np.asarray(numbers, dtype=np.float64)
    length = float(np.linalg.norm(vector))
    if not math.isfinite(length) or length < 1e-12:
        raise NoVectors("an answer of the model is a vector without a direction")
    return (vector / length).astype("<f2").tobytes()


def write_vectors(db: sqlite3.Connection, vectors: Vectors, passages: Iterable[tuple[int, Passage]]) -> int:
    """Returns how many passages have one. All have as many dimensions as the first; others are left out."""
    db.execute("CREATE TABLE vector (id INTEGER PRIMARY KEY, data BLOB)")
    db.execute("CREATE TABLE vectors (model TEXT, dimensions INTEGER)")
    count, size = 0, 0
    for id, passage in passages:
        data = vectors.of(passage)
        if data and len(data) == (size or len(data)):
            size = len(data)
            db.execute("INSERT INTO vector VALUES (?, ?)", (id, data))
            count += 1
    if count:
        db.execute("INSERT INTO vectors VALUES (?, ?)", (vectors.model, size // WIDTH))
    return count


def vectors_of(db: sqlite3.Connection) -> tuple[str, int] | None:
    """The model of the file's vectors and how many dimensions they have; None: it has none."""
    if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'vectors'").fetchone() is None:
        return None
    row = db.execute("SELECT model, dimensions FROM vectors").fetchone()
    return (str(row[0]), int(row[1])) if row is not None else None


def nearest(db: sqlite3.Connection, vector: bytes, chosen: str, wanted: Sequence[str]) -> list[int]:
    """Passages by cosine, the nearest first; none that has nothing in common with the question."""
    import numpy as np

    asked = np.frombuffer(vector, dtype="<f2").astype(np.float32)
    titled = f"AND id IN (SELECT id FROM passage WHERE true {chosen})" if chosen else ""  # noqa: S608
    rows = db.execute(
        f"SELECT id, data FROM vector WHERE length(data) = ? {titled}",  # noqa: S608  (only marks are put in)
        (len(vector), *wanted),
    )
    best: list[tuple[float, int]] = []
    while some := rows.fetchmany(AT_ONCE):
        matrix = np.frombuffer(b"".join(data for _, data in some), dtype="<f2").reshape(len(some), -1)
        near = matrix.astype(np.float32) @ asked
        best += [(-float(score), id) for (id, _), score in zip(some, near, strict=True) if score > 0]
        best = sorted(best)[:NEAREST]
    return [id for _, id in best]


def fused(*rankings: Sequence[int]) -> list[int]:
    """One ranking of several: each passage counts 1 / (K + rank) in each; of equal ones the first named comes first."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, id in enumerate(ranking, 1):
            scores[id] = scores.get(id, 0.0) + 1 / (K + rank)
    return sorted(scores, key=lambda id: -scores[id])
