"""What the author says in Japanese and English: labels, assumed values, questions, reasons, notices."""

SAID: dict[str, dict[str, str]] = {
    "ja": {
        "limit": "{field}の限界値", "low": "{field}の下限", "high": "{field}の上限", "hold": "続く時間", "margin": "戻るまでの幅",
        "to": "通知先", "window": "集計する長さ", "quiet": "次の通知までの間隔", "repeat": "繰り返す間隔", "every": "実行する間隔",
        "no_limit": "限界値が書かれていません。{value}は当て推量なので、必ず確かめてください。", "no_hold": "続く時間が書かれていないので、すぐに動くと仮定しました。",
        "no_to": "通知先が書かれていないので、「{name}」と仮定しました。", "no_window": "集計する長さが書かれていないので、{value}と仮定しました。",
        "no_clock": "時刻が書かれていないので、{value}と仮定しました。", "guessed_type": "対象が書かれていないので、「{name}」と仮定しました。",
        "back": "{limit}から{back}まで戻ったときの幅",
        "ask_limit": "{field}がいくつになったら動かしますか。", "ask_hold": "その状態がどれくらい続いたら動かしますか。", "ask_to": "どこに知らせますか。",
        "ask_recovery": "元に戻ったときにも知らせますか。",
        "why_limit": "限界値で、いつ動くかが決まります。", "why_hold": "短い揺れで動くかどうかが変わります。", "why_to": "届く先が変わります。", "why_recovery": "戻ったことに気づけるかどうかが変わります。",
        "yes": "知らせる", "no": "知らせない",
        "tell": "{device}の{field}が{limit}{unit}{compare}(現在 {now})", "tell_hold": "{device}の{field}が{limit}{unit}{compare_state}状態が続いています(現在 {now})",
        "tell_back": "{device}の{field}が戻りました(現在 {now})", "tell_state": "{device}:「{words}」になりました", "tell_state_hold": "{device}:「{words}」の状態が続いています", "tell_state_back": "{device}:「{words}」ではなくなりました",
        "tell_edge": "{device}の{field}が変わりました(現在 {now})", "tell_clock": "定時のお知らせ({time})", "tell_met": "{device}が条件に当てはまりました({now})",
        "above": "を超えました", "at_least": "以上になりました", "below": "を下回りました", "at_most": "以下になりました", "between": "の範囲に入りました", "outside": "の範囲を外れました",
        "above_state": "を超えた", "at_least_state": "以上の", "below_state": "を下回った", "at_most_state": "以下の", "between_state": "の範囲の", "outside_state": "の範囲を外れた",
        "to_range": "~", "open_quote": "", "average": "平均", "min": "最小", "max": "最大", "sum": "合計", "count": "件数",
        "name": "{type}の{field}", "name_clock": "定時の通知",
    },
    "en": {
        "limit": "Limit of {field}", "low": "Lower limit of {field}", "high": "Upper limit of {field}", "hold": "How long it must last", "margin": "Way back before it counts as over",
        "to": "Who is told", "window": "Length of the window", "quiet": "Silence after a notice", "repeat": "How often it repeats", "every": "How often it runs",
        "no_limit": "No limit was given; {value} is only a guess, so please check it.", "no_hold": "Nothing was said about how long it must last; it acts at once.",
        "no_to": "Nobody was named to be told; “{name}” is assumed.", "no_window": "No length was given for the window; {value} is assumed.",
        "no_clock": "No time of day was given; {value} is assumed.", "guessed_type": "No device was named; “{name}” is assumed.",
        "back": "From {limit} back to {back}",
        "ask_limit": "At which {field} should it act?", "ask_hold": "How long must it last before it acts?", "ask_to": "Who should be told?",
        "ask_recovery": "Should it also tell when it is over?",
        "why_limit": "The limit decides when it acts.", "why_hold": "It decides whether a short peak counts.", "why_to": "It decides who hears of it.", "why_recovery": "It decides whether anybody hears that it is over.",
        "yes": "Yes, tell", "no": "No",
        "tell": "{device}: {field} {compare} {limit}{unit} (now {now})", "tell_hold": "{device}: {field} has stayed {compare_state} {limit}{unit} (now {now})",
        "tell_back": "{device}: {field} is back (now {now})", "tell_state": "{device}: {words}", "tell_state_hold": "{device}: {words} for a while", "tell_state_back": "{device}: {words} is over",
        "tell_edge": "{device}: {field} changed (now {now})", "tell_clock": "Scheduled notice at {time}", "tell_met": "{device}: the condition is met ({now})",
        "above": "is above", "at_least": "has reached", "below": "is below", "at_most": "is down to", "between": "is between", "outside": "is outside",
        "above_state": "above", "at_least_state": "at or above", "below_state": "below", "at_most_state": "at or below", "between_state": "between", "outside_state": "outside",
        "to_range": " to ", "open_quote": "", "average": "average", "min": "minimum", "max": "maximum", "sum": "total", "count": "count",
        "name": "{type} {field}", "name_clock": "Scheduled notice",
    },
}  # fmt: skip

REASONS: dict[str, dict[str, str]] = {
    "ja": {
        "condition": "何がどうなったら動くのか読み取れませんでした。", "field": "この条件に合うデバイスと項目が登録されていません。", "join": "この組み合わせの条件は作れません。",
        "two_types": "種類の違うデバイスを 1 つの条件にまとめることはできません。", "doing": "何をするのか読み取れませんでした。", "destination": "この通知先は登録されていません。",
        "values": "コマンドに必要な値がありません:{near}", "trigger": "いつ動くのかが書かれていません。", "rate": "変化の速さで動くノードはまだありません。", "silent": "データが来ないことで動くノードはまだありません。", "no_doing": "そのとき何をするのかが書かれていません。", "follows": "前の条件を作れなかったので、作っていません。",
        "unused": "フローのどこにも使われていません。", "unknown": "この名前のものは登録されていません。", "which": "どの値を変えるのか読み取れませんでした。", "near": "登録されているもの:{near}", "repeat_hold": "「続いたら」と繰り返しを同時には作れません。",
        "edge_back": "ここには「戻ったとき」がありません。", "no_destination": "通知先が 1 つも登録されていません。", "no_kind": "この機能を持つノードがありません。", "unit": "単位「{near}」は項目の単位に直せません。",
    },
    "en": {
        "condition": "It is not clear what must happen first.", "field": "No registered device has such a field.", "join": "These conditions cannot be joined.",
        "two_types": "Devices of different types cannot be joined in one condition.", "doing": "It is not clear what is to be done.", "destination": "No such destination is registered.",
        "values": "The command needs a value: {near}.", "trigger": "It does not say when.", "rate": "There is no node yet for how fast a value changes.", "silent": "There is no node yet for missing data.", "no_doing": "It does not say what is to be done then.", "follows": "It hangs on a condition that could not be built.",
        "unused": "Nothing in the flow uses it.", "unknown": "Nothing registered has this name.", "which": "It is not clear which value is meant.", "near": "Registered are: {near}.", "repeat_hold": "A repeat cannot be combined with a hold.",
        "edge_back": "There is no going back here.", "no_destination": "No destination is registered.", "no_kind": "No node can do this.", "unit": "The unit cannot be converted: {near}.",
    },
}  # fmt: skip
