"""Sessions that write at the same moment share a pass and get what each would have got alone.

On tiny models with random weights, whose every token hangs on all that went before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from agent.models import fetch_embedded  # noqa: E402
from agent.models.hub import ModelFiles  # noqa: E402
from agent.policies.local.engine import EngineError, Generation, GenerationRequest  # noqa: E402
from agent.policies.local.transformers.cache import GrowingLayer, SessionCache  # noqa: E402
from agent.policies.local.transformers.engine import KEPT_SESSIONS, TransformersEngine, _Kept  # noqa: E402
from agent.policies.local.transformers.model import TorchModel  # noqa: E402
from agent.policies.options import Options  # noqa: E402

VOCABULARY = 512
OPTIONS = Options(device="cpu")


def save(folder: Path, kind: str, **more: object) -> ModelFiles:
    """A random model whose key heads serve two query heads each."""
    torch.manual_seed(1)
    config = {
        "llama": transformers.LlamaConfig,
        "qwen2": transformers.Qwen2Config,
        "mistral": transformers.MistralConfig,
    }[kind](
        vocab_size=VOCABULARY,
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=2,
        initializer_range=0.3,
        **more,
    )
    transformers.AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    return ModelFiles(weights=folder, adapter=None, trained=None)


@pytest.fixture(scope="module", params=["llama", "qwen2", "mistral"])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> TorchModel:
    more = {"sliding_window": None} if request.param == "mistral" else {}
    return TorchModel(save(tmp_path_factory.mktemp("m"), request.param, **more), OPTIONS)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    prompts=st.lists(
        st.lists(st.integers(0, VOCABULARY - 1), min_size=1, max_size=40), min_size=2, max_size=5
    ),
    tokens=st.lists(st.integers(0, VOCABULARY - 1), min_size=4, max_size=4),
)
def test_one_pass_is_as_good_as_one_each(
    model: TorchModel, prompts: list[list[int]], tokens: list[int]
) -> None:
    assert model.batches
    caches = [SessionCache() for _ in prompts]
    for cache, prompt in zip(caches, prompts, strict=True):
        model.read(cache, prompt)
    for step in range(3):
        row = [tokens[(step + place) % 4] for place in range(len(prompts))]
        together = model.read_each(caches, row)
        alone = torch.stack([model.read(SessionCache(), cache.ids) for cache in caches])
        assert torch.allclose(together, alone, atol=1e-4)


def test_a_model_that_looks_back_only_so_far_takes_turns(tmp_path: Path) -> None:
    model = TorchModel(save(tmp_path, "mistral", sliding_window=8), OPTIONS)
    assert not model.batches
    caches = [SessionCache(), SessionCache()]
    for cache, length in zip(caches, (20, 5), strict=True):
        model.read(cache, list(range(length)))
    together = model.read_each(caches, [7, 9])
    alone = torch.stack([model.read(SessionCache(), cache.ids) for cache in caches])
    assert torch.allclose(together, alone, atol=1e-4)


def test_a_cache_cut_back_and_grown_again_holds_what_is_true(model: TorchModel) -> None:
    cache = SessionCache()
    model.read(cache, list(range(300)))
    assert cache.keep_shared([*range(120), 5, 6]) == 120
    assert cache.ids == list(range(120))
    found = model.read(cache, [5, 6, *range(300)])
    fresh = model.read(SessionCache(), [*range(120), 5, 6, *range(300)])
    assert torch.allclose(found, fresh, atol=1e-4)


def test_a_layer_grows_seldom() -> None:
    layer = GrowingLayer()
    buffers = set()
    for _ in range(600):
        layer.update(torch.ones(1, 2, 1, 4), torch.ones(1, 2, 1, 4))
        assert layer._stored is not None
        buffers.add(layer._stored[0].data_ptr())
    assert layer.get_seq_length() == 600
    assert len(buffers) <= 4
    assert layer.stored_bytes >= 2 * 600 * 2 * 4 * 4


def test_the_sessions_that_spoke_last_are_kept() -> None:
    kept = _Kept(most_bytes=0)
    caches = {str(number): SessionCache() for number in range(KEPT_SESSIONS + 2)}
    for name, cache in caches.items():
        cache.layers.update(torch.ones(1, 1, 1, 4), torch.ones(1, 1, 1, 4), 0)
        kept.put(name, cache)
    assert kept.take("0") is not caches["0"]
    assert kept.take("2") is caches["2"]
    assert kept.take("2") is not caches["2"], "nobody else has it meanwhile"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TransformersEngine]:
    folder = tmp_path_factory.mktemp("llama")
    files = save(folder, "llama")
    source = fetch_embedded().folder / "tokenizer.json"
    (folder / "tokenizer.json").write_bytes(source.read_bytes())
    from agent.models.huggingface import huggingface_folder

    settings = huggingface_folder(fetch_embedded()) / "tokenizer_config.json"
    (folder / "tokenizer_config.json").write_bytes(settings.read_bytes())
    engine = TransformersEngine(files, OPTIONS)
    yield engine
    asyncio.run(engine.close())


def asked(session: str, length: int, max_tokens: int = 12) -> GenerationRequest:
    return GenerationRequest(
        session_id=session,
        prompt=tuple(range(3, 3 + length)),
        max_tokens=max_tokens,
        stop=frozenset(),
        greedy=True,
        temperature=1.0,
        top_p=1.0,
        seed=0,
    )


@pytest.mark.model
async def test_answers_do_not_depend_on_who_else_is_there(engine: TransformersEngine) -> None:
    wanted = [asked(f"s{length}", length) for length in (5, 90, 17, 33)]
    alone: list[Generation] = [await engine.generate(one) for one in wanted]
    for one in wanted:
        await engine.forget(one.session_id)
    together = await asyncio.gather(*(engine.generate(one) for one in wanted))
    assert [one.ids for one in together] == [one.ids for one in alone]
    assert all(one.cached == 0 for one in together)


@pytest.mark.model
async def test_two_answers_of_one_session_do_not_mix(engine: TransformersEngine) -> None:
    one = await engine.generate(asked("same", 40))
    both = await asyncio.gather(
        engine.generate(asked("same", 40)),
        engine.generate(asked("same", 40)),
        engine.generate(asked("", 9)),
    )
    assert both[0].ids == both[1].ids == one.ids


@pytest.mark.model
async def test_one_that_leaves_does_not_disturb_the_others(engine: TransformersEngine) -> None:
    expected = await engine.generate(asked("stays", 30, max_tokens=60))
    await engine.forget("stays")
    leaving = asyncio.ensure_future(engine.generate(asked("leaves", 50, max_tokens=10_000)))
    staying = asyncio.ensure_future(engine.generate(asked("stays", 30, max_tokens=60)))
    await asyncio.sleep(0.05)
    leaving.cancel()
    assert (await staying).ids == expected.ids
    with pytest.raises(asyncio.CancelledError):
        await leaving


@pytest.mark.model
async def test_what_cannot_be_computed_fails_alone(engine: TransformersEngine) -> None:
    good, bad = await asyncio.gather(
        engine.generate(asked("good", 20)),
        engine.logprobs("bad", (1, 2, 3), []),
        return_exceptions=True,
    )
    assert isinstance(good, Generation)
    assert isinstance(bad, EngineError)
    with pytest.raises(EngineError, match="transformers failed"):
        await engine.generate(replace(asked("bad", 20), prompt=(1, VOCABULARY + 1)))
    assert (await engine.generate(asked("good", 20))).ids == good.ids
