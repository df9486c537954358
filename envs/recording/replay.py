"""A window that plays a recording of rrweb: the page as it was, to be looked at and asked about.

The network is cut, the recorded page's scripts do not run. Events are applied in their order, so
the page is what it was just before the next. Knows nothing of what people did, nor of files.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import msgspec
from playwright.async_api import BrowserContext, Error, Page, Route

from envs.browser.browser import Browser, ContextOptions
from envs.errors import EnvError
from envs.observation import Observation, Viewport
from envs.page.observer import Observer
from envs.page.script import PageScript, PageScriptGone

_PLAYER = Path(__file__).with_name("replay.js")
_PARTS = ("person.js", "replayed.js")
NOWHERE = "https://recording.invalid/"
"""The address of a page whose recording does not say it; the name cannot exist (RFC 2606)."""
_OUTER = (
    "<!doctype html><style>html,body{margin:0}.replayer-mouse{display:none}iframe{border:0}</style>"
)
_ONLY_OURS = "default-src 'none'; style-src * 'unsafe-inline'; img-src data: blob:; font-src data:"
WIDTH, HEIGHT = 1280, 800
_SMALLEST, _LARGEST = 200, 8000
CALL_MS = 60_000.0


class Pressed(msgspec.Struct, frozen=True):
    """What a press on an element of the page is a press on, by the names of the last look.

    `key` tells fields apart, 0 for none; `list`: in a native list to choose from; `submits`: it is
    the button that submits the field asked about before.
    """

    name: str = ""
    key: int = 0
    list: bool = False
    secret: bool = False
    text: str = ""
    submits: bool = False
    kind: str = ""


_pressed = msgspec.json.Decoder(Pressed)
_viewport = msgspec.json.Decoder(Viewport)


class Replay:
    """One window of a recording, in a context of `replay_context`."""

    def __init__(self, page: Page, world: PageScript, trusted: bool) -> None:
        self._page = page
        self._world = world
        self._trusted = trusted
        self._observer = Observer(world, trusted)

    @classmethod
    async def open(cls, context: BrowserContext, trusted: bool) -> Self:
        """A window in a context of `replay_context`."""
        page = await context.new_page()
        page.set_default_timeout(CALL_MS)
        return cls(page, await PageScript.install(page, _PARTS), trusted)

    async def go(self, href: str, width: float, height: float) -> None:
        """Begin with another page: nothing is played in it yet.

        Raises:
            EnvError: the browser cannot.
        """
        size = {"width": _sane(width, WIDTH), "height": _sane(height, HEIGHT)}
        try:
            await self._page.set_viewport_size(size)  # type: ignore[arg-type]
            await self._page.goto(_address(href), wait_until="domcontentloaded")
            tree = await self._world.cdp.send("Page.getFrameTree")
        except Error as error:
            raise EnvError(f"the recording cannot be played: {_first(error)}") from error
        self._world.main_frame = tree["frameTree"]["childFrames"][0]["frame"]["id"]
        self._observer = Observer(self._world, self._trusted)

    async def move(self, href: str) -> None:
        """The page shown says that it is at another address."""
        await self._evaluate("href => __replay.moveTo(href)", href)

    async def feed(self, events: Sequence[bytes]) -> int:
        """Apply events; returns how many mutations spoke of what is not there."""
        if not events:
            return 0
        text = (b"[" + b",".join(events) + b"]").decode("utf-8", "replace")
        return int(await self._evaluate("text => __replay.feed(text)", text))

    async def look(self, now: float, secrets: Sequence[str] = ()) -> Observation:
        """What the person sees at the recorded time `now`, in ms; `secrets` as for an `Observer`.

        Raises:
            EnvError: the page cannot be looked at.
        """
        await self._evaluate("now => __replay.settle(now)", now)
        try:
            return await self._observer.observe(secrets=secrets)
        except (PageScriptGone, msgspec.DecodeError) as error:
            raise EnvError(f"the recorded page cannot be looked at: {error}") from error

    async def acted(self) -> None:
        """The messages shown so far have been seen: something is done now."""
        await self._call("acted")

    async def heed(self) -> None:
        """Note the messages that the page shows now."""
        await self._call("heed")

    async def viewport(self) -> Viewport:
        """The window on the page."""
        return _viewport.decode(await self._call("viewportNow"))

    async def pressed(self, node: int) -> Pressed | None:
        """What a press on a node is; None when the page has no such node."""
        answer = await self._ask(node, "facts")
        return None if answer is None else _pressed.decode(answer)

    async def chosen(self, node: int) -> str:
        """The name of the option that is chosen in a list, by the names of the last look."""
        return await self._ask(node, "chosenOption") or ""

    async def unstyled(self) -> int:
        """Style sheets that the recording only names, and that are missing here."""
        return int(await self._evaluate("() => __replay.unstyled()"))

    async def close(self) -> None:
        try:
            await self._page.close()
        except Error:
            return

    async def _call(self, verb: str) -> str:
        try:
            return await self._world.call(verb)
        except PageScriptGone as error:
            raise EnvError(f"the recorded page is gone: {error}") from error

    async def _evaluate(self, function: str, *arguments: Any) -> Any:
        try:
            return await self._page.evaluate(function, *arguments)
        except Error as error:
            raise EnvError(f"the recording cannot be played: {_first(error)}") from error

    async def _ask(self, node: int, verb: str) -> str | None:
        """A verb of our script about a node, in the document that the node is in."""
        cdp = self._world.cdp
        try:
            found = await cdp.send("Runtime.evaluate", {"expression": f"__replay.node({node})"})
            if "objectId" not in found["result"]:
                return None
            frame = await cdp.send("Runtime.evaluate", {"expression": f"__replay.frameOf({node})"})
            described = await cdp.send(
                "DOM.describeNode", {"objectId": found["result"]["objectId"]}
            )
            context = self._world.context_of(await self._frame(frame["result"]))
            if context is None:
                return None
            resolved = await cdp.send(
                "DOM.resolveNode",
                {
                    "backendNodeId": described["node"]["backendNodeId"],
                    "executionContextId": context,
                },
            )
            answer = await cdp.send(
                "Runtime.callFunctionOn",
                {
                    "objectId": resolved["object"]["objectId"],
                    "functionDeclaration": f"function () {{ return __shopper.{verb}(this) }}",
                    "returnByValue": True,
                },
            )
        except Error as error:
            if self._page.is_closed():
                raise EnvError(f"the recording cannot be played: {_first(error)}") from error
            return None  # a node that is in no document any more
        return str(answer["result"].get("value", "")) or None

    async def _frame(self, owner: dict[str, Any]) -> str:
        """The id of the frame that an element shows, the recorded page's own without one."""
        if "objectId" not in owner:
            return self._world.main_frame
        described = await self._world.cdp.send("DOM.describeNode", {"objectId": owner["objectId"]})
        return str(described["node"].get("frameId", ""))


