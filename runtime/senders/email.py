"""email: SMTP by `smtp://user:pass@host:587/?to=a@example.org&from=b@example.org` (or `smtps://`)."""

import contextlib
import ipaddress
import re
import smtplib
import socket
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from runtime.addresses import AddressRefused, Egress
from runtime.senders.deadline import Deadline
from runtime.senders.outcome import LONGEST_CALL, SENT, Outcome, Parcel, failed

TIMEOUT = 10.0
"""Seconds between two bytes; the whole mail has LONGEST_CALL."""
MOST_SAID = 1 << 20
"""Bytes of a server that are read for one mail."""
_MAILBOX = re.compile(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+")


class MailAddress(msgspec.Struct, frozen=True):
    """Where mail goes and how. `secure`: TLS from the first byte (smtps); else STARTTLS where the server offers it."""

    host: str
    port: int
    secure: bool
    user: str | None
    password: str | None
    to: tuple[str, ...]
    sender: str


def parse_mail_address(url: str) -> MailAddress:
    """Raises ValueError with a plain reason for anything that mail cannot be sent by."""
    parts = urlsplit(url.strip())
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("a mail address looks like smtp://user:pass@host:587/?to=a@example.org")
    query = parse_qs(parts.query)
    to = tuple(one.strip() for value in query.get("to", []) for one in value.split(",") if one.strip())
    user = unquote(parts.username) if parts.username else None
    sender = (query.get("from") or [user if user and "@" in user else f"suiro@{parts.hostname}"])[0]
    if not to or not all(_MAILBOX.fullmatch(one) for one in (*to, sender)):
        raise ValueError("`to` and `from` must be mail addresses")
    secure = parts.scheme == "smtps"
    port = parts.port or (465 if secure else 25 if user is None else 587)
    password = unquote(parts.password) if parts.password else None
    return MailAddress(parts.hostname, port, secure, user, password, to, sender)


class Email:
    """Sends each notice as one plain-text mail. A password only travels under TLS or to this machine itself."""

    def __init__(self, url: str, egress: Egress) -> None:
        self.address, self.egress = parse_mail_address(url), egress
        self._deadline = Deadline()

    def send(self, parcel: Parcel) -> Outcome:
        if parcel.text is None:
            return failed("a mail destination takes notices only")
        self._deadline.start(LONGEST_CALL)
        try:
            with contextlib.closing(self._connect()) as server:
                self._login(server)
                server.send_message(mail(parcel, self.address), self.address.sender, list(self.address.to))
                with contextlib.suppress(smtplib.SMTPException, OSError):
                    server.quit()
            return SENT
        except (AddressRefused, _Unsafe, ssl.SSLCertVerificationError) as refused:
            return failed(str(refused)[:200])
        except smtplib.SMTPResponseException as answer:
            return failed(f"SMTP {answer.smtp_code}", permanent=answer.smtp_code >= 500)
        except smtplib.SMTPRecipientsRefused as refused:
            codes = sorted({code for code, _ in refused.recipients.values()})
            return failed(f"recipients refused: SMTP {codes}", permanent=all(code >= 500 for code in codes))
        except (smtplib.SMTPException, OSError) as problem:
            return failed(f"{type(problem).__name__}: {problem}"[:200], permanent=False)

    def close(self) -> None:
        """A connection lasts for one mail only."""

    def _connect(self) -> smtplib.SMTP:
        if self.address.secure:
            return _CheckedSecureSmtp(self.egress, self._deadline, self.address.host, self.address.port)
        return _CheckedSmtp(self.egress, self._deadline, self.address.host, self.address.port)

    def _login(self, server: smtplib.SMTP) -> None:
        server.ehlo_or_helo_if_needed()
        safe = self.address.secure
        if not safe and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            safe = True
        if self.address.user and self.address.password:
            if not safe and not _is_this_machine(server):
                raise _Unsafe("the mail server offers no TLS, so the password was not sent")
            server.login(self.address.user, self.address.password)


class _Unsafe(Exception):
    pass


class _Lines:
    """What the server says, line by line; each part of a line has what is left of the whole time."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock, self._deadline, self._rest = sock, deadline, b""
        self._read = 0

    def readline(self, most: int) -> bytes:
        """Empty once the server has closed the connection or said too much. Raises TimeoutError."""
        while b"\n" not in self._rest and len(self._rest) < most:
            self._sock.settimeout(self._deadline.left(TIMEOUT))
            part = self._sock.recv(4_096)
            self._read += len(part)
            if not part or self._read > MOST_SAID:
                break
            self._rest += part
        end = min(self._rest.find(b"\n") + 1 or most, most)
        line, self._rest = self._rest[:end], self._rest[end:]
        return line

    def close(self) -> None:
        """The socket is closed by who has it."""


class _CheckedSmtp(smtplib.SMTP):
    """Dials checked addresses only, and is over by the deadline whatever the server does."""

    def __init__(self, egress: Egress, deadline: Deadline, host: str, port: int) -> None:
        self.egress, self.deadline = egress, deadline
        super().__init__(host, port, timeout=TIMEOUT)

    def _get_socket(self, host: str, port: int, timeout: Any) -> socket.socket:
        return self.egress.connect(host, port, lambda: self.deadline.left(timeout))

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = _Lines(self.sock, self.deadline)
        return super().getreply()

    def send(self, s: Any) -> None:
        if self.sock is not None:
            self.sock.settimeout(self.deadline.left(TIMEOUT))
        super().send(s)


class _CheckedSecureSmtp(_CheckedSmtp):
    """TLS from the first byte."""

    default_port = smtplib.SMTP_SSL_PORT

    def _get_socket(self, host: str, port: int, timeout: Any) -> socket.socket:
        plain = super()._get_socket(host, port, timeout)
        plain.settimeout(self.deadline.left(timeout))
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


def _is_this_machine(server: smtplib.SMTP) -> bool:
    return server.sock is not None and ipaddress.ip_address(server.sock.getpeername()[0]).is_loopback


def mail(parcel: Parcel, address: MailAddress) -> EmailMessage:
    """The mail of one notice: the subject is its first line, in one line and short."""
    message = EmailMessage()
    text = parcel.words
    message["Subject"] = " ".join("".join(c if c.isprintable() else " " for c in text.strip()[:150]).split())[:120]
    message["From"], message["To"] = address.sender, ", ".join(address.to)
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = (
        make_msgid(parcel.key, "suiro.invalid") if not parcel.key else f"<{parcel.key}@suiro.invalid>"
    )
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("".join(c for c in text if c.isprintable() or c in "\n\t"))
    return message
