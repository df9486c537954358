"""Models whose layers look back only so far: reading with a cache, and several actions in one pass,
give what one text at a time gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from agent.models.hub import ModelFiles  # noqa: E402
from agent.models.positions import steady_positions  # noqa: E402
from agent.policies import Options  # noqa: E402
from agent.policies.local.transformers.cache import SessionCache  # noqa: E402
from agent.policies.local.transformers.model import TorchModel  # noqa: E402

WINDOW = 8
SHAPE = {
    "vocab_size": 64,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "head_dim": 16,
    "max_position_embeddings": 512,
    "pad_token_id": 0,
}
KINDS = ["sliding_attention", "full_attention"]
MODELS: dict[str, tuple[str, dict[str, Any]]] = {
    "mistral": ("MistralConfig", {"sliding_window": WINDOW}),
    "phi-3": ("Phi3Config", {"sliding_window": WINDOW}),
    "gemma-2": ("Gemma2Config", {"sliding_window": WINDOW, "layer_types": KINDS}),
    "gemma-3": ("Gemma3TextConfig", {"sliding_window": WINDOW, "layer_types": KINDS}),
    "qwen-2": (
        "Qwen2Config",
        {"use_sliding_window": True, "sliding_window": WINDOW, "layer_types": KINDS},
    ),
    "llama": ("LlamaConfig", {}),
}
TEXTS = [(5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16), (5, 6, 7, 20, 21), (30,), (5, 6, 7, 20, 22)]


def save(folder: Path, kind: str, more: dict[str, Any]) -> TorchModel:
    torch.manual_seed(0)
    config = getattr(transformers, kind)(**SHAPE, **more)
    model = transformers.AutoModelForCausalLM.from_config(config)
    for weight in model.parameters():  # so that what is seen matters
        torch.nn.init.normal_(weight, std=0.3)
    model.save_pretrained(folder)
    return TorchModel(ModelFiles(folder, None, None), Options(device="cpu"))


def alone(model: TorchModel, prompt: list[int], text: tuple[int, ...]) -> float:
    with torch.inference_mode():
        logits = model._model(torch.tensor([prompt + list(text)]), use_cache=False).logits[0]
    shares = torch.log_softmax(logits[len(prompt) - 1 : -1].float(), -1)
    return float(shares.gather(1, torch.tensor(text)[:, None]).sum())


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_actions_in_one_pass_are_as_probable_as_one_at_a_time(tmp_path: Path, name: str) -> None:
    model = save(tmp_path, *MODELS[name])
    prompt = torch.randint(1, 64, (40,), generator=torch.Generator().manual_seed(1)).tolist()
    cache = SessionCache()
    model.read(cache, prompt[:17])
    found = model.logprobs(cache, prompt, TEXTS)
    assert found == pytest.approx([alone(model, prompt, text) for text in TEXTS], abs=2e-3)
    again = model.logprobs(cache, prompt, TEXTS)
    assert again == pytest.approx(found, abs=2e-3)


def test_a_model_that_places_tokens_anew_reads_only_so_far(tmp_path: Path) -> None:
    rope = {"rope_type": "dynamic", "factor": 4.0, "rope_theta": 1e4}
    model = save(tmp_path, "LlamaConfig", {"rope_parameters": rope})
    assert model.window == SHAPE["max_position_embeddings"]
    far = transformers.Phi3Config(
        **{**SHAPE, "max_position_embeddings": 4096},
        original_max_position_embeddings=512,
        rope_parameters={
            "rope_type": "longrope",
            "rope_theta": 1e4,
            "short_factor": [1.0] * 8,
            "long_factor": [2.0] * 8,
            "original_max_position_embeddings": 512,
        },
    )
    assert steady_positions(far) == 512
    assert steady_positions(transformers.LlamaConfig(**SHAPE)) is None
