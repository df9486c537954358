"""A logged page made readable: text and structure, with what was acted on and predicted marked.

Nothing of the page's own markup survives: every tag written is ours, every text is escaped, no
attribute is copied. Knows simplified HTML, nothing of benchmarks.
"""

from __future__ import annotations

from html.parser import HTMLParser

from markupsafe import Markup, escape

LONGEST = 12_000
"""Characters of text shown of one page at most; what was acted on stays, wherever it stands."""

_BLOCKS = frozenset(
    (
        "p",
        "div",
        "section",
        "article",
        "main",
        "header",
        "footer",
        "nav",
        "aside",
        "form",
        "ul",
        "ol",
        "li",
        "table",
        "tr",
        "fieldset",
        "dl",
        "dt",
        "dd",
        "figure",
        "blockquote",
        "details",
    )
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "legend", "caption", "summary", "th"))
_CONTROLS = frozenset(("a", "button", "input", "select", "textarea", "option"))
_VOID = frozenset(("br", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "area"))


def readable(context: str, truth: str | None, guess: str | None, longest: int = LONGEST) -> Markup:
    """`context` as safe HTML; the elements named `truth` and `guess` carry those classes."""
    writer = _Writer(truth, guess, longest)
    writer.feed(context)
    writer.close()
    return writer.finished()


class _Writer(HTMLParser):
    """Writes our tags for the page's. `_open` holds, per open page tag, what closes it."""

    def __init__(self, truth: str | None, guess: str | None, longest: int) -> None:
        super().__init__(convert_charrefs=True)
        self._names = {"truth": truth, "guess": guess}
        self._out: list[str] = []
        self._open: list[tuple[str, str]] = []
        self._length = 0
        self._longest = longest
        self._marked = 0
        self._cut = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        opening, closing = self._tags(tag, values)
        self._marked += "mark" in opening
        self._out.append(opening)
        if tag == "br":
            self._out.append("<br>")
        if said := self._said(tag, values):
            self.handle_data(said)
        if tag in _VOID:
            self._close(closing)
        else:
            self._open.append((tag, closing))

    def handle_endtag(self, tag: str) -> None:
        if not any(tag == open_tag for open_tag, _ in self._open):
            return
        while self._open:
            open_tag, closing = self._open.pop()
            self._close(closing)
            if open_tag == tag:
                return

    def _close(self, closing: str) -> None:
        self._out.append(closing)
        self._marked -= closing == "</mark>"

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if not text:
            return
        if self._length > self._longest and not self._marked:
            self._cut = True
            return
        self._length += len(text)
        self._out.append(f"{escape(text)} ")

    def finished(self) -> Markup:
        while self._open:
            self._out.append(self._open.pop()[1])
        tail = '<div class="small">The rest of this page is not shown.</div>' if self._cut else ""
        return Markup("".join(self._out) + tail)

    def _tags(self, tag: str, values: dict[str, str]) -> tuple[str, str]:
        name = values.get("name")
        classes = [css for css, wanted in self._names.items() if name and name == wanted]
        if classes:
            label = " and ".join({"truth": "done", "guess": "predicted"}[css] for css in classes)
            return f'<mark class="{" ".join(classes)}" title="{label}">', "</mark>"
        if tag in _CONTROLS:
            return '<span class="control">', "</span>"
        if tag in _HEADINGS:
            return '<div class="head">', "</div>"
        return ("<div>", "</div>") if tag in _BLOCKS else ("<span>", "</span>")

    @staticmethod
    def _said(tag: str, values: dict[str, str]) -> str:
        """What a control shows that is not its text."""
        if tag == "img":
            return values.get("alt", "")
        if tag not in ("input", "textarea"):
            return ""
        kind = values.get("type", "text")
        if kind in ("checkbox", "radio"):
            return "☑" if "checked" in values else "☐"
        return values.get("value") or values.get("placeholder") or values.get("aria-label", "")
