"""Pictures that were made to break something are refused by name; the others come out clean."""

import hashlib
import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageDraw

from document.problems import CODES
from runtime.pictures import MOST_BYTES, Picture, PictureRefused, clean, thumbnail

GPS = 0x8825


def written(image: Image.Image, format: str, **how: Any) -> bytes:
    out = BytesIO()
    image.save(out, format, **how)
    return out.getvalue()


def halves(mode: str = "RGB", size: tuple[int, int] = (60, 40)) -> Image.Image:
    """Left half red, right half blue."""
    image = Image.new("RGB", size, "red")
    ImageDraw.Draw(image).rectangle((size[0] // 2, 0, size[0], size[1]), fill="blue")
    return image.convert(mode)


def noise(width: int, height: int) -> Image.Image:
    return Image.effect_noise((width, height), 100).convert("RGB")


def seen(picture: Picture) -> Image.Image:
    return Image.open(BytesIO(picture.data))


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
    )


def webp_header(width: int, height: int) -> bytes:
    body = (
        b"VP8X"
        + struct.pack("<I", 10)
        + b"\0\0\0\0"
        + (width - 1).to_bytes(3, "little")
        + (height - 1).to_bytes(3, "little")
    )
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def jpeg_header(width: int, height: int) -> bytes:
    whole = written(halves(), "JPEG")
    at = whole.index(b"\xff\xc0") + 5
    return whole[:at] + struct.pack(">HH", height, width) + whole[at + 4 :]


def frames(format: str) -> bytes:
    return written(halves(), format, save_all=True, append_images=[Image.new("RGB", (60, 40), "green")], duration=100)


def scans(count: int) -> bytes:
    whole = written(noise(32, 32), "JPEG", progressive=True)
    scan = whole[whole.rindex(b"\xff\xda") : -2]
    return whole[:-2] + scan * count + b"\xff\xd9"


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
REFUSED = {
    "nothing": (b"", "picture_format"),
    "a text": (b"hello", "picture_format"),
    "SVG": (SVG, "picture_format"),
    "SVG behind a byte order mark": (b"\xef\xbb\xbf" + SVG, "picture_format"),
    "a still GIF": (written(halves(), "GIF"), "picture_format"),
    "a moving GIF": (frames("GIF"), "picture_format"),
    "TIFF": (written(halves(), "TIFF"), "picture_format"),
    "EPS, which would start a program": (written(halves(), "EPS"), "picture_format"),
    "a moving WebP": (frames("WEBP"), "picture_moves"),
    "a moving PNG": (frames("PNG"), "picture_moves"),
    "a PNG cut short": (written(noise(200, 200), "PNG")[:4000], "picture_unreadable"),
    "a JPEG cut short": (written(noise(200, 200), "JPEG")[:4000], "picture_unreadable"),
    "a WebP cut short": (written(noise(200, 200), "WEBP")[:4000], "picture_unreadable"),
    "only the magic of PNG": (b"\x89PNG\r\n\x1a\n", "picture_unreadable"),
    "only the magic of JPEG": (b"\xff\xd8\xff", "picture_unreadable"),
    "only the magic of WebP": (b"RIFF\x04\0\0\0WEBP", "picture_unreadable"),
    "a PNG without width": (png_header(0, 40), "picture_unreadable"),
    "a PNG bomb": (png_header(60_000, 60_000), "picture_too_large"),
    "a JPEG bomb": (jpeg_header(65_000, 65_000), "picture_too_large"),
    "a WebP bomb": (webp_header(16_000_000, 250), "picture_too_large"),
    "one pixel too many": (png_header(40_000_001, 1), "picture_too_large"),
    "a JPEG of thousands of scans": (scans(3000), "picture_unreadable"),
    "too many bytes": (written(halves(), "PNG") + b"\0" * MOST_BYTES, "picture_too_heavy"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_still_picture_of_a_sane_size_is_refused_by_name(what: str) -> None:
    data, code = REFUSED[what]
    with pytest.raises(PictureRefused) as refused:
        clean(data, widest=1000)
    assert refused.value.code == code
    assert code in CODES


def test_a_bomb_is_refused_with_the_size_it_claims() -> None:
    with pytest.raises(PictureRefused) as refused:
        clean(webp_header(16_000_000, 250), widest=100)
    assert refused.value.given == {"width": 16_000_000, "height": 250, "most": 40_000_000}


@pytest.mark.parametrize(
    ("format", "comes_out"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/jpeg")]
)
def test_the_content_decides_the_format_and_the_sum_is_of_what_was_written(format: str, comes_out: str) -> None:
    picture = clean(written(halves(), format), widest=1000)
    assert (picture.media_type, picture.width, picture.height) == (comes_out, 60, 40)
    assert picture.sha256 == hashlib.sha256(picture.data).hexdigest()
    assert f"image/{(seen(picture).format or '').lower()}" == comes_out
    assert clean(written(halves(), format), widest=1000) == picture


def test_a_picture_with_a_document_behind_its_end_leaves_without_it() -> None:
    page = b"<html><script>alert(1)</script>"
    for format in ("PNG", "JPEG"):
        assert page not in clean(written(halves(), format) + page, widest=1000).data


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
def test_place_and_names_in_the_metadata_do_not_come_out(format: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "MAKER-NAME"
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (35.0, 40.0, 52.0)
    how: dict[str, Any] = {"exif": exif, "icc_profile": b"PROFILE-NAME" * 20}
    if format == "JPEG":
        how["comment"] = b"COMMENT-NAME"
    data = written(halves(), format, **how)
    assert b"MAKER-NAME" in data
    picture = clean(data, widest=1000)
    assert not [name for name in (b"MAKER-NAME", b"PROFILE-NAME", b"COMMENT-NAME", b"Exif") if name in picture.data]
    assert not seen(picture).getexif()
    assert "icc_profile" not in seen(picture).info


def test_a_picture_is_turned_as_its_camera_was_held() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera lay on its side: turn clockwise
    picture = clean(written(halves(), "JPEG", exif=exif, quality=95), widest=1000)
    assert (picture.width, picture.height) == (40, 60)
    red, blue = (seen(picture).getpixel((20, y)) for y in (10, 50))
    assert isinstance(red, tuple)
    assert isinstance(blue, tuple)
    assert (red[0] > 200, blue[2] > 200) == (True, True)


def test_broken_metadata_does_not_refuse_a_picture() -> None:
    picture = clean(written(halves(), "JPEG", exif=b"Exif\0\0MM\0\x2a\xff\xff\xff\xff" + b"\xff" * 40), widest=1000)
    assert (picture.width, picture.height) == (60, 40)


def test_print_colours_become_screen_colours() -> None:
    image = seen(clean(written(halves("CMYK"), "JPEG", quality=95), widest=1000))
    red = image.getpixel((10, 20))
    assert isinstance(red, tuple)
    assert (image.mode, red[0] > 200, max(red[1:]) < 60) == ("RGB", True, True)


def test_sixteen_bits_become_eight_without_losing_the_greys() -> None:
    deep = Image.new("I;16", (20, 10), 0x8000)
    image = seen(clean(written(deep, "PNG"), widest=1000))
    assert (image.mode, image.getpixel((5, 5))) == ("L", 0x80)


def test_a_palette_with_a_clear_colour_stays_see_through() -> None:
    palette = Image.new("P", (20, 10), 0)
    palette.putpalette([255, 0, 0, 0, 255, 0])
    ImageDraw.Draw(palette).rectangle((10, 0, 20, 10), fill=1)
    image = seen(clean(written(palette, "PNG", transparency=0), widest=1000))
    assert (image.mode, image.getpixel((2, 5)), image.getpixel((15, 5))) == ("RGBA", (255, 0, 0, 0), (0, 255, 0, 255))


def test_a_see_through_webp_becomes_a_png() -> None:
    clear = Image.new("RGBA", (20, 10), (255, 0, 0, 0))
    assert clean(written(clear, "WEBP"), widest=1000).media_type == "image/png"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_every_kind_of_pixel_comes_through(mode: str) -> None:
    assert clean(written(halves(mode), "PNG"), widest=1000).width == 60


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
def test_the_longer_side_is_at_most_the_widest(format: str) -> None:
    picture = clean(written(noise(900, 300), format), widest=300)
    assert (picture.width, picture.height) == (300, 100)
    assert clean(written(noise(30, 90), format), widest=300).height == 90


def test_a_line_of_pixels_is_a_picture_too() -> None:
    picture = clean(written(Image.new("L", (9000, 1)), "PNG"), widest=1000)
    assert (picture.width, picture.height) == (1000, 1)


def test_a_thumbnail_is_a_small_jpeg_whatever_it_is_made_of() -> None:
    for format in ("PNG", "JPEG"):
        small = thumbnail(clean(written(noise(1600, 1600), format), widest=1600).data)
        assert (small.media_type, small.width, small.height) == ("image/jpeg", 320, 320)
        assert len(small.data) <= 64 * 1024
    clear = thumbnail(clean(written(Image.new("RGBA", (500, 500), (255, 0, 0, 0)), "PNG"), widest=500).data)
    assert seen(clear).getpixel((9, 9)) == (255, 255, 255)
    with pytest.raises(PictureRefused):
        thumbnail(written(noise(200, 200), "PNG")[:4000])
