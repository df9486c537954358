"""The data card of a synthetic data set: what it is, how it was made, what is in it, its limits.

Everything in it is counted from the files it describes.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from statistics import mean

import msgspec

from agent.atomic_write import write_json, write_whole
from agent.sessions.dataset import read_rows
from agent.sessions.jsonl import Row
from agent.sessions.session import Session, encode
from agent.sessions.statistics import CountTokens, Spread, Statistics, Summary
from agent.shoppers.published_figures import Figure, ShopperTally
from agent.sources.simulation import tally_session

CARD, FACTS = "README.md", "card.json"


class PartCard(msgspec.Struct, frozen=True, kw_only=True):
    """One file. `sha256` is of the sessions' JSON lines, so it does not depend on compression;
    `ceiling` is the exact match of an oracle that knows the shoppers' minds."""

    name: str
    file: str
    bytes: int
    sha256: str
    first_user: str
    last_user: str
    summary: Summary
    figures: tuple[Figure, ...]
    ceiling: float | None
    ceiling_by_kind: dict[str, float] = {}
    """The same, of the steps of each kind."""


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of a data set, as ``card.json`` has them."""

    command: str
    seed: int
    versions: dict[str, str]
    parts: tuple[PartCard, ...]


def describe(name: str, path: Path, count_tokens: CountTokens, tokenizer: str) -> PartCard:
    """Read a part and count what is in it.

    Raises:
        RecordError: a row is bad, with file, line and field.
    """
    statistics, tally, digest = (
        Statistics(count_tokens, tokenizer),
        ShopperTally(),
        hashlib.sha256(),
    )
    users: list[str] = []
    chances: dict[str, list[float]] = {}
    for row in read_rows(path):
        _count(row, statistics, tally)
        for step in row.session.steps[1:]:
            if step.oracle:
                chances.setdefault(step.kind, []).append(step.oracle.p_max)
        digest.update(encode(row.session) + b"\n")
        users = [*users[:1], row.session.user_id]
    return PartCard(
        name=name,
        file=path.name,
        bytes=path.stat().st_size,
        sha256=digest.hexdigest(),
        first_user=users[0] if users else "",
        last_user=users[-1] if users else "",
        summary=statistics.summary(),
        figures=tally.figures(),
        ceiling=tally.oracle,
        ceiling_by_kind={kind: mean(chances[kind]) for kind in sorted(chances)},
    )


def versions_of(path: Path) -> dict[str, str]:
    """What the first session of a file says it was made with."""
    first: Session = next(read_rows(path)).session
    return first.versions


def write_card(folder: Path, card: Card) -> None:
    """Write ``README.md`` and ``card.json`` into the data set's folder."""
    write_whole(folder / CARD, _text(card).encode())
    write_json(folder / FACTS, card)


def _count(row: Row, statistics: Statistics, tally: ShopperTally) -> None:
    statistics.add(row)
    tally_session(tally, row.session)


def _text(card: Card) -> str:
    versions = ", ".join(f"{name} {value}" for name, value in card.versions.items())
    files = "\n".join(
        f"| `{p.file}` | {p.summary.sessions:,} | {p.summary.users:,} | {p.summary.steps:,} | "
        f"{p.bytes / 1e6:.1f} MB | `{p.sha256[:16]}` |"
        for p in card.parts
    )
    return _TEMPLATE.format(
        files=files,
        command=card.command,
        seed=card.seed,
        versions=versions,
        statistics=_table(card, _STATISTICS),
        published=_published(card),
    )


def _table(card: Card, rows: dict[str, str]) -> str:
    head = "| | " + " | ".join(p.name for p in card.parts) + " |\n|---|" + "---|" * len(card.parts)
    lines = [
        f"| {label} | " + " | ".join(_value(getattr(p.summary, field)) for p in card.parts) + " |"
        for label, field in rows.items()
    ]
    return "\n".join([head, *lines])


def _published(card: Card) -> str:
    head = "| | " + " | ".join(p.name for p in card.parts) + " | published |"
    lines = [head, "|---|" + "---|" * (len(card.parts) + 1)]
    for number, first in enumerate(card.parts[0].figures):
        values = " | ".join(f"{p.figures[number].value:.3f}" for p in card.parts)
        under = "under " if first.at_most else ""
        lines.append(f"| {first.name} | {values} | {under}{first.target:.3f} |")
    ceilings = " | ".join("none" if p.ceiling is None else f"{p.ceiling:.3f}" for p in card.parts)
    lines.append(f"| exact match of an oracle (the ceiling) | {ceilings} | |")
    for kind in sorted({kind for p in card.parts for kind in p.ceiling_by_kind}):
        shares = " | ".join(
            f"{p.ceiling_by_kind[kind]:.3f}" if kind in p.ceiling_by_kind else "none"
            for p in card.parts
        )
        lines.append(f"| where the shopper's action was of kind {kind} | {shares} | |")
    return "\n".join(lines)


_STATISTICS = {
    "actions": "actions",
    "kinds": "kinds",
    "how visits end": "ends",
    "steps per session": "steps_per_session",
    "searches per session": "searches_per_session",
    "steps with reasoning": "reasoning_share",
    "context tokens per page": "context_tokens",
    "actions whose name is in the context": "name_in_context",
}


def _value(value: object) -> str:
    if isinstance(value, Spread):
        return f"mean {value.mean:,.1f}, median {value.median:,.0f}, most {value.most:,.0f}"
    if isinstance(value, dict):
        total = sum(value.values()) or 1
        return ", ".join(f"{key} {count / total:.1%}" for key, count in value.items())
    return "none" if value is None else f"{value:.1%}"


_TEMPLATE = """\
# Standard data set, version 2: synthetic shopping sessions

**Not human.** Virtual shoppers with a documented behaviour model shopped in Shopper's embedded
shop. Say so wherever a number made from this data is shown. Licence: Apache-2.0, as the code.

| file | sessions | users | steps | size | SHA-256 of the lines |
|---|---|---|---|---|---|
{files}

One session a line, in the session format (`docs/data.md`). No user is in two files. The last user
of a file may have more visits than it holds.

## How it was made

```
{command}
```

Seed {seed}; each part is a population of its own, so a smaller set is the beginning of a larger
one. Sessions are rehearsed: the shop's own pages, laid out in a real browser and read by the live
simplifier, and the same loop as any policy; a test holds that they equal sessions that went through
the browser. Users of the training part visit the shop in three themes and three languages, four in
ten of them the usual one; the unseen parts have a theme and a language of their own. Versions:
{versions}. Clock and shop address are simulated, places on the page are left out; with the same
versions the same seed gives the same lines, byte for byte.

## What is in it

{statistics}

Beside the published figures (arXiv 2503.20749, section 3) it was calibrated to:

{published}

The reasoning of each step is the shopper's own, a template filled with what it acted on. `oracle`
holds the true probability of its most likely action; it must never be in a prompt.

## What it is for, and its limits

- To develop, to test, and to compare policies where no human data can be had. A score on it says
  how well a policy has learned this behaviour model, not how well it predicts people.
- One shop in four themes and four languages, English with about two thousand invented products,
  the others with about three hundred. Whoever trains on it learns these shops' ways.
- Five traits and an intent are all that tell shoppers apart; words and reasons come from
  templates; there is no mood, no learning within a visit, no one else's opinion but ratings.
- The behaviour was calibrated to means. Their spread, and what people do after what, was only
  kept plausible (`docs/shoppers.md`).
- It holds no personal data: nobody in it exists.
"""
