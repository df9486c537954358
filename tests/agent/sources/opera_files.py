"""Writes Parquet files to OPeRA's published schema, with rows a test makes up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

ACTION_COLUMNS = (
    "session_id", "action_id", "timestamp", "action_type", "click_type", "semantic_id",
    "mouse_position", "element_meta", "url", "window_size", "page_meta", "simplified_html",
    "rationale", "products", "input_text", "image",
)  # fmt: skip
PAGE = (
    '<form name="nav_bar"><input type="text" name="nav_bar.search_input">'
    '<button name="nav_bar.search_button">Go</button></form>'
    '<ul name="refinements"><li><a name="refinements.colors.red">Red</a></li></ul>'
    '<div name="search_results"><div name="search_results.red_mug">'
    '<a name="search_results.red_mug.view_product">Red mug</a></div></div>'
    '<button name="buybox.purchase_form.add_to_cart">Add to cart</button>'
)


def action(session_id: str, second: int, action_type: str, **given: Any) -> dict[str, Any]:
    """A row of the action table; what is not given is as it mostly is."""
    row: dict[str, Any] = dict.fromkeys(ACTION_COLUMNS)
    row |= {
        "session_id": session_id,
        "action_id": f"{session_id}-{second}",
        "timestamp": f"2025-02-03T10:00:{second:02}.250Z",
        "action_type": action_type,
        "mouse_position": '{"x": 3, "y": 4}',
        "element_meta": '{"name": "", "data": {}}',
        "url": "https://www.amazon.com/s?k=mug",
        "window_size": '{"width": 1280, "height": 720}',
        "page_meta": '{"title": "Amazon"}',
        "simplified_html": PAGE,
        "rationale": "",
        "products": "[]",
    }
    return row | given


def click(
    session_id: str, second: int, kind: str, name: str | None, **given: Any
) -> dict[str, Any]:
    return action(session_id, second, "click", click_type=kind, semantic_id=name, **given)


def typed(session_id: str, second: int, text: str, **given: Any) -> dict[str, Any]:
    given = {"semantic_id": "nav_bar.search_input", "input_text": text, **given}
    return action(session_id, second, "input", **given)


def write_opera(
    root: Path,
    train: list[dict[str, Any]],
    test: list[dict[str, Any]],
    users: dict[str, Any],
    sessions: dict[str, str] | None = None,
    configuration: str = "filtered",
) -> Path:
    """`users`: user_id to survey; `sessions`: session_id to user_id (by the id when not given)."""
    folder = root / f"OPeRA_{configuration}"
    for part, rows in (("train", train), ("test", test)):
        half = (len(rows) + 1) // 2
        for number, some in enumerate((rows[:half], rows[half:])):
            if some:
                name = f"{part}-{number:05}-of-00002.parquet"
                _write(folder / "action" / name, some, ACTION_COLUMNS)
        ids = list(dict.fromkeys(row["session_id"] for row in rows if row["session_id"]))
        table = [
            {
                "session_id": one,
                "user_id": (sessions or {}).get(one, one.rsplit("_", 2)[0]),
                "action_count": str(sum(row["session_id"] == one for row in rows)),
            }
            for one in ids
        ]
        if table:
            columns = ("session_id", "user_id", "action_count")
            _write(folder / "session" / part / "0.parquet", table, columns)
    people = [
        {"user_id": user, "survey": s if isinstance(s, str) else json.dumps(s)}
        for user, s in users.items()
    ]
    columns = ("user_id", "survey", "raw_survey", "interview_transcript",
               "interview_transcript_processed")  # fmt: skip
    if people:
        _write(folder / "user" / "train" / "0.parquet", people, columns)
    return root


def _write(path: Path, rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    schema = pa.schema([(name, pa.string()) for name in columns])
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
