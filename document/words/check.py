"""Problems of single values: keys, types, ranges, patterns."""

from document.words.code import Code, code

CODES: dict[str, Code] = {
    "unknown_key": code(
        en="“{key}” is not known here.",
        ja="「{key}」はここでは使えません。",
        hint_en=("Did you mean “{nearest}”?", "Remove it, or use one of: {names}.", "Remove it."),
        hint_ja=(
            "「{nearest}」ではありませんか。",
            "削除するか、次のいずれかを使ってください:{names}",
            "削除してください。",
        ),
    ),
    "missing_key": code(
        en="“{key}” is missing.",
        ja="「{key}」がありません。",
        hint_en="Add it.",
        hint_ja="追加してください。",
    ),
    "wrong_type": code(
        en=(
            "The field “{field}” is {found}, but {expected} is needed.",
            "The field “{field}” has a type that cannot be used here.",
            "{expected} is needed here, this is {found}.",
            "The value has the wrong type.",
        ),
        ja=(
            "項目「{field}」は{found}ですが、{expected}が必要です。",
            "項目「{field}」の型がここでは使えません。",
            "{expected}が必要ですが、{found}です。",
            "値の型が違います。",
        ),
    ),
    "not_allowed_value": code(
        en=("“{value}” is not allowed here.", "This value is not allowed here."),
        ja=("「{value}」はここでは使えません。", "この値はここでは使えません。"),
        hint_en=("Did you mean “{nearest}”?", "Use one of: {names}.", ""),
        hint_ja=("「{nearest}」ではありませんか。", "次のいずれかを使ってください:{names}", ""),
    ),
    "out_of_range": code(
        en=(
            "{value} is outside {min} to {max}.",
            "{value} must be at least {min}.",
            "{value} must be more than {above}.",
            "{value} must be at most {max}.",
            "{value} must be less than {under}.",
            "The value is out of range.",
        ),
        ja=(
            "{value} は {min}~{max} の範囲外です。",
            "{value} は {min} 以上にしてください。",
            "{value} は {above} より大きくしてください。",
            "{value} は {max} 以下にしてください。",
            "{value} は {under} より小さくしてください。",
            "値が範囲外です。",
        ),
    ),
    "bad_pattern": code(
        en=("“{value}” is not written as it must be here.", "The text is not written as it must be here."),
        ja=("「{value}」はここでの書き方に合っていません。", "書き方が合っていません。"),
        hint_en=("It must match {pattern}.", ""),
        hint_ja=("{pattern} に合わせてください。", ""),
    ),
    "too_long": code(
        en=("At most {max} are allowed here, these are {count}.", "This is too long."),
        ja=("ここに書けるのは {max} までですが、{count} あります。", "長すぎます。"),
    ),
    "too_short": code(
        en=("At least {min} are needed here, these are {count}.", "This is too short."),
        ja=("{min} 以上必要ですが、{count} しかありません。", "短すぎます。"),
    ),
    "without_effect": code(
        severity="warning",
        en="“{param}” has no effect without “{needed}”.",
        ja="「{param}」は「{needed}」がなければ効果がありません。",
    ),
    "not_unique": code(
        en="The same value stands twice in the list.",
        ja="リストに同じ値が 2 回あります。",
        hint_en="Keep it once.",
        hint_ja="1 つだけ残してください。",
    ),
    "choose_one": code(
        en=("Exactly one of {names} must be given; here are {given}.", "Exactly one of {names} must be given."),
        ja=(
            "{names} のうちちょうど 1 つを指定してください(現在:{given})。",
            "{names} のうちちょうど 1 つを指定してください。",
        ),
    ),
    "bad_value": code(
        en=("This value does not fit: {detail}.", "This value does not fit."),
        ja=("この値は使えません:{detail}", "この値は使えません。"),
    ),
    "bad_id": code(
        en="“{value}” cannot be an id here.",
        ja="「{value}」は ID として使えません。",
        hint_en=(
            "It must match {pattern}.",
            "Start with a small letter; then small letters, digits and _; at most 32 characters.",
        ),
        hint_ja=(
            "{pattern} に合わせてください。",
            "小文字の英字で始め、小文字の英字、数字、_ を使い、32 文字以内にしてください。",
        ),
    ),
    "reserved_name": code(
        en="“{value}” has a meaning of its own and cannot be a name here.",
        ja="「{value}」は決まった意味を持つ語なので、ここでは名前に使えません。",
        hint_en="Choose another name.",
        hint_ja="別の名前にしてください。",
    ),
    "bad_duration": code(
        en="“{value}” is not a duration.",
        ja="「{value}」は時間の長さとして読めません。",
        hint_en="Write it like 30s, 5m or 1h30m; at most ten years.",
        hint_ja="30s、5m、1h30m のように書いてください(最長 10 年)。",
    ),
    "bad_time_zone": code(
        en="“{value}” is not a known time zone.",
        ja="「{value}」というタイムゾーンはありません。",
        hint_en=("Did you mean “{nearest}”?", "Write it like Asia/Tokyo or UTC."),
        hint_ja=("「{nearest}」ではありませんか。", "Asia/Tokyo や UTC のように書いてください。"),
    ),
    "bad_cron": code(
        en=("“{value}” is not a cron line.", "This is not a cron line."),
        ja=("「{value}」は cron の書式ではありません。", "cron の書式ではありません。"),
        hint_en="Five parts: minute, hour, day, month, weekday, e.g. 0 8 * * 1-5.",
        hint_ja="分 時 日 月 曜日 の 5 つを書いてください(例:0 8 * * 1-5)。",
    ),
    "bad_topic": code(
        en=("“{topic}” is not a topic that a flow may read.", "This is not a topic that a flow may read."),
        ja=("「{topic}」はフローが読めるトピックではありません。", "フローが読めるトピックではありません。"),
        hint_en="+ stands for one level, # for the rest; topics that start with $ or suiro/ are not allowed.",
        hint_ja="+ は 1 階層、# は残り全部です。$ や suiro/ で始まるトピックは使えません。",
    ),
}
