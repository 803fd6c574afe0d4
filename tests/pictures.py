"""Pictures as devices send them, and files that only pretend to be one."""

import base64
import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><image href="file:///etc/passwd"/></svg>'


def picture(colour: Any = "red", size: tuple[int, int] = (64, 48), format: str = "JPEG", **how: Any) -> bytes:
    return written(Image.new("RGB", size, colour), format, **how)


def written(image: Image.Image, format: str = "JPEG", **how: Any) -> bytes:
    out = BytesIO()
    image.save(out, format, **how)
    return out.getvalue()


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def data_url(data: bytes, media_type: str = "image/jpeg") -> str:
    return f"data:{media_type};base64,{base64_of(data)}"


def gigantic(width: int = 60_000, height: int = 60_000) -> bytes:
    """A PNG of a few bytes that says it has thousands of millions of pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
    )


def moving() -> bytes:
    out = BytesIO()
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "green")]
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    return out.getvalue()


HOSTILE = {
    "truncated": (picture(size=(640, 480))[:400], "picture_unreadable"),
    "gigantic": (gigantic(), "picture_too_large"),
    "svg": (SVG, "picture_format"),
    "moving": (moving(), "picture_moves"),
    "text": (b"this is no picture", "picture_format"),
    "gif": (picture(format="GIF"), "picture_format"),
}
"""What each is refused for."""
