"""read_text: reads what is written in a picture, on the spot: the number of a meter, a number plate, a date, or all text.

`out`: an event whose picture shows what `pattern` asks for, read with a score of `score` or more: `text` (a plate without its
gaps, a date as 2026-11-26), `score`, and for a number its `value`. With `confirm`, only once the same text was read in so many
of the key's last pictures. `unsure`: nothing of that pattern was found, or not surely enough; `text` is what was read.
"""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, model_validator

from nodes.kit.area import Cropped
from nodes.kit.asking import FAILED, UNSURE, fail, failed_shape, unfit
from nodes.kit.confirm import Confirm, Votes, confirmed
from nodes.kit.effect import Answer, Ask, Emit, Yield
from nodes.kit.event import Event
from nodes.kit.inscription import LIKELY, Pattern, lines_in, read
from nodes.kit.kind import OUT, Example, Kind, KindWords, phrases
from nodes.kit.look import check_picture, no_picture, picture_in
from nodes.kit.params import Duration, FieldName, Identity, NodeParams, Per, Settable, refused
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.wording import PER, PER_LABEL

TASK = "text"


class ReadTextParams(NodeParams):
    image: Annotated[FieldName, Identity]
    pattern: Annotated[Pattern, Identity] = "any"
    unit: Annotated[str, Field(min_length=1, max_length=30)] | None = None
    decimals: Annotated[int, Field(ge=0, le=6)] | None = None
    crop: Cropped | None = None
    score: Annotated[float, Field(ge=0, le=1), Settable] = 0.8
    confirm: Confirm | None = None
    timeout: Annotated[Duration, Settable] = 10_000
    per: Per = "device"

    @model_validator(mode="after")
    def only_numbers_have_a_unit(self) -> Self:
        for name in ("unit", "decimals"):
            if self.pattern != "number" and getattr(self, name) is not None:
                raise refused("unknown_key", key=name)
        return self


