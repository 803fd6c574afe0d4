"""Why a model that runs in the worker cannot be used, and why a question to a model came to nothing."""

from document.words.code import Code, code

_EXPORT_EN = "Export it anew as one ONNX file with standard operators and its weights inside."
_EXPORT_JA = "標準の演算子だけを使い、重みを含む 1 つの ONNX ファイルとして書き出し直してください。"
CODES: dict[str, Code] = {
    "model_missing": code(
        en=("The file of the model “{id}” is not on this machine.", "The model's file is not on this machine: {detail}."),
        ja=("モデル「{id}」のファイルがこのマシンにありません。", "モデルのファイルがこのマシンにありません({detail})。"),
        hint_en="Put it into the folder of models, or wait until the worker has fetched it.",
        hint_ja="モデルのフォルダーに置くか、ワーカーが取得するまで待ってください。",
    ),
    "model_description": code(
        en=("The description of the model “{id}” cannot be used: {detail}", "The model's description cannot be used: {detail}"),
        ja=("モデル「{id}」の説明ファイルを使えません:{detail}", "モデルの説明ファイルを使えません:{detail}"),
        hint_en="What model.json says is described in docs/ai.md.",
        hint_ja="model.json の書き方は docs/ai.md にあります。",
    ),
    "model_changed": code(
        en=("The file of the model “{id}” is another one than was registered.", "The model's file is another one than was registered."),
        ja=("モデル「{id}」のファイルが登録時のものと違います。", "モデルのファイルが登録時のものと違います。"),
        hint_en="Register the new file as a new version.",
        hint_ja="新しいファイルは新しいバージョンとして登録してください。",
    ),
    "model_too_large": code(
        en=("The model “{id}” is too large: {detail}.", "The model is too large: {detail}."),
        ja=("モデル「{id}」が大きすぎます({detail})。", "モデルが大きすぎます({detail})。"),
    ),
    "model_pickle": code(
        en=("“{id}” is a pickle, not an ONNX model. It was not opened.", "This is a pickle, not an ONNX model. It was not opened."),
        ja=("「{id}」は pickle で、ONNX モデルではありません。開いていません。", "pickle であり、ONNX モデルではありません。開いていません。"),
        hint_en="Opening a pickle can run any code. Export the model as ONNX where it was trained.",
        hint_ja="pickle は開くだけで任意のコードが動きます。学習した環境で ONNX に書き出してください。",
    ),
    "model_junk": code(
        en=("“{id}” is not an ONNX model that can be loaded: {detail}", "This is not an ONNX model that can be loaded: {detail}"),
        ja=("「{id}」は読み込める ONNX モデルではありません:{detail}", "読み込める ONNX モデルではありません:{detail}"),
        hint_en=_EXPORT_EN,
        hint_ja=_EXPORT_JA,
    ),
    "model_opset": code(
        en=("The model “{id}” is of a version that does not run here: {detail}.", "The model is of a version that does not run here: {detail}."),
        ja=("モデル「{id}」のバージョンはここで動きません({detail})。", "モデルのバージョンはここで動きません({detail})。"),
        hint_en="Export it anew with an opset in that range.",
        hint_ja="その範囲の opset で書き出し直してください。",
    ),
    "model_external": code(
        en=("The model “{id}” keeps its weights in another file.", "The model keeps its weights in another file."),
        ja=("モデル「{id}」の重みが別のファイルにあります。", "モデルの重みが別のファイルにあります。"),
        hint_en=_EXPORT_EN,
        hint_ja=_EXPORT_JA,
    ),
    "model_operators": code(
        en=("The model “{id}” needs {detail}.", "The model needs {detail}."),
        ja=("モデル「{id}」は標準にない演算子を使っています({detail})。", "モデルが標準にない演算子を使っています({detail})。"),
        hint_en=_EXPORT_EN,
        hint_ja=_EXPORT_JA,
    ),
    "model_shape": code(
        en=("The model “{id}” and its description do not go together: {detail}.", "The model and its description do not go together: {detail}."),
        ja=("モデル「{id}」と説明が合いません({detail})。", "モデルと説明が合いません({detail})。"),
        hint_en="Correct inputs, labels or size in its description.",
        hint_ja="説明の入力、ラベル、大きさを直してください。",
    ),
    "model_failed": code(
        en="The model could not work on this: {detail}",
        ja="モデルが処理できませんでした:{detail}",
    ),
    "bad_output": code(
        en="The model's output is not what its task wants: {detail}.",
        ja="モデルの出力がタスクと合いません({detail})。",
        hint_en="Check task, labels and output in the model's description.",
        hint_ja="モデルの説明のタスク、ラベル、出力を確認してください。",
    ),
    "missing_value": code(
        en="The model needs a number that the event does not have: {detail}.",
        ja="モデルに必要な数値がイベントにありません({detail})。",
    ),
    "wrong_task": code(
        en="The model is not one for this: {detail}.",
        ja="このモデルはこの用途に使えません({detail})。",
        hint_en="Choose another model.",
        hint_ja="別のモデルを選んでください。",
    ),
    "over_budget": code(
        en=(
            "This flow has asked as often as its budget allows: {flow_calls} times a minute.",
            "This flow has used up its budget for today: {flow_tokens} tokens.",
            "This flow has used up its budget for today: {flow_money}.",
            "All flows together have asked as often as their budget allows: {workspace_calls} times a minute.",
            "All flows together have used up their budget for today: {workspace_tokens} tokens.",
            "All flows together have used up their budget for today: {workspace_money}.",
            "The budget for questions to models is used up.",
        ),
        ja=(
            "このフローは予算の回数(1 分に {flow_calls} 回)まで尋ねました。",
            "このフローは今日の予算({flow_tokens} トークン)を使い切りました。",
            "このフローは今日の予算({flow_money})を使い切りました。",
            "全フローの合計が予算の回数(1 分に {workspace_calls} 回)に達しました。",
            "全フローの合計が今日の予算({workspace_tokens} トークン)を使い切りました。",
            "全フローの合計が今日の予算({workspace_money})を使い切りました。",
            "モデルに尋ねる予算を使い切りました。",
        ),
        hint_en="Wait until it begins anew, ask more sparingly (only on change, at most every, keep answers), or raise it under Language models.",
        hint_ja="予算が新しくなるのを待つか、控えめに尋ねるか(変わったときだけ、最短の間隔、答えの使い回し)、「言語モデル」の画面で増やしてください。",
    ),
    "picture_gone": code(
        en="There is no picture to look at: {detail}.",
        ja="見るべき画像がありません({detail})。",
        hint_en="Pictures are kept for a bounded time and size. Without a picture, check the field's name and what the device sends.",
        hint_ja="画像は期間と容量を区切って保存されます。画像がない場合は、項目名とデバイスの送信内容を確認してください。",
    ),
    "no_pictures": code(
        en="The model's server takes no pictures: {detail}",
        ja="このモデルのサーバーは画像を受け付けません:{detail}",
        hint_en="Choose a model that can see, or ask in words with “Ask a model”.",
        hint_ja="画像を扱えるモデルを選ぶか、「AI に尋ねる」で文章として尋ねてください。",
    ),
}  # fmt: skip
"""Each is also a reason for which an answer failed (nodes/kit/asking.py)."""
