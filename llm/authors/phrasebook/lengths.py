"""Lengths of time and numbers of readings with what makes of them a lookback, a time limit, a delay or a row."""

import re
from collections.abc import Iterator

from llm.authors.phrasebook.facts import Fact, Later, Lookback, Often, Row, Sampled, Within
from llm.authors.phrasebook.numbers import NUMBER, value_of
from llm.authors.phrasebook.reading import Reading, Span

_BACK = {
    "ja": re.compile(r"(?:直近|過去|最近|これまで|ここ|この|前|最後)の?$"),
    "en": re.compile(r"(?:(?:over|in|during|for|within|of|from|across) )?(?:the |its |their )?(?:last|past|previous|preceding|latest)(?: full)? $"),
}  # fmt: skip
_BACK_AFTER = {"ja": re.compile(r"(?:間)?の?"), "en": re.compile(r"(?: of)?")}
_LIMIT = {
    "ja": re.compile(
        r"(?:間)?(?:以内(?:に|で)?|内に|の?うちに|の間に|のあいだに|に(?!\s?(?:最大|最高|最多|多くても|高々|つき)?(?:1|一)(?:回|度|件|通)|達|到達|な[っりるれ]|届|及|す[るれ]|し[てた]|設定|わた|変|延|伸|短|直))"
    ),
    "en": re.compile(r""),
}
_LIMIT_BEFORE = re.compile(
    r"(?:\b(?:within|inside|in (?:less|under)(?: than)?|in under|in the space of|over the space of|in|not later than|no later than)"
    r"(?: (?:the|any))?(?: (?:next|following|first|same))?(?: space of| period of)? )$"
)
_LATER = {
    "ja": re.compile(
        r"(?:間)?(?:(?:後|あと)(?:には|に|で|、)|(?:待って|置いて|おいて|遅れて|遅らせて)(?:から)?|(?:たって|経って|経過して)から)"
    ),
    "en": re.compile(r" (?:later|afterwards|after that|after which|from then)\b"),
}
_LATER_BEFORE = {
    "ja": re.compile(r"(?:その|それから)$"),
    "en": re.compile(r"\b(?:after (?:a (?:delay|wait|pause) of )?|with a delay of |following a delay of )$"),
}
_OF_THAT = re.compile(
    r" (?:after|of|from|following) (?:that|this|it|then)\b| (?:that|which) follow(?:s|ed)?\b| afterwards\b"
)
_LATER_OF = re.compile(r" after(?= (?!that\b|which\b))")
_MS = {"second": 1_000, "minute": 60_000, "hour": 3_600_000, "day": 86_400_000, "week": 604_800_000}
_LAST_ONE = re.compile(
    r"\b(?:(?:over|in|during|for|within|of|from) )?(?:the |its )?(?:last|past|previous|preceding) (?P<unit>second|minute|hour|day|week)\b"
)
_TOLD = r"(?:readings?|measurements?|values?|samples?|times|events?|reports?|results?|cycles?|shots?|parts?|pieces?|items?|batch(?:es)?|tests?|checks?|inspections?|scans?|strokes?|runs?|messages?|updates?|pictures?|photos?|images?|frames?)"
_READINGS_JA = r"(?:の(?:測定値?|計測値?|読み取り値?|データ|値)|分)?"
_N, _M = rf"(?P<n>{NUMBER})", rf"(?P<m>{NUMBER})"
_ROWS = {
    "ja": (
        rf"(?:(?:直近|最近|過去|最後|連続した?)の?)?{_N}回{_READINGS_JA}(?:の?うち|中)(?:の)?、?(?:で)?{_M}回(?P<more>以上|を超えて|より多く)?(?:で|に|が|は)?",
        rf"{_N}(?:件|個|本|枚|箱|袋|ショット|サイクル|ロット|打|品|コマ|フレーム)(?:の[^、。]{{1,6}}?が)?(?:続けて|続い(?=た|て)|続け(?=ば)|連続(?:して|で)?|立て続けに)",
        rf"{_N}連続(?:して|で)?",
        rf"{_N}回{_READINGS_JA}?(?:続けて|続い(?=た|て)|続け(?=ば)|連続(?:して|で)?|たて続けに|立て続けに|続けざまに)",
        rf"連続(?:して)?(?:の)?{_N}(?:回|件|個|本|枚|ショット|サイクル|ロット)(?!以上前)",
    ),
    "en": (
        rf"\b(?P<more>more than )?(?:at least |any )?{_M}(?: or more)?(?: {_TOLD})? (?:out )?of (?:(?:the|its|their|every|any) )?(?:last|past|latest|previous|most recent|consecutive) {_N}(?: {_TOLD})?",
        rf"\b(?P<more>more than )?(?:at least |any )?{_M}(?: or more)?(?: out)? of (?:the |every |any )?{_N}(?= (?:[a-z-]+ ){{0,3}}?{_TOLD}\b)",
        rf"\b{_N} (?:consecutive|successive|straight)(?= (?!(?:second|minute|hour|day|week|month)s?\b))",
        r"\b(?P<two>twice) (?:in a row|running|in succession)\b",
        rf"\b{_N} (?:in a row|in succession|running(?=[,.;]|$)|back[ -]to[ -]back)",
        rf"\b{_N}(?: (?!(?:one|two|three|four|five|six|seven|eight|nine|ten)\b)(?:[a-z-]+|[\ue000-\uf8ff])){{0,3}}? {_TOLD} (?:in a row|running|in succession|one after (?:the )?other|on the trot)",
    ),
}  # fmt: skip
_BACK_READINGS = {
    "ja": (
        rf"(?:直近|最近|過去|最後|最新)の?{_N}(?:回|件|個|点|サンプル)(?:分)?{_READINGS_JA}(?![超以])",
        rf"{_N}(?:回|件|点)(?:の|分の)(?=(?:移動)?(?:平均|中央値|最大|最小|標準偏差))",
    ),
    "en": (
        rf"(?:(?:over|in|of|from|across) )?(?:the |its )?(?:last|past|latest|most recent|previous) {_N}(?: (?P<noun>[a-z]\w*(?: [a-z]\w*){{0,2}}?))?? {_TOLD}",
        rf"\b{_N}[- ](?:reading|sample|point|value)(?= (?:moving )?(?:average|mean|median))",
    ),
}
_OFTEN = {
    "ja": rf"{_N}回(?![転線路])(?P<how>以上|を?超え(?:て|る)?|より多く|も)?(?=[、\s]*(?:[^\d、。]{{0,12}}?(?:開|閉|押|起|発生|停|止|動|入|出|超|検知|鳴|作動|点|消|通|反応|繰り返|あっ|あれ|ある|上回|下回|[\ue000-\uf8ff](?:に|と|が|を|の))))",
    "en": rf"(?:\b(?P<how>more than|at least|over|fewer than|less than) )?{_N}(?P<how2> or more)? times(?P<how3> or more)?\b(?! in a row )(?(how)|(?(how2)|(?! (?:an?|per|every|each) )))",
}  # fmt: skip
_TWICE = re.compile(
    r"\b(?:(?P<two>twice)|thrice)(?: or more)?\b(?! (?:in a row|running|in succession|as |its |the |the usual))"
)
_OFTEN_TIMES = (
    rf"(?P<n2>{NUMBER})回(?P<how2>以上|を?超え(?:て|る)?)(?=なら|だったら|であれば|の場合|のとき|になっ|に達)"
)
"""How often, behind a noun for it (回数が1時間に3回以上なら)."""
_KEYS = {
    "以上": "at_least",
    "at least": "at_least",
    " or more": "at_least",
    "fewer than": "below",
    "less than": "below",
}


