"""Problems on the way from a sentence to a flow."""

from document.words.code import Code, code

CODES: dict[str, Code] = {
    "cannot_build": code(
        severity="warning",
        en=("This part could not be built: “{words}”. {detail}", "This part could not be built: “{words}”."),
        ja=("この部分は作れませんでした:「{words}」。{detail}", "この部分は作れませんでした:「{words}」。"),
        hint_en="Say it another way, or add the nodes by hand.",
        hint_ja="別の言い方にするか、手でノードを追加してください。",
    ),
    "nothing_built": code(
        en="No flow could be built from this.",
        ja="この文からフローを作れませんでした。",
        hint_en="Say which device, which value, and what should happen.",
        hint_ja="どのデバイスの、どの値が、どうなったら、何をするかを書いてください。",
    ),
    "empty_prompt": code(en="There is no sentence to build from.", ja="文が入力されていません。"),
    "author_not_ready": code(
        en="No language model is set up.",
        ja="言語モデルが設定されていません。",
        hint_en="Set base URL, key and model in the settings, or use the phrasebook.",
        hint_ja="設定画面で URL、キー、モデルを設定するか、フレーズ集を使ってください。",
    ),
    "author_away": code(
        en=("The language model cannot be reached: {detail}", "The language model cannot be reached."),
        ja=("言語モデルに接続できません:{detail}", "言語モデルに接続できません。"),
    ),
    "author_address_refused": code(
        en="The language model is at an address that may not be reached from here.",
        ja="言語モデルのアドレスは、ここからの接続が許可されていません。",
        hint_en="For a model on this machine or in its network, start Suiro with SUIRO_EGRESS_ALLOW=127.0.0.1/32 (or that network), or name it by SUIRO_MODEL_URL.",
        hint_ja="このマシンや社内ネットワークのモデルを使うには、SUIRO_EGRESS_ALLOW=127.0.0.1/32(または該当のネットワーク)を設定して Suiro を起動するか、SUIRO_MODEL_URL で指定してください。",
    ),
    "author_timeout": code(
        en="The language model did not answer in time.", ja="言語モデルが時間内に応答しませんでした。"
    ),
    "author_rate_limited": code(
        en="The language model takes no more requests just now.",
        ja="言語モデルの利用制限に達しました。",
        hint_en="Try again in a while.",
        hint_ja="しばらくしてからもう一度試してください。",
    ),
    "author_refused": code(
        en=("The language model declined: {detail}", "The language model declined."),
        ja=("言語モデルが回答を拒否しました:{detail}", "言語モデルが回答を拒否しました。"),
    ),
    "author_unreadable": code(
        en=(
            "The language model's answer is not a document: {detail}.",
            "The language model's answer is not a document.",
        ),
        ja=("言語モデルの回答を文書として読めません:{detail}", "言語モデルの回答を文書として読めません。"),
    ),
    "unknown_question": code(en="There is no question “{id}”.", ja="「{id}」という質問はありません。"),
    "compile_cancelled": code(severity="warning", en="Building was cancelled.", ja="作成を中止しました。"),
}
