"""What is said in answers about a flow, in Japanese and English."""

from collections.abc import Iterable
from typing import Any

SAID: dict[str, dict[str, str]] = {
    "ja": {
        "node": "{number}. {line}", "summary": "   {text}", "then": "   「{port}」のあと:{readers}", "then_all": "   このあと:{readers}",
        "last": "   このあとに続くノードはありません。", "off": "   このノードは無効になっています。",
        "param": "{node}の「{label}」:{value}", "param_help": "   {text}", "setting": "「{label}」:{value}", "used": "   {node}の「{label}」で使っています。{help}",
        "assumed": "   文に書かれていなかったので、仮の値です。", "assumptions": "文に書かれていなかったので仮に決めた値:{settings}", "pair": "{label} = {value}",
        "which": "どのノードのことかわかりません。キャンバスで選ぶか、名前や番号で指定してください。フロー全体では次のとおりです。",
        "strange": "このフローに「{words}」という値はありません。",
        "because": "{what}:文の「{words}」から作りました。", "because_value": "{what}:文の「{words}」がもとです。",
        "because_edit": "{what}:あとの指示「{prompt}」の「{words}」によるものです。", "because_assumed": "{what}:文に書かれていなかったので、仮に決めました。{why}",
        "because_usual": "{what}:文に書かれていなかったので、よくある値を仮に入れました。",
        "because_answer": "{what}:質問「{question}」への答え「{answer}」によるものです。", "because_kept": "{what}:質問「{question}」で選べます。今は「{answer}」です。",
        "because_hand": "{what}:作ったときは{before}でした。その後、手で変更されました。", "because_added": "{what}:この会話では作られていません。手で追加されたか、ファイルにあったものです。",
        "because_sentence": "{what}:文の「{words}」と同じ値です。", "because_written": "{what}:「{prompt}」という文をもとに、言語モデルが書きました。どの言葉から作ったかの記録はありません。",
        "quoted": "「{word}」", "unused": "使わなかった言葉:{words}", "prompt": "もとの文:「{prompt}」", "nothing_kept": "このフローを作ったときの会話が残っていないので、理由はわかりません。今の内容は次のとおりです。",
        "named_value": "{label}({value})", "supposed": "このフローを仮想の時間で動かした結果です。実際には何も送っていません。", "given": "与えた値:{given}", "happened": "結果:{happened}", "deed": "・{what}", "more": "・ほか{count}件",
        "not_read": "このフローは「{field}」を見ていません。", "no_value": "いくつになったときのことかがわかりません。「温度が 85 度になったらどうなる?」のように、値を書いてください。フロー全体では次のとおりです。",
        "cannot_try": "このフローは試せません。先に「問題」に出ているものを直してください。フロー全体では次のとおりです。",
    },
    "en": {
        "node": "{number}. {line}", "summary": "   {text}", "then": "   After “{port}”: {readers}", "then_all": "   After it: {readers}",
        "last": "   Nothing comes after it.", "off": "   It is switched off.",
        "param": "“{label}” of {node}: {value}", "param_help": "   {text}", "setting": "“{label}”: {value}", "used": "   {node} uses it as “{label}”. {help}",
        "assumed": "   The sentence did not say this; it is assumed.", "assumptions": "Assumed, because the sentence did not say it: {settings}", "pair": "{label} = {value}",
        "which": "Which node do you mean? Choose it on the canvas, or name it. The flow as a whole:",
        "strange": "There is no “{words}” in this flow.",
        "because": "{what}: made from “{words}” in your sentence.", "because_value": "{what}: your sentence says “{words}”.",
        "because_edit": "{what}: by “{words}” of your later request “{prompt}”.", "because_assumed": "{what}: your sentence did not say it, so it was assumed. {why}",
        "because_usual": "{what}: your sentence did not say it, so a usual value was taken.",
        "because_answer": "{what}: you answered “{question}” with “{answer}”.", "because_kept": "{what}: that was asked, “{question}”, and “{answer}” stands now.",
        "because_hand": "{what}: it was {before} when it was written, and was changed by hand since.", "because_added": "{what}: this conversation did not make it. It was added by hand, or came with a file.",
        "because_sentence": "{what}: the same as “{words}” in your sentence.", "because_written": "{what}: a language model wrote it for “{prompt}”. Which of the words it came from was not kept.",
        "quoted": "“{word}”", "unused": "Words that were not used: {words}", "prompt": "Your sentence: “{prompt}”", "nothing_kept": "Nothing is kept of a conversation in which this flow was made, so there are no reasons to give. As it is now:",
        "named_value": "{label} ({value})", "supposed": "This is what the flow does in simulated time; nothing was sent.", "given": "Given: {given}", "happened": "What happened: {happened}", "deed": "- {what}", "more": "- {count} more",
        "not_read": "This flow does not look at “{field}”.", "no_value": "At which value? Ask for example “What happens when the temperature is 85?”. The flow as a whole:",
        "cannot_try": "This flow cannot be tried. Please mend what stands under “Problems” first. The flow as a whole:",
    },
}  # fmt: skip


_JOINT = {"ja": "、", "en": ", "}


def joined(words: Iterable[str], lang: str) -> str:
    return _JOINT[lang].join(words)


def say(key: str, lang: str, **words: Any) -> str:
    return SAID[lang][key].format(**words).rstrip()
