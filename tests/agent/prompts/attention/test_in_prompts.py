"""Folded pages in prompts: within the budget, opened by a click, recorded, and never by default."""

from __future__ import annotations

from datetime import UTC, datetime

from agent.policies.remote.chat_messages import EstimatedTokens
from agent.prompts.attention import unfolded, unfolds
from agent.prompts.page_budget import with_page_tokens
from agent.prompts.prompt import PromptSettings, recorded
from agent.prompts.shown_page import ShownPages
from agent.sessions.session import Result, Session, Step
from envs.actions import Action, Click, Hover, Scroll
from envs.observation import Element, Observation

URL = "https://shop.example/lamp"
MENU = "\n".join(f'<a name="menu.m{k}">Menu entry {k}</a>' for k in range(120))
HTML = (
    f'<nav name="menu">\n{MENU}\n</nav>\n<main><h1>Brass Lamp</h1>\n$30\n'
    '<button name="buy">Buy now</button></main>'
)
NAMES = (*(Element(f"menu.m{k}", "link") for k in range(120)), Element("buy", "button", "buy"))
SEEN = Observation(url=URL, title="Brass Lamp", html=HTML, names=NAMES)


def session(*clicked: str, url: str = URL) -> Session:
    return doing(*map(Click, clicked), url=url)


def doing(*actions: Action, url: str = URL) -> Session:
    steps = tuple(
        Step(
            index=k,
            timestamp=datetime(2026, 1, 1, tzinfo=UTC),
            url=url,
            title="Brass Lamp",
            context=HTML,
            action=action,
            result=Result(ok=True),
            names=NAMES,
        )
        for k, action in enumerate(actions)
    )
    return Session(
        session_id="s",
        user_id="u",
        site="shop.example",
        started_at=datetime(2026, 1, 1, tzinfo=UTC),
        source="test",
        steps=steps,
    )


def shown(settings: PromptSettings) -> ShownPages:
    return ShownPages(EstimatedTokens(), settings)  # type: ignore[arg-type]


def test_a_page_is_folded_to_the_tokens_asked_for() -> None:
    page = shown(PromptSettings(page_tokens=300)).page(session(), 0, SEEN)
    assert len(EstimatedTokens().encode(page.text)) <= 300
    assert page.folded and 'name="buy"' in page.text
    visible = page.visible(HTML)
    assert visible is not None and "buy" in visible and "menu.m90" not in visible


def test_a_click_on_a_folded_name_opens_it_in_the_next_step_and_as_long_as_the_page_lasts() -> None:
    pages = shown(PromptSettings(page_tokens=300))
    shut = pages.page(session(), 0, SEEN)
    name = shut.folded[0]
    first = f"menu.m{name.rpartition('_')[2]}"
    assert f'name="{first}"' not in shut.text
    assert unfolds(SEEN, Click(name)) and unfolds(SEEN, Click("menu"))
    assert not unfolds(SEEN, Click("buy")) and not unfolds(SEEN, Click("no.such.thing"))
    for clicked in ((name,), (name, "buy")):
        visit = session(*clicked)
        assert unfolded(visit.steps, URL) == (name,)
        text = pages.page(visit, len(clicked), SEEN).text
        assert f'name="{first}"' in text and 'name="buy"' in text
    elsewhere = session(name, url="https://shop.example/")
    assert unfolded(elsewhere.steps, URL) == ()


def test_scrolling_or_pointing_to_a_folded_name_opens_it_as_a_click_does() -> None:
    pages = shown(PromptSettings(page_tokens=300, actions="full"))
    name = pages.page(session(), 0, SEEN).folded[0]
    opened = pages.page(session(name), 1, SEEN).text
    for action in (Scroll(name), Hover(name)):
        assert unfolds(SEEN, action)
        assert unfolded(doing(action).steps, URL) == (name,)
        assert pages.page(doing(action), 1, SEEN).text == opened
    for action in (Scroll("buy"), Hover("buy"), Scroll("no.such.thing"), Scroll(direction="down")):
        assert not unfolds(SEEN, action)
    assert unfolded(doing(Scroll("buy"), Hover("buy"), Scroll(direction="down")).steps, URL) == ()


def test_all_shows_the_whole_page_and_nothing_said_cuts_as_before() -> None:
    small = PromptSettings(window=512)
    whole = shown(PromptSettings(window=512, page_tokens="all")).page(session(), 0, SEEN)
    cut = shown(small).page(session(), 0, SEEN)
    assert whole.text == HTML
    assert not cut.folded and HTML.startswith(cut.text.split("</nav>")[0])


def test_the_budget_is_recorded_where_one_is_set_and_a_trained_policy_keeps_its_own() -> None:
    assert recorded(PromptSettings(page_tokens=2048))["page_tokens"] == 2048
    assert "page_tokens" not in recorded(PromptSettings())
    trained = PromptSettings(page_tokens=1024, window=4096)
    assert with_page_tokens(trained, PromptSettings()) == trained
    assert with_page_tokens(trained, PromptSettings(page_tokens="all")).page_tokens == "all"
