"""The summary in Markdown, for the page of a build or a comment on a change.

Words of pages, customers and models are in it: they are shown as they are, and can neither become
markup, pictures or links nor call anybody by name.
"""

from __future__ import annotations

import re

from shopper.ci.account import Account, Case, Table

MOST_ROWS = 50
"""Rows of a table, so that the page of a build takes the summary (GitHub: 1 MiB a step)."""
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~$!&])")


def markdown(account: Account) -> str:
    """The summary, ending with a line break."""
    parts = [f"## {escaped(account.title)}", escaped(account.headline)]
    parts += [_bad(account.bad)] if account.bad else []
    parts += [_table(table) for table in account.tables if table.rows]
    parts += [f"> {escaped(note)}" for note in account.notes]
    parts += [f"Report: {code(account.report)}"] if account.report else []
    return "\n\n".join(parts) + "\n"


def _bad(cases: tuple[Case, ...]) -> str:
    return "\n".join(
        f"- **{case.status}** {escaped(_name(case))}: {escaped(case.said)}" for case in cases
    )


def _name(case: Case) -> str:
    return f"{case.name} ({case.about})" if case.about else case.name


def _table(table: Table) -> str:
    lines = [
        f"### {escaped(table.heading)}\n",
        _row(table.columns),
        _row(("---",) * len(table.columns), raw=True),
        *map(_row, table.rows[:MOST_ROWS]),
    ]
    if len(table.rows) > MOST_ROWS:
        lines.append(f"\nand {len(table.rows) - MOST_ROWS:,} more in the report")
    return "\n".join(lines)


def _row(cells: tuple[str, ...], raw: bool = False) -> str:
    return f"| {' | '.join(cells if raw else map(escaped, cells))} |"


def escaped(text: str) -> str:
    """Text of one line that Markdown shows as it is."""
    line = _MARKUP.sub(r"\\\1", " ".join(text.split()))
    line = line.replace("://", "&#58;//").replace("@", "@\u200b")
    return f"\\{line}" if line.startswith(("-", "+", "=")) else line


def code(text: str) -> str:
    """Text as code, which is neither markup nor a link."""
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{' '.join(text.split())}{pad}{fence}"
