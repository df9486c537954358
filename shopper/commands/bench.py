"""Measure how well a policy predicts what people did.

The command line of a benchmark: reads the options, shows progress and the table. The work is done
in `eval`.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import get_args

import click
import msgspec
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from agent.policies import Options
from agent.policies.options import Precision
from agent.policies.registry import choices
from agent.prompts.prompt import PageTokens, PromptSettings
from eval import formatting
from eval.bench import BenchRequest, benchmark, score_external, steps_to_predict
from eval.benchmark.results import Results
from eval.report.terminal import print_results
from shopper.commands._page_tokens import page_tokens_option
from shopper.commands._shared_options import picked
from shopper.console import plain_console
from shopper.failure import Failure
from shopper.help import Command, option
from shopper.made_with import tell_versions_of

_err = plain_console(stderr=True)


@click.command(
    cls=Command,
    sections={
        "Who predicts": "policy predictions precision threads",
        "What is predicted": "limit split",
        "What the policy sees and may write": "persona intent no-reasoning no-past-reasonings "
        "input-action unconstrained window page-tokens votes beams",
        "How long": "concurrency patience",
        "What is kept": "out probabilities json resume",
    },
)
@click.argument("data", type=click.Path(path_type=Path), required=False)
@option(
    "--policy",
    metavar="POLICY",
    help=f"Who predicts: {choices()}; auto takes what suits this machine.",
)
@option(
    "--out", metavar="DIR", required=True, type=click.Path(path_type=Path), help="Folder to write."
)
@option("--limit", type=click.IntRange(min=1), help="Only the first N sessions.")
@option(
    "--split", metavar="NAME", help="Part of a data set that `shopper data split` wrote, e.g. test."
)
@option("--unconstrained", is_flag=True, help="Let the policy write anything.")
@option("--no-reasoning", is_flag=True, help="Predict actions without reasoning before them.")
@option("--no-past-reasonings", is_flag=True, help="Hide the reasoning of earlier steps.")
@option("--persona", is_flag=True, help="Show who the customer is.")
@option("--intent", is_flag=True, help="Show what the customer came for.")
@option("--input-action", is_flag=True, help="Allow typing without submitting (OPeRA).")
@page_tokens_option
@option(
    "--window",
    type=click.IntRange(min=256),
    default=8192,
    show_default=True,
    help="Context window in tokens.",
)
@option(
    "--votes",
    metavar="N",
    type=click.IntRange(2, 64),
    help="Draw N decisions a step and score what most are for, instead of writing greedily.",
)
@option(
    "--beams",
    metavar="N",
    type=click.IntRange(1, 64),
    show_default="8 for policies trained on pages as lines, else 1",
    help="How wide to search for the likeliest action; 1 takes the likeliest token each time.",
)
@option(
    "--concurrency",
    type=click.IntRange(1, 256),
    default=8,
    show_default=True,
    help="Sessions answered side by side.",
)
@option(
    "--patience",
    metavar="SECONDS",
    type=click.FloatRange(min=0, min_open=True),
    default=600.0,
    show_default=True,
    help="How long to wait for one answer.",
)
@option(
    "--precision",
    type=click.Choice(get_args(Precision)),
    default="auto",
    show_default=True,
    help="Of weights and activations; auto is f32 on a CPU without AMX.",
)
@option(
    "--threads",
    type=click.IntRange(min=0),
    default=0,
    show_default="all cores",
    help="Of the embedded model; 1 is the fastest on a machine that others use.",
)
@option(
    "--probabilities", is_flag=True, help="Also measure the true action's probability and rank."
)
@option(
    "--predictions",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Score this predictions file instead of asking a policy.",
)
@option("--resume", is_flag=True, help="Go on with, or score again, what is in --out.")
@option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
def command(
    data: Path | None,
    policy: str | None,
    out: Path,
    limit: int | None,
    split: str | None,
    unconstrained: bool,
    no_reasoning: bool,
    no_past_reasonings: bool,
    persona: bool,
    intent: bool,
    input_action: bool,
    window: int,
    page_tokens: PageTokens,
    votes: int | None,
    beams: int | None,
    concurrency: int,
    patience: float,
    precision: Precision,
    threads: int,
    probabilities: bool,
    predictions: Path | None,
    resume: bool,
    as_json: bool,
) -> None:
    """Measure how well a policy predicts what the people in DATA did.

    Every step but a session's first is predicted under the true history: the likeliest action, or
    with --votes what most draws are for. Writes predictions.jsonl, results.json and report.html
    into --out. With --predictions a file made elsewhere is scored; DATA is then optional and adds
    what needs the pages.
    """
    if predictions is not None:
        results = score_external(predictions, data, out, policy or predictions.stem)
    else:
        if data is None or policy is None:
            raise click.UsageError("DATA and --policy are needed, or --predictions FILE")
        prompt = PromptSettings(
            reasoning=not no_reasoning,
            past_reasonings=not no_past_reasonings,
            persona=persona,
            intent=intent,
            input_action=input_action,
            window=window,
            page_tokens=page_tokens,
        )
        named, _ = picked(policy)
        tell_versions_of(data, split)
        results = _asked(
            BenchRequest(
                data=data,
                policy=named,
                out=out,
                options=Options(
                    prompt=prompt,
                    greedy=votes is None,
                    beams=beams or 0,
                    constrained=not unconstrained,
                    precision=precision,
                    threads=threads,
                ),
                split=split,
                limit=limit,
                resume=resume,
                concurrency=concurrency,
                patience=patience,
                action_scores=probabilities,
                votes=votes or 0,
            )
        )
    _say(results, out, as_json)


def _asked(request: BenchRequest) -> Results:
    """Run the benchmark under a progress line; Ctrl-C keeps what was predicted."""
    counts = {"asked": 0, "kept": 0, "failed": 0}
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=_err, disable=not _err.is_terminal) as bar:
        task = bar.add_task("Predicting", total=steps_to_predict(request), rate="")
        started = time.monotonic()

        def watch(what: str, steps: int) -> None:
            counts[what] += steps
            rate = counts["asked"] / (time.monotonic() - started)
            said = f"{rate:.2f} steps/s, {counts['kept']} kept, {counts['failed']} failed"
            bar.update(task, advance=steps, rate=said)

        try:
            return asyncio.run(benchmark(request, watch))
        except KeyboardInterrupt as error:
            raise Failure(
                f"stopped; {formatting.count(counts['asked'] + counts['kept'], 'prediction')} kept "
                f"in {request.out}: the same command with --resume goes on"
            ) from error


def _say(results: Results, out: Path, as_json: bool) -> None:
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(results)).decode())
        return
    print_results(plain_console(), results)
    click.echo(f"report: {out / 'report.html'}")
