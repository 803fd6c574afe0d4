"""A camera that speaks RTSP on loopback: real H.264 or H.265 in RTP, interleaved, and several ways to misbehave."""

import contextlib
import hashlib
import re
import socket
import threading
from fractions import Fraction
from types import TracebackType
from typing import Any

import av
from PIL import Image

NAME, WORD = "cam", "pass word"
NONCE = "5f3a"
PAYLOAD = 1_200
"""Bytes of an RTP packet."""


def encoded(image: Image.Image, codec: str, count: int = 3) -> list[list[bytes]]:
    """The NAL units of `count` pictures, the first with its parameter sets."""
    stream = av.CodecContext.create({"h264": "libx264", "hevc": "libx265"}[codec], "w")
    stream.width, stream.height, stream.pix_fmt, stream.time_base = image.width, image.height, "yuv420p", Fraction(1, 5)
    stream.gop_size = 1
    stream.options = {
        "preset": "ultrafast",
        "tune": "zerolatency",
        **({"x265-params": "log-level=none:repeat-headers=1"} if codec == "hevc" else {}),
    }
    pictures = []
    frames: list[Any] = [*[av.VideoFrame.from_image(image) for _ in range(count)], None]
    for index, frame in enumerate(frames):
        if frame is not None:
            frame.pts = index
        for packet in stream.encode(frame):
            pictures.append([part for part in re.split(rb"\x00\x00\x00?\x01", bytes(packet)) if part])
    return pictures


class RtspServer:
    """`url` has no name and password; `signed` has both. `asked` are the requests, as they came."""

    def __init__(self, image: Image.Image, mode: str = "honest", codec: str = "h264") -> None:
        self.mode, self.codec = mode, codec
        self.pictures = encoded(image, codec)
        self.asked: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.port = self._listener.getsockname()[1]
        self.url = f"rtsp://127.0.0.1:{self.port}/live/main"
        self.signed = self.url.replace("//", f"//{NAME}:{WORD.replace(' ', '%20')}@")
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self) -> "RtspServer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()
        for sock in self._open:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                self._open.append(sock)
                threading.Thread(target=self._talk, args=(sock,), daemon=True).start()

    def _talk(self, sock: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError, IndexError), sock.makefile("rb") as lines:
            while True:
                head = []
                while (line := lines.readline().decode().rstrip("\r\n")) or not head:
                    head.append(line)
                self.asked.append("\n".join(head))
                self._answer(sock, head)

    def _answer(self, sock: socket.socket, head: list[str]) -> None:
        method = head[0].split()[0]
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        count = headers["cseq"]
        if self.mode == "junk":
            sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        elif self.mode == "hanging" and method == "PLAY":
            pass
        elif self.mode == "redirecting":
            sock.sendall(f"RTSP/1.0 302 Found\r\nCSeq: {count}\r\nLocation: rtsp://127.0.0.1:1/other\r\n\r\n".encode())
        elif self.mode in ("digest", "basic") and not self._knows(method, headers.get("authorization", "")):
            ask = f'Digest realm="cam", nonce="{NONCE}"' if self.mode == "digest" else 'Basic realm="cam"'
            sock.sendall(f"RTSP/1.0 401 Unauthorized\r\nCSeq: {count}\r\nWWW-Authenticate: {ask}\r\n\r\n".encode())
        elif method == "DESCRIBE":
            body = self._described().encode()
            sock.sendall(f"RTSP/1.0 200 OK\r\nCSeq: {count}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        else:
            sock.sendall(f"RTSP/1.0 200 OK\r\nCSeq: {count}\r\nSession: 12;timeout=60\r\n\r\n".encode())
            if method == "PLAY":
                self._play(sock)

    def _knows(self, method: str, given: str) -> bool:
        if self.mode == "basic":
            return given == "Basic Y2FtOnBhc3Mgd29yZA=="
        uri = re.search(r'uri="([^"]*)"', given)
        if uri is None:
            return False
        secret, asked = _md5(f"{NAME}:cam:{WORD}"), _md5(f"{method}:{uri[1]}")
        return f'response="{_md5(f"{secret}:{NONCE}:{asked}")}"' in given

    def _described(self) -> str:
        name = {"h264": "H264", "hevc": "H265"}[self.codec] if self.mode != "jpeg" else "JPEG"
        lines = ["v=0", "s=cam", "m=audio 0 RTP/AVP 8", "a=control:track0", "m=video 0 RTP/AVP 96",
                 f"a=rtpmap:96 {name}/90000", "a=fmtp:96 packetization-mode=1", "a=control:track1"]  # fmt: skip
        return "\r\n".join(lines) + "\r\n"

    def _play(self, sock: socket.socket) -> None:
        if self.mode == "endless":
            for number in range(1_000_000):
                self._send(sock, b"\x06" + b"\x05" * 1_000, number, marker=True)
        if self.mode == "huge":
            for number in range(20_000):
                self._send(sock, bytes([0x7C, 0x85 if number == 0 else 0x05]) + b"\x55" * 1_400, number, marker=False)
        sequence = 65_530
        for place, picture in enumerate(self.pictures):
            packets = [part for unit in picture for part in self._parts(unit)]
            for index, packet in enumerate(packets):
                lost = self.mode == "lossy" and place == 0 and index == len(packets) // 2
                if not lost:
                    self._send(sock, packet, sequence, marker=index == len(packets) - 1)
                sequence = (sequence + 1) & 0xFFFF
        if self.mode == "hangs up":
            sock.close()

    def _parts(self, unit: bytes) -> list[bytes]:
        """A unit in packets: whole where it is small, else in fragments."""
        if len(unit) <= PAYLOAD:
            return [unit]
        if self.codec == "h264":
            head, kind, body = bytes([unit[0] & 0xE0 | 28]), unit[0] & 31, unit[1:]
        else:
            head, kind, body = bytes([unit[0] & 0x81 | 49 << 1, unit[1]]), unit[0] >> 1 & 63, unit[2:]
        cuts = [body[at : at + PAYLOAD] for at in range(0, len(body), PAYLOAD)]
        flags = [128 * (n == 0) | 64 * (n == len(cuts) - 1) | kind for n in range(len(cuts))]
        return [head + bytes([flag]) + cut for flag, cut in zip(flags, cuts, strict=True)]

    def _send(self, sock: socket.socket, payload: bytes, sequence: int, *, marker: bool) -> None:
        packet = bytes([0x80, 96 | 128 * marker]) + (sequence & 0xFFFF).to_bytes(2, "big") + bytes(8) + payload
        sock.sendall(b"$\0" + len(packet).to_bytes(2, "big") + packet)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
