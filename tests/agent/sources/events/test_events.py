"""Event logs of shops become visits without pages; what is wrong with a log is said."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from agent.sessions.dataset import read_sessions
from agent.sessions.session import RecordError, Session
from agent.sources.events.importer import EventLog
from agent.sources.events.meaning import kind_of
from agent.sources.events.rows import seconds
from shopper.commands.data import command

CSV = """session,time,event,item,url,user
s1,2026-03-01T10:00:00Z,page_view,,https://shop.example/,ada@mail.example
s2,1772359260,search,,,
s1,2026-03-01T10:00:05Z,page_view,,https://shop.example/blue,ada@mail.example
s1,2026-03-01T10:00:06Z,view_item,Blue mug,https://shop.example/blue,ada@mail.example
s1,2026-03-01T10:01:00Z,add_to_cart,Blue mug,https://shop.example/blue,ada@mail.example
s1,2026-03-01T10:03:00Z,purchase,,https://shop.example/thanks,ada@mail.example
s1,2026-03-01T10:09:00Z,page_view,,https://shop.example/,ada@mail.example
"""


def ga4(
    name: str, at: int, url: str = "https://shop.example/", item: str = "", **params: str
) -> str:
    told = [
        {"key": key, "value": {"string_value": value, "int_value": None}}
        for key, value in params.items()
    ]
    told += [
        {"key": "ga_session_id", "value": {"int_value": "77"}},
        {"key": "page_location", "value": {"string_value": url}},
    ]
    row = {
        "event_name": name,
        "event_timestamp": str(1_772_359_200_000_000 + at),
        "user_pseudo_id": "u.1",
        "event_params": told,
    }
    return json.dumps(row | ({"items": [{"item_name": item}]} if item else {}))


def snowplow(kind: str, second: int, **product: str) -> str:
    prefix = "com_snowplowanalytics_snowplow_ecommerce"
    row = {
        "domain_sessionid": "d",
        "domain_userid": "v",
        "page_url": "https://shop.example/x",
        "derived_tstamp": f"2026-03-01T10:00:{second:02}.000Z",
    }
    row[f"unstruct_event_{prefix}_snowplow_ecommerce_action_1"] = {"type": kind}
    return json.dumps(row | {f"contexts_{prefix}_product_1": [product]})


def sessions(folder: Path, text: str | bytes, name: str = "log.csv") -> list[Session]:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    log = EventLog(path)
    log.read_people(fail)
    return [one.session for one in log.sessions(fail)]


def fail(error: RecordError) -> None:
    raise error


def told(session: Session) -> list[tuple[str, str]]:
    return [(getattr(s.action, "name", "terminate"), s.kind) for s in session.steps]


def test_a_table_becomes_visits(tmp_path):
    first, second = sorted(sessions(tmp_path, CSV), key=lambda s: -len(s.steps))
    assert told(first) == [
        ("navigation", "navigation"), ("product.blue_mug", "product"), ("cart.blue_mug", "cart"), ("buy.thanks", "buy"),
    ]  # fmt: skip
    assert (first.end, first.site, first.source) == ("purchase", "shop.example", "import:events")
    assert "ada" not in first.user_id and first.user_id.startswith("user-")
    assert (
        told(second) == [("search", "search"), ("terminate", "leave")] and second.end == "terminate"
    )


@pytest.mark.parametrize("form", ["semicolons", "gzip", "windows", "mark"])
def test_tables_of_any_kind(form, tmp_path):
    plain = [told(session) for session in sessions(tmp_path, CSV)]
    data = {
        "semicolons": CSV.replace(",", ";").encode(),
        "gzip": gzip.compress(CSV.encode()),
        "windows": CSV.replace("\n", "\r\n").encode(),
        "mark": b"\xef\xbb\xbf" + CSV.encode(),
    }[form]
    assert [told(session) for session in sessions(tmp_path, data)] == plain


def test_ga4_and_snowplow(tmp_path):
    log = [
        ga4("session_start", 0), ga4("page_view", 1), ga4("view_search_results", 5_000_000, search_term="blue mug"),
        ga4("select_item", 9_000_000, item="Blue mug"), ga4("begin_checkout", 12_000_000),
    ]  # fmt: skip
    (visit,) = sessions(tmp_path, "\n".join(reversed(log)), "ga4.jsonl")
    assert told(visit) == [
        ("navigation", "navigation"), ("search", "search"), ("product.blue_mug", "product"), ("cart", "cart"), ("terminate", "leave"),
    ]  # fmt: skip
    assert visit.steps[1].action.text == "blue mug"
    rows = [
        snowplow("product_view", 1, name="Red mug"),
        snowplow("add_to_cart", 9, id="m2"),
        snowplow("transaction", 30),
    ]
    (visit,) = sessions(tmp_path, "\n".join(rows), "snowplow.jsonl")
    assert told(visit) == [("product.red_mug", "product"), ("cart.m2", "cart"), ("buy.x", "buy")]


def test_events_without_addresses_are_events(tmp_path):
    (visit,) = sessions(tmp_path, "session,time,event\na,1772359200,view\na,1772359210,cart\n")
    assert told(visit) == [("product", "product"), ("cart", "cart"), ("terminate", "leave")]
    assert {step.url for step in visit.steps} == {""}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("a,b\n1,2\n", "its columns are a, b; what is missing: session .*time .*event"),
        ("session,event\n1,2\n", "what is missing: time .time, timestamp"),
        ("[1]", "JSON array"),
        ('{"x": 1}\n', "its columns are x"),
        ('{"type": 4, "timestamp": 1, "data": {}}\n', "is a recording"),
        ('{"session_id": "s", "steps": []}\n', "session of Shopper already"),
        ("session,time,event\n", "holds no events"),
        ("session,time,event\na,yesterday,view\n", ":2: 'yesterday' is no time"),
        ("session,time,event\n,1772359200,view\n", ":2: no session"),
        ('{"event_params": [], "event_timestamp": "1"}\n', ":1: no ga_session_id"),
    ],
)
def test_what_is_wrong_is_said(content, said, tmp_path):
    with pytest.raises(RecordError, match=said):
        sessions(tmp_path, content)


def test_through_the_command(tmp_path):
    log = tmp_path / "log.csv"
    log.write_text(CSV + "s9,never,view,,,\n")
    out = tmp_path / "people.jsonl.zst"
    run = CliRunner().invoke(command, ["import", "events", "--path", str(log), "--out", str(out)])
    assert run.exit_code == 2 and "'never' is no time" in run.output
    arguments = [
        "import",
        "events",
        "--path",
        str(log),
        "--out",
        str(out),
        "--skip-bad",
        "--split",
        "none",
    ]
    run = CliRunner().invoke(command, arguments)
    assert run.exit_code == 0, run.output
    assert len(list(read_sessions(out))) == 2
    assert "1 bad row passed over" in run.output


@pytest.mark.parametrize(
    ("event", "kind"),
    [("Product Viewed", "product"), ("Order Completed", "buy"), ("add-to-cart", "cart"), ("filter", "filter"),
     ("user_engagement", None), ("", None), ("newsletter", "other")],
)  # fmt: skip
def test_words_for_events(event, kind):
    assert kind_of(event) == kind


def test_times():
    assert seconds("1772359200") == seconds("1772359200000") == seconds("1772359200000000")
    assert seconds("2026-03-01 10:00:00 UTC") == seconds("2026-03-01T11:00:00+01:00") == 1772359200
