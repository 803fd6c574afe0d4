"""What is said of params that many kinds share, so that one thing has one name in every form and page."""

from nodes.kit.things import Words

PER: Words = {
    "ja": "デバイスごと、全体で 1 つ、または項目や属性の値ごとに扱います。",
    "en": "device: each device on its own; all: all together; or a field or attribute: each of its values.",
}
PER_LABEL: Words = {"ja": "まとめる単位", "en": "Per"}

HOLD_LABELS: dict[str, dict[str, str]] = {
    "ja": {
        "for": "継続時間", "times": "回数", "of": "直近の回数", "max_gap": "途切れの許容", "already": "開始時",
        "already.fire": "すでに成り立っていれば数える", "already.wait": "一度外れるまで待つ",
    },
    "en": {
        "for": "Hold time", "times": "Readings", "of": "Out of the last", "max_gap": "Longest gap", "already": "At the start",
        "already.fire": "count it if already met", "already.wait": "wait until it was not met once",
    },
}  # fmt: skip
HOLD: dict[str, dict[str, str]] = {
    "ja": {
        "for": "この時間、途切れずに成り立ったら送ります。省略するとすぐに送ります。",
        "times": "この回数だけ成り立って初めて、成り立ったとみなします。「直近の回数」がなければ連続した回数です。",
        "of": "直近この回数の値のうち「回数」以上が成り立てばよいとします(例:5 回中 3 回)。",
        "max_gap": "値がこれより長く届かなければ、数え直します。省略すると、途切れても続いているとみなします。",
        "already": "最初の値ですでに成り立っているときの扱い。fire:そこから数える。wait:一度外れてから数える。",
    },
    "en": {
        "for": "How long it must hold without a break; left out: it fires at once.",
        "times": "Only this many readings that meet it count as met: in a row, unless “out of the last” is given.",
        "of": "It is enough when “readings” of the last so many meet it, e.g. 3 of 5.",
        "max_gap": "A silence longer than this breaks the hold. Left out: silence breaks nothing.",
        "already": "When the very first reading already meets it: fire counts from there, wait counts only after one "
        "that does not.",
    },
}  # fmt: skip

PERIOD_LABELS: dict[str, dict[str, str]] = {
    "ja": {
        "each": "区切り", "at": "開始時刻", "day": "月の開始日", "each.hour": "1 時間", "each.day": "1 日",
        "each.week": "1 週間(月曜から)", "each.month": "1 か月", "each.shift": "シフト",
    },
    "en": {
        "each": "Each", "at": "Starts at", "day": "First day of the month", "each.hour": "hour", "each.day": "day",
        "each.week": "week (from Monday)", "each.month": "month", "each.shift": "shift",
    },
}  # fmt: skip
PERIOD: dict[str, dict[str, str]] = {
    "ja": {
        "each": "フローのタイムゾーンの時計とカレンダーで区切ります(時、日、週、月、シフト)。",
        "at": "区切りの開始時刻(例:06:00)。シフトでは各シフトの開始時刻を並べます。省略すると 0 時です。",
        "day": "1 か月をこの日から数えます(契約期間など。1〜28)。",
    },
    "en": {
        "each": "An hour, day, week, month or shift on the clock and calendar of the flow's time zone.",
        "at": "When a period begins, e.g. 06:00; for shifts the start of each. Left out: midnight.",
        "day": "The day on which a month begins, e.g. of a contract (1 to 28).",
    },
}  # fmt: skip
