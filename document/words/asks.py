"""Why no answer came, by the short reason that a flow is given: closer words for the problem `ask_failed`."""

from document.words.code import Code, code

_TOO_LONG_EN = "Ask for fewer fields or shorter texts, or choose another model."
_TOO_LONG_JA = "答えの項目を減らすか短くしてください。別のモデルも試せます。"
_ADDRESS_EN = "Check the address of the model on the page “Language models”, and that this machine can reach it."
_ADDRESS_JA = "「言語モデル」のページでモデルのアドレスを確かめ、このマシンから届くか調べてください。"
REASONS: dict[str, Code] = {
    "timeout": code(
        en="No answer came within the time limit.",
        ja="制限時間内に回答がありませんでした。",
        hint_en="Raise the node's time limit, or see why what is asked is so slow.",
        hint_ja="ノードの制限時間を延ばすか、問い合わせ先が遅い理由を調べてください。",
    ),
    "busy": code(
        en="Too many questions were waiting, so this one was not asked.",
        ja="待っている質問が多すぎるため、尋ねませんでした。",
        hint_en="Ask more seldom: only on change, or at most so often.",
        hint_ja="「変わったときだけ」や「最短の間隔」で、尋ねる回数を減らしてください。",
    ),
    "rate_limited": code(
        en="The model's server takes no more questions for now.",
        ja="モデルのサーバーが、質問が多すぎるとして受け付けませんでした。",
        hint_en="Ask more seldom, or have its provider raise the limit.",
        hint_ja="尋ねる回数を減らすか、提供元に上限を上げてもらってください。",
    ),
    "refused": code(
        en=("The model refused to answer: {detail}", "The model refused to answer."),
        ja=("モデルが回答を断りました:{detail}", "モデルが回答を断りました。"),
        hint_en="Put the question differently, or choose another model.",
        hint_ja="質問の書き方を変えるか、別のモデルを選んでください。",
    ),
    "not_json": code(
        en=("The model did not answer in the asked fields but said: {detail}", "The model did not answer in the asked fields."),
        ja=("モデルが決めた項目ではなく次のように答えました:{detail}", "モデルが決めた項目で答えませんでした。"),
        hint_en="Choose a model that can answer in JSON, or say more exactly what is asked for.",
        hint_ja="JSON で答えられるモデルを選ぶか、何を答えてほしいかをもっとはっきり書いてください。",
    ),
    "truncated": code(
        en="The model's answer was cut off.",
        ja="モデルの回答が途中で切れました。",
        hint_en=_TOO_LONG_EN,
        hint_ja=_TOO_LONG_JA,
    ),
    "too_large": code(
        en="The answer is larger than what is read.",
        ja="回答が大きすぎるため、読みませんでした。",
        hint_en=_TOO_LONG_EN,
        hint_ja=_TOO_LONG_JA,
    ),
    "unreachable": code(
        en=("The model's server gave no answer that can be read: {detail}", "The model's server gave no answer that can be read."),
        ja=("モデルのサーバーから読める回答がありませんでした:{detail}", "モデルのサーバーから読める回答がありませんでした。"),
        hint_en=_ADDRESS_EN,
        hint_ja=_ADDRESS_JA,
    ),
    "address_refused": code(
        en=("The model's server is not asked, because of its address: {detail}", "The model's server is not asked, because of its address."),
        ja=("アドレスのため、モデルのサーバーには接続しません:{detail}", "アドレスのため、モデルのサーバーには接続しません。"),
        hint_en="Whoever runs this machine can allow local addresses (SUIRO_EGRESS_ALLOW).",
        hint_ja="ローカルのアドレスは、このマシンの管理者が許可できます(SUIRO_EGRESS_ALLOW)。",
    ),
    "http": code(
        en=("The model's server answered with an error: {detail}", "The model's server answered with an error ({reason})."),
        ja=("モデルのサーバーがエラーを返しました:{detail}", "モデルのサーバーがエラーを返しました({reason})。"),
        hint_en="Check key, name and address of the model on the page “Language models”; 5xx is a fault of the server.",
        hint_ja="「言語モデル」のページでキー、モデル名、アドレスを確かめてください。5xx はサーバー側の故障です。",
    ),
    "no_model": code(
        en=("The model that is asked is not set up here: {detail}", "The model that is asked is not set up here."),
        ja=("尋ねるモデルがここで設定されていません:{detail}", "尋ねるモデルがここで設定されていません。"),
        hint_en="Set it up on the page “Language models” or “Local models”, then deploy again.",
        hint_ja="「言語モデル」または「ローカルモデル」のページで設定し、もう一度デプロイしてください。",
    ),
}  # fmt: skip
"""`http` stands for all reasons that begin so, such as `http_503`."""
