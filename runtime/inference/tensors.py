"""What a model is fed: a picture as it wants it, or numbers in the order of its columns."""

from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from nodes.kit.payload import typed_value
from runtime.deploy import LocalModel, PictureInput
from runtime.inference.kept import Unusable
from runtime.inference.model_file import BadModel
from runtime.inference.onnx import Place, Session

if TYPE_CHECKING:
    from PIL.Image import Image

GREY = (114, 114, 114)
"""What stands beside a picture that has other proportions than the model."""
NUMBERS = {
    "tensor(float)": "float32",
    "tensor(double)": "float64",
    "tensor(float16)": "float16",
    "tensor(int64)": "int64",
    "tensor(int32)": "int32",
    "tensor(uint8)": "uint8",
    "tensor(bool)": "bool",
}


class HasInputs(Protocol):
    """A loaded model, or what is known of one before it is loaded."""

    @property
    def inputs(self) -> list[Place]: ...


class Seen(NamedTuple):
    """A picture as a model sees it: `tensor` of one picture, made from `width` x `height` pixels. A point (x, y) in the
    model's pixels is ((x - left) / across, (y - top) / down) in the picture's."""

    tensor: Any
    width: int
    height: int
    across: float
    down: float
    left: int
    top: int


def seen(data: bytes, wanted: PictureInput, place: Place) -> Seen:
    """A checked picture (runtime/pictures.py), fitted to the model. Raises BadModel where its input is no picture."""
    import numpy as np
    from PIL import Image

    if place.type not in NUMBERS or len(place.shape) != 4:
        raise BadModel("model_shape", f"its input {place.name} takes no picture: {place.type} {place.shape}")
    with Image.open(BytesIO(data), formats=("JPEG", "PNG")) as opened:
        image = opened.convert("L" if wanted.colours == "grey" else "RGB")
    fitted, across, down, left, top = _fitted(image, wanted)
    pixels = np.asarray(fitted)
    pixels = pixels[:, :, None] if wanted.colours == "grey" else pixels
    pixels = pixels[:, :, ::-1] if wanted.colours == "bgr" else pixels
    first = wanted.layout == "nchw"
    pixels = pixels.transpose(2, 0, 1) if first else pixels
    # one copy, then in place: a small model would take less time than its picture
    numbers = np.ascontiguousarray(pixels[None], dtype=np.float32)
    numbers /= np.float32(wanted.divide)
    channels = (-1, 1, 1) if first else (-1,)
    if any(wanted.mean):
        numbers -= np.array(wanted.mean[: _channels(wanted)], np.float32).reshape(channels)
    if wanted.deviation != (1.0, 1.0, 1.0):
        numbers /= np.array(wanted.deviation[: _channels(wanted)], np.float32).reshape(channels)
    tensor = numbers.astype(NUMBERS[place.type], copy=False)
    return Seen(tensor, image.width, image.height, across, down, left, top)


def _channels(wanted: PictureInput) -> int:
    return 1 if wanted.colours == "grey" else 3


def _fitted(image: "Image", wanted: PictureInput) -> tuple["Image", float, float, int, int]:
    from PIL import Image

    size = (wanted.width, wanted.height)
    if image.size == size:
        return image, 1.0, 1.0, 0, 0
    if wanted.fit == "stretch":
        across, down = size[0] / image.width, size[1] / image.height
        return image.resize(size, Image.Resampling.BILINEAR), across, down, 0, 0
    scale = min(size[0] / image.width, size[1] / image.height)
    width, height = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    paper = Image.new(image.mode, size, GREY[0] if image.mode == "L" else GREY)
    paper.paste(image.resize((width, height), Image.Resampling.BILINEAR), (left, top))
    return paper, width / image.width, height / image.height, left, top


def columns(values: Mapping[str, Any], model: LocalModel, session: Session) -> dict[str, Any]:
    """One row of numbers, fed as the file wants it: one input with a column for each name, or an input for each name.
    Raises Unusable for a value that is missing or no number."""
    import numpy as np

    row = [_number(values, name) for name in model.inputs]
    places = session.inputs
    if len(places) == 1:
        return {places[0].name: np.array([row], dtype=NUMBERS[places[0].type])}
    by_name = dict(zip(model.inputs, row, strict=True))
    return {place.name: np.array([[by_name[place.name]]], dtype=NUMBERS[place.type]) for place in places}


def check_columns(model: LocalModel, session: HasInputs) -> None:
    """Raises BadModel where the file does not take the numbers that its description names."""
    places = session.inputs
    strange = next((place for place in places if place.type not in NUMBERS), None)
    if strange is not None:
        raise BadModel("model_shape", f"its input {strange.name} takes no numbers: {strange.type}")
    if len(places) == 1:
        width = places[0].shape[-1] if places[0].shape else None
        if len(places[0].shape) != 2 or width not in (None, len(model.inputs)):
            raise BadModel(
                "model_shape", f"its input takes {places[0].shape}; {len(model.inputs)} numbers are described"
            )
    elif sorted(place.name for place in places) != sorted(model.inputs):
        names = ", ".join(place.name for place in places)
        raise BadModel("model_shape", f"its inputs are {names[:200]}; others are described")


def _number(values: Mapping[str, Any], name: str) -> float:
    value = values.get(name)
    value = float(value) if isinstance(value, bool) else typed_value("number", value)
    if value is None:
        raise Unusable("missing_value", f"no number for {name}")
    return float(value)
