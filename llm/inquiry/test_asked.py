"""What is a question about the flow, and what is a wish."""

import pytest

from llm.authors.phrasebook.reading import language_of
from llm.evals.scenario import PARTS, scenarios
from llm.inquiry.asked import sort_of

QUESTIONS = {
    "explain": """explain this flow | What does the hold do? | What does this do | describe the second node | Who gets notified?
        | How does it work? | tell me what this flow does | Can you explain the threshold please? | What is the limit? Thanks!
        | when does it fire? | このフローを説明して | このノードは何をするの？ | 継続時間は何をしますか | 2番目のノードを説明してください
        | このフローは何をしていますか？ | 流れを教えて | しきい値って何？ | 誰に通知されますか""",
    "why": """why did you use 80? | Why is there a hold? | where does the 5 minutes come from? | How did you choose 80? | Explain why it waits
        | なぜ80にしたの？ | どうして5分なの？ | 80の理由は？ | 5分はどこから来たの | なぜ通知が2つあるのですか | なんで戻ったときにも通知するの？""",
    "suppose": """what happens when the temperature is 85? | What if the temperature is 85 for 2 minutes? | 85度になったらどうなる？
        | 温度が85度のときどうなりますか？ | If the kiln is at 85, what happens?""",
}  # fmt: skip
WISHES = """make it 10 A | tell me when the kiln is hot | Tell me what the temperature is every hour | also notify the control room
    | explain to the shift channel why the kiln is hot | describe the picture and notify the inbox | Why 80? Make it 70.
    | what about 90 instead | remove the hold | Can you notify the inbox too? | Is it possible to notify the inbox too?
    | 炉が80度を超えたら教えて | 写真を説明して当直に送って | 異常が何か起きたら知らせて | なぜ通知したのか理由をつけて通知して
    | 温度が下がったときも通知して | 毎朝8時に内容を教えて | 受信箱にも通知してくれますか？"""


@pytest.mark.parametrize(
    ("sort", "prompt"), [(sort, one.strip()) for sort, listed in QUESTIONS.items() for one in listed.split("|")]
)
def test_a_question_is_told_by_its_sort(sort: str, prompt: str) -> None:
    assert sort_of(prompt, language_of(prompt)) == sort


@pytest.mark.parametrize("prompt", [one.strip() for one in WISHES.split("|")])
def test_a_wish_is_no_question(prompt: str) -> None:
    assert sort_of(prompt, language_of(prompt)) is None


@pytest.mark.parametrize("part", PARTS)
def test_no_sentence_of_the_evals_is_taken_for_a_question(part: str) -> None:
    assert sum(sort_of(scenario.prompt, scenario.lang) is not None for scenario in scenarios(part)) == 0