_LAST_DAYS_JA = re.compile(rf"(?:直近|過去|最近|ここ|この)の?{_N}(?P<unit>日|週間?|か月|ヶ月|カ月)(?:間|分)?の?")
_MS_JA = {"日": 86_400_000, "週": 604_800_000, "か": 2_592_000_000, "ヶ": 2_592_000_000, "カ": 2_592_000_000}
_OFTEN_READINGS = re.compile(
    rf"\b(?P<how>more than|at least|over|fewer than|less than) {_N}(?= (?:[a-z-]+ ){{0,3}}(?:readings|measurements|values|samples)\b(?! in a row))|\b{_M}(?P<or> or more)(?= (?:[a-z-]+ ){{0,3}}(?:readings|measurements|values|samples)\b)"
)


def lengths(reading: Reading, durations: list[Span], lang: str) -> Iterator[Span]:
    """Spans with a fact, longer than the durations and numbers in them."""
    low = reading.low
    for span in durations:
        yield from _of_duration(low, span, lang)
    if lang == "en":
        yield from _often_readings(low)
        for match in _LAST_ONE.finditer(low):
            yield Span(match.start(), match.end(), match.group(), fact=Lookback(_MS[match["unit"]]))
    for match in _LAST_DAYS_JA.finditer(low) if lang == "ja" else ():
        if n := _count(match["n"]):
            yield Span(match.start(), match.end(), match.group(), fact=Lookback(n * _MS_JA[match["unit"][0]]))
    rows = [
        Span(match.start(), match.end(), match.group(), fact=row)
        for pattern in _ROWS[lang]
        for match in re.finditer(pattern, low)
        if (row := _row(match)) is not None and not _QUOTED.search(match.group())
    ]
    rows += list(_rows_of_texts(low))
    rows += list(_named_rows(low)) if lang == "ja" else []
    yield from rows
    for pattern in _BACK_READINGS[lang]:
        for match in re.finditer(pattern, low):
            if any(row.start < match.start() < row.end and isinstance(row.fact, Row) and row.fact.of for row in rows):
                continue
            if (n := _count(match["n"])) is not None and n > 1:
                end = match.start("noun") - 1 if match.groupdict().get("noun") else match.end()
                yield Span(match.start(), end, low[match.start() : end], fact=Lookback(readings=n))
    for match in _TWICE.finditer(low) if lang == "en" else ():
        yield Span(match.start(), match.end(), match.group(), fact=Often(2 if match["two"] else 3, "at_least"))
    often = rf"{_OFTEN[lang]}|{_OFTEN_TIMES}" if lang == "ja" else _OFTEN[lang]
    for match in re.finditer(often, low):
        groups = match.groupdict()
        how = next((groups[name] for name in ("how", "how2", "how3") if groups.get(name)), None)
        if (n := _count(match["n"] or groups.get("n2") or "")) is not None and (n > 1 or how):
            how = "を超え" if how is None and re.match(r"を超え|を上回", low[match.end() :]) else how
            key = _KEYS.get(how or "以上", "above" if how and how != "も" else "at_least")
            yield Span(match.start(), match.end(), match.group(), fact=Often(n, key))


