"""Our script in the page's isolated worlds, over the Chrome DevTools Protocol.

An isolated world shares the document with the page but not its JavaScript objects, so a page that
patches `JSON.stringify` or `Element.prototype` changes nothing for us. The script is put into
every document before the page's own scripts run, in every frame. This file knows how to reach it,
not what it does.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from playwright.async_api import CDPSession, Error, Page

from envs.errors import LookFailed

WORLD = "shopper"
TELL = "shopperTell"
"""The function by which the script tells what happens between two questions."""
FOLDER = Path(__file__).parent
"""Where the parts are."""
ORDER = (
    "dom.js",
    "listening.js",
    "text.js",
    "folding.js",
    "phrases.js",
    "order_words.js",
    "secret_words.js",
    "match.js",
    "buying.js",
    "card_numbers.js",
    "secret_names.js",
    "secrets.js",
    "veil.js",
    "roles.js",
    "visibility.js",
    "media.js",
    "modal.js",
    "typography.js",
    "counters.js",
    "drawn.js",
    "walk.js",
    "parts.js",
    "ratings.js",
    "star_rows.js",
    "tidy.js",
    "pressable.js",
    "looks.js",
    "shapes.js",
    "labels.js",
    "sayings.js",
    "captions.js",
    "cards.js",
    "containers.js",
    "naming.js",
    "kinds.js",
    "render.js",
    "feedback.js",
    "sightings.js",
    "observe.js",
    "reach.js",
    "fields.js",
    "press.js",
    "typing.js",
    "cover.js",
    "aim.js",
    "quiet.js",
    "unfolds.js",
    "pass.js",
    "bring.js",
    "pointing.js",
    "hovering.js",
)
"""The script's parts in the order they are joined; each sees what stands before it."""


GUARDING = "ordering.js"
"""The part that judges presses, for pages on which no order may be placed."""

PAGE_CLOCK = "page_clock.js"
"""The part that tells how long the page itself took. Pages are simplified alike with and without
it."""

BROWSING = "browsing.js"
"""The part that scrolls, points and waits. Pages are simplified alike with and without it."""

SHOWING = "showing.js"
"""The part that tells whether a secret is shown. Pages are simplified alike with and without it."""


class PageScriptGone(Exception):
    """The document the script ran in is gone: it navigated, or its frame or page was closed."""


def source(extra: Sequence[str] = ()) -> str:
    """The whole script: its parts inside one function, its verbs on ``globalThis.__shopper``.
    `extra` parts stand at its end."""
    parts = "\n".join((FOLDER / part).read_text("utf-8") for part in (*ORDER, *extra))
    return (
        "(() => { 'use strict'; if (globalThis.__shopper) return; const shopper = {};\n"
        f"{parts}\nglobalThis.__shopper = shopper; }})()"
    )


def version() -> str:
    """A short hash of the script: pages are simplified alike as long as it is the same."""
    return hashlib.blake2b(source().encode(), digest_size=6).hexdigest()


class PageScript:
    """The isolated worlds of one page's frames, by frame id."""

    def __init__(self, cdp: CDPSession) -> None:
        self.cdp = cdp
        self._contexts: dict[str, int] = {}
        self.main_frame = ""

    @classmethod
    async def install(cls, page: Page, extra: Sequence[str] = ()) -> Self:
        """Put the script into `page`, now and for every document to come."""
        world = cls(await page.context.new_cdp_session(page))
        cdp = world.cdp
        cdp.on("Runtime.executionContextCreated", world._created)
        cdp.on("Runtime.executionContextDestroyed", world._destroyed)
        cdp.on("Runtime.executionContextsCleared", lambda _: world._contexts.clear())
        answers: list[dict[str, Any]] = await asyncio.gather(
            cdp.send("Page.getFrameTree"),
            cdp.send("Runtime.enable"),
            cdp.send("Page.enable"),
            cdp.send("Runtime.addBinding", {"name": TELL, "executionContextName": WORLD}),
            cdp.send(
                "Page.addScriptToEvaluateOnNewDocument",
                {"source": source(extra), "worldName": WORLD, "runImmediately": True},
            ),
        )
        world.main_frame = answers[0]["frameTree"]["frame"]["id"]
        return world

    @property
    def frames(self) -> tuple[str, ...]:
        """Ids of the frames that can be reached now, the main frame included."""
        return tuple(self._contexts)

    def context_of(self, frame: str) -> int | None:
        """The execution context of our script in `frame`, if it can be reached now."""
        return self._contexts.get(frame)

    async def call(self, verb: str, *args: Any, frame: str | None = None) -> str:
        """`__shopper.<verb>(...args)` in a frame (the main one by default).

        The verb returns a string or a promise of one; it must not return an object.

        Raises:
            PageScriptGone: the frame's document went away before or while it answered.
            LookFailed: the script does not cope with the page.
        """
        context = self._contexts.get(frame or self.main_frame)
        if context is None:
            raise PageScriptGone(f"no document in frame {frame or 'main'}")
        arguments = ",".join(json.dumps(a) for a in args)
        try:
            answer = await self.cdp.send(
                "Runtime.evaluate",
                {
                    "expression": f"__shopper.{verb}({arguments})",
                    "contextId": context,
                    "returnByValue": True,
                    "awaitPromise": True,
                },
            )
        except Error as error:
            raise PageScriptGone(str(error).splitlines()[0]) from error
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            text = details.get("exception", {}).get("description") or details.get("text")
            raise LookFailed(
                f"our script failed in the page at {verb!r}: {str(text).splitlines()[0]}"
            )
        return str(answer["result"].get("value", ""))

    def _created(self, event: dict[str, Any]) -> None:
        context = event["context"]
        if context["name"] == WORLD:
            self._contexts[context["auxData"]["frameId"]] = context["id"]

    def _destroyed(self, event: dict[str, Any]) -> None:
        gone = event["executionContextId"]
        self._contexts = {f: c for f, c in self._contexts.items() if c != gone}
