"""Faults and notices have codes; the sentences are made from them, and are those they always were."""

from __future__ import annotations

from pathlib import Path

import pytest

from envs.actions import Click, Input
from envs.browser.browser import Browser
from envs.faults import ActionFault, Fault, Notice, PageNotice
from tests.envs.acting.acting import name_of, opened
from tests.envs.sentences import FAULTS, LATER_NOTICES, NOTICES
from tests.website import Reply

PAGE = """<form action=/sent><label>Mail <input name=m required></label><button>Send</button></form>
<button disabled>Reserve</button><label>Code <input value=X readonly></label>
<label>When <input type=date></label><a href=/lost>Lost</a><a href=/broken>Broken</a>
<button onclick="alert('Mind the gap')">Warn</button>"""


@pytest.mark.parametrize(("fault", "said"), FAULTS)
def test_sentences_of_faults(fault: ActionFault, said: str) -> None:
    assert fault.text == said


@pytest.mark.parametrize(("notice", "said"), [*NOTICES, *LATER_NOTICES])
def test_sentences_of_notices(notice: PageNotice, said: str) -> None:
    assert notice.text == said


def test_no_code_is_without_a_sentence_here() -> None:
    assert {fault.code for fault, _ in FAULTS} == set(Fault)
    assert {notice.code for notice, _ in (*NOTICES, *LATER_NOTICES)} == set(Notice)


def test_every_code_is_documented() -> None:
    documented = (Path(__file__).parents[2] / "docs" / "data.md").read_text("utf-8")
    assert [code for code in (*Fault, *Notice) if f"`{code}`" not in documented] == []


@pytest.mark.parametrize(
    ("ending", "text", "code"),
    [
        ("reserve", None, Fault.DISABLED),
        ("code", "Y", Fault.READ_ONLY),
        ("when", "soon", Fault.NOT_A_VALUE),
        ("lost", "tea", Fault.NOT_A_TEXT_FIELD),
        ("send", None, None),
    ],
)
async def test_an_action_that_fails_says_its_code(
    browser: Browser, serve, ending: str, text: str | None, code: Fault | None
) -> None:
    async with opened(browser) as environment:
        await environment.start(serve({"/": PAGE}))
        name = name_of(await environment.observe(), ending)
        outcome = await environment.act(Click(name) if text is None else Input(name, text))
    assert outcome.fault == code
    assert outcome.ok is (code is None) and (outcome.error is None) is (code is None)


@pytest.mark.parametrize(
    ("ending", "code", "about"),
    [
        ("send", Notice.FORM_REJECTED, "Mail: Please fill out this field."),
        ("lost", Notice.NOT_OPENED, "/lost"),
        ("broken", Notice.HTTP_ERROR, "500"),
        ("warn", Notice.ALERT, "Mind the gap"),
    ],
)
async def test_a_look_holds_what_happened_since_the_last_one(
    browser: Browser, serve, ending: str, code: Notice, about: str
) -> None:
    pages = {"/": PAGE, "/lost": Reply(raw=b""), "/broken": Reply("Oops", status=500)}
    async with opened(browser) as environment:
        await environment.start(serve(pages))
        first = await environment.observe()
        await environment.act(Click(name_of(first, ending)))
        seen = await environment.observe()
        again = await environment.observe()
    assert first.notices == again.notices == ()
    assert seen.notices is not None
    [notice] = seen.notices
    assert notice.code is code and notice.about.endswith(about)
    assert seen.html.startswith('<p role="alert">' + notice.text.replace("&", "&amp;"))
