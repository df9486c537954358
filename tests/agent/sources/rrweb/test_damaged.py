"""Damaged and strange recordings: what can be had of them is had, and the rest is counted."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from agent.sessions.session import encode
from tests.agent.sources.rrweb.tapes import (
    BLUE,
    FOUND,
    FRONT,
    SHOP,
    Tape,
    imported,
    session_of,
    told,
)


def front() -> Tape:
    return Tape().page("/", FRONT)


async def quality_of(tape: Tape, browser: Any, rrweb: str, folder: Path, **options: Any):
    (one,) = await imported(tape.written(folder / "tape.json"), browser, rrweb, **options)
    return one


async def test_after_a_lost_piece_nothing_is_kept_until_the_next_picture(browser, rrweb, tmp_path):
    tape = front().press("blue")
    lost = Tape.grows(tape, "main", "<div id='box'></div>").events.pop()
    assert lost["data"]["adds"]
    tape.grows("box", "<a id='more' href='/more'>More</a>")
    tape.press("red").picture(FRONT).press("red")
    one = await quality_of(tape, browser, rrweb, tmp_path)
    assert told(one.session) == ["click blue_mug", "click red_mug", "terminate"]
    assert (one.quality.dropped["torn"], one.quality.torn_pages) == (1, 1)
    assert one.quality.named == pytest.approx(2 / 3)


async def test_before_the_first_picture_nothing_can_be_named(browser, rrweb, tmp_path):
    tape = front().press("blue").page("/", FRONT).press("red")
    tape.events = [e for i, e in enumerate(tape.events) if i != 1]
    one = await quality_of(tape, browser, rrweb, tmp_path)
    assert told(one.session) == ["click red_mug", "terminate"]
    assert one.quality.dropped["unseen"] == 1


async def test_a_recording_that_does_not_say_where_it_is(browser, rrweb, tmp_path):
    tape = Tape().picture(FRONT).press("blue")
    session = await session_of(tape, browser, rrweb, tmp_path)
    assert told(session) == ["click blue_mug", "terminate"]
    assert session.steps[0].url == "https://recording.invalid/"


@pytest.mark.parametrize("href", ["file:///etc/passwd", "", "x:[/"])
async def test_addresses_that_are_none(href, browser, rrweb, tmp_path):
    session = await session_of(
        Tape().meta(href).picture(FRONT).press("blue"), browser, rrweb, tmp_path
    )
    assert told(session) == ["click blue_mug", "terminate"]


@pytest.mark.parametrize("size", [(0, 0), (-5, 99999), (1e12, 3), (390.5, 844)])
async def test_windows_of_any_size(size, browser, rrweb, tmp_path):
    tape = front().press("blue")
    tape.events[0]["data"] |= {"width": size[0], "height": size[1]}
    assert told(await session_of(tape, browser, rrweb, tmp_path)) == ["click blue_mug", "terminate"]


async def test_everything_twice(browser, rrweb, tmp_path):
    tape = front().press("q").types("q", "mug").enters().page("/search?q=mug", FOUND)
    tape.events = [event for event in tape.events for _ in range(2)]
    one = await quality_of(tape, browser, rrweb, tmp_path)
    assert told(one.session) == ["typeandsubmit search.search_input 'mug'", "terminate"]
    assert one.quality.dropped["doubled"] == len(tape.events) // 2


async def test_covered_words_are_read_from_the_next_address_or_not_at_all(browser, rrweb, tmp_path):
    tape = front().press("q").types("q", "***").enters().page("/search?q=mug&page=1", FOUND)
    tape.page("/", FRONT).press("q").types("q", "*****").enters().page("/search?q=other", FOUND)
    tape.page("/", FRONT).press("q").types("q", "***").enters().page("/results", FOUND)
    tape.page("/", FRONT).press("name").types("name", "***").leaves("name").press("city")
    one = await quality_of(tape, browser, rrweb, tmp_path)
    assert [s.action.text for s in one.session.steps[:-1]] == [
        "mug",
        "other",
        "[secret]",
        "[secret]",
    ]
    assert (one.quality.masked, one.quality.found) == (4, 2)


async def test_pages_whose_text_is_covered_are_refused(browser, rrweb, tmp_path):
    covered = (
        "<html><body>"
        + "".join(f"<p>{'*' * n} {'*' * 4}</p>" for n in range(3, 30))
        + "</body></html>"
    )
    one = await quality_of(Tape().page("/", covered).press(5), browser, rrweb, tmp_path)
    assert one.session is None
    assert "Sentry" in one.bad and "tape.json" in one.bad


async def test_a_recording_of_an_app_is_refused(browser, rrweb, tmp_path):
    tape = (
        Tape().meta(SHOP).add(2, {"wireframes": [{"id": 1, "type": "text"}], "initialOffset": {}})
    )
    one = await quality_of(tape, browser, rrweb, tmp_path)
    assert one.session is None and "app" in one.bad


async def test_windows_are_played_by_themselves_and_put_together(browser, rrweb, tmp_path):
    one, two = Tape(window="a").page("/", FRONT), Tape(1_700_000_001_000, "b").page("/blue", BLUE)
    one.press("blue").press("red", 4000)
    two.press("add", 3500)
    tape = Tape()
    tape.events = sorted([*one.events, *two.events], key=lambda event: event["timestamp"])
    session = await session_of(tape, browser, rrweb, tmp_path)
    assert told(session) == ["click blue_mug", "click add_to_cart", "click red_mug", "terminate"]
    assert [s.url for s in session.steps[:3]] == [f"{SHOP}/", f"{SHOP}/blue", f"{SHOP}/"]


async def test_windows_that_an_export_tells_one_after_another(browser, rrweb, tmp_path):
    one, two = Tape().page("/", FRONT), Tape(1_700_000_001_000).page("/blue", BLUE)
    one.press("blue").press("red", 90_000)
    two.press("add", 3500)
    path = tmp_path / "export.json"
    windows = {"a": one.events, "b": two.events}
    path.write_text(
        json.dumps(
            {
                "version": "2022-12-02",
                "data": {"person": {"uuid": "u-1"}, "snapshotsByWindowId": windows},
            }
        )
    )
    (found,) = await imported(path, browser, rrweb, source="import:posthog")
    assert told(found.session) == [
        "click blue_mug",
        "click add_to_cart",
        "click red_mug",
        "terminate",
    ]
    assert found.quality.clock_back == 0 and found.session.user_id.startswith("user-")


async def test_of_many_windows_some_are_closed(browser, rrweb, tmp_path):
    tape = Tape()
    for number in range(7):
        window = Tape(1_700_000_000_000 + 9000 * number, f"w{number}").page(f"/{number}", FRONT)
        tape.events += window.press("blue").events
    session = await session_of(tape, browser, rrweb, tmp_path)
    assert told(session) == [*["click blue_mug"] * 7, "terminate"]


@pytest.mark.parametrize("packing", [lambda data: data, gzip.compress])
async def test_a_recording_that_was_cut_off_did_not_leave(packing, browser, rrweb, tmp_path):
    tape = front().press("blue").page("/blue", BLUE).press("add")
    path = tmp_path / "cut.json"
    data = packing(json.dumps(tape.events).encode())
    path.write_bytes(data[:-20])
    (one,) = await imported(path, browser, rrweb)
    assert one.session.end == "error: the recording was cut off"
    assert told(one.session)[0] == "click blue_mug" and one.quality.cut == 1


async def test_secrets_and_what_is_personal_are_not_kept(browser, rrweb, tmp_path):
    tape = front().press("card").types("card", "4242424242424242").leaves("card")
    tape.press("name").types("name", "Ada Lovelace").leaves("name").press("city")
    tape.grows("main", "<p>Dear Ada Lovelace, paid with 4242 4242 4242 4242</p>").press("blue")
    tape.press("q").types("q", "mug").enters().page("/search?q=mug", FOUND)
    session = await session_of(tape, browser, rrweb, tmp_path, redact="personal")
    text = encode(session).decode()
    assert "4242" not in text and "Lovelace" not in text
    texts = [s.action.text for s in session.steps if hasattr(s.action, "text")]
    assert texts == ["[redacted]", "[redacted]", "mug"]


async def test_clicks_on_what_the_recorder_left_out(browser, rrweb, tmp_path):
    hidden = FRONT.replace(
        '<a id="blue" ', '<a id="blue" class="rr-block" rr_width="100px" rr_height="20px" '
    )
    tape = Tape().page("/", hidden).press("blue").press(-1).press(99999).press("red")
    one = await quality_of(tape, browser, rrweb, tmp_path)
    assert told(one.session)[-2:] == ["click red_mug", "terminate"]
    assert one.quality.dropped["gone"] == 2


async def test_nothing_of_a_recorded_page_runs_or_is_fetched(browser, rrweb, tmp_path, website):
    site = website({"/x": "x"})
    page = (
        f"<html><head><link rel='stylesheet' href='{site.url}/x'><meta http-equiv='refresh' content='0;url={site.url}/x'>"
        f"<script>document.title = 'ran'</script></head><body><img src='{site.url}/x' onerror='document.title=1'>"
        f"<iframe src='{site.url}/x'></iframe><svg><script>document.title = 'ran'</script></svg>"
        f"<form action='{site.url}/x'><button id='b' onclick='document.title = 3'>Go on</button></form>"
        "<a id='js' href='javascript:document.title=2'>Link</a></body></html>"
    )
    session = await session_of(
        Tape().page("/", page).press("b").press("js"), browser, rrweb, tmp_path
    )
    assert told(session) == ["click go_on", "click link", "terminate"]
    assert {step.title for step in session.steps} == {""}
    assert site.requests == []


async def test_nonsense_between_events_is_counted(browser, rrweb, tmp_path):
    tape = front().press("blue")
    odd: list[Any] = [
        None,
        7,
        "text",
        {},
        [],
        {"type": 3},
        {"type": 99, "timestamp": tape.at, "data": {}},
    ]
    odd += [{"type": 3, "timestamp": tape.at, "data": {"source": s}} for s in (0, 2, 5, 8, 77)]
    tape.events = [*tape.events[:2], *odd, *tape.events[2:], *odd]
    one = await quality_of(tape, browser, rrweb, tmp_path)
    assert told(one.session) == ["click blue_mug", "terminate"]
    assert one.quality.dropped["unreadable"] >= 8


async def test_a_picture_that_is_none(browser, rrweb, tmp_path):
    tape = Tape().meta(SHOP).add(2, {"node": {"type": 0}}).mouse(2, 5)
    tape.page("/", FRONT).press("blue")
    session = await session_of(tape, browser, rrweb, tmp_path)
    assert told(session) == ["click blue_mug", "terminate"]


async def test_only_the_last_of_several_in_a_file_is_bad(browser, rrweb, tmp_path):
    good = front().press("blue").events
    path = tmp_path / "many.jsonl"
    rows = [
        {"id": "one", "user_id": "ada@shop.example", "events": good},
        {"id": "two", "events": []},
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows))
    first, second = await imported(path, browser, rrweb)
    assert first.session.session_id == "one" and "ada" not in first.session.user_id
    assert "holds no events" in second.bad


async def test_nothing_at_all(browser, rrweb, tmp_path):
    path = tmp_path / "none.json"
    path.write_text("[]")
    (one,) = await imported(path, browser, rrweb)
    assert "holds no events of rrweb" in one.bad
    path.write_text("hello")
    (one,) = await imported(path, browser, rrweb)
    assert "JSON was expected" in one.bad
