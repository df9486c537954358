"""What a customer sees: one page as simplified HTML, and the names of what can be acted on.

Plain immutable data, shared by the live loop, the logs, the trainer and the benchmark.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal, assert_never

import msgspec

from envs.actions import (
    Action,
    ActionError,
    Back,
    Click,
    Hover,
    Input,
    Scroll,
    Terminate,
    TypeAndSubmit,
    Wait,
)
from envs.faults import ActionFault, Fault, PageNotice

Kind = Literal["search", "product", "filter", "option", "cart", "buy", "navigation", "other"]
"""What acting on an element means; the outcome metric and the purchase guard go by it."""

TEXT_ROLES = frozenset({"textbox", "searchbox", "spinbutton", "slider"})
"""Roles that can be typed into. An editable combobox is listed as the text field it is, a native
select as ``combobox``; a slider takes its value as text."""


class Box(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rectangle in CSS pixels, relative to the top left corner of the page (not the viewport)."""

    x: float
    y: float
    width: float
    height: float


class Viewport(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):
    """Size of the window and how far it was scrolled, in CSS pixels. `depth`: of an action that
    scrolled, how much of the page's height lay above the window's lower edge afterwards."""

    width: Annotated[int, msgspec.Meta(ge=0)]
    height: Annotated[int, msgspec.Meta(ge=0)]
    scroll_x: float = 0.0
    scroll_y: float = 0.0
    depth: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None


class Load(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True
):
    """How a document came, in milliseconds from the start of its navigation, redirects included:
    until the server's first byte (time to first byte), and until it was parsed. 0 is not known."""

    server_ms: float = 0.0
    parsed_ms: float = 0.0


class Element(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing on the page that can be acted on."""

    name: str
    role: str
    kind: Kind = "other"
    box: Box | None = None

    def click(self) -> Click:
        """To click it."""
        return Click(self.name)

    def hover(self) -> Hover:
        """To rest the pointer on it."""
        return Hover(self.name)

    def scroll(self) -> Scroll:
        """To scroll until it is in the window."""
        return Scroll(self.name)

    def type_and_submit(self, text: str) -> TypeAndSubmit:
        """To type into it and submit.

        Raises:
            ActionError: it is not a text field.
        """
        return TypeAndSubmit(self._field(), text)

    def input(self, text: str) -> Input:
        """To type into it without submitting.

        Raises:
            ActionError: it is not a text field.
        """
        return Input(self._field(), text)

    def not_typed_into(self) -> ActionFault | None:
        """Why nothing can be typed into it; None for a text field."""
        if self.role in TEXT_ROLES:
            return None
        return ActionFault.of(Fault.NOT_A_TEXT_FIELD, self.name, found=self.role)

    def _field(self) -> str:
        """Its name, if it is a text field."""
        fault = self.not_typed_into()
        if fault is not None:
            raise ActionError(fault.text)
        return self.name


class Observation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """One look at a page.

    `html` is the simplified HTML including transient feedback; `names` lists interactables only,
    in document order, each name once; `elements` counts the elements of the whole page. `notices`
    say what happened beside the page; their sentences are in `html`, too. None: nobody knows.
    """

    url: str
    title: str
    html: str
    names: tuple[Element, ...]
    elements: int = 0
    notices: tuple[PageNotice, ...] | None = None

    @cached_property
    def by_name(self) -> dict[str, Element]:
        return {element.name: element for element in self.names}

    def illegal(self, action: Action) -> str | None:
        """Why `action` cannot be taken on this page, in a sentence; None when it is legal."""
        fault = self.fault(action)
        return None if fault is None else fault.text

    def fault(self, action: Action) -> ActionFault | None:
        """Why `action` cannot be taken on this page, or None when it is legal."""
        match action:
            case Back() | Wait() | Terminate():
                return None
            case Scroll(name):
                if name is None:
                    return None
                types = False
            case Click(name) | Hover(name):
                types = False
            case TypeAndSubmit(name) | Input(name):
                types = True
            case _:
                assert_never(action)
        element = self.by_name.get(name)
        if element is None:
            return ActionFault.of(Fault.UNKNOWN_NAME, name)
        return element.not_typed_into() if types else None
