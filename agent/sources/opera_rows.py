"""OPeRA's rows as steps and personas: what its columns mean, and nothing of files.

Source: Hugging Face ``NEU-HAI/OPeRA`` (CC-BY-4.0), its published schema. All columns are strings,
some of them JSON. A rationale stays with the action it was asked about; the page is kept whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, assert_never

import msgspec

from agent.parsing import from_json
from agent.sessions.page_elements import elements_of
from agent.sessions.session import Persona, RecordError, Step
from envs.actions import (
    Action,
    Back,
    Click,
    Direction,
    Hover,
    Input,
    Scroll,
    Terminate,
    TypeAndSubmit,
    Wait,
)
from envs.observation import TEXT_ROLES, Kind, Viewport

Row = dict[str, Any]

ACTION_COLUMNS = (
    "session_id", "timestamp", "action_type", "click_type", "semantic_id", "element_meta", "url",
    "window_size", "page_meta", "simplified_html", "rationale", "input_text",
)  # fmt: skip
"""The columns an import reads; pictures, pointer positions and product tables are left."""

KINDS: dict[str, Kind] = {
    "search": "search", "suggested_term": "search", "product_link": "product",
    "product_option": "option", "quantity": "option", "filter": "filter", "purchase": "buy",
    "cart_side_bar": "cart", "cart_page_select": "cart", "nav_bar": "navigation",
    "page_related": "navigation", "review": "other", "other": "other",
}  # fmt: skip
"""Kind of the element clicked, by click_type. OPeRA's ``purchase`` is adding to the cart, buying
now, subscribing and checking out."""

_NAME_KINDS: tuple[tuple[Kind, str], ...] = (
    ("search", r"(^|[._])search_(input|button|box|bar|field)|suggest"),
    ("buy", r"add_to_(cart|basket)|buy_now|check_?out|subscribe|place_(your_)?order"),
    ("filter", r"(^|\.)(refinements?|filters?|sort)\b|(^|\.)refinement"),
    ("option", r"quantity|variation|twister|product_options?|(^|\.)(colou?rs?|sizes?)\."),
    ("cart", r"(^|[._])(cart|basket)([._]|$)"),
    ("navigation", r"^nav|(^|[._])(pagination|page|next|previous|breadcrumbs?)([._]|$)"),
    ("product", r"view_product|product_(link|title)|^search_results?\.|(^|\.)results?\."),
)
"""Kind of elements nobody clicked, by OPeRA's names, which follow one scheme; tried in order."""


_LEFT_OUT = re.compile(r"tab|navigat|reload|refresh|forward|window|focus|blur")
"""Types of the full set that are about tabs and the browser's own buttons: our customers have one
tab, and none of these is a step on a page."""


def left_out(row: Row) -> str | None:
    """The type of a row that is no step here; None for all others."""
    kind = row["action_type"] or ""
    return kind if kind not in _STEPS and _LEFT_OUT.search(kind) else None


def to_step(row: Row, index: int, *, full: bool = False) -> Step:
    """One action as a step; `full`: of the full set, which has scrolls and returns, too.

    Raises:
        RecordError: a column is missing a value or has one that is not known.
    """
    click_type = row["click_type"] or None
    if click_type is not None and click_type not in KINDS:
        raise RecordError(f"unknown click_type {click_type!r} - at `click_type`")
    action = _action(row, full)
    return Step(
        index=index,
        timestamp=to_time(row),
        url=row["url"] or "",
        title=_title(row),
        context=_required(row, "simplified_html"),
        reasoning=(row["rationale"] or "").strip() or None,
        action=action,
        kind=_kind(action, click_type),
        names=elements_of(row["simplified_html"], kind_by_name),
        viewport=_viewport(row),
        click_type=click_type,
    )


def to_time(row: Row) -> datetime:
    """When the action was taken."""
    text = _required(row, "timestamp")
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise RecordError(f"{text!r} is not an ISO time - at `timestamp`") from error
    return time if time.tzinfo is not None else time.replace(tzinfo=UTC)


def kind_by_name(name: str, role: str) -> Kind:
    """What acting on an element of this name would mean."""
    if role == "searchbox" or (role in TEXT_ROLES and "search" in name):
        return "search"
    return next((kind for kind, pattern in _NAME_KINDS if re.search(pattern, name)), "other")


def merge_searches(steps: list[Step]) -> list[Step]:
    """Typing followed at once by a click of type search becomes one type_and_submit.

    The merged step stands on the page that was typed on; its reasoning is that of the typing, or
    else of the click, for both were asked about this search.
    """
    merged: list[Step] = []
    for step in steps:
        before = merged[-1] if merged else None
        if before is not None and isinstance(before.action, Input) and step.click_type == "search":
            action = TypeAndSubmit(before.action.name, before.action.text)
            merged[-1] = msgspec.structs.replace(
                before,
                action=action,
                kind="search",
                click_type="search",
                reasoning=before.reasoning or step.reasoning,
            )
        else:
            merged.append(msgspec.structs.replace(step, index=len(merged)))
    return merged


