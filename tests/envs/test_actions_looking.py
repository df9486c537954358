"""Actions that look further: their JSON, what is legal, and that nothing else changes by them."""

from __future__ import annotations

import msgspec
import pytest

from envs.actions import (
    ActionError,
    Back,
    Hover,
    Scroll,
    Wait,
    action_name,
    encode_action,
    parse_action,
)
from envs.faults import Fault
from envs.observation import Element, Observation

PAGE = Observation("http://shop.test/", "", "", (Element("menu", "button"),))


@pytest.mark.parametrize(
    ("action", "text"),
    [
        (Scroll(direction="down"), '{"type":"scroll","direction":"down"}'),
        (Scroll("menu"), '{"type":"scroll","name":"menu"}'),
        (Hover("menu"), '{"type":"hover","name":"menu"}'),
        (Back(), '{"type":"back"}'),
        (Wait(), '{"type":"wait"}'),
    ],
)
def test_written_and_read(action, text: str) -> None:
    assert encode_action(action) == text
    assert parse_action(text) == action
    assert PAGE.fault(action) is None


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"scroll"}',
        '{"type":"scroll","name":"menu","direction":"down"}',
        '{"type":"scroll","direction":"left"}',
        '{"type":"scroll","name":7}',
        '{"type":"hover"}',
        '{"type":"back","name":"menu"}',
        '{"type":"wait","seconds":3}',
    ],
)
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(ActionError):
        parse_action(text)


def test_an_element_stands_for_its_name() -> None:
    (menu,) = PAGE.names
    assert menu.scroll() == Scroll(menu) == Scroll("menu")  # type: ignore[arg-type]
    assert menu.hover() == Hover("menu")
    with pytest.raises(TypeError):
        Scroll(3)  # type: ignore[arg-type]


@pytest.mark.parametrize("action", [Hover("gone"), Scroll("gone")])
def test_what_is_not_on_the_page_cannot_be_looked_at(action) -> None:
    fault = PAGE.fault(action)
    assert fault is not None and fault.code == Fault.UNKNOWN_NAME
    assert action_name(action) == "gone"


def test_a_scroll_cannot_be_changed_into_another() -> None:
    with pytest.raises(AttributeError):
        Scroll("menu").name = "other"  # type: ignore[misc]
    assert msgspec.structs.replace(Scroll("menu"), name="other") == Scroll("other")
