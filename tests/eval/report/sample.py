"""A run as the product records it, made of real records: customers, steps, ends, a run card.

Nine visits that between them end in every way a visit can. Pictures come from whoever can take
them: `build_run` asks for one per step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent.runs.card import RunCard, RunFolder, RunTotals
from agent.sessions.log import SessionLog
from agent.sessions.session import Cost, Finding, Persona, Result, Session, Step, Viewport, encode
from envs.actions import Action, Click, Terminate, TypeAndSubmit
from envs.observation import Box

START = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
SEARCH = "header.search"


@dataclass(frozen=True)
class Did:
    """A step in short: its kind, the action, the thought, and what became of it."""

    kind: str
    action: Action
    reasoning: str | None
    error: str | None = None
    executed: bool = True
    settle: float = 320.0


@dataclass(frozen=True)
class Came:
    """A customer in short."""

    intent: str | None
    persona: str
    did: tuple[Did, ...]
    end: str | None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Picture:
    """What a picture taker answers: the JPEG, the element's box and the viewport."""

    jpeg: bytes
    box: Box | None
    viewport: Viewport


Shoot = Callable[[Did], Picture]


def search(text: str, reasoning: str, **more: float) -> Did:
    return Did("search", TypeAndSubmit(SEARCH, text), reasoning, **more)  # type: ignore[arg-type]


def look(product: str, reasoning: str) -> Did:
    return Did("product", Click(f"search_results.{product}.view_product"), reasoning)


def cart(product: str, reasoning: str) -> Did:
    return Did("cart", Click(f"search_results.{product}.add_to_cart"), reasoning)


def leave(reasoning: str) -> Did:
    return Did("leave", Terminate(), reasoning, settle=0)


CUSTOMERS = (
    Came(
        "Find a trail running jacket that keeps the rain out, under 90 euros.",
        "Mara, 34, runs before work in any weather and reads reviews to the end.",
        (
            search("trail runing jaket", "I want a light jacket for rainy mornings."),
            search("trail running jacket", "I spelled that wrong, no wonder there is so little."),
            Did("filter", Click("refinements.price.under_90"), "Ninety is my limit, so I filter."),
            look("ridge_rain_shell", "The Ridge Rain Shell has good stars and is under my budget."),
            Did("option", Click("buybox.size.m"), "Medium should fit over a fleece."),
            cart("ridge_rain_shell", "This is the one, into the cart."),
            Did("buy", Click("buybox.buy_now"), "I do not need anything else. Buying it now."),
        ),
        "purchase",
    ),
    Came(
        "A birthday present for a ten-year-old who likes space.",
        "Jonas, 41, buys presents late and in a hurry.",
        (
            search("space gift", "Something with space for a ten-year-old, be quick."),
            look("star_projector", "A star projector could be fun."),
            leave("Delivery takes a week. That is too late for me, I will look elsewhere."),
        ),
        "terminate",
    ),
    Came(
        "Compare two cordless drills.",
        "Petra, 52, renovates a house on her own.",
        (
            search("cordless drill", "I need a cordless drill with two batteries."),
            *(
                Did(
                    "filter",
                    Click("refinements.brand.more"),
                    "Show me more brands, please.",
                    error="covered by the cookie banner" if n == 1 else None,
                )
                for n in range(3)
            ),
        ),
        "limit",
        (Finding(kind="loop", step=3, text="did the same on an unchanged page 3 times"),),
    ),
    Came(
        None,
        "Ali, 23, student, looks more than he buys.",
        (
            search("desk lamp", "Just looking for a lamp."),
            search("desk lamp led", "I would rather have LED."),
            look("arc_lamp", "That one looks nice."),
            leave("Too expensive for me right now."),
        ),
        "terminate",
    ),
    Came(
        "Order printer paper again.",
        "Office manager of a small practice.",
        (
            search("printer paper a4", "The usual paper."),
            cart("copy_paper_500", "Straight into the cart."),
            Did(
                "buy",
                Click("checkout.place_order"),
                "Everything is filled in, I place the order.",
                executed=False,
            ),
        ),
        "purchase",
    ),
    Came(
        "Find a vase.",
        "Lena, 29, furnishes her first flat.",
        (search("vase", "A simple vase.", settle=4100.0),),
        "error: the page at /search answered with status 500; see the shop's log",
    ),
    Came(
        "Something for dinner guests.",
        "Tom, 47.",
        (
            search("wine glasses", "Six glasses would do."),
            search("wine glasses set of 6", "Better say six."),
            look("tall_glass", "Let me see these."),
        ),
        "limit",
        (Finding(kind="steps", step=2, text="still shopping after 3 steps"),),
    ),
    Came(
        "A present for my mother.",
        "Ines, 38.",
        (search("scarf", "A warm scarf."), look("wool_scarf", "Wool, good.")),
        None,
    ),
    Came(
        "New sneakers in white.",
        "Yuki, 19, knows exactly what she wants.",
        (
            search("white sneakers", "White sneakers, size 38."),
            look("court_low_white", "These are it."),
            Did("buy", Click("buybox.buy_now"), "Perfect. I take them."),
        ),
        "purchase",
    ),
)


