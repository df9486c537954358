"""What was typed as a secret is not told afterwards, wherever the page shows it again."""

from __future__ import annotations

import pytest

from envs.actions import Click, Input, TypeAndSubmit
from envs.browser.browser import Browser
from envs.options import Secret
from envs.outcome import Outcome
from tests.envs.acting.acting import visiting
from tests.envs.test_secrets import STYLE, darkness

TYPED = "zq8 vault"
FIELD = "<input type=password aria-label=word id=f>"
REPEATED = {
    "in a message": f"<p id=o>-</p>{FIELD}<script>f.oninput = () => o.textContent = f.value</script>",
    "after it was emptied": (
        f"<p id=o>-</p>{FIELD}<script>f.onchange = () => {{ o.textContent = f.value; f.value = '' }}</script>"
    ),
    "in the title": f"{FIELD}<script>f.oninput = () => document.title = f.value</script>",
    "in the address": (
        f"{FIELD}<script>f.oninput = () => history.replaceState(0, '', '?w=' + encodeURIComponent(f.value))</script>"
    ),
    "in a form's address": f"<form action=/next>{FIELD.replace('id=f', 'name=w')}</form>",
    "in a dialog": f"{FIELD}<script>f.onchange = () => alert(f.value)</script>",
    "in a link": f"<a id=o href=/>-</a>{FIELD}<script>f.oninput = () => o.textContent = 'For ' + f.value</script>",
    "in another field": (
        f"<input id=o aria-label=copy>{FIELD}<script>f.onchange = () => {{ o.value = f.value; f.remove() }}</script>"
    ),
    "in a placeholder": f"<input id=o aria-label=copy>{FIELD}<script>f.onchange = () => o.placeholder = f.value</script>",
    "in a picture's words": (
        f"<img id=o width=50 height=50 src=data:,>{FIELD}<script>f.onchange = () => o.alt = f.value</script>"
    ),
    "in a shown field": f"{FIELD}<script>f.onchange = () => f.type = 'text'</script>",
    "in a frame": (
        f"<iframe id=o srcdoc=-></iframe>{FIELD}<script>f.onchange = () => o.contentDocument.body.textContent = f.value</script>"
    ),
    "on the page after": f"{FIELD}<script>f.onchange = () => location = '/next#' + f.value</script>",
}
NEXT = "<h1>Welcome</h1><p id=o></p><script>o.textContent = decodeURIComponent(location.hash + location.search.replaceAll('+', ' '))</script>"


async def told(environment, outcome: Outcome) -> str:
    """All that is told after typing."""
    seen = await environment.observe()
    texts = (n.text + n.about for n in seen.notices)
    return " ".join([seen.url, seen.title, seen.html, str(seen.names), str(outcome.error), *texts])


@pytest.mark.parametrize("case", REPEATED)
async def test_a_secret_is_not_repeated(browser: Browser, serve, case: str) -> None:
    pages = {"/": f"<!doctype html>{REPEATED[case]}", "/next": NEXT}
    async with visiting(browser, serve(pages)) as environment:
        await environment.observe()
        submits = "form" in case
        action = TypeAndSubmit("word", TYPED) if submits else Input("word", TYPED)
        outcome = await environment.act(action)
        assert outcome.secret
        everything = await told(environment, outcome)
    for spelling in (TYPED, "zq8%20vault", "zq8+vault", "zq8_vault"):
        assert spelling not in everything
    shown = ("in a picture's words", "in a shown field")
    assert "[secret]" in everything or "filled" in everything or case in shown


async def test_what_stands_for_a_placeholder_is_not_repeated(browser: Browser, serve) -> None:
    page = f"<p id=o>-</p>{FIELD}<script>f.onchange = () => {{ o.textContent = f.value; f.value = '' }}</script>"
    mine = Secret("mine", "s3cret-word", "127.0.0.1")
    async with visiting(browser, serve({"/": page}), secrets=(mine,)) as environment:
        await environment.observe()
        outcome = await environment.act(Input("word", "{{mine}}"))
        assert "s3cret" not in await told(environment, outcome)


async def test_other_texts_are_told(browser: Browser, serve) -> None:
    page = """<p id=o>-</p><input aria-label=note id=f>
      <script>f.oninput = () => o.textContent = 'You said ' + f.value</script>"""
    async with visiting(browser, serve({"/": page})) as environment:
        await environment.observe()
        outcome = await environment.act(Input("note", "blue lamp"))
        assert "You said blue lamp" in await told(environment, outcome)


async def test_a_name_with_a_secret_in_it_can_be_acted_on(browser: Browser, serve) -> None:
    page = f"""{FIELD}<button id=o onclick="document.title = 'pressed'">-</button>
      <script>f.onchange = () => {{ o.textContent = 'Log in as ' + f.value; f.value = '' }}</script>"""
    async with visiting(browser, serve({"/": page})) as environment:
        await environment.observe()
        await environment.act(Input("word", TYPED))
        seen = await environment.observe()
        assert "log_in_as_secret" in seen.by_name
        assert (await environment.act(Click("log_in_as_secret"))).ok
        assert (await environment.observe()).title == "pressed"


async def test_pictures_black_out_what_repeats_a_secret(browser: Browser, serve) -> None:
    page = f"""<!doctype html>{STYLE}<style>p{{width:300px;height:60px}}</style><p id=o>-</p>{FIELD}
      <script>f.onchange = () => {{ o.textContent = f.value; f.value = '' }}</script>"""
    async with visiting(browser, serve({"/": page}), screenshots=True) as environment:
        await environment.observe()
        await environment.act(Input("word", TYPED))
        await environment.observe()
        picture = (await environment.act(Input("word", "x"))).screenshot
        marks = await environment.page.evaluate("document.body.innerHTML.includes('data-shopper')")
    assert picture is not None and await darkness(browser, picture) > 0.9
    assert not marks
