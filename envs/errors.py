"""What can go wrong between a customer and the web, as one hierarchy.

Every message is one sentence that says what happened, where, and where possible what to do.
"""

from __future__ import annotations


class EnvError(Exception):
    """The world could not do its part; the message is fit to be shown and logged as it is."""


class BrowserMissing(EnvError):
    """No usable Chromium on this machine, or it does not start."""


class BadOptions(EnvError, ValueError):
    """An option of the browser or the environment has a value nobody can honour."""


class BrowserGone(EnvError):
    """The browser process ended; its contexts are lost and a new one must be launched."""


class Closed(EnvError):
    """This environment, or its last window, was closed."""


class StartError(EnvError):
    """The visit cannot begin: the start URL shows no page a customer could use."""

    passing = False
    """Whether another try may go better."""

    def __init__(self, url: str, message: str) -> None:
        super().__init__(message)
        self.url = url


class Unreachable(StartError):
    """No answer: unknown host, refused or broken connection, redirect loop, timeout."""

    def __init__(self, url: str, message: str, passing: bool = False) -> None:
        super().__init__(url, message)
        self.passing = passing


class Refused(StartError):
    """The rules of this run do not allow the address."""


class BadStatus(StartError):
    """The server answered with an HTTP error."""

    def __init__(self, url: str, message: str, status: int) -> None:
        super().__init__(url, message)
        self.status = status
        self.passing = status in (502, 503, 504)


class NotLetIn(StartError):
    """The site does not let this run in: what was brought along is not accepted, or no more. So it
    would be for everyone else."""


class LoginLost(EnvError):
    """The site ended the login in the middle of a visit."""


class NotAPage(StartError):
    """The address answers, but with a file, an image, data: nothing to shop in."""


class EmptyPage(StartError):
    """The page shows nothing, even after waiting for late content."""


class NavigatesForever(EnvError):
    """The page leaves for another before it can be looked at, again and again."""


class PageCrashed(EnvError):
    """The page crashed more often than it was worth loading again."""


class PageHung(EnvError):
    """The page's scripts keep it from answering within the deadline."""


class LookFailed(EnvError, RuntimeError):
    """Our own script in the page failed: the page is built in a way nobody foresaw."""


class DeadlinePassed(EnvError):
    """A step, or the whole visit, took longer than allowed."""
