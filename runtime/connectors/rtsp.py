"""One picture of an RTSP camera (RFC 2326), over one connection that we dialled ourselves.

FFmpeg's own RTSP follows what the camera says to other addresses and cannot be told not to, so it gets no network: this reads the
stream, interleaved in the connection of the requests, and FFmpeg (PyAV) decodes one picture of it. See ADR 36.
"""

import contextlib
import hashlib
import re
import secrets
import socket
from base64 import b64encode
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import unquote, urljoin, urlsplit

from runtime.addresses import Egress
from runtime.connectors.rtp import NotRtp, Units, Video, video_in
from runtime.senders.deadline import Deadline

PORT = 554
MOST_READ = 24 << 20
"""Bytes that are read for one picture; a camera sends a whole picture every few seconds at least."""
MOST_HEAD = 16 << 10
MOST_BODY = 256 << 10
MOST_PIXELS = 40_000_000
QUALITY = 92
_PART = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))')


class NoVideo(Exception):
    """Why there is no picture; for people, without the address."""


def picture_of(url: str, egress: Egress, deadline: Deadline) -> bytes:
    """A JPEG of what the camera at `url` shows now.

    Raises NoVideo, AddressRefused, OSError and TimeoutError (an OSError too).
    """
    parts = urlsplit(url)
    with contextlib.closing(egress.connect(parts.hostname or "", parts.port or PORT, deadline.left)) as sock:
        talk = _Talk(sock, url, deadline)
        try:
            video = _described(talk)
            talk.ask("SETUP", talk.of(video.control), {"Transport": "RTP/AVP/TCP;unicast;interleaved=0-1"})
            talk.ask("PLAY", talk.base, {"Range": "npt=0.000-"})
            return _decoded(talk, video)
        except NotRtp as wrong:
            raise NoVideo(str(wrong)) from wrong
        finally:
            talk.leave()


def _described(talk: "_Talk") -> Video:
    headers, body = talk.ask("DESCRIBE", talk.base, {"Accept": "application/sdp"})
    talk.base = headers.get("content-base", "").strip() or talk.base
    video = video_in(body.decode("utf-8", "replace"))
    if video is None:
        raise NoVideo("it offers no video in H.264 or H.265")
    return video


def _decoded(talk: "_Talk", video: Video) -> bytes:
    import av

    units = Units(video)
    codec = av.CodecContext.create(video.codec, "r")
    codec.thread_count = 1
    codec.options = {"max_pixels": str(MOST_PIXELS), "strict": "normal"}
    begun = False
    for packet in talk.packets():
        for unit in units.add(packet):
            data = unit if begun else video.head + unit
            try:
                frames = [*codec.decode(av.Packet(data))]
            except av.error.FFmpegError:  # it began in the middle of something
                continue
            begun = True
            if frames and not frames[0].is_corrupt:
                return _jpeg(frames[0])
    raise NoVideo("its video ended before there was a picture")


def _jpeg(frame: "object") -> bytes:
    out = BytesIO()
    frame.to_image().save(out, "JPEG", quality=QUALITY)  # type: ignore[attr-defined]
    return out.getvalue()


