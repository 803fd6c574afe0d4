import json

from llm.partial import PartialReader, object_in

ANSWER = {
    "plan": 'Tell "them"',
    "settings": [{"name": "a", "value": 1}],
    "nodes": [{"id": "x", "from": ["a", "b"]}, {"id": "}{"}],
    "n": 1,
}


def test_elements_are_told_as_soon_as_they_are_whole_whatever_the_pieces() -> None:
    text = f"Sure! ```json\n{json.dumps(ANSWER)}\n```"
    for size in (1, 3, 17, 1000):
        reader = PartialReader()
        told = [said for at in range(0, len(text), size) for said in reader.feed(text[at : at + size])]
        assert told == [
            ("plan", 'Tell "them"'),
            ("settings", ANSWER["settings"][0]),
            *(("nodes", n) for n in ANSWER["nodes"]),
        ]


def test_a_node_is_told_before_the_next_one_begins() -> None:
    reader = PartialReader()
    assert reader.feed('{"nodes": [{"id": "a"}') == [("nodes", {"id": "a"})]


def test_the_object_is_found_among_prose_and_fences() -> None:
    assert object_in(f"Here you are:\n```json\n{json.dumps(ANSWER)}\n``` Enjoy {{}}") == ANSWER
    assert object_in("no object { here") is None
    assert object_in("{" * 100_000) is None
