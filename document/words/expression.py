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
    "expression_unknown_name": code(
        en="The expression names “{name}”, which is not known here.",
        ja="式の中の「{name}」は、ここにはありません。",
        hint_en=_DID_EN,
        hint_ja=_DID_JA,
    ),
    "expression_unknown_function": code(
        en="There is no function “{name}”.", ja="「{name}」という関数はありません。", hint_en=_DID_EN, hint_ja=_DID_JA
    ),
    "expression_types": code(
        en=(
            "“{operator}” cannot be used between {left} and {right}.",
            "“{operator}” cannot be used with {left}.",
            "The types in the expression do not fit.",
        ),
        ja=(
            "「{operator}」は{left}と{right}の間では使えません。",
            "「{operator}」は{left}には使えません。",
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