def name_search_fields(steps: list[Step]) -> list[Step]:
    """Typing that a search click follows was a search, whatever its field is called."""
    followed = [*steps[1:], None]
    return [
        msgspec.structs.replace(step, kind="search")
        if isinstance(step.action, Input) and after is not None and after.click_type == "search"
        else step
        for step, after in zip(steps, followed, strict=True)
    ]


def how_it_ended(steps: list[Step]) -> str | None:
    """``terminate`` or ``purchase`` by the last action; None where the log does not say."""
    last = steps[-1]
    if isinstance(last.action, Terminate):
        return "terminate"
    return "purchase" if last.click_type == "purchase" else None


def to_persona(user_id: str, survey: str | None) -> Persona | None:
    """The survey as a description; age, gender and income where a question is about them.

    Raises:
        RecordError: the survey is not JSON.
    """
    if not survey or not survey.strip():
        return None
    try:
        answers = list(_answers(from_json(survey)))
    except msgspec.DecodeError as error:
        raise RecordError(f"not JSON: {error} - at `survey`") from error
    if not answers:
        return None
    return Persona(
        id=user_id,
        text=" ".join(f"{question}: {answer}." for question, answer in answers),
        age=_about("age", answers),
        gender=_about("gender", answers),
        income=_about("income", answers),
    )


def _action(row: Row, full: bool) -> Action:
    kind = row["action_type"]
    if kind == "terminate":
        return Terminate()
    if kind == "click":
        return Click(_name(row))
    if kind == "input":
        return Input(_name(row), row["input_text"] or "")
    if full and kind == "scroll":
        return Scroll(direction=_direction(row))
    if full and kind == "back":
        return Back()
    raise RecordError(f"unknown action_type {kind!r} - at `action_type`")


_STEPS = frozenset(("terminate", "click", "input", "scroll", "back"))


def _direction(row: Row) -> Direction:
    """Up where the row says so; most people scroll down."""
    told = _json(row, "element_meta")
    if str(told.get("direction", "")).lower() == "up":
        return "up"
    moved = next((told[key] for key in _MOVED if isinstance(told.get(key), int | float)), 0)
    return "up" if moved < 0 else "down"


_MOVED = ("deltaY", "delta_y", "scrollDelta", "dy")


def merge_scrolls(steps: list[Step]) -> list[Step]:
    """Scrolls one way on one page are one, as the recorder keeps them."""
    merged: list[Step] = []
    for step in steps:
        before = merged[-1] if merged else None
        same = before is not None and isinstance(step.action, Scroll)
        if same and before is not None and (before.action, before.url) == (step.action, step.url):
            continue
        merged.append(msgspec.structs.replace(step, index=len(merged)))
    return merged


def _name(row: Row) -> str:
    """The element's name; empty where the log has none, which no page can match."""
    name = row["semantic_id"] or _json(row, "element_meta").get("name") or ""
    return name if isinstance(name, str) else ""


def _kind(action: Action, click_type: str | None) -> str:
    match action:
        case Terminate():
            return "leave"
        case Click(name):
            return kind_by_name(name, "generic") if click_type is None else KINDS[click_type]
        case TypeAndSubmit(name) | Input(name):
            return kind_by_name(name, "textbox")
        case Scroll() | Hover() | Back() | Wait():
            return "other"
        case _:
            assert_never(action)


def _title(row: Row) -> str:
    title = _json(row, "page_meta").get("title")
    return title if isinstance(title, str) else ""


def _viewport(row: Row) -> Viewport | None:
    size = _json(row, "window_size")
    width, height = (size.get(key, size.get(f"inner{key.title()}")) for key in ("width", "height"))
    if not isinstance(width, int | float) or not isinstance(height, int | float):
        return None
    return Viewport(width=max(0, round(width)), height=max(0, round(height)))


def _json(row: Row, column: str) -> dict[str, Any]:
    """A JSON column, empty when there is nothing or it is not an object: none of them is vital."""
    try:
        value = from_json(row[column] or "null")
    except msgspec.DecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def _required(row: Row, column: str) -> str:
    value = row[column]
    if not isinstance(value, str) or not value:
        raise RecordError(f"no value - at `{column}`")
    return value


def _answers(survey: Any, question: str = "") -> Iterator[tuple[str, str]]:
    """Questions and answers, however they are nested."""
    if isinstance(survey, dict):
        for key, value in survey.items():
            yield from _answers(value, str(key))
    elif isinstance(survey, list) and any(isinstance(one, dict) for one in survey):
        for one in survey:
            yield from _answers(one, question)
    elif isinstance(survey, list):
        yield question, ", ".join(str(one) for one in survey)
    elif survey not in (None, ""):
        yield question, str(survey).strip().rstrip(".")


def _about(topic: str, answers: list[tuple[str, str]]) -> str | None:
    word = re.compile(rf"(?<![a-z]){topic}(?![a-z])", re.I)
    return next((answer for question, answer in answers if word.search(question)), None)
