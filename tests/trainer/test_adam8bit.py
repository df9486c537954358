"""AdamW with 8-bit states: its codes, how near it comes to AdamW, what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch: Any = pytest.importorskip("torch")

from trainer.adam8bit import BLOCK, AdamW8bit, Codebook, tree_codes  # noqa: E402


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """For matrices so small, threads only wait for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.mark.parametrize("signed", [True, False])
def test_there_are_256_codes_over_seven_powers_of_ten(signed: bool) -> None:
    values = tree_codes(signed=signed)
    assert len(set(values.tolist())) == 256
    assert values.tolist() == sorted(values.tolist())
    assert values[-1] == 1.0
    assert 0.0 in values
    above = values[values > 0]
    assert 1e-7 < float(above[0]) < 1e-6
    if signed:
        assert torch.equal(values[values < 0], -above[above < 1].flip(0))


@settings(deadline=None, max_examples=40)
@given(
    seed=st.integers(0, 2**31),
    rows=st.integers(1, 5),
    columns=st.integers(1, 3 * BLOCK),
    power=st.integers(-12, 6),
    signed=st.booleans(),
)
def test_numbers_come_back_as_the_nearest_code(
    seed: int, rows: int, columns: int, power: int, signed: bool
) -> None:
    book = Codebook(signed=signed)
    numbers = (
        torch.randn(rows, columns, generator=torch.Generator().manual_seed(seed)) * 10.0**power
    )
    numbers = numbers if signed else numbers.abs()
    numbers[:, ::7] = 0
    codes, scales = book.encode(numbers)
    assert (codes.dtype, codes.shape) == (torch.uint8, numbers.shape)
    assert scales.shape == (rows, -(-columns // BLOCK))
    back = book.decode(codes, scales)
    values = tree_codes(signed=signed)
    for row, block in ((r, b) for r in range(rows) for b in range(scales.shape[1])):
        part = slice(block * BLOCK, (block + 1) * BLOCK)
        shares = numbers[row, part] / scales[row, block].clamp_min(1e-38)
        nearest = (shares[:, None] - values).abs().amin(dim=1)
        found = (shares - back[row, part] / scales[row, block].clamp_min(1e-38)).abs()
        grain = 1e-6 if not signed else 0.0  # what is above zero is not rounded to zero
        assert bool((found <= nearest + grain + 1e-6).all())
    assert bool((back[numbers == 0] == 0).all())
    if not signed:
        assert bool((back[numbers > 0] > 0).all())


def learn(kind: Any, steps: int = 200, **options: float) -> tuple[list[float], Any]:
    """A small network fits a random function; the losses and the optimizer."""
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(32, 300), torch.nn.Tanh(), torch.nn.Linear(300, 16))
    inputs = torch.randn(256, 32)
    wanted = torch.tanh(inputs @ torch.randn(32, 16))
    optimizer = kind(model.parameters(), lr=1e-3, **options)
    losses = []
    for _ in range(steps):
        loss = (model(inputs) - wanted).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses, optimizer


@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_it_learns_as_adamw_does_and_as_bitsandbytes_does(decay: float) -> None:
    """After many steps rounding leads elsewhere, which may well be better; it then is where
    bitsandbytes' rounding leads, too."""
    bitsandbytes = pytest.importorskip("bitsandbytes")
    exact, _ = learn(torch.optim.AdamW, weight_decay=decay)
    coded, _ = learn(AdamW8bit, weight_decay=decay)
    theirs, _ = learn(bitsandbytes.optim.AdamW8bit, weight_decay=decay)
    assert coded[0] == exact[0]
    assert coded[1] == pytest.approx(exact[1], rel=1e-5)
    assert coded[20] == pytest.approx(exact[20], rel=1e-2)
    assert coded == pytest.approx(theirs, rel=0.1)
    assert coded[-1] < 0.2 * coded[0]


def test_states_come_back_as_codes() -> None:
    """torch's own loading would make of each code a number of its weight's type."""
    _, optimizer = learn(AdamW8bit, steps=2)
    _, other = learn(AdamW8bit, steps=1)
    other.load_state_dict(optimizer.state_dict())
    for one, same in zip(optimizer.state.values(), other.state.values(), strict=True):
        assert {name: t.dtype for name, t in one.items()} == {
            name: t.dtype for name, t in same.items()
        }
        assert all(torch.equal(t, same[name]) for name, t in one.items())


def test_states_take_two_bytes_a_weight_and_small_ones_stay_exact() -> None:
    _, optimizer = learn(AdamW8bit, steps=2)
    matrices = [p for p in optimizer.state if p.ndim == 2]
    for matrix in matrices:
        state = optimizer.state[matrix]
        size = sum(t.numel() * t.element_size() for name, t in state.items() if name != "step")
        blocks = -(-matrix.shape[1] // BLOCK)
        assert size == 2 * matrix.numel() + 8 * matrix.shape[0] * blocks
    vectors = [p for p in optimizer.state if p.ndim == 1]
    assert len(vectors) == 2
    assert all(optimizer.state[v]["mean"].dtype == torch.float32 for v in vectors)
