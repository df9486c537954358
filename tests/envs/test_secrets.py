"""What nobody may read: password and payment fields in pictures, outcomes and error messages."""

from __future__ import annotations

import pytest

from envs.actions import Click, Input, TypeAndSubmit
from envs.browser.browser import Browser
from envs.environment import Environment
from envs.navigation import screenshots
from envs.options import Secret
from tests.envs.acting.acting import name_of, opened, visiting

_DARKNESS = """async bytes => {
  const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
  const canvas = new OffscreenCanvas(300, 60).getContext('2d');
  canvas.drawImage(picture, 0, 0);
  const { data } = canvas.getImageData(0, 0, 300, 60);
  let dark = 0;
  for (let i = 0; i < data.length; i += 4) if (data[i] + data[i + 1] + data[i + 2] < 90) dark++;
  return dark / 300 / 60 }"""


async def darkness(browser: Browser, picture: bytes) -> float:
    """The share of the top left 300 x 60 pixels that is black."""
    async with opened(browser) as environment:
        page = await environment._context.new_page()
        return float(await page.evaluate(_DARKNESS, list(picture)))


STYLE = (
    "<style>*{margin:0;border:0}input,select,iframe{width:300px;height:60px;display:block}</style>"
)
HIDDEN = {
    "a password": "<input type=password value=x>",
    "by its name": "<input name=cardNumber value=x>",
    "by one of its tokens": "<input autocomplete='section-a billing cc-number' value=x>",
    "by its label": "<input aria-label=Kartennummer value=x>",
    "a card number": "<input aria-label=Note value='4111 1111 1111 1111'>",
    "the month of a card": "<select aria-label='Expiry month'><option>07</select>",
    "in a shadow root": f"""<div id=host></div><script>
      host.attachShadow({{mode: 'open'}}).innerHTML = `{STYLE}<input name=cvv value=x>`</script>""",
    "in a frame": f'<iframe srcdoc="<!doctype html>{STYLE}<input name=cvv value=x>"></iframe>',
}


@pytest.mark.parametrize("case", HIDDEN)
async def test_pictures_hide_what_observations_do(browser: Browser, serve, case: str) -> None:
    page = f"<!doctype html>{STYLE}{HIDDEN[case]}"
    async with visiting(browser, serve({"/": page})) as environment:
        picture = await screenshots.take(environment._tabs.current)
        marks = await environment.page.evaluate("document.body.innerHTML.includes('data-shopper')")
    assert await darkness(browser, picture) > 0.9
    assert not marks


async def test_pictures_show_everything_else(browser: Browser, serve) -> None:
    async with visiting(browser, serve({"/": f"{STYLE}<input aria-label=Town>"})) as environment:
        picture = await screenshots.take(environment._tabs.current)
    assert picture.startswith(b"\xff\xd8") and await darkness(browser, picture) < 0.1


async def test_a_password_that_is_shown_is_hidden_in_pictures(browser: Browser, serve) -> None:
    page = f"""<!doctype html>{STYLE}<input type=password aria-label=p value=x>
      <button onclick="document.querySelector('input').type = 'text'">Show</button>"""
    async with visiting(browser, serve({"/": page})) as environment:
        await environment.act(Click("show"))
        picture = await screenshots.take(environment._tabs.current)
    assert await darkness(browser, picture) > 0.9


async def outcome_of(environment: Environment, ending: str, text: str) -> bool:
    """Whether the text typed into the field is one that must not be kept."""
    seen = await environment.observe()
    return (await environment.act(Input(name_of(seen, ending), text))).secret


async def test_it_is_said_which_text_must_not_be_kept(browser: Browser, serve) -> None:
    page = """<input type=password aria-label=one><input name=cvv aria-label=two>
      <input aria-label=three><input type=password aria-label=four readonly>"""
    async with visiting(browser, serve({"/": page})) as environment:
        assert await outcome_of(environment, "one", "hunter2")
        assert await outcome_of(environment, "two", "123")
        assert not await outcome_of(environment, "three", "blue")
        assert await outcome_of(environment, "three", "4111 1111 1111 1111")
        assert await outcome_of(environment, "four", "hunter2")  # read-only: an error


@pytest.mark.parametrize(
    ("field", "text"),
    [("type=number name=cvv", "123"), ("type=month name=expiry", "2031-05")],
)
async def test_secret_numbers_and_dates_are_entered_and_sent(
    browser: Browser, website, field: str, text: str
) -> None:
    site = website(
        {
            "/": f"<form action=/next><input aria-label=f {field}><button>Go</button></form>",
            "/next": "<h1>Next</h1>",
        }
    )
    async with visiting(browser, site.url) as environment:
        outcome = await environment.act(TypeAndSubmit("f", text))
        assert outcome.ok and outcome.secret, outcome.error
        assert "Next" in (await environment.observe()).html
    assert [text] in [v for request in site.requests for v in request.query.values()]


@pytest.mark.parametrize(
    "field",
    [
        "<input type=number name=cvv aria-label=f>",
        "<input type=number aria-label=f>",
        "<input type=date aria-label=f>",
        "<input type=range aria-label=f>",
        "<input aria-label=f maxlength=4>",
        """<form><input aria-label=f onkeydown="if (event.key == 'Enter') {
           event.preventDefault(); this.value += 'x' }"></form>""",
    ],
)
async def test_errors_do_not_tell_what_stands_for_a_placeholder(
    browser: Browser, serve, field: str
) -> None:
    mine = Secret("mine", "s3cret", "127.0.0.1")
    async with visiting(browser, serve({"/": field}), secrets=(mine,)) as environment:
        outcome = await environment.act(TypeAndSubmit("f", "{{mine}}"))
        assert not outcome.ok and outcome.error and "s3c" not in outcome.error


FRAMES = {
    "of the same host": ('<iframe src="{same}/field"></iframe>', "s3cret"),
    "written by the page": ("""<iframe srcdoc="<input aria-label=f>"></iframe>""", "s3cret"),
    "of another host": ('<iframe src="{other}/field"></iframe>', "{{mine}}"),
    "of nobody": ("""<iframe sandbox srcdoc="<input aria-label=f>"></iframe>""", "{{mine}}"),
}


@pytest.mark.parametrize("case", FRAMES)
async def test_a_placeholder_is_filled_in_on_its_host_only_also_in_frames(
    browser: Browser, website, case: str
) -> None:
    html, held = FRAMES[case]
    site = website({"/field": "<input aria-label=f>"})
    other = site.url.replace("127.0.0.1", "localhost")
    site.pages["/"] = f"<h1>Shop</h1>{html.format(same=site.url, other=other)}"
    mine = Secret("mine", "s3cret", "127.0.0.1")
    async with visiting(browser, site.url, secrets=(mine,)) as environment:
        seen = await environment.observe()
        outcome = await environment.act(Input(name_of(seen, "f"), "{{mine}}"))
        assert outcome.ok, outcome.error
        frame = environment.page.frames[1]
        assert await frame.locator("input").input_value() == held


async def test_a_search_that_leads_on_keeps_its_words(browser: Browser, serve) -> None:
    page = "<input type=search aria-label=q oninput=\"location = '/found'\">"
    async with visiting(browser, serve({"/": page, "/found": "<h1>Found</h1>"})) as environment:
        assert not await outcome_of(environment, "q", "lamp")
