"""Documents that people upload, so that flows answer questions from them. Workers fetch one file made of all of them."""

import hashlib
import tempfile
import uuid
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet, Sum

from flows import live
from flows.commands.vectors import ask_vectors, kept_vectors, passages_in
from flows.manuals.reading import read_manual
from flows.models import Manual, ManualIndex, ManualIndexPart, Membership, Worker, Workspace
from flows.rights import MEMBER, VIEWER, needs
from runtime.inference.rollout import PART
from runtime.library.index import Found, build, search

MOST_MANUALS = 200
MOST_TEXT = 6_000_000
"""Characters of all documents of a workspace together: their file is made anew with each change, while somebody waits."""


class ManualGone(Exception):
    """There is no such document."""


class ManualsFull(Exception):
    """A workspace has as many documents, or as much text in them, as it may have."""


class SameManual(Exception):
    """This very file is there already, under a title."""


@needs(VIEWER)
def manuals_of(member: Membership) -> QuerySet[Manual]:
    """Without their text."""
    return Manual.objects.of(member.workspace).defer("sections")


@needs(VIEWER)
def manual_of(member: Membership, manual_id: uuid.UUID) -> Manual:
    """Raises ManualGone."""
    found = Manual.objects.of(member.workspace).filter(pk=manual_id).first()
    if found is None:
        raise ManualGone(str(manual_id))
    return found


@needs(MEMBER)
def add_manual(member: Membership, file: str, data: bytes, title: str = "") -> Manual:
    """Raises flows.manuals.reading.ManualRefused, ManualsFull, SameManual."""
    sha256 = hashlib.sha256(data).hexdigest()
    mine = Manual.objects.of(member.workspace)
    same = mine.filter(sha256=sha256).values_list("title", flat=True).first()
    if same is not None:
        raise SameManual(same)
    kind, sections = read_manual(file, data)
    size = sum(len(one.place) + len(one.text) for one in sections)
    with transaction.atomic():
        lock_manuals(member.workspace)
        if mine.count() >= MOST_MANUALS or (mine.aggregate(all=Sum("size"))["all"] or 0) + size > MOST_TEXT:
            raise ManualsFull
        shown = _line(file.replace("\\", "/").rpartition("/")[2])
        facts = {"kind": kind, "sha256": sha256, "count": len(sections), "size": size, "file": shown[:200]}
        named = _line(title)[:120] or shown.rpartition(".")[0][:120] or shown[:120] or "–"
        row = Manual.objects.add(member.workspace, title=named, sections=[[s.place, s.text] for s in sections], **facts)
        remake_index(member.workspace)
    return row


@needs(MEMBER)
def rename_manual(member: Membership, manual_id: uuid.UUID, title: str) -> Manual:
    """Citations of later answers have the new title. Raises ManualGone."""
    with transaction.atomic():
        lock_manuals(member.workspace)
        row = manual_of(member, manual_id)
        row.title = _line(title)[:120] or row.title
        row.save(update_fields=["title", "updated"])
        remake_index(member.workspace)
    return row


@needs(MEMBER)
def forget_manual(member: Membership, manual_id: uuid.UUID) -> None:
    """Raises ManualGone."""
    with transaction.atomic():
        lock_manuals(member.workspace)
        manual_of(member, manual_id).delete()
        remake_index(member.workspace)


@needs(VIEWER)
def search_manuals(member: Membership, question: str) -> list[Found]:
    """The passages that a flow without a language model would answer with."""
    index = index_of(member.workspace)
    if index is None:
        return []
    with tempfile.TemporaryDirectory(prefix="suiro-") as folder:
        place = Path(folder) / "index"
        with place.open("wb") as out:
            for data in index.parts.order_by("number").values_list("data", flat=True).iterator(chunk_size=1):
                out.write(bytes(data))
        return search(place, question)


def index_of(workspace: Workspace) -> ManualIndex | None:
    """None where there are no documents."""
    return ManualIndex.objects.of(workspace).first()


def index_part(workspace: Workspace, sha256: str, number: int) -> bytes | None:
    """A part of the file that the workspace's workers search; None where it is another one by now."""
    rows = ManualIndexPart.objects.of(workspace).filter(index__sha256=sha256, number=number)
    data = rows.values_list("data", flat=True).first()
    return bytes(data) if data is not None else None


@needs(MEMBER)
def try_vectors(member: Membership) -> None:
    """Ask once more for the vectors that passages have not."""
    with transaction.atomic():
        lock_manuals(member.workspace)
        remake_index(member.workspace)


def remake_index(workspace: Workspace, problem: str | None = None) -> None:
    """The file anew, and whoever should know it. Vectors that it lacks are asked for in the background, unless that has just been
    tried: then `problem` says why some are missing ("": none is)."""
    ManualIndex.objects.of(workspace).delete()
    manuals = Manual.objects.of(workspace)
    if manuals.exists():
        with tempfile.TemporaryDirectory(prefix="suiro-") as folder:
            index = _keep(workspace, Path(folder) / "index", problem or "")
        if problem is None and index.near < index.count:
            ask_vectors(workspace)
    for worker in Worker.objects.of(workspace):
        live.tell_worker(worker.id, "documents")
    live.to_browsers(workspace.id, {"t": "documents"})


def _keep(workspace: Workspace, place: Path, problem: str) -> ManualIndex:
    passages = passages_in(workspace)
    vectors, near = kept_vectors(workspace, passages)
    sha256 = build(passages, place, vectors)
    facts = {"sha256": sha256, "size": place.stat().st_size, "count": len(passages), "near": near}
    index = ManualIndex.objects.add(workspace, **facts, problem=problem[:200])
    with place.open("rb") as file:
        number = 0
        while data := file.read(PART):
            ManualIndexPart.objects.add(workspace, index=index, number=number, data=data)
            number += 1
    return index


def lock_manuals(workspace: Workspace) -> None:
    """One change after the other: each makes the file of all."""
    Workspace.objects.select_for_update().get(pk=workspace.pk)


def _line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
