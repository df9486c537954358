"""Pages as lines on real engines: only handles that are shown are written, and they are what they
stand for; adapters of another form are refused."""

from __future__ import annotations

import asyncio
import json
import math
from pathlib import Path

import pytest

from agent.models import ModelError, fetch_embedded
from agent.models.huggingface import huggingface_folder
from agent.models.shipped import adapter_folder
from agent.models.trained import FORMS, Trained, check_rendering, read_trained, write_trained
from agent.policies import Options, load
from agent.policies.local.lm_policy import LanguagePolicy
from agent.policies.options import TRAINED_MIN_P, drawn_as_trained
from agent.prompts.prompt import PromptSettings
from agent.sessions.session import Step
from envs.actions import Click, Terminate
from envs.observation import Observation
from tests.agent.prompts.lines.shop_pages import PRODUCT, RESULTS
from tests.agent.runs.sessions import NOW, session_of

LINES = PromptSettings(page="lines", answer="action_first", max_reasoning_tokens=8, window=2048)


@pytest.mark.model
@pytest.mark.timeout(600)
@pytest.mark.parametrize("engine", ["openvino", "transformers"])
@pytest.mark.parametrize(
    "answer", ["action_first", pytest.param("reasoning_first", marks=pytest.mark.long)]
)
async def test_what_is_written_is_a_legal_action(engine: str, answer: str) -> None:
    """The model was not trained on lines, so what it writes is chance; drawn hot, to see more."""
    prompt = PromptSettings(**{**_fields(LINES), "answer": answer})  # type: ignore[arg-type]
    spec = "smollm2-base"
    if engine == "transformers":
        pytest.importorskip("torch")
        spec = str(await asyncio.to_thread(lambda: huggingface_folder(fetch_embedded())))
    policy = await load(spec, Options(prompt=prompt, temperature=2.0, top_p=1.0, device="auto"))
    assert isinstance(policy, LanguagePolicy)
    assert policy.settings["page"] == "lines"
    assert not policy.options.prompt.examples
    seen = set()
    try:
        for seed in range(3 if engine == "openvino" else 1):  # the other is slow at drawing
            for page in (RESULTS, PRODUCT):
                decided = await policy.decide(session_of([], seed=seed), page)
                assert decided.action is not None, decided.raw
                assert page.illegal(decided.action) is None
                seen.add(decided.raw)
                await policy.forget("s1")
    finally:
        await policy.close()
    assert len(seen) > 1 or engine == "transformers"


@pytest.mark.model
@pytest.mark.timeout(600)
async def test_an_action_drawn_alone_and_explained_is_what_is_decided_at_once() -> None:
    policy = await load("smollm2", Options(greedy=True))
    assert isinstance(policy, LanguagePolicy)
    assert policy.acts_first
    try:
        decided = await policy.decide(session_of([]), RESULTS)
        drawn = await policy.draw(session_of([]), RESULTS)
        assert (drawn.action, drawn.reasoning) == (decided.action, None)
        explained = await policy.explain(session_of([]), RESULTS, drawn)
        assert explained.reasoning == decided.reasoning
        assert explained.reasoning
        assert explained.cost.prompt_tokens > drawn.cost.prompt_tokens
    finally:
        await policy.close()


@pytest.mark.model
@pytest.mark.timeout(600)
async def test_a_session_goes_on_from_its_cache_and_actions_are_weighed() -> None:
    pytest.importorskip("torch")
    from agent.policies.local.transformers import ScoringPolicy

    folder = await asyncio.to_thread(lambda: huggingface_folder(fetch_embedded()))
    policy = await load(str(folder), Options(prompt=LINES, greedy=True))
    assert isinstance(policy, ScoringPolicy)
    try:
        session = session_of([])
        first = await policy.decide(session, RESULTS)
        assert first.action is not None
        step = Step(
            index=0,
            timestamp=NOW,
            url=RESULTS.url,
            title=RESULTS.title,
            context=RESULTS.html,
            names=RESULTS.names,
            reasoning=first.reasoning,
            action=first.action,
        )
        second = await policy.decide(session.with_step(step), PRODUCT)
        assert second.cost.cached_tokens >= first.cost.prompt_tokens
        actions = [Click(e.name) for e in RESULTS.names] + [Terminate()]
        logs = await policy.logprobs(session, RESULTS, None, actions)
        assert all(map(math.isfinite, logs))
        unseen = await policy.logprobs(session, RESULTS, None, [Click("nowhere.to_be_seen")])
        assert unseen[0] < max(logs)
    finally:
        await policy.close()


