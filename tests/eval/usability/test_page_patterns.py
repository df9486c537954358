"""Addresses of one kind of page are found from the addresses alone."""

import pytest

from eval.usability.page_patterns import Patterns, page_key

URLS = [
    "http://s/",
    "http://s/search?q=a",
    "http://s/p/red-mug-12",
    "http://s/p/mug",
    "http://s/catalogue/the-blue-lamp_7/",
    "http://s/catalogue/category/lamps_3/",
    "http://s/basket/",
    *(f"http://s/c/{name}" for name in ("tea", "toys", "pets", "home", "food")),
]


@pytest.mark.parametrize(
    ("url", "pattern"),
    [
        ("http://s/", "/"),
        ("http://s/search?q=b&page=2", "/search"),
        ("http://s/p/red-mug-12", "/p/*"),
        ("http://s/p/mug", "/p/mug"),
        ("http://s/c/tea", "/c/*"),
        ("http://s/catalogue/the-blue-lamp_7/", "/catalogue/*"),
        ("http://s/catalogue/category/lamps_3/", "/catalogue/category/*"),
        ("http://s/basket/", "/basket"),
        ("about:blank", "about:blank"),
    ],
)
def test_pattern(url: str, pattern: str) -> None:
    assert Patterns(URLS).of(url) == pattern


def test_a_fragment_is_no_other_page() -> None:
    assert page_key("http://s/a?b=1#c") == "http://s/a?b=1"
