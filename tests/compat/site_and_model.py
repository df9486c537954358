"""The shop, and the model behind an API, that the old files were made with: standard library only.

The shop has one page a fault. A fault comes a moment after the page has been looked at, while the
model takes its time to answer, as it happens to people. `faulty=False` serves the same pages with
the faults mended.
"""

from __future__ import annotations

import json
import re
import threading
import time
from fnmatch import fnmatchcase
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PORT = 8765
SITE = f"http://127.0.0.1:{PORT}/"
LATER_MS, THINKS_S = 3500, 4.5
SEARCH = '<form action="/search"><input type="search" name="q" aria-label="Search"></form>'


def later(script: str) -> str:
    return f"<script>setTimeout(() => {{ {script} }}, {LATER_MS})</script>"


BUTTON, FIELD = "<button id=t>Coupon</button>", "<input id=t name=c aria-label=Coupon>"
LID = "<section aria-label=Cookies style=position:absolute;inset:0;background:#fff>We use cookies</section>"
FAULTS: dict[str, tuple[str, str]] = {
    "gone": (BUTTON, later("t.remove()")),
    "turned": (BUTTON, later("t.textContent = 'Voucher'")),
    "off": (BUTTON, later("t.disabled = true")),
    "dim": (BUTTON, later("t.style.visibility = 'hidden'")),
    "cover": (BUTTON, later(f"t.parentNode.insertAdjacentHTML('beforeend', '{LID}')")),
    "ghost": (BUTTON, later("t.style.pointerEvents = 'none'")),
    "flee": (BUTTON, "<script>t.addEventListener('pointerover', () => t.remove())</script>"),
    "fixed": (FIELD, later("t.readOnly = true")),
    "keeps": (FIELD, "<script>t.oninput = () => t.value = 'X'</script>"),
    "enter": (
        FIELD,
        "<script>t.onkeydown = e => { if (e.key == 'Enter') e.preventDefault() }</script>",
    ),
    "form": (
        "<form action=/ok><input name=n aria-label=Coupon required><button>Redeem</button></form>",
        "",
    ),
}
"""Each page's control, and what makes it fail."""
MENDED = {
    BUTTON: "<button id=t onclick=\"this.after(' It was used.')\">Coupon</button>",
    FIELD: f"<form action=/ok>{FIELD}<button>Use it</button></form>",
}
WAY = [*FAULTS, "broken", "end"]
"""The order in which the pages link to each other."""


def page(title: str, body: str) -> str:
    return (
        f"<!doctype html><html lang=en><title>{title}</title><body><header><a href=/>Home</a>"
        f"{SEARCH}</header><main><h1>{title}</h1>{body}</main>"
    )


def answer(path: str, query: dict[str, list[str]], faulty: bool) -> tuple[int, str]:
    """Status and HTML of one page."""
    name = path.strip("/")
    onward = f"<a href=/{WAY[WAY.index(name) + 1]}>Next</a>" if name in WAY[:-1] else ""
    if name in FAULTS:
        control, fault = FAULTS[name]
        shown = f"{control}{fault}" if faulty else MENDED.get(control, control)
        return 200, page(name.title(), f"<p style=position:relative>{shown}</p> {onward}")
    if name == "broken" and faulty:
        return 500, page("Sorry", f"Something is wrong on our side. {onward}")
    if name == "search":
        said = f"No results for {query.get('q', [''])[0]}. Try other words."
        return 200, page("Search", said if faulty else "<a href=/lamp/1>Red lamp</a> $ 20.00")
    pages = {
        "": "<a href=/gone>Offers</a> <a href=/lamps>Lamps</a> <button>Size guide</button>",
        "lamps": "<ul>" + "".join(
            f"<li><a href=/lamp/{n}>{c} lamp</a> $ 2{n}.00" for n, c in enumerate(("Red", "Blue"))
        ) + "</ul>",
        "lamp/0": "<p>$ 20.00</p><form action=/cart method=post><button>Add to cart</button></form>",
        "cart": "<p>Red lamp $ 20.00</p><a href=/checkout>Checkout</a>",
        "checkout": "<form action=/thanks method=post><label>Name <input name=n></label>"
        "<button>Place order</button></form>",
        "thanks": "<p>Thank you for your order.</p>",
    }  # fmt: skip
    return 200, page(name.title() or "Lamps and more", pages.get(name, f"<p>{name}</p>{onward}"))


