"""Names and roles out of simplified HTML, for logs that hold nothing but the page.

Knows HTML's elements, not where a page comes from; what an element is for is told by the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from envs.observation import Element, Kind

KindOf = Callable[[str, str], Kind]
"""From an element's name and role to its kind."""

_ROLES = {
    "a": "link", "button": "button", "select": "combobox", "option": "option",
    "textarea": "textbox", "summary": "button", "details": "group",
}  # fmt: skip
_INPUT_ROLES = {
    "search": "searchbox", "number": "spinbutton", "range": "slider", "checkbox": "checkbox",
    "radio": "radio", "submit": "button", "button": "button", "image": "button",
    "reset": "button", "file": "button", "color": "button",
}  # fmt: skip
_ACTABLE_ROLES = frozenset(
    {"button", "link", "textbox", "searchbox", "combobox", "checkbox", "radio", "option", "switch",
     "tab", "menuitem", "menuitemcheckbox", "menuitemradio", "slider", "spinbutton", "treeitem"}
)  # fmt: skip


def elements_of(html: str, kind_of: KindOf) -> tuple[Element, ...]:
    """What can be acted on: named controls and links, and named elements that hold no other.

    In document order, each name once. Linear in the length of the page.
    """
    found: dict[str, Element] = {}
    named = list(_named(html))
    containers = _containers(named)
    for element in named:
        name = element.get("name", "")
        role = _role(element)
        if name not in found and (role in _ACTABLE_ROLES or element not in containers):
            found[name] = Element(name, role, kind_of(name, role))
    return tuple(found.values())


def _named(html: str) -> Iterator[etree._Element]:
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True)
    data = html.replace("\0", "").encode("utf-8", "replace")
    root = etree.fromstring(data, parser) if data.strip() else None
    return (e for e in root.iter(etree.Element) if e.get("name")) if root is not None else iter(())


def _containers(named: list[etree._Element]) -> set[etree._Element]:
    """Everything that has a named element inside; each ancestor is visited once."""
    marked: set[etree._Element] = set()
    for element in named:
        for ancestor in element.iterancestors():
            if ancestor in marked:
                break
            marked.add(ancestor)
    return marked


def _role(element: etree._Element) -> str:
    given = (element.get("role") or "").split()
    if given:
        return given[0]
    tag = str(element.tag)
    if tag == "input":
        return _INPUT_ROLES.get((element.get("type") or "text").lower(), "textbox")
    return _ROLES.get(tag, "generic")
