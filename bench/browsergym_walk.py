"""BrowserGym's side of `bench.crowd`: the walk of `bench.walk.SCRIPT`, by BrowserGym's own means.

    python browsergym_walk.py SHOP_URL NUMBER DELAY VISITS CHROMIUM

Runs in BrowserGym's virtual environment. Says "ready", waits for a line, makes the visits, and
prints what it did as JSON. An empty DELAY is BrowserGym's own.
"""

import json
import logging
import random
import sys

from browsergym.core.action.highlevel import HighLevelActionSet
from browsergym.core.env import BrowserEnv
from browsergym.core.task import OpenEndedTask
from playwright.sync_api import BrowserType

SEARCH, PRODUCT = "input[name=q]", "a.name[href^='/p/']"
COOKIES, NEWSLETTER = "aside.cookies button", "aside.pop[data-pop='/newsletter'] button"
WALK = [
    ("click", COOKIES, "optional"),
    ("search", SEARCH, "headphones"),
    ("click", NEWSLETTER, "optional"),
    ("click", PRODUCT, ""),
    ("search", SEARCH, "coffee mug"),
    ("click", PRODUCT, ""),
    ("search", SEARCH, "waterproof backpack"),
    ("click", PRODUCT, ""),
]


def visit(env: BrowserEnv, chance: random.Random) -> int:
    """One visit; returns its steps, leaving counted as one, as in Shopper."""
    env.reset()
    steps = 0
    for kind, where, what in WALK:
        found = env.page.locator(where)
        count = found.count()
        if not count and what == "optional":
            continue
        index = chance.randrange(count) if where == PRODUCT else 0
        bid = found.nth(index).get_attribute("bid")
        if kind == "click":
            action = f"click('{bid}')"
        else:
            action = f"fill('{bid}', '{what}')\npress('{bid}', 'Enter')"
        seen, *_ = env.step(action)
        if seen["last_action_error"]:
            raise RuntimeError(seen["last_action_error"])
        steps += 1
    return steps + 1


def main() -> None:
    url, number, delay, visits, chromium = sys.argv[1:]
    logging.disable(logging.WARNING)
    launch = BrowserType.launch  # its chat window, a browser of its own, cannot be told otherwise
    BrowserType.launch = lambda self, **words: launch(
        self, **{"executable_path": chromium, **words}
    )
    env = BrowserEnv(
        OpenEndedTask,
        task_kwargs={"start_url": url, "goal": "walk"},
        headless=True,
        viewport={"width": 1280, "height": 800},
        pw_chromium_kwargs={"executable_path": chromium},
        action_mapping=HighLevelActionSet(["bid"], multiaction=True).to_python_code,
        **({"pre_observation_delay": float(delay)} if delay else {}),
    )
    print("ready", flush=True)
    sys.stdin.readline()
    chance = random.Random(int(number))
    steps = failed = 0
    for _ in range(int(visits)):
        try:
            steps += visit(env, chance)
        except Exception as error:
            print(repr(error)[:300], file=sys.stderr)
            failed += 1
    print(json.dumps({"steps": steps, "failed": failed}))
    env.close()


main()
