"""Words that nothing took up: each wish that is not built is said, in its own words."""

import re

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.lexicon import FILLERS, PARTICLES
from llm.authors.phrasebook.names import nearest
from llm.authors.phrasebook.reading import Reading, Span
from llm.authors.phrasebook.wishes import Missed, Wishes
from nodes.kit.things import Registry

_SORTS = ("type", "device", "destination", "field", "call")


def leftovers(reading: Reading, spans: list[Span], wishes: Wishes, registry: Registry, found: list[Clause]) -> list[Missed]:
    """Unused numbers, durations, times and quoted texts, and names of things that nobody registered."""
    known = [missed.words for missed in wishes.missed]
    missed = []
    for span in spans:
        weighty = span.quantity or span.duration is not None or span.clock or span.quote is not None or span.every is not None or span.days
        if weighty and not span.used and not any(_said(span, words, reading) for words in known):
            missed.append(Missed(reading.words(span.start, span.end), "unused"))
    for words in _unknown_words(reading, spans, wishes.lang):
        if not any(words in said for said in known):
            missed.append(Missed(words, "unknown", nearest(words, registry, _SORTS, wishes.lang)))
    return missed


def _said(span: Span, words: str, reading: Reading) -> bool:
    return reading.words(span.start, span.end) in words


def _unknown_words(reading: Reading, spans: list[Span], lang: str) -> list[str]:
    covered = [False] * len(reading.text)
    for span in spans:
        covered[span.start : span.end] = [True] * (span.end - span.start)
    if lang == "ja":
        pieces = _runs(reading.text, covered, re.compile(r"[一-龠々ァ-ヶーA-Za-z0-9]+"))
        return [p for p in pieces if len(PARTICLES.sub("", p)) >= 2 and p not in _FILLERS_JA and not _all_fillers(p)]
    pieces = _runs(reading.text, covered, re.compile(r"[A-Za-z][A-Za-z0-9'_-]*"))
    return [p for p in pieces if p.lower().removesuffix("'s") not in FILLERS and len(p) > 2 and not p.lower().endswith("ly")]


def _runs(text: str, covered: list[bool], letters: re.Pattern[str]) -> list[str]:
    found = []
    for match in letters.finditer("".join("\n" if hidden else char for char, hidden in zip(text, covered, strict=True))):
        found.append(match.group())
    return found


_FILLERS_JA = frozenset(
    """状態 場合 現在 即座 直ちに 至急 速やか 自動 自動的 必要 確認 一定 以上 以下 未満 設備 担当 担当者 皆 全員 内容 値 数値 測定値 温 度 時間 時刻 毎回 程度 継続 連続 際
    発生 検知 検出 異常 正常 対応 実施 運転 制御 指示 設定 該当 対象 同じ 当該 各自 方法 仕様 条件 処理 動作 判断 判定 監視 常時 随時 最初 今後 再度 念のため 念 為 ため 様 形 旨 件 情報 文章 文面 本文
    センサー センサ デバイス 機器 装置 データ メッセージ アラート 通知 連絡 報告 送信 色 灯 表示 側 内 中 外 上 下 前 後 次 他 別 何 全 各 毎 当 本 今 間 分 秒 時 日 限り 目 回""".split()
)


def _all_fillers(piece: str) -> bool:
    rest = piece
    for word in sorted(_FILLERS_JA, key=len, reverse=True):
        rest = rest.replace(word, "")
    return not rest.strip("ー")
