"""A page of the embedded shop as a browser would hold it, and what the shop's script does to it.

The Python twin of ``shop.js``: choosing an option, opening reviews, closing a pop-up, complaints of
a form, the toast. Pressing something that leads elsewhere gives the request that follows.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote_plus, urljoin

import lxml.html
import msgspec

_CONTROLS = "//a | //button | //input | //option | //*[@onclick]"
"""Everything in the shop's pages that can be acted on."""


class PageRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a press asks of the shop. `stays`: a script asks and the page remains."""

    url: str
    form: tuple[tuple[str, str], ...] | None = None
    stays: bool = False


class Document:
    """One page. Elements that can be acted on are known by a mark (`data-at`)."""

    def __init__(self, url: str, html: str) -> None:
        self.url = url
        page = lxml.html.document_fromstring(html)
        self._body = page.body
        self.lang = page.get("lang", "")
        self.classes = self._body.get("class", "")
        self.title = " ".join((page.findtext(".//title") or "").split())
        self._marked = {str(n): e for n, e in enumerate(self._body.xpath(_CONTROLS))}
        for mark, element in self._marked.items():
            element.set("data-at", mark)

    @property
    def inner_html(self) -> str:
        """What is in the body."""
        whole: str = lxml.html.tostring(self._body, encoding="unicode", with_tail=False)
        return whole[whole.index(">") + 1 : whole.rindex("</body>")]

    def press(self, mark: str) -> PageRequest | None:
        """Press what has this mark. Returns the request that follows, if any does.

        Raises:
            ValueError: synthetic shoppers press nothing of this kind, so it is not rehearsed.
        """
        element = self._marked[mark]
        if element.tag == "input" and element.get("type") == "radio":
            self._choose(element)
        elif element.tag == "option":
            self._pick(element)
        elif "onclick" in element.attrib:
            self._open_reviews(element)
        elif "data-close" in element.attrib:
            return self._close(element)
        elif element.tag == "a":
            return PageRequest(url=urljoin(self.url, element.get("href")))
        elif element.tag == "button" and element.get("type") != "button":
            return self._submit(self._form_of(element), element)
        else:
            raise ValueError(f"no shopper presses <{element.tag}> with mark {mark}")
        return None

    def submit_text(self, mark: str, text: str) -> PageRequest:
        """Type into the field with this mark and press Enter."""
        field = self._marked[mark]
        field.set("value", text[: int(field.get("maxlength", len(text)))])
        return self._submit(self._form_of(field), None)

    def added(self, count: int, message: str) -> None:
        """The product was put into the cart: the number beside it and the toast."""
        self._complain([])
        self._one("data-badge").text = str(count)
        toasts = self._one("data-toasts")
        for old in list(toasts):
            toasts.remove(old)
        note = lxml.html.Element("p")
        note.text = message
        toasts.append(note)

    def refused(self, faults: Iterable[tuple[str, str]]) -> None:
        """The form was not accepted: (field, sentence) for each thing to put right."""
        self._complain(faults)

    def _choose(self, radio: lxml.html.HtmlElement) -> None:
        form = self._form_of(radio)
        for other in form.xpath(".//input[@type='radio']"):
            if other.get("name") == radio.get("name"):
                other.attrib.pop("checked", None)
        radio.set("checked", "")
        self._changed(form, radio)

    def _pick(self, option: lxml.html.HtmlElement) -> None:
        for other in next(option.iterancestors("select")).iter("option"):
            other.attrib.pop("selected", None)
        option.set("selected", "")
        self._changed(self._form_of(option), option)

    def _changed(self, form: lxml.html.HtmlElement, chosen: lxml.html.HtmlElement) -> None:
        """What follows from another choice: its price, and that nothing is to complain about."""
        if (price := chosen.get("data-price-is")) is not None:
            self._one("data-price").text = price
            first = form.xpath(".//*[@data-price-is]")[0]
            for was in self._body.xpath("//*[@data-was]"):
                was.attrib.pop("hidden", None)
                if chosen is not first:
                    was.set("hidden", "")
        if (group := _group_of(chosen)) is not None:
            _drop(group.xpath(".//*[@data-fault]"))

    def _open_reviews(self, opener: lxml.html.HtmlElement) -> None:
        for hidden in opener.getprevious().xpath(".//*[@hidden]"):
            del hidden.attrib["hidden"]
        _drop([opener])

    def _close(self, closer: lxml.html.HtmlElement) -> PageRequest:
        pop = next(e for e in closer.iterancestors() if "data-pop" in e.attrib)
        form = (("choice", closer.text_content()),)
        request = PageRequest(url=urljoin(self.url, pop.get("data-pop")), form=form, stays=True)
        _drop([pop])
        return request

    def _submit(
        self, form: lxml.html.HtmlElement, button: lxml.html.HtmlElement | None
    ) -> PageRequest:
        fields = tuple(self._fields(form))
        own = button.get("formaction") if button is not None else None
        url = urljoin(self.url, own or form.get("action"))
        if form.get("method", "get").lower() != "post":
            return PageRequest(url=f"{url}?{form_encoded(fields)}")
        return PageRequest(url=url, form=fields, stays="data-buybox" in form.attrib and not own)

    def _fields(self, form: lxml.html.HtmlElement) -> Iterable[tuple[str, str]]:
        for field in self._body.xpath("//input[@name] | //select[@name]"):
            checkable = field.get("type") in ("radio", "checkbox")
            if self._form_of(field) is not form or (checkable and "checked" not in field.attrib):
                continue
            if field.tag == "select":
                options = list(field.iter("option"))
                field = next((o for o in options if "selected" in o.attrib), options[0])
                yield field.getparent().get("name"), field.get("value", "")
            else:
                yield field.get("name"), field.get("value", "")

    def _form_of(self, element: lxml.html.HtmlElement) -> lxml.html.HtmlElement:
        if (named := element.get("form")) is not None:
            return self._body.get_element_by_id(named)
        return next(element.iterancestors("form"))

    def _complain(self, faults: Iterable[tuple[str, str]]) -> None:
        form = self._body.get_element_by_id("buybox")
        _drop(form.xpath(".//*[@data-fault]"))
        for field, text in faults:
            note = lxml.html.Element("p")
            note.set("class", "fault")
            note.set("data-fault", "")
            note.set("role", "alert")
            note.text = text
            inputs = form.xpath(".//*[@name=$name]", name=field) if field else []
            group = form
            if inputs:
                around = _group_of(inputs[0])
                group = inputs[0].getparent() if around is None else around
            group.append(note)

    def _one(self, attribute: str) -> lxml.html.HtmlElement:
        return self._body.xpath(f"//*[@{attribute}]")[0]


def _group_of(field: lxml.html.HtmlElement) -> lxml.html.HtmlElement | None:
    """The box around a field and its like."""
    groups = (e for e in field.iterancestors() if e.tag == "fieldset" or "data-group" in e.attrib)
    return next(groups, None)


def form_encoded(fields: Iterable[tuple[str, str]]) -> str:
    """Form fields in a URL, as browsers write them."""
    pairs = ("=".join(quote_plus(part, safe="*") for part in field) for field in fields)
    return "&".join(pairs).replace("~", "%7E")


def _drop(elements: Iterable[lxml.html.HtmlElement]) -> None:
    """Take elements out of the page; the text behind them stays."""
    for element in list(elements):
        element.drop_tree()
