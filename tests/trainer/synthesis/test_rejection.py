"""Which thoughts are taken: each rule, and our own examples, which must pass all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.actions import Action, Click, Terminate, TypeAndSubmit, parse_action
from trainer.synthesis.examples import read_examples
from trainer.synthesis.rejection import LONGEST, PROBLEMS, reject

VIEW = Click("search_results.red_mug.view_product")
SEARCH = TypeAndSubmit("nav.search", "tea mug")
LEAVE = Terminate()


@pytest.mark.parametrize(
    ("thought", "action", "kind", "reason"),
    [
        ("", VIEW, "product", "empty"),
        (" ... ", VIEW, "product", "empty"),
        ("Nice. " * 100, VIEW, "product", "overlong"),
        ("很" * 140, VIEW, "product", "overlong"),
        ("I open search_results.red_mug.view_product now.", VIEW, "product", "names the element"),
        ("The red_mug is what I want.", VIEW, "product", "names the element"),
        ('So {"type":"click"} it is.', VIEW, "product", "quotes JSON"),
        ("I use type_and_submit for it.", SEARCH, "search", "quotes JSON"),
        ('I read <a name="x"> there.', VIEW, "product", "quotes JSON"),
        ("The customer likes the red mug.", VIEW, "product", "third person"),
        ("I'm leaving, this is too dear.", VIEW, "product", "contradicts the action"),
        ("I'll buy it right away.", VIEW, "product", "contradicts the action"),
        ("Let me search for plates instead.", VIEW, "product", "contradicts the action"),
        ("I'll add it to my cart.", LEAVE, "leave", "contradicts the action"),
        ("I won't buy this one.", Click("buy_box.buy_now"), "buy", "contradicts the action"),
        ("I'll search for 'garden chairs'.", SEARCH, "search", "contradicts the action"),
        ("Red suits my kitchen, let me see it closer.", VIEW, "product", None),
        ("I'll search for 'a tea mug' first.", SEARCH, "search", None),
        ("I need a mug for tea, so I'll look for one.", SEARCH, "search", None),
        ("Nothing here under ten dollars, I'll leave it.", LEAVE, "leave", None),
        ("Too dear. I'll look for one in another shop.", LEAVE, "leave", None),
        ("I'm not sure I need it after all.", LEAVE, "leave", None),
        ("It is exactly right, I'll buy it.", Click("buy_box.buy_now"), "buy", None),
        ("I want it by Friday and 24.99 is fine.", Click("search"), "other", None),
        ("Ein schöner Becher, den sehe ich mir an.", VIEW, "product", None),
    ],
)
def test_rules(thought: str, action: Action, kind: str, reason: str | None) -> None:
    assert reject(thought, action, kind) == reason


def test_our_own_examples_pass() -> None:
    kinds = {"size": "option", "view_product": "product", "filters": "filter", "buy": "buy"}
    for example in read_examples():
        action = parse_action(example.action)
        kind = next((k for word, k in kinds.items() if word in example.action), "search")
        assert reject(example.thought, action, kind) is None, example.thought


@given(st.text(), st.sampled_from([VIEW, SEARCH, LEAVE, Click("")]), st.text(max_size=5))
def test_every_verdict_can_be_told_to_a_model(text: str, action: Action, kind: str) -> None:
    reason = reject(text, action, kind)
    assert reason is None or reason in PROBLEMS
    assert reason is not None or 0 < len(text.encode("utf-8", "replace")) <= LONGEST
