"""What else might have been done, as targets along the tokens of what was done."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

torch: Any = pytest.importorskip("torch")
transformers: Any = pytest.importorskip("transformers")

from agent.models import fetch_embedded  # noqa: E402
from agent.policies.synthetic import SyntheticPolicy, choices_at  # noqa: E402
from agent.prompts.context_window import PromptBuilder  # noqa: E402
from agent.prompts.prompt import PromptSettings  # noqa: E402
from agent.sessions.session import Oracle, Persona, Session, Step, encode  # noqa: E402
from envs.actions import TypeAndSubmit  # noqa: E402
from envs.observation import Element, Observation  # noqa: E402
from trainer.loss import SoftTargets, token_losses  # noqa: E402
from trainer.sequences import Part, prepare  # noqa: E402
from trainer.soft_targets import soft_targets  # noqa: E402

LINES = PromptSettings(page="lines", answer="action_first")
NOW = datetime(2026, 1, 2, tzinfo=UTC)
NAMES = (
    Element("header.search.search_input", "searchbox", "search"),
    *(Element(f"results.lamp_{i}", "link", "product") for i in range(4)),
)
PAGE = Observation(
    url="http://shop.test/",
    title="lamp",
    html='<input name="header.search.search_input" type="search"><main><h1>lamp</h1> 4 products '
    + "".join(
        f'<a name="results.lamp_{i}">Desk Lamp {i}</a> ${20 + i} 4.{i} stars (9)\n'
        for i in range(4)
    )
    + "</main>",
    names=NAMES,
)


def a_session() -> Session:
    """A search, and what a synthetic shopper did on the results."""
    session = Session(
        session_id="s",
        user_id="u",
        site="shop.test",
        started_at=NOW,
        source="synthetic",
        persona=Persona(id="p", text="Careful."),
        intent="I want to buy a desk lamp today.",
        seed=4,
    )
    search = Step(
        index=0,
        timestamp=NOW,
        url=PAGE.url,
        context=PAGE.html,
        action=TypeAndSubmit(NAMES[0].name, "lamp"),
        kind="search",
        names=NAMES,
    )
    session = session.with_step(search)
    decided = asyncio.run(SyntheticPolicy().decide(session, PAGE))
    assert decided.action is not None
    step = msgspec.structs.replace(
        search, index=1, action=decided.action, oracle=decided.oracle, reasoning="So."
    )
    return session.with_step(step).with_end("terminate")


def test_targets_are_the_shoppers_probabilities() -> None:
    session = a_session()
    shares = choices_at(session, 1)
    assert shares is not None
    assert sum(shares.values()) == pytest.approx(1)
    tokenizer = fetch_embedded().tokenizer()
    windows = PromptBuilder(tokenizer, LINES)
    (row,) = windows.training_sequences(session)
    found = list(soft_targets(session, row, windows))
    first = next(target for target in found if target.position == row.actions[1].start)
    by_first: defaultdict[int, float] = defaultdict(float)
    for action, share in shares.items():
        ids = windows.action_ids(session, 1, action)
        assert ids is not None
        by_first[ids[0]] += share
    assert dict(zip(first.tokens, first.shares, strict=True)) == pytest.approx(dict(by_first))
    for target in found:
        assert row.supervised[target.position]
        assert row.ids[target.position] in target.tokens
        assert sum(target.shares) == pytest.approx(1)


def test_what_is_not_known_stays_as_it_was_drawn() -> None:
    session = a_session()
    people = msgspec.structs.replace(session.steps[1], oracle=None)
    others = msgspec.structs.replace(session.steps[1], oracle=Oracle(p_max=0.001))
    for step in (people, others):
        assert (
            choices_at(msgspec.structs.replace(session, steps=(session.steps[0], step)), 1) is None
        )


def test_they_are_kept_with_the_sequences(tmp_path: Path) -> None:
    file = tmp_path / "sessions.jsonl"
    file.write_bytes(encode(a_session()) + b"\n")
    tokenizer = fetch_embedded().tokenizer()
    plain = prepare(file, tokenizer, LINES)
    soft = prepare(file, tokenizer, LINES, part=Part(soft=True))
    assert plain.counts.soft_targets == 0
    assert not len(plain.example(0).soft_positions)
    example = soft.example(0)
    assert soft.counts.soft_targets == len(set(example.soft_positions.tolist())) > 0
    assert example.supervised[example.soft_positions].all()
    assert example.deciding.sum() > 0
    assert (example.supervised | ~example.deciding).all()


def test_the_loss_is_the_cross_entropy_with_them(tiny_model: Callable[[bool], Path]) -> None:
    model = transformers.AutoModelForCausalLM.from_pretrained(tiny_model(True))
    torch.manual_seed(0)
    ids = torch.randint(0, 49152, (30,))
    mask = torch.zeros(30, dtype=torch.bool)
    mask[[4, 9, 10, 20]] = True
    soft = SoftTargets(
        positions=torch.tensor([9, 9, 20]),
        tokens=torch.tensor([5, 7, 11]),
        shares=torch.tensor([0.25, 0.75, 1.0]),
    )
    logs = torch.log_softmax(model(input_ids=ids[None]).logits[0].float(), -1)
    expected = torch.stack(
        [
            -logs[3, ids[4]],
            -0.25 * logs[8, 5] - 0.75 * logs[8, 7],
            -logs[9, ids[10]],
            -logs[19, 11],
        ]
    )
    assert torch.allclose(token_losses(model, ids, mask, soft), expected, atol=1e-5)
