"""A benchmark's folder: ``bench.json`` (what was asked), ``predictions.jsonl``, ``results.json``,
``report.html``, and ``inspect/``, a log that inspect_ai's viewer opens.

Claims it, resumes it. Knows files, not policies.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from agent.atomic_write import write_json
from agent.parsing import from_json
from eval.benchmark.predictions import Prediction, read_predictions
from eval.benchmark.results import Setting
from eval.errors import EvalInputError


class BenchCard(msgspec.Struct, frozen=True, kw_only=True):
    """`bench.json`. `asked` is what was asked for and part of every row's key; `settings` is what
    the policy said of itself once it was loaded; `split` and `limit` say which sessions."""

    format: str = "1"
    shopper_version: str
    policy: str
    data: str
    split: str | None = None
    limit: int | None = None
    asked: dict[str, Setting] = {}
    settings: dict[str, Setting] = {}

    @property
    def key(self) -> str:
        """The part of a row's key that is the same for all rows."""
        return msgspec.json.encode([self.policy, self.asked], order="sorted").decode()


class BenchFolder:
    """Where a benchmark's files are."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.card = root / "bench.json"
        self.predictions = root / "predictions.jsonl"
        self.results = root / "results.json"
        self.report = root / "report.html"
        self.inspect_log = root / "inspect" / "shopper_bench.json"

    def claim(self, card: BenchCard, *, resume: bool) -> tuple[BenchCard, dict[str, Prediction]]:
        """Make the folder this benchmark's; returns its card and the rows it holds, by key.

        Raises:
            EvalInputError: it holds another benchmark, or anything else.
        """
        if self.root.exists() and not self.root.is_dir():
            raise EvalInputError(f"{self.root} is a file; name a folder with --out")
        if self.card.exists():
            return self._resumed(card, resume), self._rows()
        if self.root.exists() and any(self.root.iterdir()):
            raise EvalInputError(
                f"{self.root} is not empty and holds no benchmark; name another folder with --out"
            )
        self.root.mkdir(parents=True, exist_ok=True)
        self.write_card(card)
        return card, {}

    def give_back(self) -> None:
        """Take back a claim under which nothing was predicted."""
        if not self.predictions.exists() or self.predictions.stat().st_size == 0:
            self.predictions.unlink(missing_ok=True)
            self.card.unlink(missing_ok=True)

    def write_card(self, card: BenchCard) -> None:
        """Replace ``bench.json`` in one step."""
        write_json(self.card, card)

    def _resumed(self, card: BenchCard, resume: bool) -> BenchCard:
        if not resume:
            raise EvalInputError(
                f"{self.root} already holds a benchmark; add --resume to go on with it or to score "
                "it again, or name another folder with --out"
            )
        before = read_card(self.card)
        for field in ("policy", "data", "split", "asked"):
            old, new = getattr(before, field), getattr(card, field)
            if old != new:
                raise EvalInputError(
                    f"cannot resume {self.root}: it was made with {field} {old!r}, not {new!r}"
                )
        return msgspec.structs.replace(before, limit=card.limit)

    def _rows(self) -> dict[str, Prediction]:
        if not self.predictions.exists():
            return {}
        rows = read_predictions(self.predictions)
        return {row.key: row for row in rows if isinstance(row.key, str)}


def read_card(path: Path) -> BenchCard:
    """Raises:
    EvalInputError: missing, or not a benchmark's card.
    """
    try:
        return from_json(path.read_bytes(), BenchCard)
    except (OSError, msgspec.DecodeError, UnicodeError) as error:
        raise EvalInputError(f"cannot read {path}: {error}") from error
