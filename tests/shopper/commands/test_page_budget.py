"""A budget for a page in whatever sends customers: pages are folded to it, what is folded is opened
and acted on, and the run's card tells the budget and what was paid.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from agent.policies.remote.chat_messages import count_tokens
from agent.runs.card import RunFolder
from agent.runs.folder import finished_sessions, read_card
from agent.sessions.folds import opened_fold
from envs.actions import Click
from shopper.run_words import spent
from tests.servers.chat import Chat
from tests.servers.serving import serve
from tests.website import Website

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

LINKS = "".join(f'<li><a href="/goods/{k}">Goods of kind {k}</a></li>' for k in range(150))
PAGE = (
    f"<title>Brass lamp</title><nav aria-label=menu><ul>{LINKS}</ul></nav>"
    "<main><h1>Brass lamp</h1><p>$30</p><button>Add to cart</button></main>"
)
BUDGET = 400
STUDY = """title = "Lamps"
site = "{site}"
policy = "{policy}"
[population]
customers = 2
[questions]
seq = false
sus = false
[[tasks]]
id = "lamp"
text = "Find the goods of kind 140."
max_steps = 6
success = {{ url = "*/goods/*" }}
"""


def opens_the_menu(body: dict[str, Any]) -> str:
    """Opens what is folded, follows the last link of that, and leaves."""
    pages = [m["content"] for m in body["messages"] if m["role"] == "user"]
    before = [m["content"] for m in body["messages"] if m["role"] == "assistant"]
    action = {"type": "terminate"}
    if not before:
        folded = re.findall(r'name="([^"]+)" folded=', pages[-1])
        action = {"type": "click", "name": folded[0]}
    elif "folded" in body["messages"][0]["content"] and len(before) == 1:
        links = re.findall(r'<a name="([^"]*goods_of_kind_\d+)"', pages[-1])
        action = {"type": "click", "name": links[-1]}
    return json.dumps({"rationale": "I look for it in the menu.", "action": action})


async def shopper(*words: object) -> tuple[int, str]:
    """The command in a process of its own; its exit code and what it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "shopper", *map(str, words)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(process.communicate(), 200)
    return process.returncode or 0, said.decode()


def opened(out: Path) -> None:
    """Every visit within `out` opened what was folded, and went where only that led."""
    visits = finished_sessions(RunFolder(out)).values()
    assert len(visits) == 2
    for visit in visits:
        unfolding, following = visit.steps[:2]
        assert opened_fold(unfolding), unfolding.action
        assert isinstance(following.action, Click) and "goods_of_kind" in following.action.name
        assert visit.steps[2].url.rpartition("/")[0].endswith("/goods")


async def test_comparisons_studies_and_clusters_keep_a_budget_and_tell_what_it_cost(
    tmp_path: Path,
) -> None:
    server = Chat(opens_the_menu)
    usual = ("--page-tokens", BUDGET, "--price", "3,15,0.3", "--no-screenshots")
    run = ("run", *usual, "--customers", 2, "--max-steps", 4, "--out")
    with Website({"*": PAGE}) as site, Website({"*": PAGE}) as other:
        async with serve(server.application()) as url:
            policy = f"openai:m@{url}/v1"
            study = tmp_path / "study.toml"
            study.write_text(STUDY.format(site=site.url, policy=policy))
            done = await asyncio.gather(
                shopper(*run, tmp_path / "ab", "--policy", policy, site.url, other.url),
                shopper(
                    *(*run, tmp_path / "cluster", "--policy", policy, site.url),
                    *("--cluster", "local", "--workers", 1, "--concurrency", 2),
                ),
                shopper("study", study, *usual, "--recheck", 0, "--out", tmp_path / "study"),
            )
    assert [code for code, _ in done] == [0, 0, 0], done
    for body in server.requests:
        page = [m["content"] for m in body["messages"] if m["role"] == "user"][-1]
        assert count_tokens(page) < 2 * BUDGET and "Brass lamp" in page and "Add to cart" in page
    for out in (tmp_path / "ab/a", tmp_path / "ab/b", tmp_path / "cluster", tmp_path / "study"):
        opened(out)
        card = read_card(RunFolder(out))
        assert card.arguments["page_tokens"] == card.policy_settings["prompt.page_tokens"] == BUDGET
        totals = card.totals
        fresh = totals.prompt_tokens - totals.cached_tokens
        paid = 3 * fresh + 0.3 * totals.cached_tokens + 15 * totals.generated_tokens
        assert totals.cached_tokens and card.dollars == pytest.approx(paid / 1e6, abs=1e-6)
        assert (spent(card) or "").endswith("a visit")
    assert "tokens read (" in done[1][1]
    assert "dollars for a million tokens" in (tmp_path / "cluster/report.html").read_text("utf-8")
