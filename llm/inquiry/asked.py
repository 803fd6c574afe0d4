"""Whether a sentence asks about the flow instead of wishing for something."""

import re
import unicodedata
from typing import Literal

Sort = Literal["explain", "why", "suppose"]

_POLITE = r"^(?:(?:please|okay|ok|hey|hi|so|and|but|now|well|wait|hm+)[, ]+)*(?:(?:can|could|would|will) you (?:please )?|please |i'd like you to |i want you to )?"
_PART_OF_IT = r"(?:this|that|these|those|the|it|its|each|every node|node|nodes|here|everything|all|you|\")"
_EN: tuple[tuple[Sort, re.Pattern[str]], ...] = (
    ("why", re.compile(rf"{_POLITE}(?:tell me |explain (?:to me )?|say )?(?:why\b|how come\b|what(?: has|'s)? made you\b|for what reason\b|on what grounds\b)")),
    ("why", re.compile(rf"{_POLITE}(?:where (?:does|do|did|have|has) .*\b(?:come|came|get|got|take|taken|find)\b|how did you (?:get|choose|decide|pick|come|know|find|arrive))")),
    ("why", re.compile(r"^(?:what is|what's|what was) the reason\b")),
    ("suppose", re.compile(rf"{_POLITE}(?:tell me |explain )?(?:what (?:happens|will happen|would happen|does (?:it|this|the flow) do|will (?:it|this|the flow) do|would (?:it|this|the flow) do)|what) (?:if|when|once|as soon as|in case)\b")),
    ("suppose", re.compile(r"^(?:if|when) [^,]+,? (?:what|who|then what|does|will|would)\b[^.]*\?$")),
    ("explain", re.compile(rf"{_POLITE}(?:explain|describe|summari[sz]e|walk me through|talk me through|go through)\b(?! to (?!me\b|us\b))")),
    ("explain", re.compile(rf"{_POLITE}(?:tell me|show me|say) (?:more )?(?:about {_PART_OF_IT}\b|(?:what|how) {_PART_OF_IT}\b.*\b(?:do|does|mean|means|is for|works?|happens?)\b)")),
    ("explain", re.compile(rf"{_POLITE}what(?:'s| is| are| was) {_PART_OF_IT}\b[^.]*\??$")),
    ("explain", re.compile(rf"{_POLITE}what (?:exactly )?(?:does|do|did|will|would|is|are|happens)\b[^.]*$")),
    ("explain", re.compile(rf"{_POLITE}how (?:exactly )?(?:does|do|is|are|will|would) {_PART_OF_IT}\b[^.]*$")),
    ("explain", re.compile(r"^(?:who|when|how often|how long|which|does|do|is|are|will|would)\b(?! you\b| it possible)[^.]*\?$")),
    ("explain", re.compile(r"^(?:help|explanation|explain)\??$")),
)  # fmt: skip
_NO_DOING = re.compile(
    r"\b(?:and|then|,) (?:then |also |please )?(?:notify|send|tell (?!me\b)|alert|inform|post|store|record|write|turn|switch|set|make|change|add|remove|delete|call|email|stop|start)\b"
)
_WHY_JA = r"(?:なぜ|何故|なにゆえ|どうして|なんで|何で(?!も)|どういう(?:理由|わけ|根拠)|何を根拠|どこから(?:来|出|き|持って)|(?:理由|根拠|由来|わけ)(?=は|を|が|って|$))"
_ASKS_JA = r"(?:か|の|のですか|んですか|でしょう|だろう|は|た|る|い|なに|何|です|ます|って|ん)(?:かな|ね|よ)?[?]*$"
_PLEASE_JA = (
    r"(?:して|してください|して下さい|をお願い(?:します)?|お願い(?:します)?|してくれ(?:る|ますか|ませんか)?|してもらえ(?:る|ますか|ませんか)?|"
    r"してほしい(?:です)?|していただけ(?:ますか|ませんか)|せよ)?(?:ね|よ)?[?]*$"
)
_TELL_ME_JA = r"(?:教えて|おしえて|知りたい|聞きたい)(?:ください|下さい|くれ(?:る|ますか)?|もらえ(?:る|ますか)?|ほしい|です)*[?]*$"
_IF_JA = r"(?:だったら|になったら|なったら|たら|なら|すると|になると|ると|のとき|とき|(?<=[のたるい])時(?!間|刻)|場合|れば)(?:に|は|には)?[、,]?"
_JA: tuple[tuple[Sort, re.Pattern[str]], ...] = (
    ("why", re.compile(rf"{_WHY_JA}.*(?:{_ASKS_JA}|{_TELL_ME_JA}|説明{_PLEASE_JA})")),
    ("suppose", re.compile(rf"{_IF_JA}.{{0,8}}(?:どう(?:な|動|し|いう)|何(?:が|を|し)|なに(?:が|を)|誰(?:に|が)|どんな).*$")),
    ("explain", re.compile(rf"(?:説明|解説|要約|紹介){_PLEASE_JA}")),
    ("explain", re.compile(rf"(?:意味|役割|仕組み|しくみ|流れ|中身|動き|働き|フロー|ノード|使い道|何をする.*|何をし.*|どう動.*|どういう.*)(?:について|を|は|って|も|か|のか)*{_TELL_ME_JA}")),
    ("explain", re.compile(rf"について{_TELL_ME_JA}")),
    ("explain", re.compile(r"(?:何|なに|なん)(?:を|が)?(?:する|して|します|しま|やって|起き|おき|起こ)[^。]{0,10}[かのた?]+[?]*$")),
    ("explain", re.compile(r"(?:とは|って|は)(?:何|なに|なん)(?:です|だ|なの|のため)?[かのっけ]*[?]*$")),
    ("explain", re.compile(r"(?:何|なん)のため[^。]{0,10}[かのるす?]+$")),
    ("explain", re.compile(r"どう(?:いう|ゆう|いった)[^。]{1,14}[かの?]+$|どう(?:動|働|なって|なる|やって)[^。]{0,12}[かのるす?]+$")),
    ("explain", re.compile(r"(?:いつ|誰に|誰が|どこに|どのくらい|どれくらい)[^。]{1,20}[かの][?]*$")),
)  # fmt: skip
_WISH_JA = re.compile(r"たら|れば|ごとに|たびに|毎[日時分週朝晩]|場合")
_SENTENCE = re.compile(r"[^.!?。!?\n]+(?:[.!?](?!\s|$)[^.!?。\n]+)*[.!?。]*")
_COURTESY = re.compile(r"(?:thanks|thank you|thx|cheers|ありがとう(?:ございます)?|お願いします)[.!。]*")


def sort_of(prompt: str, lang: str) -> Sort | None:
    """What the sentence asks for; None where it is no question, or wishes for something besides."""
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", prompt).replace("’", "'")).strip().lower()
    sentences = [s for part in _SENTENCE.findall(text) if (s := part.strip()) and not _COURTESY.fullmatch(s)]
    sorts = [_sort(sentence, lang) for sentence in sentences[:4]]
    if not sorts or len(sentences) > 4 or None in sorts:
        return None
    return next((sort for sort in sorts if sort != "explain"), "explain")


def _sort(sentence: str, lang: str) -> Sort | None:
    if lang == "ja":
        return _japanese(sentence.rstrip("。!"))
    if _NO_DOING.search(sentence):
        return None
    return next((sort for sort, pattern in _EN if pattern.search(sentence)), None)


def _japanese(sentence: str) -> Sort | None:
    found = next((sort for sort, pattern in _JA if pattern.search(sentence)), None)
    if found == "explain" and _WISH_JA.search(sentence):
        return None
    return found
