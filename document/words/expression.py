"""Problems of expressions and of texts with names in braces. Failures at run time stand here too."""

from document.words.code import Code, code

_DID_EN = ("Did you mean “{nearest}”?", "Known are: {names}.", "")
_DID_JA = ("「{nearest}」ではありませんか。", "使えるもの:{names}", "")

CODES: dict[str, Code] = {
    "expression_syntax": code(
        en=("The expression cannot be read at character {position}.", "The expression cannot be read."),
        ja=("式の {position} 文字目が読めません。", "式が読めません。"),
        hint_en=("{detail}", "Look for a missing operator, quote or bracket there."),
        hint_ja=("{detail}", "演算子、引用符、括弧の抜けを確認してください。"),
    ),
    "expression_unknown_function": code(
        en="There is no function “{name}”.", ja="「{name}」という関数はありません。", hint_en=_DID_EN, hint_ja=_DID_JA
    ),
    "expression_types": code(
        en=(
            "“{operator}” cannot be used between {left} and {right}.",
            "“{operator}” cannot be used with {left}.",
            "“{operator}” cannot be used with {types}.",
            "The types in the expression do not fit.",
        ),
        ja=(
            "「{operator}」は{left}と{right}の間では使えません。",
            "「{operator}」は{left}には使えません。",
            "「{operator}」は{types}には使えません。",
            "式の型が合いません。",
        ),
    ),
    "expression_result": code(
        en=("The expression gives {found}, but {expected} is needed.", "The expression gives the wrong type."),
        ja=("式の結果は{found}ですが、{expected}が必要です。", "式の結果の型が違います。"),
    ),
    "expression_too_long": code(
        en="The expression is longer than {limit} characters.", ja="式が {limit} 文字を超えています。"
    ),
    "expression_too_deep": code(en="The expression is nested too deeply.", ja="式の入れ子が深すぎます。"),
    "expression_failed": code(
        en=("The expression could not be computed: {detail}", "The expression could not be computed."),
        ja=("式を計算できませんでした:{detail}", "式を計算できませんでした。"),
    ),
    "division_by_zero": code(en="The expression divides by zero.", ja="式が 0 で割り算をしています。"),
    "overflow": code(en="A number in the expression becomes too large.", ja="式の計算結果が大きすぎます。"),
    "no_such_key": code(
        en=("There is no “{name}” in the value.", "There is no such key."),
        ja=("値の中に「{name}」がありません。", "そのキーはありません。"),
    ),
    "no_such_index": code(en="The list is not that long.", ja="リストの範囲外です。"),
    "expression_incomplete": code(
        en="The expression ends too early.",
        ja="式が途中で終わっています。",
        hint_en="Something is missing at its end: a value, a bracket or the rest of “? :”.",
        hint_ja="末尾に値、括弧、または「? :」の続きが足りません。",
    ),
    "expression_open_string": code(
        en="A text in the expression is not closed.",
        ja="式の中の文字列が閉じられていません。",
        hint_en="Add the quote that ends it.",
        hint_ja="終わりの引用符を追加してください。",
    ),
    "expression_bad_escape": code(
        en="“{found}” means nothing inside a text of an expression.",
        ja="式の文字列の中で「{found}」は使えません。",
        hint_en="Write \\\\ for a backslash.",
        hint_ja="円記号(バックスラッシュ)そのものは \\\\ と書きます。",
    ),
    "expression_unsupported": code(en="“{what}” is not supported in expressions.", ja="「{what}」は式では使えません。"),
    "expression_no_members": code(
        en="“.{name}” does not work here: this is a value of type {type}.",
        ja="型 {type} の値に「.{name}」は使えません。",
    ),
    "expression_has": code(
        en="has() takes the name of a field, or a member such as a.b.",
        ja="has() には項目名か、a.b のようなメンバーを書きます。",
    ),
    "expression_macro": code(
        en="“{name}” needs a plain name for its variable.",
        ja="「{name}」の最初の引数には変数名を書きます。",
        hint_en="For example values.exists(v, v > 3).",
        hint_ja="例:values.exists(v, v > 3)",
    ),
    "expression_operands": code(
        en=("“{operator}” cannot be used with values of the types {types}.", "The values do not fit together."),
        ja=("「{operator}」は {types} の値には使えません。", "値の型が合いません。"),
    ),
    "expression_conversion": code(
        en=("“{value}” cannot be read as {to}.", "A value cannot be converted."),
        ja=("「{value}」を {to} として読めません。", "値を変換できません。"),
    ),
    "expression_pattern": code(
        en="The pattern “{value}” is no regular expression.",
        ja="「{value}」は正規表現として読めません。",
        hint_en="Patterns are those of RE2, at most 500 characters.",
        hint_ja="RE2 の正規表現を 500 文字以内で書いてください。",
    ),
    "expression_size": code(
        en="The expression builds something larger than {limit}.", ja="式の作る値が大きすぎます(上限 {limit})。"
    ),
    "expression_work": code(
        en="The expression would need more than {limit} turns for this event.",
        ja="このイベントでは式の繰り返しが {limit} 回を超えます。",
    ),
    "text_syntax": code(
        en=("The braces in the text do not match at character {position}.", "The braces in the text do not match."),
        ja=("文の {position} 文字目で波括弧の対応がとれていません。", "波括弧の対応がとれていません。"),
        hint_en="Write {{ for a brace that should be printed.",
        hint_ja="波括弧そのものを表示するには {{ と書きます。",
    ),
    "text_unknown_name": code(
        en="The text names “{name}”, which is not known here.",
        ja="文の中の「{name}」は、ここにはありません。",
        hint_en=_DID_EN,
        hint_ja=_DID_JA,
    ),
    "text_unknown_filter": code(
        en="There is no filter “{name}” for texts.",
        ja="「{name}」という書式はありません。",
        hint_en=_DID_EN,
        hint_ja=_DID_JA,
    ),
    "text_bad_filter": code(
        en=("The filter “{name}” cannot be used like this.", "The filter cannot be used like this."),
        ja=("書式「{name}」はこのようには使えません。", "書式はこのようには使えません。"),
        hint_en=("{detail}", ""),
        hint_ja=("{detail}", ""),
    ),
}
