"""Slack and webhooks, against a real server on loopback."""

import asyncio
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2
import msgspec
import pytest

from runtime.addresses import AddressRefused, Egress
from runtime.senders.egress import async_http_client, http_client
from runtime.senders.outcome import Parcel
from runtime.senders.slack import Slack
from runtime.senders.webhook import Webhook, retry_after
from tests.receiver import Receiver

TRUSTED = Egress(trusted=True)
NOTICE = Parcel("k" * 32, "tell", "notify", "kiln-1", 1_767_571_200_000, text="炉1 is at 85 °C <!channel> & more")
CALL = Parcel("c" * 32, "call", "webhook_out", None, 1_767_571_200_000, body={"a": [1, "ü"]})


def test_slack_gets_the_text_and_nothing_in_it_can_mention_anybody(receiver: Receiver) -> None:
    assert Slack(receiver.url, TRUSTED).send(NOTICE).sent
    path, _, body = receiver.received[0]
    assert path == "/hook"
    assert body == {"text": "炉1 is at 85 °C &lt;!channel&gt; &amp; more"}


def test_a_webhook_gets_its_body_with_the_key_of_the_action(receiver: Receiver) -> None:
    assert Webhook(receiver.url, TRUSTED).send(CALL).sent
    _, headers, body = receiver.received[0]
    assert body == CALL.body
    assert headers["Idempotency-Key"] == CALL.key


def test_a_notice_to_a_webhook_says_where_it_comes_from(receiver: Receiver) -> None:
    Webhook(receiver.url, TRUSTED).send(NOTICE)
    body = receiver.received[0][2]
    assert body["text"] == NOTICE.text
    assert body["time"] == "2026-01-05T00:00:00.000Z"
    assert (body["node"], body["device"]) == ("tell", "kiln-1")


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(400, True), (404, True), (410, True), (501, True), (429, False), (503, False), (507, False), (529, False)],
)
def test_an_answer_says_whether_trying_again_can_help(receiver: Receiver, status: int, permanent: bool) -> None:
    receiver.answers = [(status, {"Retry-After": "7"})]
    outcome = Webhook(receiver.url, TRUSTED).send(CALL)
    assert (outcome.sent, outcome.permanent) == (False, permanent)
    assert str(status) in outcome.detail
    assert outcome.retry_after == (None if permanent else 7.0)


class _Patient(BaseHTTPRequestHandler):
    """Answers on one connection after the other, with what the path says."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.came_from.append(self.client_address)  # type: ignore[attr-defined]
        said, promised = (int(part) for part in self.path[1:].split("-"))
        self.send_response(200)
        self.send_header("Content-Length", str(promised))
        self.end_headers()
        self.wfile.write(b"x" * said)


@pytest.mark.parametrize(
    ("path", "connections"), [("0-0", 1), ("2-2", 1), ("9000-9000", 1), ("90000-90000", 2), ("1-9", 2)]
)
def test_calls_share_a_connection_unless_the_answer_is_long_or_does_not_end(
    path: str, connections: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.senders.webhook.HEAR_OUT", 30.0 if connections == 1 else 0.1)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Patient) as server:
        server.daemon_threads = True
        server.came_from = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        sender = Webhook(f"http://127.0.0.1:{server.server_port}/{path}", TRUSTED)
        assert all(sender.send(CALL).sent for _ in range(2))
        sender.close()
        server.shutdown()
    assert len(set(server.came_from)) == connections  # type: ignore[attr-defined]


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.answers = [(302, {"Location": "http://169.254.169.254/latest/meta-data"})]
    outcome = Webhook(receiver.url, TRUSTED).send(CALL)
    assert (outcome.sent, outcome.permanent) == (False, True)
    assert len(receiver.received) == 1


def test_an_untrusted_local_address_is_refused_before_anything_is_sent(receiver: Receiver) -> None:
    outcome = Webhook(receiver.url, Egress()).send(CALL)
    assert (outcome.sent, outcome.permanent) == (False, True)
    assert "loopback" in outcome.detail
    assert receiver.received == []


def test_metadata_is_refused_even_for_the_operator() -> None:
    for host in ("169.254.169.254", "[::ffff:169.254.169.254]", "[64:ff9b::a9fe:a9fe]"):
        outcome = Webhook(f"http://{host}/", TRUSTED).send(CALL)
        assert (outcome.sent, outcome.permanent) == (False, True), host


def test_a_name_that_changes_between_check_and_use_does_not_help(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the second look at the name would lead to loopback, but there is no second look."""
    real, looks = socket.getaddrinfo, []

    def rebinding(host: str, port: int, *rest: object, **more: object) -> object:
        if host != "rebind.test":
            return real(host, port, *rest, **more)  # type: ignore[arg-type]
        looks.append(host)
        address = "192.0.2.1" if len(looks) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    port = receiver.port
    assert not Webhook(f"http://rebind.test:{port}/", Egress()).send(CALL).sent
    assert receiver.received == []


def test_nobody_there_is_worth_another_attempt() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    outcome = Webhook(f"http://127.0.0.1:{port}/", TRUSTED).send(CALL)
    assert (outcome.sent, outcome.permanent) == (False, False)


@pytest.mark.parametrize("url", ["ftp://x/", "nonsense", "http://", "http://[::1", ""])
def test_an_address_that_is_no_url_is_a_permanent_no(url: str) -> None:
    outcome = Webhook(url, TRUSTED).send(CALL)
    assert (outcome.sent, outcome.permanent) == (False, True)


def test_the_environment_cannot_name_a_proxy(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert Webhook(receiver.url, TRUSTED).send(CALL).sent


def test_the_door_holds_for_asyncio_too(receiver: Receiver) -> None:
    async def post(egress: Egress) -> int:
        async with async_http_client(egress) as client:
            return (await client.post(receiver.url, json={})).status_code

    assert asyncio.run(post(TRUSTED)) == 200
    with pytest.raises(AddressRefused):
        asyncio.run(post(Egress()))


def test_a_client_cannot_be_told_to_follow_redirects(receiver: Receiver) -> None:
    receiver.answers = [(302, {"Location": receiver.url})]
    with http_client(TRUSTED, follow_redirects=True) as client:
        assert client.post(receiver.url, json={}).status_code == 302
    assert isinstance(client, httpx2.Client)


def test_retry_after_is_read_as_seconds_or_as_a_date() -> None:
    assert retry_after("12") == 12.0
    assert retry_after("99999") == 300.0
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0
    assert retry_after("soon") is None
    assert retry_after("nan") is None
    assert (retry_after("1e9"), retry_after("-7"), retry_after("1e999")) == (300.0, 0.0, 300.0)


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
@pytest.mark.parametrize("form", ["%a, %d %b %Y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y", "%A, %d-%b-%y %H:%M:%S GMT"])
def test_a_date_in_any_form_of_http_is_one_in_utc_wherever_we_are(
    form: str, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        seconds = retry_after(time.strftime(form, time.gmtime(time.time() + 60)))
    finally:
        monkeypatch.undo()
        time.tzset()
    assert seconds is not None
    assert 0 < seconds <= 60, "a zone is hours away"


def test_a_notice_with_a_picture_says_where_members_see_it() -> None:
    seen = "https://suiro.example/pictures/" + "ab" * 32
    notice = msgspec.structs.replace(NOTICE, picture=seen)
    assert Slack("https://chat.example/x", Egress()).body(notice)["text"].endswith(f"&amp; more\n{seen}")
    assert Webhook("https://hook.example/x", Egress()).body(notice)["picture"] == seen
    assert "picture" not in Webhook("https://hook.example/x", Egress()).body(NOTICE)
