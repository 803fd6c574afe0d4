"""Video out of RTP packets: H.264 (RFC 6184) and H.265 (RFC 7798) as access units in the byte stream format."""

import base64
import binascii
from collections.abc import Iterator
from typing import Literal

import msgspec

Codec = Literal["h264", "hevc"]
CODECS: dict[str, Codec] = {"H264": "h264", "H265": "hevc"}
START = b"\0\0\0\1"
MOST_UNIT = 8 << 20
"""Bytes of one picture."""
AGGREGATE = {"h264": 24, "hevc": 48}
FRAGMENT = {"h264": 28, "hevc": 49}


class Video(msgspec.Struct, frozen=True):
    """A stream that a camera offers: `control` is its address for SETUP, as the camera wrote it; `head` its parameter sets."""

    codec: Codec
    payload_type: int
    control: str
    head: bytes


class NotRtp(ValueError):
    """What came is no stream of this kind."""


def video_in(sdp: str) -> Video | None:
    """The first video of a description (RFC 8866) that can be decoded; None where there is none."""
    kinds: list[list[str]] = []
    for line in sdp.splitlines():
        if line.startswith("m="):
            kinds.append([])
        if kinds:
            kinds[-1].append(line.strip())
    for lines in kinds:
        if lines[0].startswith("m=video") and (found := _video(lines)) is not None:
            return found
    return None


def _video(lines: list[str]) -> Video | None:
    control, head = "", b""
    codec: Codec | None = None
    payload_type = -1
    for line in lines:
        name, _, rest = line.removeprefix("a=").partition(":")
        if name == "control":
            control = rest.strip()
        elif name == "rtpmap" and codec is None:
            number, _, encoding = rest.partition(" ")
            codec = CODECS.get(encoding.partition("/")[0].strip().upper())
            payload_type = int(number) if number.isdigit() else -1
        elif name == "fmtp":
            head = _parameter_sets(rest)
    return Video(codec, payload_type, control, head) if codec is not None else None


def _parameter_sets(fmtp: str) -> bytes:
    found = b""
    for part in fmtp.partition(" ")[2].split(";"):
        name, _, value = part.strip().partition("=")
        if name in ("sprop-parameter-sets", "sprop-vps", "sprop-sps", "sprop-pps"):
            for text in value.split(","):
                try:
                    found += START + base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
                except (binascii.Error, ValueError):
                    continue
    return found


class Units:
    """Puts packets together again. A picture of which one is missing is left out."""

    def __init__(self, video: Video) -> None:
        self._video = video
        self._unit = bytearray()
        self._next: int | None = None
        self._whole, self._open = True, False

    def add(self, packet: bytes) -> Iterator[bytes]:
        """A packet of this stream; gives the picture that it completes. Raises NotRtp."""
        sequence, marker, payload = self._opened(packet)
        if payload is None:
            return
        if self._next is not None and sequence != self._next:
            self._whole = False
        self._next = (sequence + 1) & 0xFFFF
        self._take(payload)
        if len(self._unit) > MOST_UNIT:
            raise NotRtp("a picture of its video is too large")
        if marker:
            unit, whole = bytes(self._unit), self._whole
            self._unit.clear()
            self._whole, self._open = True, False
            if whole and unit:
                yield unit

    def _opened(self, packet: bytes) -> tuple[int, bool, bytes | None]:
        """Sequence number, whether it ends a picture, and what is in it (None: it belongs to something else)."""
        if len(packet) < 12 or packet[0] >> 6 != 2:
            raise NotRtp("what it sends is no RTP")
        begin, end = 12 + 4 * (packet[0] & 15), len(packet)
        if packet[0] & 16:
            begin += 4 + 4 * int.from_bytes(packet[begin + 2 : begin + 4], "big")
        if packet[0] & 32:
            end -= packet[-1]
        ours = packet[1] & 127 == self._video.payload_type and begin < end
        return int.from_bytes(packet[2:4], "big"), bool(packet[1] & 128), packet[begin:end] if ours else None

    def _take(self, payload: bytes) -> None:
        codec = self._video.codec
        head = 1 if codec == "h264" else 2
        kind = payload[0] & 31 if codec == "h264" else payload[0] >> 1 & 63
        if kind == AGGREGATE[codec]:
            self._apart(payload[head:])
        elif kind == FRAGMENT[codec] and len(payload) > head:
            self._fragment(payload, head)
        elif len(payload) > head:
            self._unit += START + payload

    def _apart(self, rest: bytes) -> None:
        while len(rest) > 2:
            size = int.from_bytes(rest[:2], "big")
            self._unit += START + rest[2 : 2 + size]
            rest = rest[2 + size :]

    def _fragment(self, payload: bytes, head: int) -> None:
        flags = payload[head]
        if flags & 128:
            kind = flags & 31 if head == 1 else flags & 63
            first = (
                bytes([payload[0] & 0xE0 | kind]) if head == 1 else bytes([payload[0] & 0x81 | kind << 1, payload[1]])
            )
            self._unit += START + first
            self._open = True
        if not self._open:
            self._whole = False
        self._unit += payload[head + 1 :]
