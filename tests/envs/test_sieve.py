"""What was typed as a secret is found in every spelling, and nothing else is."""

from __future__ import annotations

import pytest

from envs.sieve import Sieve


def sieve(*secrets: str) -> Sieve:
    made = Sieve()
    for secret in secrets:
        made.add(secret)
    return made


@pytest.mark.parametrize(
    "text",
    [
        "hunter<2&x",
        "it is hunter<2&x.",
        "HUNTER<2&X",
        "hunter&lt;2&amp;x",
        "https://shop.test/?p=hunter%3C2%26x&q=1",
        "xxhunter<2&xyy",
        "hello_hunter_2_x",
    ],
)
def test_every_spelling_is_taken_out(text: str) -> None:
    assert "unter" not in sieve("hunter<2&x")(text).lower()


@pytest.mark.parametrize(
    "text",
    ["4111 1111 1111 1111", "4111-1111-1111-1111", "4111.1111.1111.1111", "n4111111111111111"],
)
def test_digits_are_found_in_groups(text: str) -> None:
    assert "[secret]" in sieve("4111111111111111")(text)
    assert "[secret]" in sieve("4111 1111-1111 1111")(text)


def test_words_of_a_secret_may_stand_over_several_lines() -> None:
    assert sieve("correct horse")("correct\n  horse battery") == "[secret] battery"


def test_short_secrets_are_found_where_they_stand_alone() -> None:
    clean = sieve("123")
    assert clean("the code 123, please") == "the code [secret], please"
    assert clean("order 91234") == "order 91234"


@pytest.mark.parametrize("secret", ["", "12", " x ", "••••••", "****", "[secret]"])
def test_what_is_no_text_of_its_own_is_not_looked_for(secret: str) -> None:
    clean = sieve(secret)
    text = f"a 12 x {secret} •••••• **** [secret]"
    assert clean(text) == text and clean.secrets == ()


def test_several_secrets_the_longer_first() -> None:
    clean = sieve("rose", "rosebud99")
    assert clean("rosebud99 rose") == "[secret] [secret]"
    assert clean.secrets == ("rose", "rosebud99")
