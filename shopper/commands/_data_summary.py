"""A data set's summary as a person reads it, and what its tokens are counted with."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from agent.sessions.statistics import CountTokens, Spread, Summary


def page_tokenizer() -> tuple[CountTokens, str]:
    """A function that counts tokens, and what it counts with.

    That is the tokenizer of the embedded model, or an estimate from bytes where it was not fetched.
    """
    from agent.models.embedded import find_embedded  # back ends take long to import
    from agent.policies.remote.chat_messages import BYTES_PER_TOKEN, count_tokens

    model = find_embedded()
    if model is None:
        told = f"an estimate, {BYTES_PER_TOKEN} bytes per token (the embedded model is not here)"
        return count_tokens, told
    tokenizer = model.tokenizer()
    return lambda text: len(tokenizer.encode(text)), model.facts.name


def print_summary(console: Console, summary: Summary) -> None:
    """Print every figure, and what looks wrong at the end."""
    table = Table(show_header=False, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for label, value in _rows(summary):
        table.add_row(label, value)
    console.print(table)
    if summary.concerns:
        console.print("\nWhat looks wrong")
    for concern in summary.concerns:
        console.print(f"  {concern.count:>8,}  {concern.what}")
        for example in concern.examples:
            console.print(f"            {example}", soft_wrap=True)


def _rows(summary: Summary) -> list[tuple[str, str]]:
    return [
        ("sessions", f"{summary.sessions:,}"),
        ("users", f"{summary.users:,}"),
        ("steps", f"{summary.steps:,}"),
        ("bad rows", f"{summary.bad_rows:,}"),
        ("source", _counts(summary.sources)),
        ("end", _counts(summary.ends)),
        ("actions", _counts(summary.actions)),
        ("kinds", _counts(summary.kinds)),
        ("steps per session", _spread(summary.steps_per_session, 2)),
        ("searches per session", _spread(summary.searches_per_session, 2)),
        ("purchase share", _percent(summary.purchase_share)),
        ("steps with reasoning", _percent(summary.reasoning_share)),
        ("context bytes per page", _spread(summary.context_bytes, 0)),
        ("context tokens per page", _spread(summary.context_tokens, 0)),
        ("  counted with", summary.tokenizer),
        ("named in the context", f"{_percent(summary.name_in_context)} of actions with a name"),
    ]


def _counts(counts: dict[str, int]) -> str:
    total = sum(counts.values()) or 1
    return ", ".join(f"{key} {n:,} ({n / total:.1%})" for key, n in counts.items()) or "none"


def _spread(spread: Spread | None, digits: int) -> str:
    if spread is None:
        return "none"
    return (
        f"mean {spread.mean:,.{digits}f}, median {spread.median:,.0f}, "
        f"95 % up to {spread.p95:,.0f}, most {spread.most:,.0f}"
    )


def _percent(share: float | None) -> str:
    return "none" if share is None else f"{share:.1%}"
