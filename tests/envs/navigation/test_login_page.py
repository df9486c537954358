"""Which pages ask to log in, in a real browser; those of people who are logged in do not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from envs.browser.browser import Browser
from envs.navigation.login_page import asks_to_log_in, logs_out, speaks_of_login

USER = "<label>User <input name=user></label>"
PASSWORD = "<label>Password <input type=password></label>"
SEARCH = "<form role=search><input name=q></form>"


@pytest.mark.parametrize(
    ("path", "html", "asks"),
    [
        ("/", f"<form>{USER}{PASSWORD}<button>Go</button></form>", True),
        ("/", f"<div>{USER}{PASSWORD}<button>Go</button></div>", True),
        ("/login", f"<form>{PASSWORD}</form>", True),
        ("/account/signin", f"<form><input type=email>{SEARCH}</form>", True),
        ("/", f"<iframe srcdoc='<form>{USER}{PASSWORD}</form>'></iframe>", True),
        ("/", f"<div id=h></div><script>h.attachShadow({{mode:'open'}}).innerHTML = `<form>{USER}{PASSWORD}</form>`</script>", True),
        ("/", SEARCH, False),
        ("/newsletter", "<form><input type=email name=email><button>Subscribe</button></form>", False),
        ("/", f"<form hidden>{USER}{PASSWORD}</form>", False),
        ("/", f"<form style='display: none'>{USER}{PASSWORD}</form><p>Hello</p>", False),
        ("/account/password", f"<form>{PASSWORD}{PASSWORD}{PASSWORD}</form>", False),
        ("/account/delete", f"{SEARCH}<form>{PASSWORD}<button>Delete</button></form>", False),
        ("/register", f"<form>{USER}<input type=password autocomplete=new-password></form>", False),
        ("/products/login-box-red", "<h1>A red box for logins</h1>", False),
    ],
)  # fmt: skip
async def test_pages(
    browser: Browser, serve: Callable[..., str], path: str, html: str, asks: bool
) -> None:
    context = await browser.context()
    try:
        page = await context.new_page()
        await page.goto(serve({path: f"<!doctype html><title>x</title>{html}"}) + path)
        assert await asks_to_log_in(page) is asks
    finally:
        await context.close()


@pytest.mark.parametrize(
    ("url", "speaks"),
    [
        ("https://login.example.com/", True),
        ("https://shop.example/account/sign-in?next=/", True),
        ("https://id.example/oauth2/authorize", True),
        ("https://shop.example/de/anmelden", True),
        ("https://shop.example/blogin", False),
        ("https://shop.example/p/12?from=login", False),
    ],
)
def test_addresses(url: str, speaks: bool) -> None:
    assert speaks_of_login(url) is speaks


@pytest.mark.parametrize(
    ("name", "leaves"),
    [("header.log_out", True), ("account.sign_out", True), ("abmelden", True), ("checkout", False)],
)
def test_names_that_end_a_login(name: str, leaves: bool) -> None:
    assert logs_out(name) is leaves
