"""Studies and logs for tests, written by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from agent.sessions.session import Persona, Result, Session, Step
from agent.study.definition import Study, Success, Task
from envs.actions import Action, Click, Terminate, TypeAndSubmit
from envs.observation import Box, Element, Load, Viewport

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
VIEW = Viewport(width=1000, height=800)
BUY = Task(id="buy", text="Buy a lamp.", success=Success(order=True))
FIND = Task(id="find", text="Find a lamp.", success=Success(url="*/lamp/*"))
SEARCH = Element("top.search", "searchbox", "search", Box(10, 10, 200, 30))


def study(*tasks: Task, customers: int = 5) -> Study:
    made = Study(title="Lamps", site="http://shop.test/", tasks=tasks or (BUY,))
    people = msgspec.structs.replace(made.population, customers=customers)
    return msgspec.structs.replace(made, population=people)


def step(
    path: str,
    action: Action,
    html: str = "",
    *,
    kind: str = "other",
    names: tuple[Element, ...] = (SEARCH,),
    error: str | None = None,
    server_ms: float = 50.0,
    **more: Any,
) -> Step:
    """One step on ``http://shop.test`` + `path`."""
    fields: dict[str, Any] = {
        "index": 0,
        "timestamp": START,
        "url": f"http://shop.test{path}",
        "title": path,
        "context": html or f"<main><h1>{path}</h1></main>",
        "action": action,
        "kind": "leave" if isinstance(action, Terminate) else kind,
        "names": names,
        "result": Result(ok=error is None, error=error, settle_ms=100.0),
        "viewport": VIEW,
        "box": Box(10, 100, 80, 30),
        "load": Load(server_ms=server_ms, parsed_ms=server_ms + 50),
        "screenshot": None,
    }
    return Step(**(fields | more))


def session(
    *steps: Step, customer: int = 1, task: str = "buy", end: str = "terminate", **more: Any
) -> Session:
    return Session(
        session_id=f"customer-{customer:04}.{task}",
        user_id=f"p{customer}",
        site="shop.test",
        started_at=START,
        source="live",
        persona=more.pop("persona", Persona(id=f"p{customer}", text="Somebody.")),
        intent=more.pop("intent", "Buy a lamp."),
        steps=tuple(
            msgspec.structs.replace(one, index=n, timestamp=START + timedelta(seconds=n))
            for n, one in enumerate(steps)
        ),
        end=end,
        **more,
    )


def search(path: str, words: str, html: str = "", **more: Any) -> Step:
    return step(path, TypeAndSubmit("top.search", words), html, kind="search", **more)


def press(path: str, name: str, html: str = "", **more: Any) -> Step:
    return step(path, Click(name), html, **more)


def leave(path: str, html: str = "", **more: Any) -> Step:
    return step(path, Terminate(), html, **more)
