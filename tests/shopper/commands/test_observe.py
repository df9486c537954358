"""``shopper observe``: a live page, a saved one, and what is neither."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.website import Route, Website


def observe(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "shopper.cli", "observe", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.browser
def test_a_live_page_is_told_who_looks(website: Callable[[Mapping[str, Route]], Website]) -> None:
    shop = website({"/": "<title>Shop</title><a href=/a>Lamps</a>"})
    shown = observe(shop.url, "--json", "--repeat", 3)
    assert shown.returncode == 0, shown.stderr
    seen = json.loads(shown.stdout)
    assert (seen["title"], [e["name"] for e in seen["names"]]) == ("Shop", ["lamps"])
    assert seen["ms"] > 0
    assert shop.requests[0].headers["user-agent"].endswith(" ShopperBot/1")


@pytest.mark.browser
def test_a_saved_page(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><title>Shop</title><a href=/a>Lamps</a>")
    shown = observe(page)
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.strip() == '<a name="lamps">Lamps</a>'


@pytest.mark.parametrize("page", ["www.shop.de", "localhost:8000", "shop.test/lamps?page=2"])
def test_an_address_without_its_beginning(page: str) -> None:
    shown = observe(page)
    assert shown.returncode == 2
    assert f"write https://{page}" in " ".join(shown.stderr.split())


@pytest.mark.parametrize("page", ["missing.html", "missing.html.gz"])
def test_a_saved_page_that_is_not_there(page: str) -> None:
    shown = observe(page)
    assert shown.returncode == 2
    assert f"cannot read {page}" in shown.stderr


@pytest.mark.browser
def test_what_a_visit_of_such_pages_costs_by_policy(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    links = "".join(f"<li><a href=/{k}>Lamp number {k}</a>" for k in range(900))
    page.write_text(f"<!doctype html><title>Lamps</title><h1>Lamps</h1><ul>{links}</ul>")
    asked = ("--tokens", "--json", "--price", "3,15,0.3")
    told = [observe(page, *asked), observe(page, *asked, "--page-tokens", 2048)]
    usual, small = ({c["policy"]: c for c in json.loads(t.stdout)} for t in told)
    elsewhere = "a model elsewhere"
    assert small[elsewhere]["shown"] <= 2048 < usual[elsewhere]["shown"]
    assert 0 < small[elsewhere]["dollars"] < usual[elsewhere]["dollars"]
    cost = small[elsewhere]["cost"]
    assert 0.5 * cost["prompt_tokens"] < cost["cached_tokens"] < cost["prompt_tokens"]
    assert usual["smollm2"]["shown"] <= 1024
    assert "fewer --page-tokens" in small["smollm2"]["problem"]


def test_prices_and_budgets_need_what_they_are_for(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><title>Shop</title>")
    for wrong in (("--price", "3,15"), ("--page-tokens", "64"), ("--tokens", "--price", "much")):
        told = observe(page, *wrong)
        assert told.returncode == 2 and "--price" in told.stderr, told.stderr
