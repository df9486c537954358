"""Are secrets read? Fields that hold one, each looked at and typed into, for `bench.guard`.

A file of fields maps names to HTML; in it ``{v}`` stands for what the field holds, ``{n}`` for its
number, and braces of scripts and styles are doubled.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec

from bench.guard_site import PAGE, Site
from envs.actions import Input
from envs.browser.browser import Browser
from envs.environment import Environment
from envs.errors import EnvError
from envs.observation import TEXT_ROLES, Observation
from envs.options import EnvOptions

HELD = "Zx7kqw9vault"
TYPED = "Yp4mte2word"
CARDS = ("4111", "3782")
"""How the numbers of cards in the given fields begin."""
HOST = """<script>customElements.define('x-a', class extends HTMLElement {
  connectedCallback() {
    const input = document.createElement('input');
    input.type = this.dataset.t || 'text';
    input.value = this.dataset.v || '';
    this.attachShadow({mode: 'open'}).append(input);
  } })</script>"""


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """One field: whether what it holds is read, and whether what is typed there is kept or shown."""

    field: str
    read: bool
    kept: bool
    failed: str = ""

    @property
    def miss(self) -> str:
        """What is wrong, if anything is."""
        if self.read:
            return "a secret is read"
        return "what is typed is no secret" if self.kept else ""


def given(path: Path) -> Iterator[tuple[str, str]]:
    """Names and HTML of the fields in a file."""
    fields: dict[str, str] = json.loads(path.read_text("utf-8"))["fields"]
    for number, (name, html) in enumerate(fields.items()):
        yield name, html.format(v=HELD, n=number)


async def look(browser: Browser, name: str, html: str) -> Looked:
    """Look at a field, type into it, and look again."""
    read, kept, failed = False, True, ""
    with Site({"/": PAGE.format(title="Shop", html=HOST + html)}) as site:
        environment = Environment(await browser.context(), EnvOptions())
        try:
            await environment.start(site.url)
            seen = await environment.observe()
            read = _tells(seen, HELD, *CARDS)
            for field in (e.name for e in seen.names if e.role in TEXT_ROLES):
                outcome = await environment.act(Input(field, TYPED))
                after = await environment.observe()
                if outcome.secret and not _tells(after, TYPED):
                    kept = False
        except EnvError as error:
            failed = str(error)
        finally:
            await environment.close()
    return Looked(field=name, read=read, kept=kept, failed=failed)


def _tells(seen: Observation, *words: str) -> bool:
    everything = f"{seen.url} {seen.title} {seen.html} {seen.names} {seen.notices}"
    return any(word in everything for word in words)
