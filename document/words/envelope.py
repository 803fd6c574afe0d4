"""Problems of a file or payload as such: before anybody knows what it means."""

from document.words.code import Code, code

CODES: dict[str, Code] = {
    "not_json": code(
        en=("This is not JSON (line {line}, column {column}).", "This is not JSON."),
        ja=("JSON として読めません({line} 行目 {column} 文字目)。", "JSON として読めません。"),
        hint_en=("{detail}", "Look for a missing comma, quote or bracket there."),
        hint_ja=("{detail}", "その位置のカンマ、引用符、括弧を確認してください。"),
    ),
    "not_utf8": code(
        en=("This is not UTF-8 (byte {position}).", "This is not UTF-8."),
        ja=("UTF-8 ではありません({position} バイト目)。", "UTF-8 ではありません。"),
        hint_en="Send or save it as UTF-8.",
        hint_ja="UTF-8 で送るか、保存し直してください。",
    ),
    "too_large": code(
        en=("{size} bytes are more than the {limit} allowed.", "This is larger than allowed."),
        ja=("{size} バイトは上限の {limit} バイトを超えています。", "大きさの上限を超えています。"),
    ),
    "too_deep": code(
        en=("Lists and objects are nested deeper than {limit} levels.", "Lists and objects are nested too deeply."),
        ja=("リストやオブジェクトの入れ子が {limit} 段を超えています。", "入れ子が深すぎます。"),
    ),
    "not_finite": code(
        en=("“{field}” is NaN or infinite.", "NaN and Infinity are not numbers that a flow can hold."),
        ja=("「{field}」が NaN または無限大です。", "NaN や無限大は数値として使えません。"),
        hint_en="Leave the value out where there is none.",
        hint_ja="値がないときは項目ごと省いてください。",
    ),
    "number_too_large": code(
        en="The number has too many digits.",
        ja="数値の桁数が多すぎます。",
        hint_en="Numbers must lie within ±1e308, whole ones within 64 bits.",
        hint_ja="±1e308 以内、整数は 64 ビット以内にしてください。",
    ),
    "duplicate_key": code(
        en="The key “{key}” stands twice in one object.",
        ja="1 つのオブジェクトにキー「{key}」が 2 回あります。",
        hint_en="Keep one of them.",
        hint_ja="どちらか一方だけ残してください。",
    ),
    "bad_text": code(
        en="The text holds a character that cannot be stored (NUL or half of a surrogate pair).",
        ja="保存できない文字(NUL または不完全なサロゲート)が含まれています。",
        hint_en="Remove it.",
        hint_ja="取り除いてください。",
    ),
    "not_an_object": code(
        en=("An object is expected, this is {found}.", "An object with fields is expected."),
        ja=("オブジェクトが必要ですが、{found}です。", "項目を持つオブジェクトが必要です。"),
    ),
}
