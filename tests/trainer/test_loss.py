"""The loss at supervised positions is plain cross-entropy, computed on fewer logits."""

from collections.abc import Callable
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from trainer.loss import supervised_positions, token_losses  # noqa: E402


@pytest.fixture(scope="module")
def model(tiny_model: Callable[[bool], Path]) -> object:
    return transformers.AutoModelForCausalLM.from_pretrained(tiny_model(True))


@pytest.mark.parametrize("seed", range(5))
def test_equal_to_cross_entropy_on_all_logits(model, seed: int) -> None:  # type: ignore[no-untyped-def]
    torch.manual_seed(seed)
    ids = torch.randint(0, 49152, (40 + seed,))
    mask = torch.rand(len(ids)) < 0.3
    logits = model(input_ids=ids[None]).logits[0, :-1].float()
    every = torch.nn.functional.cross_entropy(logits, ids[1:], reduction="none")
    expected = every[mask[1:]]
    found = token_losses(model, ids, mask)
    assert torch.allclose(found, expected, atol=1e-5)
    model.zero_grad()
    expected.sum().backward()
    gradient = model.model.layers[0].mlp.up_proj.weight.grad.clone()
    model.zero_grad()
    token_losses(model, ids, mask).sum().backward()
    assert torch.allclose(model.model.layers[0].mlp.up_proj.weight.grad, gradient, atol=1e-5)


def test_equal_to_the_models_own_loss(model) -> None:  # type: ignore[no-untyped-def]
    ids = torch.arange(100, 150)
    mask = torch.zeros(50, dtype=torch.bool)
    mask[20:31] = True
    labels = torch.where(mask, ids, -100)
    own = model(input_ids=ids[None], labels=labels[None]).loss
    assert torch.allclose(token_losses(model, ids, mask).mean(), own, atol=1e-5)


def test_nothing_supervised_is_zero_and_keeps_the_graph(model) -> None:  # type: ignore[no-untyped-def]
    ids = torch.arange(10)
    mask = torch.zeros(10, dtype=torch.bool)
    mask[0] = True
    assert len(supervised_positions(mask)) == 0
    model.zero_grad()
    loss = token_losses(model, ids, mask).sum()
    loss.backward()
    assert loss.item() == 0.0
    gradients = [p.grad for p in model.parameters() if p.grad is not None]
    assert gradients
    assert all(bool((g == 0).all()) for g in gradients)
