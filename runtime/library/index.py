"""The file in which passages are searched: SQLite with its full-text index (FTS5), ranked by BM25.

Found is a passage whose terms cover enough of the question's: each term counts by how rare it is in the documents (a term that
occurs nowhere as much as the rarest), less where it is only an ending. `LEAST` was chosen on other documents and questions
than those on which bench/ai measures it, in the middle between the worst score of what is there and the best of what is not.

Where the passages have vectors and the question has one too, both rankings are joined (runtime/library/vectors.py).
"""

import hashlib
import math
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from runtime.library.passages import Passage
from runtime.library.terms import asked_terms, terms, weight
from runtime.library.vectors import Meaning, Vectors, fused, nearest, vectors_of, write_vectors

LEAST = 0.4
"""Part of a question that a passage covers at least."""
CONSIDERED = 30
"""Passages of which that is looked at: the best by BM25."""
MOST_TERMS = 60
"""Terms of a question that are searched by; the first ones."""
FORM = 1
"""Of the file; one of another form is not read."""


class Found(msgspec.Struct, frozen=True):
    """`score`: which part of the question it covers, 0 to 1."""

    passage: Passage
    score: float


class Unreadable(Exception):
    """The file is not one of ours."""


def build(passages: Iterable[Passage], place: Path, vectors: Vectors | None = None) -> str:
    """Write the file of these passages to `place`, with their vectors where there are some. Returns its sha256. Raises OSError,
    sqlite3.Error."""
    place.unlink(missing_ok=True)
    with closing(sqlite3.connect(place)) as db, db:
        db.execute("PRAGMA journal_mode = OFF")
        db.execute(f"PRAGMA user_version = {FORM}")
        db.execute("CREATE TABLE passage (id INTEGER PRIMARY KEY, document TEXT, title TEXT, place TEXT, text TEXT)")
        db.execute(
            "CREATE VIRTUAL TABLE term USING fts5(title, text, content='', tokenize=\"unicode61 remove_diacritics 0\")"
        )
        for id, one in enumerate(passages, 1):
            db.execute("INSERT INTO passage VALUES (?, ?, ?, ?, ?)", (id, one.document, one.title, one.place, one.text))
            about = " ".join(terms(f"{one.title} {one.place}"))
            db.execute("INSERT INTO term (rowid, title, text) VALUES (?, ?, ?)", (id, about, " ".join(terms(one.text))))
        db.execute("INSERT INTO term (term) VALUES ('optimize')")
        if vectors is not None:
            write_vectors(db, vectors, _passages(db))
    with place.open("rb") as written:
        return hashlib.file_digest(written, "sha256").hexdigest()


def search(
    place: Path,
    question: str,
    *,
    only: Sequence[str] = (),
    most: int = 5,
    least: float = LEAST,
    meaning: Meaning | None = None,
) -> list[Found]:
    """The best passages that cover at least `least` of the question, the best first; `only`: in documents whose title has one
    of these words. With `meaning` they are ranked by that too, and where it proposes, so are others near to it. Raises
    Unreadable."""
    asked = asked_terms(question)[:MOST_TERMS]
    if not asked and meaning is None:
        return []
    with _opened(place) as db:
        chosen, wanted = _chosen(only)
        covers = _covering(db, asked, chosen, wanted, least) if asked else {}
        if meaning is None:
            return list(covers.values())[:most]
        near = nearest(db, meaning.vector, chosen, wanted)
        if not meaning.proposes:
            near = [id for id in near if id in covers]
        return [covers.get(id) or Found(_passage(db, id), 0.0) for id in fused(list(covers), near)[:most]]


def vectors_in(place: Path) -> tuple[str, int] | None:
    """The model of the file's vectors and how many dimensions they have; None: it has none. Raises Unreadable."""
    with _opened(place) as db:
        return vectors_of(db)


@contextmanager
def _opened(place: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(f"{place.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            if db.execute("PRAGMA user_version").fetchone() != (FORM,):
                raise Unreadable("another form of file")
            yield db
    except sqlite3.Error as broken:
        raise Unreadable(str(broken)) from broken


def _passages(db: sqlite3.Connection) -> Iterator[tuple[int, Passage]]:
    for id, *row in db.execute("SELECT id, document, title, place, text FROM passage ORDER BY id"):
        yield id, Passage(*row)


def _passage(db: sqlite3.Connection, id: int) -> Passage:
    return Passage(*db.execute("SELECT document, title, place, text FROM passage WHERE id = ?", (id,)).fetchone())


def _chosen(only: Sequence[str]) -> tuple[str, list[str]]:
    """A condition with its values."""
    wanted = [f"%{_literal(word)}%" for word in only]
    return f"AND ({' OR '.join(['passage.title LIKE ? ESCAPE ' + _ESCAPE] * len(wanted))})" if wanted else "", wanted


def _covering(
    db: sqlite3.Connection, asked: list[str], chosen: str, wanted: list[str], least: float
) -> dict[int, Found]:
    """By id, the best first."""
    rarity = _rarity(db, asked)
    whole = sum(rarity.values())
    rows = db.execute(
        "SELECT passage.id, document, passage.title, place, passage.text FROM term JOIN passage ON passage.id = term.rowid "  # noqa: S608  (only marks are put in)
        f"WHERE term MATCH ? {chosen} ORDER BY bm25(term, 0.5, 1.0), term.rowid LIMIT {CONSIDERED}",
        (" OR ".join(f'"{term}"' for term in asked), *wanted),
    ).fetchall()
    found = []
    for id, *row in rows:
        passage = Passage(*row)
        has = set(terms(f"{passage.title} {passage.place} {passage.text}"))
        found.append((id, Found(passage, round(sum(rarity[term] for term in asked if term in has) / whole, 4))))
    found.sort(key=lambda one: -one[1].score)  # of equal ones the better by BM25 stays first
    return {id: one for id, one in found if one.score >= least}


_ESCAPE = "'!'"


def _literal(word: str) -> str:
    """Without a meaning for LIKE."""
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _rarity(db: sqlite3.Connection, asked: list[str]) -> dict[str, float]:
    """What each term weighs: the rarer, the more."""
    count = db.execute("SELECT count(*) FROM passage").fetchone()[0]
    db.execute("CREATE VIRTUAL TABLE temp.seen USING fts5vocab(main, 'term', 'row')")
    found = {}
    for term in asked:
        row = db.execute("SELECT doc FROM temp.seen WHERE term = ?", (term,)).fetchone()
        often = row[0] if row else 0
        found[term] = weight(term) * math.log(1 + (count - often + 0.5) / (max(often, 1) + 0.5))
    return found


def sync(place: Path) -> None:
    """Have it on the disk for sure."""
    with place.open("rb") as written:
        os.fsync(written.fileno())