class _Talk:
    """Requests and answers in turn, and between them the packets of the stream."""

    def __init__(self, sock: socket.socket, url: str, deadline: Deadline) -> None:
        parts = urlsplit(url)
        self._sock, self._deadline = sock, deadline
        self._name, self._word = unquote(parts.username or ""), unquote(parts.password or "")
        self.base = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        self._rest, self._read, self._count = b"", 0, 0
        self._session = ""
        self._challenge: dict[str, str] | None = None

    def of(self, control: str) -> str:
        """The address of a stream of this camera: it only goes into requests on this connection."""
        if control in ("", "*"):
            return self.base
        base = self.base if self.base.endswith("/") else f"{self.base}/"
        made = control if control.lower().startswith("rtsp://") else f"{base}{control}"
        return made if made.isprintable() and " " not in made else urljoin(base, "track1")

    def ask(self, method: str, url: str, headers: dict[str, str]) -> tuple[dict[str, str], bytes]:
        """What the camera answers with 200. Raises NoVideo for anything else."""
        status, given, body = self._exchange(method, url, headers)
        if status == 401 and self._name and self._challenge is None:
            self._challenge = _challenge(given.get("www-authenticate", ""))
            status, given, body = self._exchange(method, url, headers)
        if status != 200:
            raise NoVideo(f"the camera said {status}")
        self._session = given.get("session", self._session).partition(";")[0].strip()
        return given, body

    def leave(self) -> None:
        """So that it does not send on to nobody."""
        with contextlib.suppress(OSError, NoVideo):
            if self._session:
                self._send("TEARDOWN", self.base, {})

    def packets(self) -> Iterator[bytes]:
        """Of the first channel, until the camera ends or has sent too much."""
        while True:
            channel, data = self._frame()
            if channel == 0:
                yield data

    def _exchange(self, method: str, url: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        self._send(method, url, headers)
        while self._peek() == b"$":
            self._frame()
        return self._answer()

    def _send(self, method: str, url: str, headers: dict[str, str]) -> None:
        self._count += 1
        lines = {"CSeq": str(self._count), "User-Agent": "Suiro", **headers}
        if self._session:
            lines["Session"] = self._session
        if self._challenge is not None:
            lines["Authorization"] = self._proof(method, url, self._challenge)
        text = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self._sock.settimeout(self._deadline.left())
        self._sock.sendall(f"{method} {url} RTSP/1.0\r\n{text}\r\n".encode())

    def _proof(self, method: str, url: str, challenge: dict[str, str]) -> str:
        """Digest (RFC 2617), or Basic where the camera knows nothing else."""
        if "nonce" not in challenge:
            return f"Basic {b64encode(f'{self._name}:{self._word}'.encode()).decode()}"
        realm, nonce = challenge.get("realm", ""), challenge["nonce"]
        secret, asked = _md5(f"{self._name}:{realm}:{self._word}"), _md5(f"{method}:{url}")
        said = {"username": self._name, "realm": realm, "nonce": nonce, "uri": url}
        if "qop" in challenge:
            said |= {"cnonce": secrets.token_hex(8)}
            count = f"{self._count:08x}"
            response = _md5(f"{secret}:{nonce}:{count}:{said['cnonce']}:auth:{asked}")
            more = f", qop=auth, nc={count}"
        else:
            response, more = _md5(f"{secret}:{nonce}:{asked}"), ""
        quoted = ", ".join(f'{name}="{value}"' for name, value in {**said, "response": response}.items())
        return f"Digest {quoted}{more}"

    def _answer(self) -> tuple[int, dict[str, str], bytes]:
        while b"\r\n\r\n" not in self._rest:
            if len(self._rest) > MOST_HEAD:
                raise NoVideo("what it says is no RTSP")
            self._more()
        head, self._rest = self._rest.split(b"\r\n\r\n", 1)
        first, *lines = head.decode("utf-8", "replace").split("\r\n")
        said = re.fullmatch(r"RTSP/1\.\d (\d{3})(?: .*)?", first)
        if said is None:
            raise NoVideo("what it says is no RTSP")
        headers: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            if name != "www-authenticate" or not headers.get(name, "").lower().startswith("digest"):
                headers[name] = value.strip()
        size = headers.get("content-length", "0")
        if not size.isdigit() or int(size) > MOST_BODY:
            raise NoVideo("what it says is no RTSP")
        return int(said[1]), headers, self._take(int(size))

    def _frame(self) -> tuple[int, bytes]:
        """One interleaved packet and its channel; an answer in between is passed over."""
        while self._peek() != b"$":
            self._answer()
        head = self._take(4)
        return head[1], self._take(int.from_bytes(head[2:], "big"))

    def _peek(self) -> bytes:
        if not self._rest:
            self._more()
        return self._rest[:1]

    def _take(self, size: int) -> bytes:
        while len(self._rest) < size:
            self._more()
        found, self._rest = self._rest[:size], self._rest[size:]
        return found

    def _more(self) -> None:
        self._sock.settimeout(self._deadline.left())
        part = self._sock.recv(65_536)
        self._read += len(part)
        if not part:
            raise NoVideo("the camera hung up")
        if self._read > MOST_READ:
            raise NoVideo("the camera sent no whole picture")
        self._rest += part


def _challenge(header: str) -> dict[str, str]:
    """The parts of a Digest challenge; none for Basic."""
    if not header.lower().startswith("digest"):
        return {}
    return {name.lower(): quoted or bare for name, quoted, bare in _PART.findall(header)}


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