def step_of(did: Did, index: int, picture: Picture | None = None, path: str | None = None) -> Step:
    return Step(
        index=index,
        timestamp=START + timedelta(seconds=4.0 * (index + 1)),
        url=f"http://127.0.0.1:8000/search?step={index}",
        title="Harbour & Hill",
        context='<main name="search_results"></main>',
        reasoning=did.reasoning,
        action=did.action,
        result=Result(ok=did.error is None, error=did.error, settle_ms=did.settle),
        kind=did.kind,
        executed=did.executed,
        cost=Cost(prompt_tokens=900, cached_tokens=600, generated_tokens=50, seconds=1.8),
        screenshot=path,
        box=picture.box if picture else None,
        viewport=picture.viewport if picture else None,
    )


def build_run(
    root: Path, shoot: Shoot | None = None, customers: tuple[Came, ...] = CUSTOMERS
) -> RunFolder:
    """Write a run folder the way a run does: card, logs line by line, pictures."""
    folder = RunFolder(root)
    root.mkdir(parents=True, exist_ok=True)
    for number, came in enumerate(customers, 1):
        _write_visit(folder, number, came, shoot)
    folder.card.write_bytes(encode(_card(len(customers))))
    return folder


def _write_visit(folder: RunFolder, number: int, came: Came, shoot: Shoot | None) -> None:
    session = Session(
        session_id=f"customer-{number:04}",
        user_id=f"persona-{number}",
        site="127.0.0.1",
        started_at=START,
        source="live",
        persona=Persona(id=f"persona-{number}", text=came.persona),
        intent=came.intent,
        seed=number,
        policy="scripted:sample",
    )
    with SessionLog(folder.session_log(session.session_id), session) as log:
        for index, did in enumerate(came.did):
            picture, path = None, None
            if shoot is not None:
                picture = shoot(did)
                file = folder.screenshot(session.session_id, index)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(picture.jpeg)
                path = file.relative_to(folder.root).as_posix()
            log.step(step_of(did, index, picture, path))
        if came.end is not None:
            log.end(came.end, came.findings)


def _card(customers: int) -> RunCard:
    return RunCard(
        shopper_version="0.1.0",
        started_at=START,
        finished_at=START + timedelta(minutes=3),
        url="http://127.0.0.1:8000/",
        embedded_shop=True,
        policy="scripted:sample",
        policy_settings={"constrained": True, "temperature": 0.8, "reasoning": True},
        customers=customers,
        seed=7,
        arguments={"max_steps": 20, "allow": ["127.0.0.1"]},
        versions={"chromium": "156.0", "simplifier": "1"},
        totals=RunTotals(
            sessions=customers,
            steps=30,
            seconds=71.4,
            prompt_tokens=27000,
            cached_tokens=18000,
            generated_tokens=1500,
        ),
        refused={"tracker.example": 12, "ads.example": 3},
        notes=("The browser's sandbox was off: Chromium cannot use it as root.",),
    )
