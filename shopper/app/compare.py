"""Compare: two studies as before and after, two runs by what their customers did, or a run beside
recordings of people."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from agent.sessions.describe import KIND_WORDS
from agent.sessions.session import RecordError
from eval.compare import compare_behaviour
from eval.errors import EvalError
from eval.report.study import text as telling
from eval.report.terminal import percent, probability, scaled
from eval.usability.before_after import compare_studies, is_study
from shopper.app.pages import Site
from shopper.app.shelf import Item, NotHere, is_name

DATA = frozenset({".jsonl", ".parquet"})


def routes(site: Site) -> list[Route]:
    return [Route("/compare", _Compare(site).show)]


class _Compare:
    def __init__(self, site: Site) -> None:
        self._site = site

    async def show(self, request: Request) -> Response:
        """``?a=`` and ``?b=`` are the names of runs, studies or data sets in the folder."""
        a, b = request.query_params.get("a", ""), request.query_params.get("b", "")
        known = self._pick(a, b)
        if not (a and b):
            return self._site.page("compare_page.html", **known, why="")
        try:
            paths = self._path(a), self._path(b)
            template, values = await asyncio.to_thread(_compared, *paths)
        except (EvalError, RecordError, ValueError, OSError, NotHere) as error:
            return self._site.page("compare_page.html", **known, why=str(error))
        return self._site.page(template, **known | values)

    def _pick(self, a: str, b: str) -> dict[str, Any]:
        """What can be chosen, and what is."""
        items = self._site.shelf.items() if self._site.shelf.root.exists() else []
        fitting = [i for i in items if i.kind in ("run", "study") and i.card and not i.under_way]
        by_name = {item.name: item for item in items}
        return {
            "here": "compare",
            "a": a,
            "b": b,
            "runs": [item for item in fitting if item.kind == "run"],
            "studies": [item for item in fitting if item.kind == "study"],
            "pairs": [item for item in items if item.kind == "comparison"],
            "data": self._data(),
            "sides": [self._side(by_name[name]) for name in (a, b) if name in by_name],
        }

    def _side(self, item: Item) -> tuple[Item, str]:
        return item, self._site.shelf.outcome(item)

    def _data(self) -> list[str]:
        root = self._site.shelf.root
        if not root.is_dir():
            return []
        return sorted(p.name for p in root.iterdir() if p.suffix in DATA and p.is_file())

    def _path(self, name: str) -> Path:
        """A run's folder, or a data set that lies beside them.

        Raises:
            NotHere: it is neither.
        """
        root = self._site.shelf.root
        path = root / name
        inside = is_name(name) and path.resolve().parent == root.resolve()
        if inside and path.is_file() and path.suffix in DATA:
            return path
        return self._site.shelf.folder(name)


def _compared(a: Path, b: Path) -> tuple[str, dict[str, Any]]:
    """The template and the values of the page that sets them side by side."""
    if is_study(a) and is_study(b):
        found = compare_studies(a, b)
        several = any(one.task is not None for one in found.measures)
        clear = [
            one
            for one in found.measures
            if one.verdict != "unclear" and (one.task is not None) == several
        ]
        return "compare_studies.html", {
            "found": found,
            "clear": clear,
            "told": telling.told,
            "span": telling.span,
            "change_told": telling.change_told,
            "styles": ["run.css", "study.css"],
        }
    return "compare_runs.html", {
        "found": compare_behaviour([a, b]),
        "percent_of": percent,
        "scaled": scaled,
        "probability": probability,
        "kinds": KIND_WORDS,
        "styles": ["bench.css"],
    }
