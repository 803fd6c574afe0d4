"""Documents get vectors where a model for embeddings is set up: in the background, once for each passage, and without them all goes
on."""

import tempfile
from pathlib import Path
from typing import Any

import pytest

from flows import commands, downlink
from flows.commands.connection import BadAddress
from flows.manuals.embedding import embed_job
from flows.models import Job, ManualIndex, ManualIndexPart, Membership, ModelProfile, PassageVector
from flows.registered import registry_json
from flows.tests.conftest import Api
from flows.tests.test_manuals import MANUAL, asking
from runtime.deploy import deploy_of
from runtime.library.index import search, vectors_in
from runtime.library.vectors import Meaning, packed
from tests.model_server import ModelServer, embedding

SYNONYMS = (("clean", "wipe"), ("filter", "sieve"))


@pytest.fixture(autouse=True)
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUIRO_EGRESS_ALLOW", "127.0.0.0/8")


def save(member: Membership, server: ModelServer, **more: Any) -> ModelProfile:
    facts = {"label": {}, "base_url": server.url, "model": "e-1", "key": "secret", "price_in": None, "price_out": None}
    return commands.save_profile(member, more.pop("ref", "near"), **{**facts, "task": "embed", **more})


def run(member: Membership) -> Job:
    """The job that waits, in this thread."""
    job = Job.objects.of(member.workspace).get(kind="embed", status="waiting")
    embed_job(str(job.pk))
    job.refresh_from_db()
    return job


def index(member: Membership) -> ManualIndex:
    return ManualIndex.objects.of(member.workspace).get()


def file_of(member: Membership, folder: str) -> Path:
    place = Path(folder) / "index"
    parts = ManualIndexPart.objects.of(member.workspace).order_by("number")
    place.write_bytes(b"".join(bytes(one.data) for one in parts))
    return place


def test_passages_get_vectors_in_the_background_and_other_words_find_them(member: Membership) -> None:
    with ModelServer(synonyms=SYNONYMS) as server:
        save(member, server)
        commands.add_manual(member, "a.md", MANUAL.encode(), "炉")
        before = index(member)
        assert (before.count, before.near, server.requests) == (2, 0, [])
        assert run(member).status == "done"
        assert (index(member).near, index(member).problem, server.keys) == (2, "", ["secret"])
        assert index(member).sha256 != before.sha256
        question = packed(embedding("wipe sieve", server.synonyms))
    with tempfile.TemporaryDirectory() as folder:
        place = file_of(member, folder)
        assert vectors_in(place) == ("e-1", 1_024)
        assert search(place, "wipe sieve") == []
        assert search(place, "wipe sieve", meaning=Meaning(question, proposes=True))[0].passage.place == "Cleaning"


def test_a_passage_is_asked_for_once_and_its_vector_goes_with_it(member: Membership) -> None:
    with ModelServer() as server:
        save(member, server)
        row = commands.add_manual(member, "a.md", MANUAL.encode(), "炉")
        run(member)
        commands.rename_manual(member, row.pk, "EF-300")
        assert index(member).near == 2
        assert not Job.objects.of(member.workspace).filter(status="waiting").exists()
        other = commands.add_manual(member, "b.md", b"# One\nAnother text.", "b")
        assert (index(member).near, index(member).count) == (2, 3)
        run(member)
        assert [len(one["input"]) for one in server.requests] == [2, 1]
        commands.forget_manual(member, other.pk)
        commands.add_manual(member, "c.md", b"# Two\nYet another text.", "c")
        run(member)
        assert PassageVector.objects.of(member.workspace).count() == 3