class ReadText(Kind):
    id = "read_text"
    group = "ai"
    icon = "scan-text"
    outputs = (OUT, UNSURE, FAILED)
    Params = ReadTextParams
    Memory = Votes
    takes_late = True
    phrases = (
        *phrases("en", "name", "read the text in the picture | read the meter in the picture | read the number plate | "
                 "read the licence plate | read the display in the picture | ocr"),
        *phrases("ja", "name", "画像の文字を読み取 | 画像からメーターを読み取 | ナンバープレートを読み取 | 車番を読み取 | 文字認識"),
    )  # fmt: skip
    examples: ClassVar[tuple[Example, ...]] = ()

    @classmethod
    def check(cls, params: ReadTextParams, scope: Scope) -> Iterator[Problem]:
        yield from check_picture(params.image, "/params/image", scope.shape)

    @classmethod
    def shapes(cls, params: ReadTextParams, scope: Scope) -> dict[str, Shape]:
        told = scope.shape.plus(text=FieldShape("string"), score=FieldShape("number"))
        number = told.plus(value=FieldShape("number", params.unit))
        return {
            "out": number if params.pattern == "number" else told,
            "unsure": told,
            "failed": failed_shape(scope.shape),
        }

    def on_event(self, event: Event, port: str, memory: Votes) -> Iterator[Yield]:
        picture = picture_in(event, self.params.image)
        if picture is None:
            yield from no_picture(event, self.params.image)
            return
        crop = {} if self.params.crop is None else {"crop": self.params.crop.box}
        yield Ask({"task": TASK, "picture": picture, **crop}, self.params.timeout)

    def likely_answers(self) -> tuple[Any, ...]:
        """Nothing, and texts of the pattern, the least number and the most."""
        shown = ({"text": text, "score": 1.0, "box": [0.3, 0.4, 0.7, 0.6]} for text in LIKELY[self.params.pattern])
        return {"lines": []}, *({"lines": [line]} for line in shown)

    def on_answer(self, answer: Answer, event: Event, memory: Votes) -> Iterator[Yield]:
        if answer.error is not None:
            yield from fail(event, answer)
            return
        lines = lines_in(answer.value.get("lines") if isinstance(answer.value, dict) else None)
        if isinstance(lines, str):
            yield from unfit(event, lines)
            return
        found = read(lines, self.params.pattern, self.params.decimals)
        if found is None or found.score < self.params.score:
            seen = found or read(lines, "any", None)
            told = {"text": seen.text, "score": seen.score} if seen else {"text": "", "score": 0.0}
            yield Emit("unsure", event.with_data({**event.data, **told}))
        elif confirmed(memory, found.text, self.params.confirm):
            value = {} if found.value is None else {"value": found.value}
            yield Emit("out", event.with_data({**event.data, "text": found.text, "score": found.score, **value}))

    words = {
        "en": KindWords(
            label="Read text",
            summary="Reads what is written in a picture: the number of a meter, a number plate, a date, or all text.",
            description=(
                "The reader runs in the worker; no picture leaves it. “out” sends what was read as “text” with its “score”; a number "
                "also as “value”. Of several numbers or plates the one that is written largest counts, so cut out the part that "
                "matters. What is not of the pattern, or not read surely enough, leaves by “unsure”. It reads Latin letters, digits, "
                "Chinese and Japanese, printed and nearly upright. Readers are wrong at times: confirm over several pictures."
            ),
            labels={
                "image": "Picture", "pattern": "What to read", "pattern.number": "a number", "pattern.plate": "a number plate",
                "pattern.date": "a date", "pattern.any": "all text", "unit": "Unit", "decimals": "Digits after the point",
                "crop": "Part of the picture", "left": "Left", "top": "Top", "right": "Right", "bottom": "Bottom",
                "score": "Least score", "confirm": "Confirm", "times": "Times", "of": "Of the last", "timeout": "Time limit",
                "per": PER_LABEL["en"],
            },
            params={
                "image": "The field with the picture.",
                "pattern": "number, plate (Japanese or Latin, told without gaps), date (year first, or 26.11.2026; told as 2026-11-26) or any. Default any.",
                "unit": "The unit of a number, such as kWh.",
                "decimals": "So many of a number's last digits stand behind a point that is not written, as the red ones of a meter. A point that is read counts before.",
                "crop": "Only this part is read: borders from 0 to 1, from the left and the top. Left out: all of it.",
                "score": "What is read less surely (0 to 1) leaves by “unsure”. Default 0.8.",
                "confirm": "“out” only when the same text was read in so many of the last pictures.",
                "timeout": "How long to wait for the reader. Default 10 seconds.",
                "per": PER["en"],
            },
        ),
        "ja": KindWords(
            label="文字を読み取る",
            summary="画像に書かれた文字を読み取ります。メーターの数字、ナンバープレート、日付、すべての文字に対応します。",
            description=(
                "読み取りはワーカーの中で行い、画像は外に出ません。「出力」には読み取った文字 text と score が入り、数値なら value も"
                "入ります。数値やプレートが複数あるときは、最も大きく書かれたものを採用するので、必要な部分だけを切り出してください。"
                "求める形のものがない、または確かさが足りない画像は「判断できない」に出ます。英数字、漢字、かなの活字で、ほぼ正立したもの"
                "を読みます。読み誤ることがあるため、複数の画像で確かめてください。"
            ),
            labels={
                "image": "画像", "pattern": "読むもの", "pattern.number": "数値", "pattern.plate": "ナンバープレート",
                "pattern.date": "日付", "pattern.any": "すべての文字", "unit": "単位", "decimals": "小数の桁数",
                "crop": "見る範囲", "left": "左", "top": "上", "right": "右", "bottom": "下",
                "score": "スコアの下限", "confirm": "確かめ方", "times": "一致する回数", "of": "直近の回数", "timeout": "制限時間",
                "per": PER_LABEL["ja"],
            },
            params={
                "image": "画像の入った項目。",
                "pattern": "number(数値)、plate(日本またはラテン文字のプレート。空白なしで出力)、date(年が先頭、または 26.11.2026 の形。2026-11-26 の形で出力)、any(すべて)。既定は any。",
                "unit": "数値の単位(例:kWh)。",
                "decimals": "小数点が書かれていないとき、末尾のこの桁数を小数とします(メーターの赤い桁など)。小数点を読めたときはそちらを使います。",
                "crop": "この範囲だけを読みます。左と上を 0、右と下を 1 とした位置で書きます。省略すると全体です。",
                "score": "確かさ(0〜1)がこれより低いものは「判断できない」に出ます。既定は 0.8。",
                "confirm": "直近の画像のうちこの回数だけ同じ文字を読んだとき、初めて「出力」に出します。",
                "timeout": "読み取りを待つ時間。既定は 10 秒。",
                "per": PER["ja"],
            },
        ),
    }  # fmt: skip


