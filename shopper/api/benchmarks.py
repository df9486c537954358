"""`shopper.bench`: how well a policy predicts what people did."""

from __future__ import annotations

from pathlib import Path

import msgspec

from agent.policies import Options
from agent.policies.custom import Decider, given
from agent.prompts.prompt import PromptSettings
from eval.bench import BenchRequest, benchmark
from eval.benchmark.predict import Watch
from eval.benchmark.results import Results

OPTIONS = Options(greedy=True, prompt=PromptSettings(persona=False, intent=False))
"""How a policy is asked: greedily, and told neither who the customer is nor what they came for."""


async def bench(
    data: Path | str,
    *,
    policy: str | Decider,
    out: Path | str,
    options: Options = OPTIONS,
    split: str | None = None,
    limit: int | None = None,
    concurrency: int = 8,
    patience: float = 600.0,
    probabilities: bool = False,
    votes: int = 0,
    resume: bool = False,
    watch: Watch = lambda what, steps: None,
) -> Results:
    """Predict every step of `data` but each session's first, under the true history, as ``shopper
    bench`` does; writes predictions.jsonl, results.json and report.html into `out`.

    `options` hold for a policy that is loaded by its name. With `votes` each step is decided so
    often, drawn unless `options` are given, and what most decisions are for counts. `watch` is
    called with ``asked``, ``kept`` or ``failed`` and a number of steps.

    Raises:
        ValueError: the data or the folder cannot be used, or the policy cannot do what is asked.
        EvalError: the policy failed again and again; what was predicted is kept.
        PolicyError: the policy cannot be loaded.
    """
    if votes and options is OPTIONS:
        options = msgspec.structs.replace(options, greedy=False)
    return await benchmark(
        BenchRequest(
            data=Path(data),
            policy=given(policy),
            out=Path(out),
            options=options,
            split=split,
            limit=limit,
            resume=resume,
            concurrency=concurrency,
            patience=patience,
            action_scores=probabilities,
            votes=votes,
        ),
        watch,
    )
