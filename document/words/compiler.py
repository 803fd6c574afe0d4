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
    "not_measured": code(
        en="The model could not be measured.",
        ja="モデルを測定できませんでした。",
        hint_en="Try again; the server's log has the reason.",
        hint_ja="もう一度お試しください。原因はサーバーのログにあります。",
    ),
    "measuring_cancelled": code(en="Measuring was cancelled.", ja="測定は取り消されました。"),
    "measuring_too_long": code(
        en="Measuring took longer than a job may take.",
        ja="測定がジョブの制限時間を超えました。",
        hint_en="Use a smaller test set, or raise SUIRO_JOB_SECONDS.",
        hint_ja="テストデータを減らすか、SUIRO_JOB_SECONDS を増やしてください。",
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
    "trial_never_fires": code(
        severity="warning",
        en="In the trial “{node}” never acted. The last try was: {given}. What happened: {happened}.",
        ja="試験では「{node}」が一度も動きませんでした。最後に試した値:{given}。結果:{happened}。",
        hint_en="Check the limits and conditions before it: they may exclude each other, or need what the trial cannot make up.",
        hint_ja="手前のしきい値や条件が両立するか確認してください。試験では作れないデータが必要な場合もあります。",
    ),
    "trial_fires_below": code(
        severity="warning",
        en="In the trial “{node}” acted although no limit was passed: {given}. What happened: {happened}.",
        ja="試験では、限度を超えていないのに「{node}」が動きました:{given}。結果:{happened}。",
        hint_en="Let it come after the node that compares, and after nothing else.",
        hint_ja="比較するノードの後だけにつないでください。",
    ),
    "trial_fires_again": code(
        severity="warning",
        en="In the trial “{node}” acted again and again while the value trembled: {given}. What happened: {happened}.",
        ja="試験では、値が限度の前後で揺れるたびに「{node}」が動きました:{given}。結果:{happened}。",
        hint_en="Let it come only after the node that has the margin or the hold.",
        hint_ja="戻り幅や継続時間を持つノードの後だけにつないでください。",
    ),
    "trial_test_failed": code(
        severity="warning",
        en=("The flow's own test “{name}” fails: {detail}", "The flow's own test “{name}” fails."),
        ja=(
            "フローに付いているテスト「{name}」が失敗しました:{detail}",
            "フローに付いているテスト「{name}」が失敗しました。",
        ),
    ),
    "trial_not_run": code(
        severity="warning",
        en="The flow could not be tried out: {detail}. Nothing is claimed about what it does.",
        ja="フローを試運転できませんでした:{detail}。動きは確認されていません。",
    ),
    "author_cut_off": code(
        severity="warning",
        en="The answer broke off; what had come by then was kept. {detail}",
        ja="回答が途中で切れました。それまでに届いた部分を残しています。{detail}",
        hint_en="Check what is missing, or ask for the rest.",
        hint_ja="足りない部分を確認するか、続きを頼んでください。",
    ),
    "author_silent": code(
        severity="warning",
        en="The language model said nothing about it; the answer was made from the flow itself. {detail}",
        ja="言語モデルからの回答がないため、フローの内容だけから答えています。{detail}",
    ),
    "no_flow_yet": code(
        en="There is no flow here yet that could be explained.",
        ja="説明できるフローがまだありません。",
        hint_en="Say what should happen: which device, which value, and what to do.",
        hint_ja="どのデバイスの、どの値が、どうなったら、何をするかを書いてください。",
    ),
    "explanation_corrected": code(
        severity="warning",
        en="What the language model said about the flow was partly untrue and was left out: “{words}”.",
        ja="言語モデルの説明のうち、フローと合わない部分を除きました:「{words}」。",
    ),
    "compile_cancelled": code(severity="warning", en="Building was cancelled.", ja="作成を中止しました。"),
}