REGISTRY = {
    "types": [{"id": "meter_camera", "label": {"ja": "メーターのカメラ", "en": "meter camera"},
               "fields": [{"name": "picture", "type": "image", "label": {"ja": "画像", "en": "picture"}}]}],
    "destinations": [{"id": "office", "service": "inbox", "label": {"ja": "事務所", "en": "office"}}],
}  # fmt: skip
SHOT = {"picture": {"$file": "pictures/meter-1.jpg"}}


def _line(text: str, score: float) -> dict[str, Any]:
    return {"text": text, "score": score, "box": [0.3, 0.4, 0.7, 0.55]}


ReadText.examples = (
    Example(
        title={"en": "A meter's number, the same in two of three pictures", "ja": "メーターの数値(3 枚中 2 枚で一致)"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "Meter",
            "nodes": [
                {"id": "meter", "kind": "devices", "params": {"type": "meter_camera"}},
                {"id": "number", "kind": "read_text", "from": ["meter"],
                 "params": {"image": "picture", "pattern": "number", "unit": "kWh", "decimals": 1, "confirm": {"times": 2, "of": 3}}},
                {"id": "keep", "kind": "store", "from": ["number.out"], "params": {"fields": ["value"]}},
                {"id": "person", "kind": "notify", "from": ["number.unsure"],
                 "params": {"to": "office", "text": "{device}: “{text}”?"}},
            ],
            "tests": [{
                "name": "one misreading is not kept, and what is hardly read goes to a person",
                "given": [{"device": "meter-1", "from": "0s", "every": "1m", "until": "3m", "data": SHOT}],
                "answers": [{"node": "number", "answer": {"lines": [_line(text, score)]}}
                            for text, score in (("004827", 0.99), ("004877", 0.92), ("00482.7", 0.97), ("0o4", 0.4))],
                "expect": [{"node": "keep", "device": "meter-1", "at": "2m", "data": {"value": 482.7}},
                           {"node": "person", "device": "meter-1", "at": "3m"}],
            }],
        },
    ),
    Example(
        title={"en": "Which truck stands at the gate", "ja": "門に来た車のナンバーを記録する"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "Gate",
            "nodes": [
                {"id": "gate", "kind": "devices", "params": {"type": "meter_camera"}},
                {"id": "plate", "kind": "read_text", "from": ["gate"],
                 "params": {"image": "picture", "pattern": "plate", "crop": {"left": 0.2, "top": 0.4, "right": 0.8, "bottom": 1.0}}},
                {"id": "keep", "kind": "store", "from": ["plate.out"], "params": {"fields": ["text"]}},
            ],
            "tests": [{
                "name": "in one line or two, without its gaps; a sign is no plate",
                "given": [{"device": "gate-1", "from": "0s", "every": "1m", "until": "2m", "data": SHOT}],
                "answers": [{"node": "plate", "answer": {"lines": lines}} for lines in (
                    [{"text": "品川 300", "score": 0.97, "box": [0.4, 0.5, 0.6, 0.58]},
                     {"text": "あ 12-34", "score": 0.94, "box": [0.35, 0.6, 0.65, 0.75]}],
                    [_line("EXIT", 0.99)],
                    [_line("AB-123-CD", 0.98)],
                )],
                "expect": [{"node": "keep", "device": "gate-1", "at": "0s", "data": {"text": "品川300あ1234"}},
                           {"node": "keep", "device": "gate-1", "at": "2m", "data": {"text": "AB123CD"}}],
            }],
        },
    ),
)  # fmt: skip
