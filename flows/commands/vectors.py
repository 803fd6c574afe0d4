"""The vectors of passages of documents: which are kept, and asking for the others in the background."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from flows.model_access import embedding_model
from flows.models import Job, Manual, ModelProfile, PassageVector, Workspace
from runtime.library.passages import Passage, Section, passages_of
from runtime.library.vectors import Vectors, said, vector_key

EMBED_PASSAGES = "embed"
AT_ONCE = 500
"""Keys in one query."""


def passages_in(workspace: Workspace) -> list[Passage]:
    """Of all documents, in their order."""
    return [
        passage
        for manual in Manual.objects.of(workspace).iterator(chunk_size=1)
        for passage in passages_of(str(manual.pk), manual.title, (Section(*one) for one in manual.sections))
    ]


def kept_vectors(workspace: Workspace, passages: Sequence[Passage]) -> tuple[Vectors | None, int]:
    """What there is for the file, and how many of the passages have one. None where no model makes vectors."""
    row = embedding_model(workspace)
    if row is None:
        return None, 0
    keys = [passage_key(row, passage) for passage in passages]
    mine = PassageVector.objects.of(workspace)
    kept = {
        key: bytes(data)
        for some in _some(set(keys))
        for key, data in mine.filter(key__in=some).values_list("key", "data")
    }
    near = sum(key in kept for key in keys)
    return Vectors(row.model, lambda passage: kept.get(passage_key(row, passage))), near


def passage_key(row: ModelProfile, passage: Passage) -> str:
    return vector_key(row.base_url, row.model, said(passage))


def ask_vectors(workspace: Workspace) -> None:
    """Have those made that are missing, where a model makes some. One job waits at most: it will find all that is missing then."""
    from flows.jobs import submit

    jobs = Job.objects.of(workspace).filter(kind=EMBED_PASSAGES)
    if embedding_model(workspace) is None or jobs.filter(status=Job.Status.WAITING).exists():
        return
    deadline = timezone.now() + timedelta(seconds=settings.JOB_SECONDS)
    job = Job.objects.add(workspace, kind=EMBED_PASSAGES, deadline=deadline)
    transaction.on_commit(lambda: submit(job))


def keep_vectors(workspace: Workspace, made: Iterable[tuple[str, bytes]]) -> None:
    rows = [PassageVector(workspace=workspace, key=key, data=data) for key, data in made]
    PassageVector.objects.of(workspace).bulk_create(rows, ignore_conflicts=True)


def without_vectors(workspace: Workspace, row: ModelProfile) -> dict[str, str]:
    """The texts by key. Vectors of passages and models that are gone are thrown away."""
    wanted = {passage_key(row, one): said(one) for one in passages_in(workspace)}
    mine = PassageVector.objects.of(workspace)
    kept = set(mine.values_list("key", flat=True))
    for some in _some(kept - set(wanted)):
        mine.filter(key__in=some).delete()
    return {key: text for key, text in wanted.items() if key not in kept and text}


def _some(keys: set[str]) -> Iterable[list[str]]:
    every = sorted(keys)
    return (every[at : at + AT_ONCE] for at in range(0, len(every), AT_ONCE))
