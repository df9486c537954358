"""Frames and shadow trees: part of what is seen, wherever they come from."""

from __future__ import annotations

import asyncio

import pytest

from envs.browser.browser import Browser
from tests.envs.page.looking import HOME, showing

OTHER = "https://pay.test/"


@pytest.mark.parametrize("address", [OTHER, HOME + "inner"])
@pytest.mark.parametrize("sandbox", ["", " sandbox"])
async def test_frames_are_part_of_the_page(browser: Browser, address: str, sandbox: str) -> None:
    pages = {
        HOME: f"""<h1>Shop</h1><a href=/a>Before</a><div style="height:900px"></div>
          <iframe{sandbox} title="Payment" src="{address}" style="position:absolute;left:100px;top:500px;
          border:5px solid"></iframe><a href=/b>After</a>""",
        address: '<body style="margin:0"><button style="position:absolute;left:20px;top:30px">Go</button>'
        "<p>Inside</p>",
    }
    async with showing(browser, pages) as looked:
        seen = await looked.see()
    assert seen.names == ["before", "payment.go", "after"]
    assert seen.text.split() == ["Shop", "Before", "Go", "Inside", "After"]
    box = seen.element("payment.go").box
    assert box is not None
    assert (box.x, box.y) == (125, 535)
    frame = looked.observer.frame_of("payment.go")
    assert frame is not None
    assert frame != looked.world.main_frame
    assert looked.observer.frame_of("before") is None
    assert seen.tag("payment").name == "section"


async def test_frames_in_frames_and_twins(browser: Browser) -> None:
    inner = "<button>Go</button>"
    pages = {
        HOME: f'<iframe title="Ads" src="{OTHER}"></iframe><iframe title="Ads" src="{OTHER}"></iframe>',
        OTHER: f'<button>Go</button><iframe title="Deep" src="{OTHER}deep"></iframe>',
        OTHER + "deep": inner,
    }
    async with showing(browser, pages) as looked:
        seen = await looked.see()
    assert seen.names == ["ads.go", "ads.deep.go", "ads_2.go", "ads_2.deep.go"]


async def test_a_frame_deep_inside_named_containers_keeps_names_apart(browser: Browser) -> None:
    field = '<input aria-label="Email">'
    boxes = "".join(f'<section aria-label="Box {i}"><a href=/{i}>Help</a>' for i in range(9))
    frames = f'<iframe title="Pay" src="{OTHER}"></iframe>' * 2
    pages = {HOME: f"{field}{boxes}{frames}{'</section>' * 9}", OTHER: field}
    async with showing(browser, pages) as looked:
        seen = await looked.see()
    emails = [name for name in seen.names if name.endswith("email")]
    assert len(emails) == len(set(emails)) == 3
    assert [name.split(".")[-2:] for name in emails[1:]] == [["pay", "email"], ["pay_2", "email"]]
    assert [looked.observer.frame_of(name) is None for name in emails] == [True, False, False]


async def test_hidden_and_empty_frames_are_not_there(browser: Browser) -> None:
    pages = {
        HOME: f"""<iframe src="{OTHER}" style="display:none"></iframe><iframe width=1 height=1 src="{OTHER}">
          </iframe><iframe title="Blank"></iframe><p>Shop</p>""",
        OTHER: "<button>Go</button>",
    }
    async with showing(browser, pages) as looked:
        assert (await looked.see()).html == "Shop"


async def test_a_frame_that_goes_away_loses_only_itself(browser: Browser) -> None:
    pages = {
        HOME: f'<p>Shop</p><iframe title="A" src="{OTHER}"></iframe><iframe title="B" src="{OTHER}"></iframe>',
        OTHER: "<button>Go</button>",
    }
    async with showing(browser, pages) as looked:
        await looked.see()
        looking = asyncio.ensure_future(looked.see())
        await looked.page.evaluate("document.querySelector('iframe').remove()")
        await looking
        seen = await looked.see()
    assert seen.names == ["b.go"]
    assert "Shop" in seen.text


async def test_shadow_trees_and_slots(browser: Browser) -> None:
    html = """<x-card><template shadowrootmode="open"><style>b{color:red}</style><section>
      <h2>Deal</h2><slot name="title"></slot><button>Add</button><x-in><template shadowrootmode="open">
      <input aria-label="Deep"></template></x-in></section></template>
      <a slot="title" href="/p">Red Shoe</a></x-card><x-closed><template shadowrootmode="closed">Closed
      </template></x-closed>"""
    async with showing(browser, {HOME: html}) as looked:
        seen = await looked.see()
    assert seen.names == ["deal.red_shoe", "deal.add", "deal.deep"]
    assert seen.text == "Deal Red Shoe Add"
