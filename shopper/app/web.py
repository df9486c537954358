"""The app as an ASGI application: its pages behind the guard."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from shopper.app import compare, home, kept, live, result, sending
from shopper.app.guard import Door, Guard
from shopper.app.jobs import CannotStart
from shopper.app.new import pages as new
from shopper.app.pages import BadForm, Site, static_files
from shopper.app.shelf import NotHere, Shelf


def make_app(shelf: Shelf, door: Door) -> ASGIApp:
    """The app over the folder of `shelf`, for whoever `door` lets in."""
    site = Site(shelf, door)

    def not_here(request: Request, error: Exception) -> Response:
        return site.wrong("Not here", f"{error}.", 404)

    def bad_form(request: Request, error: Exception) -> Response:
        return site.wrong("Not taken", f"{error}.", 403)

    def cannot_start(request: Request, error: Exception) -> Response:
        return site.wrong("It could not be started", f"{error}.", 500, "/new")

    def no_page(request: Request, error: Exception) -> Response:
        return site.wrong("No such page", f"There is nothing at {request.url.path}.", 404)

    def broke(request: Request, error: Exception) -> Response:
        why = f"Unexpected {type(error).__name__}: {error}. The log in the terminal says where."
        return site.wrong("Something broke", why, 500)

    pages = Starlette(
        routes=[
            Route("/static/{name}", _static),
            *home.routes(site),
            *result.routes(site),
            *sending.routes(site),
            *kept.routes(site),
            *new.routes(site),
            *live.routes(site),
            *compare.routes(site),
        ],
        exception_handlers={
            NotHere: not_here,
            BadForm: bad_form,
            CannotStart: cannot_start,
            404: no_page,
            500: broke,
        },
    )
    return Guard(pages, door)  # around everything, errors too


def _static(request: Request) -> Response:
    path = static_files().get(request.path_params["name"])
    if path is None:
        return Response(status_code=404)
    return FileResponse(path, headers={"Cache-Control": "no-cache"})