Move = tuple[str, str, str]
"""Type of action, pattern of the name, text."""
LEAVE: Move = ("terminate", "", "")


def click(name: str) -> Move:
    return "click", name, ""


PRESSED, TYPED = list(FAULTS)[:7], list(FAULTS)[7:10]


def ann(at: str, tried: bool) -> Move:
    """Presses the coupon of every page, and goes on."""
    if at in PRESSED:
        return click("*next") if tried else click("*coupon")
    return click("*offers") if at == "lamps and more" else LEAVE


def bob(at: str, tried: bool) -> Move:
    """Goes on to where a coupon can be typed, and to the end."""
    if at in TYPED and not tried:
        return "type_and_submit", "*coupon", "SAVE10"
    if at == "form" and not tried:
        return click("*redeem")
    if at in WAY[:-1] or at == "sorry":
        return click("*next")
    return click("*offers") if at == "lamps and more" else LEAVE


def cid(at: str, tried: bool) -> Move:
    """Searches with a typo, then presses what does nothing."""
    if at == "search":
        return click("*home")
    return click("*size_guide") if tried else ("type_and_submit", "*search*", "lammp")


def dora(at: str, tried: bool) -> Move:
    """Buys a lamp."""
    steps = {
        "lamps and more": click("*lamps"),
        "lamps": click("*red_lamp"),
        "lamp/0": click("*add_to_cart"),
        "cart": click("*checkout"),
        "checkout": click("*place_order") if tried else ("type_and_submit", "*name", "Dora"),
    }
    return steps.get(at, LEAVE)


CUSTOMERS = {"Ann": ann, "Bob": bob, "Cid": cid, "Dora": dora}


def decide(messages: list[dict[str, str]], names: list[str]) -> dict[str, Any]:
    """What the persona that the system message speaks of does on this page; `tried` says that
    another action than going on was taken in the step before, on this page or, by Cid, at all."""
    who = next(name for name in CUSTOMERS if f"I am {name}." in messages[0]["content"])
    before = [m["content"] for m in messages if m["role"] == "assistant"]
    at = re.findall(r"<h1[^>]*>(.*?)</h1>", messages[-1]["content"])[-1].lower()
    did = before if who == "Cid" else before[-1:]
    tried = any(word in text for text in did for word in ("coupon", "redeem", "Dora", "lammp"))
    kind, pattern, text = CUSTOMERS[who](at, tried)
    found = [name for name in names if fnmatchcase(name, pattern)]
    if kind == "terminate" or not found:
        return {"type": "terminate"}
    return {"type": kind, "name": found[0], **({"text": text} if text else {})}


def reply(body: dict[str, Any]) -> str:
    """What the model says: an action, or an answer to a question."""
    told = body["messages"][-1]["content"]
    form = (body.get("response_format") or {}).get("json_schema", {}).get("schema", {})
    keys = set(form.get("properties", ()))
    if "action" in keys:
        time.sleep(THINKS_S)
        action = decide(body["messages"], re.findall(r' name="([^"]+)"', told))
        return json.dumps({"rationale": f"I go on with {action['type']}.", "action": action})
    if "answers" in keys:
        return '{"answers": [4, 2, 4, 1, 3, 2, 5, 2, 4, 1]}'
    if "answer" in keys:
        return '{"answer": 3}'
    return "The coupon did not work [1], and then I gave up [99]."


class Server:
    """Shop and model on one port, until closed."""

    def __init__(self, *, faulty: bool) -> None:
        server = ThreadingHTTPServer(("127.0.0.1", PORT), _handler(faulty))
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self._server = server

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(faulty: bool) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            if url.path == "/v1/models":
                return self._send(200, json.dumps({"data": [{"id": "m"}]}), "application/json")
            status, text = answer(url.path, parse_qs(url.query), faulty)
            self._send(status, text, "text/html; charset=utf-8")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if not self.path.startswith("/v1/"):
                return self.do_GET()
            message = {"role": "assistant", "content": reply(json.loads(body))}
            usage = {"prompt_tokens": len(body) // 4, "completion_tokens": 20}
            said = {"choices": [{"message": message, "finish_reason": "stop"}], "usage": usage}
            self._send(200, json.dumps(said), "application/json")

        def _send(self, status: int, text: str, kind: str) -> None:
            data = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None: ...

    return Handler
