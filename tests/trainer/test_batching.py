"""Every sequence is learned exactly once an epoch, whoever takes it."""

from hypothesis import given
from hypothesis import strategies as st

from trainer.batching import plan_epoch

lengths = st.lists(st.integers(1, 5000), min_size=1, max_size=60)


@given(lengths, st.integers(1, 9), st.integers(1, 5), st.integers(0, 99), st.integers(0, 3))
def test_every_sequence_once(
    sizes: list[int], batch: int, ranks: int, seed: int, epoch: int
) -> None:
    plan = plan_epoch(sizes, batch=batch, ranks=ranks, seed=seed, epoch=epoch)
    assert sorted(i for step in plan for i in step.sequences) == list(range(len(sizes)))
    assert all(len(step.sequences) == batch for step in plan[:-1])
    assert all(len(row) == ranks for step in plan for row in step.micro)


@given(lengths, st.integers(1, 9), st.integers(0, 99))
def test_steps_hold_the_same_sequences_on_any_number_of_processes(
    sizes: list[int], batch: int, seed: int
) -> None:
    plans = [plan_epoch(sizes, batch=batch, ranks=ranks, seed=seed, epoch=0) for ranks in (1, 2, 3)]
    assert len({tuple(tuple(sorted(s.sequences)) for s in plan) for plan in plans}) == 1


def test_processes_that_wait_for_each_other_have_about_the_same_to_do() -> None:
    [step] = plan_epoch([10, 500, 20, 480, 30, 490], batch=6, ranks=2, seed=0, epoch=0)
    assert [{i for pack in row for i in pack} for row in step.micro] == [{1, 5}, {3, 4}, {2, 0}]


def test_epochs_differ_and_repeat_by_seed() -> None:
    sizes = [1] * 50

    def order(seed: int, epoch: int) -> list[int]:
        steps = plan_epoch(sizes, batch=5, ranks=1, seed=seed, epoch=epoch)
        return [i for step in steps for i in step.sequences]

    assert order(1, 0) == order(1, 0)
    assert order(1, 0) != order(1, 1)
    assert order(1, 0) != order(2, 0)
