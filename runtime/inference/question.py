"""What a language model is asked, out of the request of an ask."""

from io import BytesIO
from typing import Any

import msgspec
from PIL import Image

from nodes.kit.answer_fields import AnswerField, mistake
from nodes.kit.asking import MOST_PICTURES
from runtime.inference.chat import Question
from runtime.inference.kept import PictureOf, Unusable, picture_bytes
from runtime.inference.use import Use
from runtime.pictures import Picture, PictureRefused, clean

WIDEST = 1_024
"""Pixels of the longer side of a picture that a server is shown."""
_Crop = tuple[float, float, float, float]


def question_of(request: dict[str, Any], picture_of: PictureOf, use: Use) -> Question:
    """What it takes is counted in `use`. Raises Unusable where a picture is gone."""
    fields = [AnswerField.model_validate(field) for field in request.get("fields") or ()]
    crop = msgspec.convert(request["crop"], _Crop) if request.get("crop") else None
    handles = list(request.get("pictures") or ())[:MOST_PICTURES]
    return Question(
        prompt=str(request.get("prompt", "")),
        data=str(request.get("data", "")),
        schema=request.get("schema") or {},
        pictures=tuple(shown(picture_bytes(handle, picture_of), crop) for handle in handles),
        wrong=lambda value: mistake(value, fields) if fields else None,
        use=use,
    )


def shown(data: bytes, crop: _Crop | None) -> Picture:
    """A kept picture, or the part of it within `crop` (left, top, right, bottom as parts of its sides), small enough to be sent.
    Raises Unusable."""
    try:
        return clean(data if crop is None else _part(data, crop), widest=WIDEST)
    except (PictureRefused, OSError) as broken:
        raise Unusable("picture_gone", "the kept picture cannot be read") from broken


def _part(data: bytes, crop: _Crop) -> bytes:
    with Image.open(BytesIO(data), formats=("JPEG", "PNG")) as opened:
        left, top = int(crop[0] * opened.width), int(crop[1] * opened.height)
        right, bottom = max(left + 1, round(crop[2] * opened.width)), max(top + 1, round(crop[3] * opened.height))
        part, out = opened.crop((left, top, right, bottom)), BytesIO()
        part.save(out, "PNG")
    return out.getvalue()
