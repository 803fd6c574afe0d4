"""What a source makes unrecognisable in its pictures before anything sees or keeps them."""

from typing import Annotated, Literal

from pydantic import Field

Hidden = Literal["faces", "text"]
Blur = Annotated[list[Hidden], Field(min_length=1, max_length=2)] | None
BLUR_LABELS = {
    "en": {
        "blur": "Make unrecognisable",
        "blur.faces": "faces",
        "blur.text": "all text (number plates, labels, screens)",
    },
    "ja": {"blur": "ぼかすもの", "blur.faces": "顔", "blur.text": "すべての文字(ナンバープレート、名札、画面など)"},
}
BLUR_HELP = {
    "en": (
        "Faces or text are blurred before anything sees or keeps the picture, so it leaves to nobody unblurred. Every flow on the "
        "worker that reads these pictures gets them so. Not every face and text is found. Left out: nothing is."
    ),
    "ja": (
        "顔や文字を、画像を見たり保存したりする前にぼかします。ぼかす前の画像はどこにも出ません。同じワーカーで同じ画像を読む"
        "フローには、すべてぼかした画像が届きます。見つけられない顔や文字もあります。省略すると何もぼかしません。"
    ),
}
