"""How policies draw: what was trained as it is, what was asked for as asked."""

from __future__ import annotations

from agent.policies.options import Options, drawn_as_trained


def test_a_trained_policy_is_drawn_from_as_it_is_unless_asked_otherwise() -> None:
    drawn = drawn_as_trained(Options(threads=1))
    assert (drawn.temperature, drawn.top_p, drawn.threads) == (1.0, 1.0, 1)
    asked = Options(temperature=0.3)
    assert drawn_as_trained(asked) == asked
