"""Too much of anything: bodies without end, long lists, many topics, many calls, deep nesting."""

import http.client
import time
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.test import Client

from config.bounds import LARGEST
from flows import discovery, tabular
from flows.models import Membership
from flows.tests.conftest import Api, document

HOOKED = [
    {"id": "call", "kind": "webhook_in", "params": {}},
    {"id": "tell", "kind": "notify", "from": ["call"], "params": {"to": "shift", "text": "called"}},
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/signin/", "/api/flows", "/in/7b1c7b6e-0000-4000-8000-000000000000/x/"])
def test_a_body_without_end_is_cut_off_also_for_strangers(server: str, path: str) -> None:
    line = http.client.HTTPConnection(server, timeout=10)
    line.putrequest("POST", path)
    line.putheader("Content-Length", str(LARGEST * 100))
    line.endheaders()
    assert line.getresponse().status == 413
    line.close()
    line = http.client.HTTPConnection(server, timeout=10)
    line.putrequest("POST", path)
    line.putheader("Transfer-Encoding", "chunked")
    line.endheaders()
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    assert _sent(line, [chunk] * 64) in (413, None)
    line.close()


def _sent(line: http.client.HTTPConnection, chunks: list[bytes]) -> int | None:
    """The status of the answer; None when the server hung up while it was sent."""
    try:
        for chunk in chunks:
            line.send(chunk)
        return line.getresponse().status
    except (BrokenPipeError, ConnectionResetError, http.client.RemoteDisconnected):
        return None


def test_a_large_list_with_a_mistake_is_answered_in_time(api: Api) -> None:
    lines = (
        ["type,topic,field,field_type"] + [f"t,a/{{device}},f{n},number" for n in range(20_000)] + ["t,a,f1,nonsense"]
    )
    data = "\n".join(lines).encode()
    before = time.process_time()
    problems = [{"path": "/types/0/fields/19999"}]
    assert tabular.with_lines("x.csv", data, problems)[0]["line"] == 20_001
    assert time.process_time() - before < 2.0


def test_thousands_of_topics_are_read_in_time() -> None:
    topics = [{"topic": f"plant/hall{n % 7}/kiln-{n}/telemetry", "payload": {"temp_c": n}} for n in range(2_000)]
    before = time.process_time()
    found = discovery.suggestions(topics, {"types": [], "devices": []}, "en")
    assert sum(one["topics"] for one in found) == 2_000
    assert time.process_time() - before < 3.0


def test_calls_to_made_up_hooks_do_not_crowd_out_what_is_remembered(member: Membership) -> None:
    cache.set("values:x", {"kiln-1": 1})
    for number in range(320):
        path = f"/in/{member.workspace_id}/made-up-{number}/"
        assert Client().post(path, "{}", content_type="application/json").status_code == 404
    assert cache.get("values:x") == {"kiln-1": 1}


def test_calls_of_one_hook_are_counted(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.pages.doors.PER_MINUTE", 2)
    flow = api("POST", "/api/flows", {"document": document(nodes=HOOKED)}).json()["id"]
    assert api("POST", f"/api/flows/{flow}/deploy", {}).status_code == 200
    path = urlsplit(api("GET", f"/api/flows/{flow}/hooks").json()[0]["url"]).path
    codes = [Client().post(path, "{}", content_type="application/json").status_code for _ in range(3)]
    assert codes == [404, 404, 429]


def test_a_deep_document_is_refused_while_typing_too(api: Api) -> None:
    deep: Any = []
    for _ in range(200):
        deep = [deep]
    wish = {"document": {"suiro": 1, "nodes": [], "x": deep}, "node": "x", "expr": "1"}
    assert api("POST", "/api/expression", wish).status_code == 422
    assert api("POST", "/api/flows", {"document": wish["document"]}).status_code == 422
    assert api("POST", "/api/flows/x/compile", {"prompt": "x" * 30_000}).status_code in (404, 422)
