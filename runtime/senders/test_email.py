"""Mail, against a real SMTP server on loopback."""

import contextlib
import itertools
import socket
import threading
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from runtime.addresses import Egress
from runtime.senders import email
from runtime.senders.email import Email, parse_mail_address
from runtime.senders.outcome import Parcel
from tests.brokers import any_free_port

TRUSTED = Egress(trusted=True)
NOTICE = Parcel("k" * 32, "tell", "notify", "kiln-1", 0, text="1号炉 is too hot\r\nBcc: all@example.org\n\x1b[31m85 °C")


class Mailbox:
    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.answer = "250 OK"
        self.logins: list[tuple[bytes, bytes]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer.startswith("250"):
            self.mails.append((envelope, message_from_bytes(envelope.content, policy=policy.default)))
        return self.answer

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"right", handled=False)


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, str]]:
    handler, port = Mailbox(), any_free_port()
    controller = Controller(
        handler, "127.0.0.1", port, authenticator=handler.authenticate, auth_require_tls=False, enable_SMTPUTF8=True
    )
    controller.start()
    yield handler, f"127.0.0.1:{port}"
    controller.stop()


def test_a_notice_becomes_one_mail_and_its_text_no_header(mailbox: tuple[Mailbox, str]) -> None:
    handler, host = mailbox
    outcome = Email(f"smtp://{host}/?to=a@example.org,b@example.org&from=s@example.org", TRUSTED).send(NOTICE)
    assert outcome.sent, outcome
    envelope, mail = handler.mails[0]
    assert envelope.rcpt_tos == ["a@example.org", "b@example.org"]
    assert "1号炉 is too hot" in mail["Subject"]
    assert mail["Bcc"] is None
    assert "85 °C" in mail.get_content()
    assert "\x1b" not in mail.get_content()


def test_a_password_is_used_on_this_machine(mailbox: tuple[Mailbox, str]) -> None:
    handler, host = mailbox
    assert Email(f"smtp://me:right@{host}/?to=a@example.org", TRUSTED).send(NOTICE).sent
    assert handler.logins[0] == (b"me", b"right")


def test_a_wrong_password_is_a_permanent_no_that_does_not_show_it(mailbox: tuple[Mailbox, str]) -> None:
    _, host = mailbox
    outcome = Email(f"smtp://me:wr0ng@{host}/?to=a@example.org", TRUSTED).send(NOTICE)
    assert (outcome.sent, outcome.permanent) == (False, True)
    assert "wr0ng" not in outcome.detail


@pytest.mark.parametrize(("answer", "permanent"), [("451 later", False), ("554 never", True)])
def test_the_servers_answer_says_whether_trying_again_can_help(
    mailbox: tuple[Mailbox, str], answer: str, permanent: bool
) -> None:
    handler, host = mailbox
    handler.answer = answer
    outcome = Email(f"smtp://{host}/?to=a@example.org", TRUSTED).send(NOTICE)
    assert (outcome.sent, outcome.permanent) == (False, permanent)


def test_an_untrusted_local_server_is_not_dialled(mailbox: tuple[Mailbox, str]) -> None:
    handler, host = mailbox
    outcome = Email(f"smtp://{host}/?to=a@example.org", Egress()).send(NOTICE)
    assert (outcome.sent, outcome.permanent) == (False, True)
    assert handler.mails == []


@pytest.mark.parametrize(
    ("sort", "said"),
    [("smtp", b"220-more\r\n"), ("smtp", b"2"), ("smtps", b"\x16"), ("smtp", b"220 hello\r\n250-x\r\n")],
)
def test_a_server_that_drips_is_given_up_in_time(sort: str, said: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte before each time-out, for ever: never silent, never done."""
    monkeypatch.setattr(email, "LONGEST_CALL", 1.0)
    over = threading.Event()

    def drip(listener: socket.socket) -> None:
        line, _ = listener.accept()
        with line, contextlib.suppress(OSError):
            for byte in itertools.cycle(said):
                line.sendall(bytes([byte]))
                if over.wait(0.02):
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip, args=(listener,), daemon=True)
        thread.start()
        begun = time.monotonic()
        outcome = Email(f"{sort}://127.0.0.1:{listener.getsockname()[1]}/?to=a@example.org", TRUSTED).send(NOTICE)
        took = time.monotonic() - begun
        over.set()
        thread.join(5)
    assert (outcome.sent, outcome.permanent) == (False, False), outcome
    assert took < 20, "it drips for ever"


def test_a_server_that_says_too_much_is_not_listened_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(email, "MOST_SAID", 10_000)

    def talk(listener: socket.socket) -> None:
        line, _ = listener.accept()
        with line, contextlib.suppress(OSError):
            while True:
                line.sendall(b"220-and so on\r\n" * 1_000)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=talk, args=(listener,), daemon=True).start()
        outcome = Email(f"smtp://127.0.0.1:{listener.getsockname()[1]}/?to=a@example.org", TRUSTED).send(NOTICE)
    assert (outcome.sent, outcome.permanent) == (False, False), outcome


def test_nobody_there_is_worth_another_attempt() -> None:
    outcome = Email(f"smtp://127.0.0.1:{any_free_port()}/?to=a@example.org", TRUSTED).send(NOTICE)
    assert (outcome.sent, outcome.permanent) == (False, False)


def test_an_address_is_read_strictly() -> None:
    address = parse_mail_address("smtps://me%40x.org:p%2Fw@mail.x.org/?to=a@x.org")
    assert (address.port, address.user, address.password, address.sender) == (465, "me@x.org", "p/w", "me@x.org")
    assert parse_mail_address("smtp://u:p@h/?to=a@x.org").port == 587
    for bad in ("mailto:a@b.c", "smtp://h/", "smtp://h/?to=nobody", "smtp://h/?to=a@b.c%0d%0aBcc:x@y.z", "http://h"):
        with pytest.raises(ValueError):
            parse_mail_address(bad)