@pytest.mark.model
@pytest.mark.timeout(600)
@pytest.mark.parametrize("page", [RESULTS, pytest.param(PRODUCT, marks=pytest.mark.long)])
async def test_a_search_finds_the_likeliest_action(page: Observation) -> None:
    """By torch, no action to press is likelier; OpenVINO's, in 8 bits, is nearly as likely."""
    pytest.importorskip("torch")
    from agent.policies.local.transformers import ScoringPolicy

    wide = Options(greedy=True, beams=12)
    reference = await load(str(adapter_folder("smollm2")), wide)
    embedded = await load("smollm2", wide)
    assert isinstance(reference, ScoringPolicy) and isinstance(embedded, LanguagePolicy)
    assert reference.settings["beams"] == embedded.settings["beams"] == 12
    session = session_of([])
    try:
        found = [(await one.draw(session, page)).action for one in (reference, embedded)]
        assert None not in found
        presses = [Click(e.name) for e in page.names] + [Terminate()]
        logs = await reference.logprobs(session, page, None, [*found, *presses])
    finally:
        await reference.close()
        await embedded.close()
    assert logs[0] >= max(logs[2:]) - 1e-3
    assert logs[1] >= logs[0] - 0.5


def test_a_trained_policy_is_drawn_from_without_what_is_next_to_impossible() -> None:
    assert drawn_as_trained(Options()).min_p == TRAINED_MIN_P
    mine = Options(min_p=0.3)
    assert drawn_as_trained(mine) == mine


@pytest.mark.slow
def test_min_p_leaves_out_what_is_unlikely() -> None:
    torch = pytest.importorskip("torch")
    from agent.policies.local.engine import GenerationRequest
    from agent.policies.local.transformers.sampling import sample

    logits = torch.log(torch.tensor([0.5, 0.3, 0.15, 0.05]))

    def drawn(min_p: float) -> set[int]:
        request = GenerationRequest(
            session_id="s",
            prompt=(1,),
            max_tokens=1,
            stop=frozenset(),
            greedy=False,
            temperature=1.0,
            top_p=1.0,
            min_p=min_p,
            seed=0,
        )
        generator = torch.Generator().manual_seed(0)
        return {sample(logits, request, generator) for _ in range(300)}

    assert drawn(0.0) == {0, 1, 2, 3}
    assert drawn(0.2) == {0, 1, 2}
    assert drawn(0.5) == {0, 1}


@pytest.mark.parametrize(
    ("page", "version"), [("lines", "0"), ("lines", "1"), ("cards", "1"), ("html", "7")]
)
def test_an_adapter_of_another_form_is_refused_with_the_reason(
    tmp_path: Path, page: str, version: str
) -> None:
    write_trained(tmp_path, Trained(base="b", kind="adapter", prompt=PromptSettings()))
    file = tmp_path / "shopper.json"
    told = json.loads(file.read_text("utf-8"))
    told["prompt"] |= {"page": page, "page_version": version}
    file.write_text(json.dumps(told))
    with pytest.raises(ModelError, match=f"trained on pages as {page} .form {version}"):
        read_trained(tmp_path)


def test_an_adapter_that_answers_in_another_form_is_refused_with_the_reason(tmp_path: Path) -> None:
    shown = PromptSettings(page="lines", page_version=FORMS["lines"])
    write_trained(tmp_path, Trained(base="b", kind="adapter", prompt=shown))
    trained = read_trained(tmp_path)
    assert trained is not None
    with pytest.raises(ModelError, match="trained to answer reasoning_first and cannot action"):
        check_rendering(PromptSettings(page="lines", answer="action_first"), trained)
    file = tmp_path / "shopper.json"
    told = json.loads(file.read_text("utf-8"))
    told["prompt"]["answer"] = "in_verse"
    file.write_text(json.dumps(told))
    with pytest.raises(ModelError, match="trained to answer in_verse, and this version"):
        read_trained(tmp_path)


def test_one_from_before_there_were_forms_reads_html(tmp_path: Path) -> None:
    (tmp_path / "shopper.json").write_text(
        '{"base":"b","kind":"adapter","prompt":{"version":"1","window":4096}}'
    )
    trained = read_trained(tmp_path)
    assert trained is not None
    assert (trained.prompt.page, trained.prompt.answer) == ("html", "reasoning_first")
    check_rendering(PromptSettings(), trained)
    with pytest.raises(ModelError, match="cannot read them as lines"):
        check_rendering(LINES, trained)


async def test_an_embedded_adapter_is_not_asked_to_read_what_it_did_not_learn() -> None:
    from agent.policies.policy import PolicyError

    with pytest.raises(PolicyError, match="smollm2-plain: it was trained on pages as html"):
        await load("smollm2-plain", Options(prompt=LINES))


def _fields(settings: PromptSettings) -> dict[str, object]:
    return {name: getattr(settings, name) for name in settings.__struct_fields__}
