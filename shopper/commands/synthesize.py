"""`shopper synthesize`: reasoning for logged actions, written by a language model.

The command line only; the work is done in `trainer.synthesis`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from agent.cache import cache_dir
from agent.policies.price import Price, parse_price
from agent.policies.registry import can, choices, choose
from agent.sessions.dataset import BadRows, SessionWriter, read_sessions
from agent.sessions.lines import OnRead
from agent.sessions.session import Session
from agent.sessions.writer import check_format
from eval.formatting import count
from shopper.commands._shared_options import picked
from shopper.console import plain_console
from shopper.failure import Failure
from shopper.help import Command, option
from shopper.read_progress import reading, tell_bad_rows
from trainer.synthesis.acceptance import Judge, SynthesisCounts, needs_trace, with_trace
from trainer.synthesis.estimate import (
    CACHED_SHARE,
    SynthesisEstimate,
    as_usage,
    cost_of,
    estimate,
)
from trainer.synthesis.examples import OURS, read_examples
from trainer.synthesis.online import Asker
from trainer.synthesis.prompt import PromptWording
from trainer.synthesis.store import ReasoningStore, Usage

LOCAL_WINDOW, LOCAL_ANSWER = 4_900, 160
"""Tokens that a model in this process is shown and may write. The first are estimated: a small
model's own may be 1.6 times as many, and its window is 8,192."""
_err = plain_console(stderr=True)


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What the options say."""

    file: Path
    out: Path | None
    policy: str
    batch: bool
    overwrite: bool
    at_once: int
    poll: float
    price: Price | None
    limit: int | None
    skip_bad: bool

    def sessions(
        self, on_read: OnRead | None = None, bad: BadRows | None = None
    ) -> Iterator[Session]:
        """The sessions to work on. Bad rows are passed over where that is wanted, and told to
        `bad`."""
        on_bad = (bad or BadRows()) if self.skip_bad else None
        rows = read_sessions(self.file, on_bad=on_bad, on_read=on_read)
        for number, session in enumerate(rows):
            if self.limit is not None and number >= self.limit:
                return
            yield session


@click.command(
    cls=Command,
    sections={
        "Who writes": "policy batch examples window",
        "Which steps": "limit overwrite attempts retry skip-bad",
        "Cost": "estimate price",
        "How long": "at-once poll",
        "What is kept": "out cache",
    },
)
@click.argument("file", metavar="FILE", type=click.Path(exists=True, path_type=Path))
@option("--policy", metavar="POLICY", required=True, help=f"Who writes: {choices('text')}.")
@option("--out", metavar="FILE", type=click.Path(path_type=Path), help="Data set to write.")
@option("--batch", is_flag=True, help="As a message batch, at half the price: "
              f"{choices('message_batches')}.")  # fmt: skip
@option("--estimate", "only_estimate", is_flag=True, help="Say what it would cost, and stop.")
@option(
    "--price",
    metavar="IN,OUT[,CACHED]",
    help="Dollars for a million tokens, in and out: 3,15 (and cached: 3,15,0.3).",
)
@option("--examples", metavar="FILE", type=click.Path(path_type=Path), default=OURS,
              help="TOML file of think-aloud examples.", show_default="ours")  # fmt: skip
@option("--overwrite", is_flag=True, help="Replace reasoning that is already there.")
@option("--attempts", type=click.IntRange(1, 10), default=3, show_default=True,
              help="Attempts per step before it is given up.")  # fmt: skip
@option("--retry", is_flag=True, help="Ask again about what earlier runs gave up.")
@option("--at-once", type=click.IntRange(1, 256), default=8, show_default=True,
              help="Sessions worked on at a time (without --batch).")  # fmt: skip
@option(
    "--window",
    type=click.IntRange(min=1000),
    help="Estimated tokens of a session shown.",
    show_default="40000; local 4900",
)
@option("--limit", type=click.IntRange(min=1), help="Only the first so many sessions.")
@option(
    "--cache",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Store of answers.",
    show_default="in Shopper's cache",
)
@option(
    "--poll",
    metavar="SECONDS",
    type=click.FloatRange(min=0.01),
    default=60.0,
    show_default=True,
    help="How long between looks at a batch.",
)
@option("--skip-bad", is_flag=True, help="Pass over bad rows and count them.")
def command(
    file: Path, policy: str, out: Path | None, batch: bool, only_estimate: bool, price: str | None,
    examples: Path, overwrite: bool, attempts: int, retry: bool, at_once: int, window: int | None,
    limit: int | None, cache: Path | None, poll: float, skip_bad: bool,
) -> None:  # fmt: skip
    """Write the reasons behind logged actions into a data set.

    Steps that have a reasoning keep it. Answers are kept by what was asked, so a run that was
    stopped goes on where it was, and nothing is paid for twice.
    """
    policy, _ = picked(policy)
    task = Task(
        file=file, out=out, policy=policy, batch=batch, overwrite=overwrite, at_once=at_once,
        poll=poll, price=parse_price(price, cached_share=CACHED_SHARE) if price else None,
        limit=limit, skip_bad=skip_bad,
    )  # fmt: skip
    _check(task, only_estimate)
    wording = _wording(policy, examples, window)
    with ReasoningStore(cache or cache_dir("synthesis") / "traces.sqlite") as store:
        if retry:
            store.forget_given_up()
        judge = Judge(store, policy, wording, attempts)
        _print_estimate(task, judge)
        if only_estimate:
            return
        try:
            asyncio.run(_synthesize(task, judge))
        finally:
            _print_counts(judge.counts, task)
        click.echo(f"wrote {task.out}")


def _wording(policy: str, examples: Path, window: int | None) -> PromptWording:
    remote = PromptWording(read_examples(examples))
    if choose(policy).kind == "remote":
        return msgspec.structs.replace(remote, window=window or remote.window)
    return msgspec.structs.replace(remote, window=window or LOCAL_WINDOW, max_tokens=LOCAL_ANSWER)


def _check(task: Task, only_estimate: bool) -> None:
    if task.batch and not can(task.policy, "message_batches"):
        only = choices("message_batches")
        raise Failure(f"--batch works with {only} only, not with {task.policy}", 2)
    if only_estimate:
        return
    if task.out is None:
        raise Failure("name the data set to write with --out (or ask for --estimate only)", 2)
    check_format(task.out)
    if task.out.exists() and task.out.samefile(task.file):
        raise Failure(f"{task.out} is the file that is read; write to another", 2)


async def _synthesize(task: Task, judge: Judge) -> None:
    from agent.policies.completers import load_model

    model = await load_model(task.policy)
    try:
        if task.batch:
            from agent.policies.remote.anthropic import AnthropicModel
            from trainer.synthesis.batch import Batches

            assert isinstance(model, AnthropicModel)
            batches = Batches(
                model, judge, overwrite=task.overwrite, poll_seconds=task.poll, say=_say
            )
            await batches.run(task.sessions)
            _write_from_store(task, judge)
            return
        assert task.out is not None
        asker = Asker(model, judge, overwrite=task.overwrite)
        with reading(task.file, "Thinking") as on_read, SessionWriter(task.out) as writer:
            async for session in asker.sessions(task.sessions(on_read), at_once=task.at_once):
                writer.write(session)
    finally:
        await model.close()


def _write_from_store(task: Task, judge: Judge) -> None:
    """Every step has had its last word: write the data set."""
    assert task.out is not None
    with reading(task.file, "Writing") as on_read, SessionWriter(task.out) as writer:
        for session in task.sessions(on_read):
            steps = tuple(
                with_trace(step, judge.store.get(judge.question(session, index)[0]))
                if needs_trace(step, overwrite=task.overwrite)
                else step
                for index, step in enumerate(session.steps)
            )
            writer.write(msgspec.structs.replace(session, steps=steps))


def _print_estimate(task: Task, judge: Judge) -> None:
    bad = BadRows()
    with reading(task.file, "Estimating") as on_read:
        expected = estimate(task.sessions(on_read, bad), judge, overwrite=task.overwrite)
    tell_bad_rows(bad)
    usage = as_usage(expected, batch=task.batch)
    click.echo(_estimate_text(expected) + _cost_text(usage, task, "about "))


def _estimate_text(expected: SynthesisEstimate) -> str:
    known = f", {expected.in_store:,} answered before" if expected.in_store else ""
    twice = f", {expected.repeated:,} alike" if expected.repeated else ""
    return (
        f"{count(expected.steps, 'step')} without reasoning{known}{twice}: "
        f"{count(expected.questions, 'question')}, "
    )


def _cost_text(usage: Usage, task: Task, about: str) -> str:
    text = (
        f"{about}{usage.prompt_tokens:,} tokens in ({usage.cached_tokens:,} of them cached), "
        f"{about}{usage.generated_tokens:,} out"
    )
    if task.price is None:
        return text
    return f"{text}: {about}${cost_of(usage, task.price, batch=task.batch):,.2f}"


def _print_counts(counts: SynthesisCounts, task: Task) -> None:
    given_up = sum(counts.given_up.values())
    click.echo(
        f"reasoning written for {count(counts.accepted, 'step')}, "
        f"{counts.from_store:,} known before, "
        f"{given_up:,} given up"
    )
    for what, reasons in (
        ("rejected", counts.rejected),
        ("no answer", counts.failures),
        ("given up", counts.given_up),
    ):
        for reason, times in reasons.most_common():
            click.echo(f"  {what}: {reason} {times:,}")
    click.echo(_cost_text(counts.usage, task, ""))


def _say(text: str) -> None:
    _err.print(text)
