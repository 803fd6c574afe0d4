"""Troubles on the trace of a running, tested or replayed flow."""

from document.words.asks import REASONS
from document.words.code import Code, code

CODES: dict[str, Code] = {
    "missing_field": code(
        en=("The event has no field “{field}”.", "A field is missing."),
        ja=("イベントに項目「{field}」がありません。", "項目がありません。"),
        hint_en="Check what the device sends.",
        hint_ja="デバイスが送っている内容を確認してください。",
    ),
    "bad_time": code(
        en=("The payload's time “{value}” cannot be read; the arrival is used.", "The payload's time cannot be read."),
        ja=("ペイロードの時刻「{value}」を読めないため、受信時刻を使います。", "ペイロードの時刻を読めません。"),
        hint_en=(
            "It looks like “{written}”, but the device type says “{format}”: set the type's time format to {written}.",
            "The device type expects “{format}” (ms: milliseconds, s: seconds since 1970). Check what the device sends.",
            "",
        ),
        hint_ja=(
            "「{written}」のようですが、デバイス型では「{format}」です。型の時刻の形式を {written} にしてください。",
            "デバイス型の形式は「{format}」です(ms:ミリ秒、s:秒、1970 年から)。デバイスが送る値を確認してください。",
            "",
        ),
    ),
    "untrusted_time": code(
        severity="warning",
        en=(
            "The event's time {time} is {behind} behind the arrival; the arrival is used.",
            "The event's time {time} is {ahead} ahead of the arrival; the arrival is used.",
            "The event's time is too far from the arrival; the arrival is used.",
        ),
        ja=(
            "イベントの時刻 {time} が受信時刻より {behind} 遅れているため、受信時刻を使います。",
            "イベントの時刻 {time} が受信時刻より {ahead} 進んでいるため、受信時刻を使います。",
            "イベントの時刻が受信時刻から離れすぎているため、受信時刻を使います。",
        ),
        hint_en=(
            "Readings that are {behind} late are trusted with a longer “max_age” at the source; else check the clock of {device}.",
            "Check the clock of {device}.",
            "Check the device's clock.",
        ),
        hint_ja=(
            "{behind} 遅れて届くのが正しい場合は、入力元の「最も古い時刻」を延ばしてください。そうでなければ {device} の時計を確認してください。",
            "{device} の時計を確認してください。",
            "デバイスの時計を確認してください。",
        ),
    ),
    "late": code(
        severity="warning",
        en="The event is older than one that came before it, so it is not counted here.",
        ja="先に届いたイベントより古いため、ここでは使いません。",
    ),
    "node_failed": code(
        en=("The node stopped on this event: {detail}", "The node stopped on this event."),
        ja=("このイベントの処理に失敗しました:{detail}", "このイベントの処理に失敗しました。"),
        hint_en="This is a fault of the product; the flow goes on with the next event.",
        hint_ja="製品側の不具合です。フローは次のイベントから続きます。",
    ),
    "unknown_topic": code(
        severity="warning",
        en="Nothing is registered for the topic “{topic}”.",
        ja="トピック「{topic}」は登録されていません。",
    ),
    "unregistered_device": code(
        severity="warning",
        en="The device “{device}” is not registered.",
        ja="デバイス「{device}」は登録されていません。",
    ),
    "bad_device_id": code(
        en="“{value}” cannot be a device id.",
        ja="「{value}」はデバイス ID として使えません。",
        hint_en="Ids have letters, digits, - and _, at most 64.",
        hint_ja="使えるのは英数字と - _ で、64 文字までです。",
    ),
    "no_key": code(
        en="The event has no “{per}”, so it belongs to no group here.",
        ja="イベントに「{per}」がないため、どのグループにも属しません。",
    ),
    "too_many_keys": code(
        severity="warning",
        en="{limit} groups are remembered here, so the {count} that have been idle the longest were dropped.",
        ja="記憶しているグループが上限の {limit} に達したため、最も長く動きのない {count} 件を忘れました。",
    ),
    "too_many_values": code(
        severity="warning",
        en="More than {limit} different values came; further ones are not counted.",
        ja="異なる値が {limit} を超えたため、それ以上は数えません。",
    ),
    "value_out_of_range": code(
        en=(
            "“{field}” is {value}; only {min} to {max} can be true here.",
            "“{field}” is {value}; at most {max} can be true here.",
            "“{field}” is {value}; at least {min} can be true here.",
            "“{field}” is {value}; only more than {above} can be true here.",
            "The value cannot be true here.",
        ),
        ja=(
            "「{field}」が {value} です。ここで扱えるのは {min}〜{max} です。",
            "「{field}」が {value} です。ここで扱えるのは {max} までです。",
            "「{field}」が {value} です。ここで扱えるのは {min} 以上です。",
            "「{field}」が {value} です。{above} より大きい値だけを扱えます。",
            "ここで扱える範囲の値ではありません。",
        ),
        hint_en="Check the sensor and the unit in which it sends.",
        hint_ja="センサーと、送っている値の単位を確認してください。",
    ),
    "too_many_passes": code(
        en="One arrival caused too many events; the rest is left out.",
        ja="1 つの受信から発生したイベントが多すぎるため、残りを省きました。",
    ),
    "no_recorded_answer": code(
        en="There is no recorded answer for this.",
        ja="これに対する記録された回答がありません。",
        hint_en="Give it in answers.jsonl, or in the test's “answers”.",
        hint_ja="answers.jsonl か、テストの answers に書いてください。",
    ),
    "ask_failed": code(
        en=("No answer came: {reason}. {detail}", "No answer came: {reason}.", "No answer came."),
        ja=(
            "回答が得られませんでした:{reason} {detail}",
            "回答が得られませんでした:{reason}",
            "回答が得られませんでした。",
        ),
        reasons=REASONS,
    ),
    "bad_answer": code(
        en=("The answer does not have the declared fields: {detail}", "The answer does not have the declared fields."),
        ja=("回答が宣言された項目と合いません:{detail}", "回答が宣言された項目と合いません。"),
    ),
    "bad_line": code(
        en=("Line {line} is left out: {detail}", "Line {line} is left out."),
        ja=("{line} 行目を読み飛ばしました:{detail}", "{line} 行目を読み飛ばしました。"),
    ),
    "no_source_for_line": code(
        severity="warning",
        en="No source of the flow reads this line.",
        ja="この行を読む入力元がフローにありません。",
    ),
}