@asynccontextmanager
async def replay_context(browser: Browser, rrweb: str) -> AsyncIterator[BrowserContext]:
    """A context for the windows of one recording; `rrweb` is its source.

    Raises:
        EnvError: the browser has ended.
    """
    context = await browser.context(ContextOptions(width=WIDTH, height=HEIGHT))
    try:
        await context.add_init_script(_script(rrweb))
        await context.route("**/*", _serve)
        yield context
    finally:
        with suppress(Error):
            await context.close()


def _script(rrweb: str) -> str:
    return (
        "(() => { if (window !== window.top) return; const module = { exports: {} }; "
        "const exports = module.exports; const define = undefined;\n"
        f"{rrweb}\nconst rrweb = module.exports;\n{_PLAYER.read_text('utf-8')}\n}})()"
    )


async def _serve(route: Route) -> None:
    """The outer page for the window itself, nothing for anything else."""
    request = route.request
    if request.is_navigation_request() and request.frame.parent_frame is None:
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": _ONLY_OURS,
        }
        await route.fulfill(body=_OUTER, headers=headers)
    else:
        await route.abort()


def _address(href: str) -> str:
    """The recorded address, where a browser can be at it."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return NOWHERE
    return href if parts.scheme in ("http", "https") and parts.hostname else NOWHERE


def _sane(length: float, usual: int) -> int:
    return round(length) if _SMALLEST <= length <= _LARGEST else usual


def _first(error: Error) -> str:
    return error.message.splitlines()[0]
