"""The one door for pictures that people upload or cameras send: what comes in is hostile, what goes out we wrote ourselves."""

import hashlib
from io import BytesIO
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:  # loaded with the first picture: most workers never see one
    from PIL import Image

MOST_BYTES = 16 * 1024 * 1024
MOST_PIXELS = 40_000_000
"""Looked at in the header, before any pixel is decoded: 40 million of four bytes are 160 MB."""
MOST_SCANS = 100
"""A progressive JPEG is decoded once per scan: a small file with thousands of them holds a processor for minutes."""
THUMBNAIL_WIDEST, THUMBNAIL_BYTES = 320, 64 * 1024
STILL_WIDEST, STILL_BYTES = 1_280, 256 * 1024
"""Of a picture over which somebody draws."""
_PAPER = (255, 255, 255)


class Picture(msgspec.Struct, frozen=True):
    """A still picture that we encoded: no metadata, upright, `sha256` (hex) of `data`. `media_type` is image/jpeg or image/png."""

    data: bytes
    media_type: str
    width: int
    height: int
    sha256: str


class PictureRefused(Exception):
    """Why not: `code` and `args` of the closed list of problems."""

    def __init__(self, code: str, args: dict[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code, self.given = code, args or {}


def clean(data: bytes, *, widest: int) -> Picture:
    """The picture in `data` (PNG, JPEG or WebP, told by its content), its longer side at most `widest` pixels.

    It is decoded and encoded anew: without EXIF, colour profile, comments or anything behind its end, and turned as its
    EXIF orientation says. A PNG stays one, so that lines stay sharp; others become JPEG unless they are see-through.

    Raises:
        PictureRefused: `picture_too_heavy` (over 16 MiB), `picture_format`, `picture_too_large` (over 40 million pixels),
            `picture_moves` (more than one frame), `picture_unreadable`.
    """
    if len(data) > MOST_BYTES:
        raise PictureRefused("picture_too_heavy", {"size": len(data), "most": MOST_BYTES})
    try:
        opened = _opened(data)
        return encoded(_flat(opened, widest), drawing=opened.format == "PNG")
    except PictureRefused:
        raise
    except Exception as broken:  # a decoder may raise anything at all on bytes that were made to break it
        raise PictureRefused("picture_unreadable") from broken


def thumbnail(data: bytes) -> Picture:
    """The same as a JPEG of at most 320 pixels and 64 kB. Raises PictureRefused."""
    return _view(data, THUMBNAIL_WIDEST, THUMBNAIL_BYTES)


def still(data: bytes) -> Picture:
    """The same as a JPEG of at most 1,280 pixels and 256 kB. Raises PictureRefused."""
    return _view(data, STILL_WIDEST, STILL_BYTES)


def _view(data: bytes, widest: int, most: int) -> Picture:
    try:
        small = _on_paper(_flat(_opened(data), widest))
    except PictureRefused:
        raise
    except Exception as broken:
        raise PictureRefused("picture_unreadable") from broken
    for quality in (80, 60, 40, 20):
        made = _written(small, "JPEG", quality=quality)
        if len(made.data) <= most:
            break
    return made


def _opened(data: bytes) -> "Image.Image":
    """Its header read and found small enough. Not by `Image.open`: that tries more formats and decides sizes by a global."""
    from PIL.JpegImagePlugin import jpeg_factory
    from PIL.PngImagePlugin import PngImageFile
    from PIL.WebPImagePlugin import WebPImageFile

    if data[:8] == b"\x89PNG\r\n\x1a\n":
        opened: Image.Image = PngImageFile(BytesIO(data))
    elif data[:3] == b"\xff\xd8\xff":
        if data.count(b"\xff\xda") > MOST_SCANS:
            raise PictureRefused("picture_unreadable")
        opened = jpeg_factory(BytesIO(data))
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        _small_enough(*_webp_size(data))  # its decoder allocates the whole canvas when it opens
        opened = WebPImageFile(BytesIO(data))
    else:
        raise PictureRefused("picture_format")
    _small_enough(*opened.size)
    if opened.format != "MPO" and getattr(opened, "is_animated", False):  # MPO: a camera's JPEG with previews behind it
        raise PictureRefused("picture_moves")
    return opened


def _small_enough(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise PictureRefused("picture_unreadable")
    if width * height > MOST_PIXELS:
        raise PictureRefused("picture_too_large", {"width": width, "height": height, "most": MOST_PIXELS})


def _webp_size(data: bytes) -> tuple[int, int]:
    """Width and height by the first chunk (RFC 9649, sections 2.5 to 2.7)."""
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF


def _flat(opened: "Image.Image", widest: int) -> "Image.Image":
    """Decoded, eight bits a channel, L, RGB or RGBA, upright, within `widest`, with nothing but pixels."""
    from PIL import Image

    opened.draft(None, (widest, widest))  # a JPEG many times larger is decoded small at once
    opened.load()
    image = _upright(opened)
    if image.mode.startswith("I"):
        image = image.point(lambda value: value / 256).convert("L")
    elif image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode not in ("L", "RGB"):
        image = image.convert("L" if image.mode == "1" else "RGB")
    image.thumbnail((widest, widest), Image.Resampling.LANCZOS)
    image.info.clear()
    return image


def _upright(image: "Image.Image") -> "Image.Image":
    from PIL import ImageOps

    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # broken metadata is no reason to refuse a picture that can be seen
        return image


def encoded(image: "Image.Image", *, drawing: bool) -> Picture:
    """A flat picture as PNG where it is a drawing or see-through, else JPEG."""
    if drawing or image.mode == "RGBA":
        made = _written(image, "PNG", optimize=True)
        if len(made.data) <= MOST_BYTES:
            return made
    return _written(_on_paper(image), "JPEG", quality=88)


def _on_paper(image: "Image.Image") -> "Image.Image":
    from PIL import Image

    if image.mode != "RGBA":
        return image
    paper = Image.new("RGB", image.size, _PAPER)
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def _written(image: "Image.Image", format: str, **how: Any) -> Picture:
    out = BytesIO()
    image.save(out, format, **how)
    data = out.getvalue()
    return Picture(data, f"image/{format.lower()}", *image.size, hashlib.sha256(data).hexdigest())
