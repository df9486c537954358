"""What prefix reuse and batching are worth to a benchmark, and that they change nothing.

    python bench/evaluate.py DATA [--sessions N] [--skip K] [--threads T] [--reasoning]

In one run, on the same steps: generation and teacher-forced scoring by the transformers reference
in float32, and generation by OpenVINO, each once with everything computed again at every step, one
step at a time, and once as `shopper bench` does it. Prints steps a second, their ratio (by the
clock and in CPU time) and how far the answers agree. Without --reasoning actions are predicted
without a thought, in both.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import torch
from rich.console import Console

from agent.models import fetch_embedded
from agent.models.huggingface import huggingface_folder
from agent.models.openvino import openvino_folder
from agent.policies import Options, load, opened
from agent.policies.local.lm_policy import LanguagePolicy
from agent.policies.local.openvino import OpenVinoEngine
from agent.policies.local.transformers.engine import TransformersEngine
from agent.prompts.context_window import PromptBuilder, TrainingSequence
from agent.prompts.prompt import PromptSettings
from agent.sessions.dataset import read_sessions
from agent.sessions.session import Session
from eval.benchmark.predict import Terms, predict
from eval.benchmark.predictions import Prediction, PredictionLog
from eval.benchmark.targets import questions

AT_ONCE = 8

Answers = dict[tuple[str, int], str]


async def computed_again(policy: LanguagePolicy, sessions: Sequence[Session]) -> Answers:
    """Every step by itself: nothing of an earlier step is there to be reused."""
    found = {}
    for number, session in enumerate(sessions):
        for question in questions(session, ""):
            alone = f"{number}/{question.truth.step}"
            decision = await policy.decide(_renamed(question.session, alone), question.page)
            await policy.forget(alone)
            found[question.truth.place] = f"{decision.reasoning}\n{decision.raw}"
    return found


async def as_benchmarked(policy: LanguagePolicy, sessions: Sequence[Session]) -> Answers:
    with (
        tempfile.TemporaryDirectory() as scratch,
        PredictionLog(Path(scratch) / "predictions.jsonl") as log,
    ):
        terms = Terms(settings="", concurrency=AT_ONCE)
        finished = await predict(sessions, {}, lambda: opened(policy), log, terms)
    return {row.place: _said(row) for row in finished.rows}


def scored_again(model: Any, windows: Sequence[TrainingSequence]) -> list[float]:
    """The log-probability of every supervised step, its whole prompt computed for it."""
    return [
        _answer_logprob(model, window.ids[:end], window.supervised[:end], start)
        for window in windows
        for start, end in _answers(window)
    ]


def scored_at_once(model: Any, windows: Sequence[TrainingSequence]) -> list[float]:
    """The same from one pass over each window."""
    found = []
    for window in windows:
        answers = _answers(window)
        first = answers[0][0]
        shares = _shares(model, window.ids, first)
        found += [_summed(shares, window, first, start, end) for start, end in answers]
    return found


def _answers(window: TrainingSequence) -> list[tuple[int, int]]:
    """Where each step's answer begins and where the next one does."""
    starts = [start for step, start in window.starts.items() if step not in window.hidden]
    bounds = sorted([*window.starts.values(), len(window.ids)])
    return [(start, bounds[bounds.index(start) + 1]) for start in starts]


def _answer_logprob(
    model: Any, ids: Sequence[int], supervised: Sequence[bool], start: int
) -> float:
    last = max(i for i, learned in enumerate(supervised) if learned) + 1
    shares = _shares(model, ids[:last], start)
    return float(sum(shares[i - start, ids[i]] for i in range(start, last) if supervised[i]))


def _summed(
    shares: torch.Tensor, window: TrainingSequence, first: int, start: int, end: int
) -> float:
    return float(
        sum(shares[i - first, window.ids[i]] for i in range(start, end) if window.supervised[i])
    )


def _shares(model: Any, ids: Sequence[int], first: int) -> torch.Tensor:
    """Log-probabilities of the tokens from `first` on."""
    with torch.inference_mode():
        logits = model(torch.tensor([ids]), logits_to_keep=len(ids) - first + 1).logits[0, :-1]
        return torch.log_softmax(logits.float(), dim=-1)


def _renamed(session: Session, name: str) -> Session:
    return msgspec.structs.replace(session, session_id=name)


def _said(row: Prediction) -> str:
    return f"{row.reasoning}\n{row.raw}"


class Took(NamedTuple):
    """Seconds by the clock, and of all threads of this process: the latter say most on a machine
    that others use."""

    wall: float
    cpu: float


def _clocks() -> Took:
    return Took(time.perf_counter(), time.process_time())


def _since(began: Took) -> Took:
    return Took(*(now - then for now, then in zip(_clocks(), began, strict=True)))


