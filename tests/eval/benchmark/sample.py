"""Small sessions and prediction rows to count by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from agent.sessions.session import Oracle, Session, Step
from envs.actions import Action, Click, Terminate, TypeAndSubmit
from envs.observation import Element
from eval.benchmark.predictions import Prediction

START = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
SEARCH = TypeAndSubmit("header.search", "mug")
PAGE = (
    Element(name="header.search", role="searchbox", kind="search"),
    Element(name="results.mug", role="link", kind="product"),
    Element(name="results.cup", role="link", kind="product"),
    Element(name="filters.red", role="checkbox", kind="filter"),
    Element(name="buybox.add_to_cart", role="button", kind="cart"),
    Element(name="buybox.buy_now", role="button", kind="buy"),
)
MUG, CUP = Click("results.mug"), Click("results.cup")
RED, BUY, LEAVE = Click("filters.red"), Click("buybox.buy_now"), Terminate()
KINDS = {element.name: element.kind for element in PAGE}


def kind_of(action: Action) -> str:
    return "leave" if isinstance(action, Terminate) else KINDS.get(action.name, "other")


def session(session_id: str, *actions: Action, user: str = "u", **more: Any) -> Session:
    """A visit of these actions, all on `PAGE`; its end follows from the last."""
    last = kind_of(actions[-1])
    end = {"buy": "purchase", "leave": "terminate"}.get(last, "limit")
    steps = tuple(
        Step(
            index=i,
            timestamp=START + timedelta(seconds=i),
            url="https://shop.example/",
            context="<main>".ljust(20 + i),
            reasoning=f"because of {i}",
            action=action,
            kind=kind_of(action),
            names=PAGE,
            oracle=Oracle(p_max=more["p_max"]) if "p_max" in more else None,
        )
        for i, action in enumerate(actions)
    )
    return Session(
        session_id=session_id,
        user_id=user,
        site="shop.example",
        started_at=START,
        source=more.get("source", "recorded"),
        steps=steps,
        end=end,
    )


def row(
    truth: Action, prediction: Action | None, *, session_id: str = "s", step: int = 1, **more: Any
) -> Prediction:
    """A prediction on `PAGE`."""
    legal = isinstance(prediction, Terminate) or (
        prediction is not None and prediction.name in KINDS
    )
    known = None if prediction is None or not legal else kind_of(prediction)
    fields: dict[str, Any] = {
        "session_id": session_id,
        "user_id": "u",
        "step": step,
        "last": False,
        "truth": truth,
        "truth_kind": kind_of(truth),
        "prediction": prediction,
        "prediction_kind": known,
        "legal": legal,
    }
    return Prediction(**(fields | more))


def outcome_row(number: int, truth: Action, prediction: Action | None) -> Prediction:
    """The last step of session `number`."""
    return row(truth, prediction, session_id=f"s{number}", last=True)