@pytest.mark.parametrize("mode", ["broken", "nan", "few", "zero", "hanging-up"])
def test_where_the_model_fails_the_file_has_no_vectors_and_the_page_says_why(
    api: Api, member: Membership, mode: str
) -> None:
    with ModelServer(mode) as server:
        save(member, server)
        commands.add_manual(member, "a.md", MANUAL.encode(), "炉")
        assert (run(member).status, index(member).near) == ("failed", 0)
        assert index(member).problem
        assert not Job.objects.of(member.workspace).filter(status="waiting").exists()
        with tempfile.TemporaryDirectory() as folder:
            assert vectors_in(file_of(member, folder)) is None
            assert search(file_of(member, folder), "A-12 熱電対")
        page = api("GET", "/documents/").content.decode()
        assert 'data-testid="vectors"' in page
        server.mode = "honest"
        assert api.client.post("/documents/vectors/", headers={"X-CSRFToken": api.csrf}).status_code == 302
        run(member)
        assert (index(member).near, index(member).problem) == (2, "")


def test_what_was_made_before_a_failure_is_kept(member: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.inference.embedding.MOST_TEXTS", 1)
    with ModelServer("once") as server:
        save(member, server)
        commands.add_manual(member, "a.md", MANUAL.encode(), "炉")
        run(member)
    assert (index(member).near, index(member).count) == (1, 2)


def test_an_address_in_the_own_network_is_not_dialled(member: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUIRO_EGRESS_ALLOW")
    with ModelServer() as server:
        save(member, server)
        commands.add_manual(member, "a.md", MANUAL.encode(), "炉")
        assert (run(member).status, server.requests) == ("failed", [])
    with pytest.raises(BadAddress):
        commands.save_profile(
            member, "x", label={}, base_url="ftp://x", model="m", key=None, price_in=None, price_out=None, task="embed"
        )


def test_there_is_one_and_flows_never_name_it(member: Membership) -> None:
    with ModelServer() as server:
        save(member, server)
        with pytest.raises(commands.OneEmbedder):
            save(member, server, ref="second")
        with pytest.raises(commands.RefTaken):
            save(member, server, task="chat")
        assert save(member, server, model="e-2").model == "e-2"
    assert registry_json(member.workspace)["models"] == []
    commands.register_things(member, {"models": [{"id": "near", "task": "chat"}]})
    assert ModelProfile.objects.of(member.workspace).get().task == "embed"


def test_a_flow_that_asks_documents_is_deployed_with_the_model_and_no_other_flow_is(member: Membership) -> None:
    with ModelServer() as server:
        save(member, server)
    for document, named in ((asking(), True), ({**asking(), "nodes": asking()["nodes"][:1]}, False)):
        flow = commands.new_flow(member, document=document)
        flow.deployed = flow.versions.create(workspace=member.workspace, number=1, document=document)
        flow.wanted = True
        flow.save()
        message = downlink.deploy_message(flow)
        assert message is not None
        embedding = deploy_of({key: value for key, value in message.items() if key != "t"}).embedding
        assert (
            (embedding.ref, embedding.key, embedding.trusted) == ("near", "secret", False) if embedding else not named
        )
        assert message["models"] == {}


def test_forgetting_the_model_leaves_the_documents_searched_by_words(member: Membership) -> None:
    with ModelServer() as server:
        save(member, server)
        commands.add_manual(member, "a.md", MANUAL.encode(), "炉")
        run(member)
    commands.forget_profile(member, "near")
    with tempfile.TemporaryDirectory() as folder:
        assert vectors_in(file_of(member, folder)) is None
    assert commands.search_manuals(member, "A-12 熱電対")


def test_another_workspace_has_no_part_in_it(member: Membership, stranger: Membership) -> None:
    with ModelServer() as server:
        save(member, server)
        commands.add_manual(stranger, "a.md", MANUAL.encode(), "theirs")
        assert not Job.objects.of(stranger.workspace).exists()
        commands.add_manual(member, "a.md", MANUAL.encode(), "mine")
        run(member)
    assert PassageVector.objects.of(stranger.workspace).count() == 0
    assert index(stranger).near == 0


def test_the_page_makes_one_and_says_what_it_is_for(api: Api, member: Membership) -> None:
    form = {"do": "model", "id": "near", "task": "embed", "base_url": "https://models.example/v1", "model": "e-1"}
    api.client.post("/language-models/", form, headers={"X-CSRFToken": api.csrf})
    assert ModelProfile.objects.of(member.workspace).get().task == "embed"
    assert "finds passages in documents" in api("GET", "/language-models/").content.decode()