def _timed(work: Callable[[], Any]) -> tuple[Any, Took]:
    began = _clocks()
    done = work()
    return done, _since(began)


async def _awaited(work: Awaitable[Any]) -> tuple[Any, Took]:
    began = _clocks()
    done = await work
    return done, _since(began)


def _equal(one: Answers, other: Answers) -> str:
    return f"{sum(one[place] == other[place] for place in one)} of {len(one)} answers equal"


class Measured(NamedTuple):
    """A back end's work: steps, seconds of both ways, and how far their answers agree."""

    what: str
    steps: int
    again: Took
    kept: Took
    same: str


async def reference(
    sessions: Sequence[Session], options: Options, tell: Callable[[Measured], None]
) -> Answers:
    """Generation and scoring by transformers, each told when done; what it answered."""
    folder = await asyncio.to_thread(lambda: huggingface_folder(fetch_embedded()))
    policy = await load(str(folder), options)
    assert isinstance(policy, LanguagePolicy)
    engine = policy.engine
    assert isinstance(engine, TransformersEngine)
    slow, again = await _awaited(computed_again(policy, sessions))
    fast, kept = await _awaited(as_benchmarked(policy, sessions))
    tell(Measured("transformers f32, generation", len(slow), again, kept, _equal(slow, fast)))
    windows = [
        window
        for session in sessions
        for window in PromptBuilder(engine.tokenizer, policy.options.prompt).training_sequences(
            session
        )
        if len(window.starts) > len(window.hidden)
    ]
    alone, again = _timed(lambda: scored_again(engine.model._model, windows))
    together, kept = _timed(lambda: scored_at_once(engine.model._model, windows))
    gap = max(abs(one - other) for one, other in zip(alone, together, strict=True))
    same = f"log-probabilities to {gap:.0e}"
    tell(Measured("transformers f32, scoring", len(alone), again, kept, same))
    await policy.close()
    return slow


async def openvino(sessions: Sequence[Session], options: Options, wanted: Answers) -> Measured:
    """Generation by OpenVINO; agreement is with the reference's answers."""
    model = await asyncio.to_thread(fetch_embedded)
    shown = msgspec.structs.replace(options.prompt, examples=True)
    options = msgspec.structs.replace(options, prompt=shown, device="auto")

    def policy(*, reuse: bool) -> LanguagePolicy:
        folder, window = openvino_folder(model), model.facts.window
        engine = OpenVinoEngine(folder, model.tokenizer(), window, options, reuse=reuse)
        return LanguagePolicy("smollm2-base", engine, options)

    without, having = policy(reuse=False), policy(reuse=True)
    slow, again = await _awaited(computed_again(without, sessions))
    await without.close()
    fast, kept = await _awaited(as_benchmarked(having, sessions))
    await having.close()
    same = f"{_equal(slow, fast)}; with the reference {_equal(wanted, fast)}"
    return Measured("OpenVINO, generation", len(slow), again, kept, same)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--sessions", type=int, default=8)
    parser.add_argument("--skip", type=int, default=0, help="sessions to pass over first")
    parser.add_argument("--threads", type=int, default=0, help="of OpenVINO and torch; 0: all")
    parser.add_argument("--reasoning", action="store_true")
    chosen = parser.parse_args()
    if chosen.threads:
        torch.set_num_threads(chosen.threads)
    several = (s for s in read_sessions(chosen.data) if len(s.steps) > 1)
    sessions = list(islice(several, chosen.skip, chosen.skip + chosen.sessions))
    prompt = PromptSettings(reasoning=chosen.reasoning, persona=False, intent=False)
    options = Options(
        prompt=prompt, greedy=True, device="cpu", precision="f32", threads=chosen.threads
    )
    asyncio.run(_measure(sessions, options))


async def _measure(sessions: Sequence[Session], options: Options) -> None:
    """Prints each back end's work as it is done: the whole takes long."""
    console = Console(highlight=False)
    steps = sum(len(session.steps) - 1 for session in sessions)
    console.print(f"{len(sessions)} sessions, {steps} predicted steps, {AT_ONCE} at once")
    answers = await reference(sessions, options, lambda one: _tell(console, one))
    _tell(console, await openvino(sessions, options, answers))


def _tell(console: Console, one: Measured) -> None:
    again, kept = (f"{one.steps / took.wall:.3f}" for took in (one.again, one.kept))
    gain, cpu = (a / b for a, b in zip(one.again, one.kept, strict=True))
    console.print(
        f"{one.what}: {again} steps/s computed again, {kept} kept: {gain:.2f} times "
        f"({cpu:.2f} in CPU time); {one.same}"
    )


if __name__ == "__main__":
    main()
