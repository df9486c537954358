"""How the app's pages are made: the reports' look and templates, with a frame of the app's own."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from jinja2 import ChoiceLoader, Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from eval.report import html
from shopper.app.guard import Door
from shopper.app.shelf import Shelf

HOME = Path(__file__).parent
LARGEST_FORM = 300_000
"""Bytes; a study of twenty tasks is a tenth of that."""
Fields = dict[str, list[str]]


class BadForm(Exception):
    """What was sent is not one of our forms."""


class Site:
    """What every page of the app needs: the folder of runs and the secrets of this start."""

    def __init__(self, shelf: Shelf, door: Door) -> None:
        self.shelf = shelf
        self.door = door

    def render(self, template: str, **values: Any) -> str:
        """A page as HTML; everything in it is escaped."""
        known = {"door": self.door, "shelf": self.shelf, "word": self.door.form_word, "here": ""}
        return templates().get_template(template).render(known | values)

    def page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        return HTMLResponse(self.render(template, **values), status)

    def wrong(self, title: str, why: str, status: int, back: str = "/") -> Response:
        """A page that says what is wrong, and leads on."""
        return self.page("wrong.html", status, title=title, why=why, back=back)

    async def form(self, request: Request) -> Fields:
        """The fields of a form of ours.

        Raises:
            BadForm: it is none, or too large.
        """
        data = b""
        async for part in request.stream():
            data += part
            if len(data) > LARGEST_FORM:
                raise BadForm("more was sent than a form of this app holds")
        fields = parse_qs(data.decode("utf-8", "replace"), keep_blank_values=True)
        if fields.get("word") != [self.door.form_word]:
            raise BadForm("this was not sent by a page of this app as it runs now; load it again")
        return fields


def one(fields: Fields, name: str, usual: str = "") -> str:
    """The value of a field, `usual` where there is none."""
    return fields.get(name, [usual])[-1]


@cache
def templates() -> Environment:
    """The reports' environment, which finds the app's templates as well."""
    here = FileSystemLoader(HOME / "templates")
    return html.environment().overlay(
        loader=ChoiceLoader([here, FileSystemLoader(html.HOME / "templates")])
    )


@cache
def static_files() -> dict[str, Path]:
    """The style, script and drawings of the app, by name; the reports' are among them."""
    found = [*(html.HOME / "static").iterdir(), *(HOME / "static").iterdir()]
    return {path.name: path for path in found if path.suffix in (".css", ".js", ".svg")}