_SAMPLED = {
    "ja": (
        rf"{_N}(?P<unit>秒|分|時間|日)(?:間)?(?:に|あたり|当たり|につき|ごとに|毎に)(?:つき)?(?:1|一)(?:件|回|個|点|つ)(?:だけ|のみ|まで|ずつ|のデータ|の値)?",
        rf"(?:測定|計測|読み取り|データ|受信)?\s?{_N}(?:回|件|個|点)(?:につき|に|ごとに|毎に|あたり|当たり)(?:1|一)(?:回|件|個|点)(?:だけ|のみ|ずつ)?",
    ),
    "en": (
        rf"\b(?:(?:but )?(?:no|not) more than |at most |only |just )?(?:one|1|a single)(?: [a-z]+){{0,3}}? (?P<tail>an?|per|every|each|in)(?: {_N})? ?(?P<unit>second|minute|hour|day)s?\b",
        rf"\b(?:only |just )?(?:one|1)(?: [a-z]+){{0,2}}? (?:in|out of)(?: every)? {_N}\b(?! (?:second|minute|hour|day))(?: (?:readings|measurements|values|samples|events|messages))?",
        r"\b(?:only |just )?every (?P<ord>second|third|fourth|fifth|sixth|tenth|\d+(?:th|rd|nd)) (?:reading|measurement|value|sample|event|message)s?",
    ),
}  # fmt: skip
_UNITS_OF = {"秒": 1_000, "分": 60_000, "時間": 3_600_000, "日": 86_400_000, **_MS}
_ORDINALS = {"second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "tenth": 10}


def sampled(reading: Reading, lang: str) -> Iterator[Span]:
    """How many readings are enough: one every so often, or one in so many."""
    for pattern in _SAMPLED[lang]:
        for match in re.finditer(pattern, reading.low):
            groups = match.groupdict()
            n = _count(groups["n"]) if groups.get("n") else None
            if groups.get("unit"):
                start = match.start("tail") if groups.get("tail") else match.start()
                yield _fact(reading.low, start, match.end(), Sampled(ms=(n or 1) * _UNITS_OF[groups["unit"]]))
            elif groups.get("ord"):
                said = groups["ord"]
                yield Span(
                    match.start(),
                    match.end(),
                    match.group(),
                    fact=Sampled(nth=_ORDINALS.get(said) or int(re.sub(r"\D", "", said))),
                )
            elif n is not None and n > 1:
                yield Span(match.start(), match.end(), match.group(), fact=Sampled(nth=n))


def _often_readings(low: str) -> Iterator[Span]:
    """ "more than 3 vibration readings above 10 mm/s"."""
    for match in _OFTEN_READINGS.finditer(low):
        n = _count(match["n"] or match["m"])
        if n is not None:
            key = _KEYS.get(match["how"] or "at least", "above")
            yield Span(match.start(), match.end(), match.group(), fact=Often(n, key, readings=True))


_QUOTED = re.compile(r"[\ue000-\uf8ff]")
_ROW_OF_TEXTS = re.compile(
    rf"\b{_N}(?= [\ue000-\uf8ff](?: [a-z-]+){{0,2}}? (?P<tail>(?:in a row|running|in succession|one after (?:the )?other|on the trot|back[ -]to[ -]back)))"
)


def _rows_of_texts(low: str) -> Iterator[Span]:
    """ "three 'NG' results in a row": what is read stands between the number and "in a row"."""
    for match in _ROW_OF_TEXTS.finditer(low):
        if (n := _count(match["n"])) is not None and 1 < n <= 60:
            yield Span(match.start(), match.end(), match.group(), fact=Row(n))
            yield Span(match.start("tail"), match.end("tail"), match["tail"], words={"range"}, used=True)


_COUNTED = re.compile(
    rf"\b(?:(?P<how>more than|over|at least|fewer than|less than) )?{_N}(?P<more> or more)? (?=(?:(?:[a-z-]+|[\ue000-\uf8ff]) ){{0,2}}?(?P<noun>[a-z]+s)\b)"
)
_COUNTED_IN = re.compile(
    r"[^.;:]*?\b(?:within|in|inside|during|over|on|per|since|today|an?) ?(?:the |a |an |any |one |single |space of |last |past |same |\d+ ?|[a-z]+ )*(?:seconds?|minutes?|hours?|days?|weeks?|shift|midnight|today)\b"
)


def counted_things(reading: Reading, named: list[Span]) -> Iterator[Span]:
    """ "more than 3 'fail' results in a day", "three jams within an hour": how often a field says so, by its own name."""
    for match in _COUNTED.finditer(reading.low):
        noun = next((s for s in named if s.start <= match.start("noun") and s.end == match.end("noun")), None)
        if noun is None or not any(n.extra in ("boolean", "string") for n in noun.named("field")):
            continue
        if noun.named("type") or noun.named("device") or not _COUNTED_IN.match(reading.low, noun.end):
            continue
        how = match["how"] or match["more"]
        if (n := _count(match["n"])) is not None and (n > 1 or how):
            key = _KEYS.get(how or "at least", "above" if match["how"] else "at_least")
            yield Span(match.start(), match.end() - 1, match.group().rstrip(), fact=Often(n, key))


_NAMED_ROW = re.compile(
    rf"(?P<head>(?:直近|最近|過去|最後|連続した?)の?{_N}回(?:分)?の)(?=(?P<what>[^、。]{{1,12}}?)の?(?:うち|中)(?:の)?、?(?P<tail>{_M}回(?:以上)?(?:で|に|が|は)?))"
)


def _named_rows(low: str) -> Iterator[Span]:
    """ "直近5回の湯温のうち3回以上が": what is measured stands between the two numbers."""
    for match in _NAMED_ROW.finditer(low):
        n, m = _count(match["n"]), _count(match["m"])
        if n and m and m <= n <= 60 and not re.fullmatch(_READINGS_JA, match["what"]):
            yield Span(match.start("tail"), match.end("tail"), match["tail"], fact=Row(m, n))
            yield Span(
                match.start("head"),
                match.end("head"),
                match["head"],
                words={"range"},
                fact=Lookback(readings=n),
                used=True,
            )


def _of_duration(low: str, span: Span, lang: str) -> Iterator[Span]:
    ms = span.duration or 0
    before, after = low[: span.start], low[span.end :]
    if before.endswith("時"):
        return
    if back := _BACK[lang].search(before):
        tail = _BACK_AFTER[lang].match(after)
        end = span.end + (tail.end() if tail else 0)
        yield _fact(low, back.start(), end, Lookback(ms))
    if lang == "ja":
        if limit := _LIMIT["ja"].match(after):
            yield _fact(low, span.start, span.end + limit.end(), Within(ms))
        if later := _LATER["ja"].match(after):
            lead = _LATER_BEFORE["ja"].search(before)
            yield _fact(low, lead.start() if lead else span.start, span.end + later.end(), Later(ms))
        return
    if limit := _LIMIT_BEFORE.search(before):
        that = _OF_THAT.match(after)
        yield _fact(low, limit.start(), span.end + (that.end() if that else 0), Within(ms))
    if later := _LATER["en"].match(after):
        yield _fact(low, span.start, span.end + later.end(), Later(ms))
    elif later := _LATER_OF.match(after):
        yield _fact(low, span.start, span.end + later.end(), Later(ms, of=True))
    elif lead := _LATER_BEFORE["en"].search(before):
        yield _fact(low, lead.start(), span.end, Later(ms))


def _fact(low: str, start: int, end: int, fact: Fact) -> Span:
    return Span(start, end, low[start:end], fact=fact)


def _row(match: re.Match[str]) -> Row | None:
    groups = match.groupdict()
    if groups.get("two"):
        return Row(2)
    if groups.get("m"):
        n, m = _count(groups["n"]), _count(groups["m"])
        strict = 1 if groups.get("more") in ("more than ", "を超えて", "より多く") else 0
        return Row(m + strict, n) if n and m and 0 < m + strict <= n <= 60 else None
    n = _count(groups["n"])
    return Row(n) if n is not None and 1 < n <= 60 else None


def _count(text: str) -> int | None:
    value = value_of(text)
    return int(value) if value is not None and value == int(value) and 0 < value <= 1_000_000 else None
