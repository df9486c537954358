"""An account with one of everything, for the tests of what is made of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from shopper.ci.account import RUN, Account, Case, Remark, Table

HOSTILE = (
    "<script>x</script> ![p](https://x.example/p.png) [l](javascript:x) **b** @you `c` | ::error::"
    "\n::add-mask::x\n# h\n- i\n&lt; https://x.example \x1b[31m\x00\ud800"
)
"""What a page could say to become more than text."""


def account(said: str = "2 of 3", file: Path | None = None) -> Account:
    return Account(
        command=RUN,
        title=f"Customers in {said}",
        headline=said,
        cases=(
            Case(name="visits", said=said, seconds=1.5),
            Case(name="--fail-if stuck>0", status="failed", said=said),
            Case(name="--fail-if left>0", about="side b", status="skipped", said=said),
            Case(name="start", status="error", said=said),
        ),
        remarks=(Remark(title=said, text=said, grave=True), Remark(title="small", text=said)),
        tables=(Table(heading=said, columns=("what", said), rows=((said, "2"), ("b", said))),),
        notes=(said,),
        report=said,
        file=file,
        started_at=datetime(2026, 11, 28, 8, tzinfo=UTC),
        seconds=1.5,
    )
