"""Whatever tool exported a recording, and however it is packed: the same events come out."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from agent.sessions.session import RecordError
from agent.sources.rrweb.events import BadEvent, Event, decode_event
from agent.sources.rrweb.files import Begin, Cut, Fact, Item, read_parts
from agent.sources.rrweb.order import Order
from tests.agent.sources.rrweb.tapes import FRONT, Tape

Events = list[dict[str, Any]]


def recorded() -> Events:
    tape = Tape().page("/", FRONT).press("q").types("q", 'a "mug" ü \\ {[')
    return tape.grows("main", "<p id='new'>[\"{}\\\"</p>").press("new").events


def latin(data: bytes) -> str:
    return data.decode("latin-1")


def packed(event: dict[str, Any]) -> str:
    return latin(zlib.compress(json.dumps(event | {"v": "v1"}).encode()))


def compressed(event: dict[str, Any]) -> dict[str, Any]:
    """As PostHog does since 2024-10."""

    def pack(value: Any) -> str:
        return latin(gzip.compress(json.dumps(value).encode()))

    data = event["data"]
    if event["type"] == 2:
        return event | {"data": pack(data), "cv": "2024-10"}
    if event["type"] == 3 and data["source"] == 0:
        fields = {key: pack(data[key]) for key in ("texts", "attributes", "removes", "adds")}
        return event | {"data": data | fields, "cv": "2024-10"}
    return event


def lines(values: list[Any]) -> bytes:
    return b"\n".join(json.dumps(value).encode() for value in values) + b"\n"


def posthog(version: str, events: Events) -> Any:
    if version == "2022-12-02":
        data: dict[str, Any] = {"person": {"uuid": "u"}, "snapshotsByWindowId": {"w": events}}
    else:
        tagged = [event | {"windowId": "w"} for event in events]
        data = {"id": "rec", "person": {"uuid": "u"}, "snapshots": tagged}
    return {"version": version, "data": data}


FORMS: dict[str, Callable[[Events], bytes]] = {
    "array": lambda events: json.dumps(events).encode(),
    "pretty": lambda events: json.dumps(events, indent=2).encode(),
    "lines": lines,
    "events": lambda events: json.dumps({"id": "rec", "events": events}).encode(),
    "packed": lambda events: json.dumps([packed(event) for event in events]).encode(),
    "packed lines": lambda events: lines([packed(event) for event in events]),
    "packed events": lambda events: json.dumps({"events": [packed(e) for e in events]}).encode(),
    "json in strings": lambda events: json.dumps([json.dumps(e) for e in events]).encode(),
    "posthog 2022-12-02": lambda events: json.dumps(posthog("2022-12-02", events)).encode(),
    "posthog 2023-04-28": lambda events: json.dumps(posthog("2023-04-28", events)).encode(),
    "posthog compressed": lambda events: json.dumps(
        posthog("2023-04-28", [compressed(e) for e in events])
    ).encode(),
    "posthog data first": lambda events: json.dumps(
        dict(reversed(posthog("2023-04-28", events).items()))
    ).encode(),
    "snapshot api": lambda events: lines([["w", compressed(e)] for e in events]),
    "older snapshot api": lambda events: lines(
        [{"window_id": "w", "data": events[:9]}, {"window_id": "w", "data": events[9:]}]
    ),
    "sentry segments": lambda events: (
        b'{"segment_id":0}\n' + json.dumps(events[:5]).encode()
        + b'\n{"segment_id":1}\n' + json.dumps(events[5:]).encode()
    ),
    "sentry download": lambda events: json.dumps([events[:5], events[5:]]).encode(),
    "gzip": lambda events: gzip.compress(json.dumps(events).encode()),
    "zstd": lambda events: zstandard.compress(json.dumps(events).encode()),
    "with a mark": lambda events: b"\xef\xbb\xbf" + json.dumps(events).encode(),
}  # fmt: skip


def events_of(path: Path) -> list[Event]:
    return [decode_event(p.raw, p.window) for p in read_parts(path) if isinstance(p, Item)]


def written(folder: Path, data: bytes) -> Path:
    path = folder / "recording.json"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.replace(" ", "-"))
def test_every_form_gives_the_same_events(form, tmp_path):
    wanted = recorded()
    found = events_of(written(tmp_path, FORMS[form](wanted)))
    plain = [json.loads(event.raw) for event in found]
    for event in plain:
        event.pop("v", None), event.pop("windowId", None)
    assert plain == wanted
    texts = [e.data.text for e in found if e.type == 3 and e.data.source == 5]
    assert texts[-1] == 'a "mug" ü \\ {['
    window = "w" if form.startswith(("posthog", "snapshot", "older")) else ""
    assert {event.window for event in found} == {window}


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_the_size_of_the_pieces_read_does_not_matter(size, tmp_path, monkeypatch):
    monkeypatch.setattr("agent.sessions.lines.CHUNK", size)
    monkeypatch.setattr("agent.sources.rrweb.stream._LEAST", size)
    wanted = recorded()[-30:]
    found = events_of(written(tmp_path, json.dumps(posthog("2023-04-28", wanted)).encode()))
    assert len(found) == len(wanted)


def test_several_recordings_in_a_file_are_told_apart(tmp_path):
    wanted = recorded()
    parts = list(read_parts(written(tmp_path, lines([{"id": n, "events": wanted} for n in "ab"]))))
    assert sum(isinstance(part, Begin) for part in parts) == 2
    assert [p.raw for p in parts if isinstance(p, Fact)] == [b'"a"', b'"b"']
    assert sum(isinstance(part, Item) for part in parts) == 2 * len(wanted)


@pytest.mark.parametrize("form", ["array", "lines", "packed", "posthog 2023-04-28", "gzip"])
@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_a_file_that_was_cut_off_gives_what_it_has_and_says_so(form, share, tmp_path):
    data = FORMS[form](recorded())
    parts = list(read_parts(written(tmp_path, data[: int(len(data) * share)])))
    assert isinstance(parts[-1], Cut) or form == "lines"
    assert all(isinstance(part, Begin | Fact | Item) for part in parts[:-1])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"   \n", "is empty"),
        (b"<!doctype html>", "is no recording: JSON was expected"),
        (b"PK\x03\x04rest", "zip file"),
        (b'{"log": {"version": "1.2", "entries": []}}', "HAR file"),
        (b'{"title": "x", "steps": [{"type": "click"}]}', "Chrome's Recorder"),
        (b'{"traceEvents": []}', "performance trace"),
        (b'{"session_id": "s", "user_id": "u", "steps": []}', "session of Shopper already"),
        (b'[{"type": 4} {"type": 3}]', None),
    ],
)
def test_what_is_no_recording_is_said(content, said, tmp_path):
    path = written(tmp_path, content)
    if said is None:
        assert len(list(read_parts(path))) == 2  # a comma that is missing is forgiven
        return
    with pytest.raises(RecordError, match=said):
        list(read_parts(path))


@pytest.mark.parametrize(
    "raw",
    [
        b"3", b"null", b"{}", b'{"type": 3}', b'{"type": "x", "timestamp": 1}', b'"\\u0000"',
        b'{"type": 3, "timestamp": 1, "data": [1]}', b'{"type":2,"timestamp":1,"cv":"2031","data":""}',
        b'{"type": 2, "timestamp": 1, "cv": "2024-10", "data": "nonsense"}', b'{"type": 3,',
        json.dumps(latin(zlib.compress(b"[1]")[:-3])).encode(),
    ],
)  # fmt: skip
def test_what_is_no_event_is_none(raw):
    with pytest.raises(BadEvent):
        decode_event(raw)


def test_an_event_that_unpacks_without_end_is_refused(monkeypatch):
    monkeypatch.setattr("agent.sources.rrweb.events.LARGEST", 1000)
    bomb = json.dumps(latin(zlib.compress(b"0" * 100_000))).encode()
    with pytest.raises(BadEvent, match="an event of more than"):
        decode_event(bomb)


def in_order(events: Events) -> tuple[Events, Order]:
    order = Order()
    decoded = (decode_event(json.dumps(event).encode()) for event in events)
    return [json.loads(event.raw) for event in order.sorted(decoded)], order


def test_neighbours_that_were_mixed_up_are_put_in_order_and_doubles_go():
    wanted = recorded()
    mixed = [*wanted[10:14], *wanted[:10], *wanted[3:9], *wanted[14:]]
    found, order = in_order(mixed)
    assert (found, order.doubled, order.clock_back) == (wanted, 6, 0)


def test_a_clock_that_was_set_back_is_another_clock():
    wanted = recorded()
    hour = [e | {"timestamp": e["timestamp"] - 3_600_000} for e in wanted[12:]]
    found, order = in_order([*wanted[:12], *hour])
    assert [e["data"] for e in found] == [e["data"] for e in wanted]
    assert (order.clock_back, order.doubled) == (1, 0)
