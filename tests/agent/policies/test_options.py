"""How policies draw: what was trained as it is, what was asked for as asked."""

from __future__ import annotations

from agent.policies.options import TRAINED_BEAMS, Options, drawn_as_trained, recorded
from agent.prompts.prompt import PromptSettings


def test_a_trained_policy_is_drawn_from_as_it_is_unless_asked_otherwise() -> None:
    drawn = drawn_as_trained(Options(threads=1))
    assert (drawn.temperature, drawn.top_p, drawn.threads) == (1.0, 1.0, 1)
    asked = Options(temperature=0.3)
    assert drawn_as_trained(asked) == asked


def test_the_likeliest_action_is_searched_for_where_answers_are_short() -> None:
    lines = PromptSettings(page="lines", answer="action_first")
    assert drawn_as_trained(Options(prompt=lines)).beams == TRAINED_BEAMS
    assert drawn_as_trained(Options(prompt=lines, beams=1)).beams == 1
    assert drawn_as_trained(Options(beams=4)).beams == 4
    assert drawn_as_trained(Options()).beams == 0
    assert "beams" not in recorded(Options()) and recorded(Options(beams=3))["beams"] == 3
