"""What the events of a shop mean: which step of a visit each of them is.

There are no pages in an event log, so a step has no context, and the name acted on is made of what
the event says. Words are those of GA4, Snowplow, Segment and of shops' own tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from agent.sessions.session import Step
from agent.sources.events.rows import LoggedEvent
from envs.actions import Action, Click, Terminate, TypeAndSubmit
from envs.observation import Kind

WORDS: tuple[tuple[Kind | None, str], ...] = (
    (None, "session_start first_visit user_engagement scroll page_ping timing impression "
           "view_promotion"),
    ("buy", "purchase transaction order order_completed order_placed order_complete buy bought "
            "checkout_complete"),
    ("search", "search searched site_search view_search_results search_result search_results "
               "products_searched"),
    ("filter", "filter filtered sort sorted product_list_filtered refine facet"),
    ("cart", "add_to_cart addtocart cart product_added remove_from_cart product_removed view_cart "
             "cart_viewed begin_checkout checkout checkout_step checkout_started add_payment_info "
             "add_shipping_info basket add_to_basket"),
    ("product", "view_item product_view product_viewed view detail product_click product_clicked "
                "select_item product_detail item_view list_click"),
    ("navigation", "page_view pageview page_viewed view_item_list product_list_viewed list_view "
                   "home category page"),
)  # fmt: skip
"""Kind of what was acted on, by the event's name; None is no step."""
TWIN_S = 2.0
"""A page view this near to another event of the same page is that event's own."""
_ENDS = "purchase"


def kind_of(event: str) -> Kind | None:
    """What the event was done to; None where it is nothing that a person does."""
    word = re.sub(r"[\s./-]+", "_", event.strip().lower())
    if not word:
        return None
    return next((kind for kind, words in WORDS if word in words.split()), "other")


def steps_of(events: Iterable[LoggedEvent]) -> tuple[list[Step], str]:
    """The steps of one visit, from its events in the order of time, and how it ended."""
    steps: list[Step] = []
    last: LoggedEvent | None = None
    for event, kind in _steps(list(events)):
        last = event
        steps.append(_step(len(steps), event, _action(event, kind), kind))
        if kind == "buy":
            return steps, _ENDS
    if last is not None:
        steps.append(_step(len(steps), last, Terminate(), "leave"))
    return steps, "terminate"


def _steps(events: list[LoggedEvent]) -> Iterator[tuple[LoggedEvent, Kind]]:
    """Events that are steps, without page views that another event tells of."""
    told = [(event, kind) for event in events if (kind := kind_of(event.event)) is not None]
    for place, (event, kind) in enumerate(told):
        near = told[max(0, place - 2) : place] + told[place + 1 : place + 3]
        if kind == "navigation" and any(
            other != "navigation" and abs(one.at - event.at) <= TWIN_S and one.url == event.url
            for one, other in near
        ):
            continue
        yield event, kind


def _action(event: LoggedEvent, kind: Kind) -> Action:
    if kind == "search" and event.query:
        return TypeAndSubmit("search", event.query)
    what = _part(event.item) or _part(_path(event.url).rstrip("/").rpartition("/")[2])
    return Click(".".join(part for part in (kind, what) if part))


def _step(index: int, event: LoggedEvent, action: Action, kind: str) -> Step:
    return Step(
        index=index,
        timestamp=datetime.fromtimestamp(event.at, UTC),
        url=event.url,
        context="",
        action=action,
        kind=kind,
    )


def _part(text: str) -> str:
    return "_".join(re.findall(r"[^\W_]+", text.lower()))[:60]


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""
