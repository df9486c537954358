"""One look for every report: the page frame, its styles, its security policy, its template rules.

A report is one HTML file that needs nothing else. Its Content-Security-Policy names the hashes of
our own style and script and allows nothing more: no network, no inline handlers, no other script,
even if a template forgot to escape.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from agent.atomic_write import replacing
from agent.sessions.describe import KIND_WORDS, humanise
from eval import formatting
from eval.report import charts

HOME = Path(__file__).parent
"""Where the templates and styles of every page are."""


@cache
def environment() -> Environment:
    """The templates, always escaped, with words and charts at hand."""
    made = Environment(
        loader=FileSystemLoader(HOME / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        duration=formatting.duration,
        percent=formatting.percent,
        size=formatting.size,
        dollars=formatting.dollars,
        humanise=humanise,
    )
    made.globals.update(formatting=formatting, charts=charts, KIND_WORDS=KIND_WORDS)
    return made


def write_page(
    path: Path,
    template: str,
    *,
    styles: Sequence[str] = (),
    scripts: Sequence[str] = (),
    **values: Any,
) -> Path:
    """Render `template` into `path`, whole or not at all. `styles` and `scripts` name files in
    ``static``; ``theme.css`` always comes first."""
    style = _joined(["theme.css", *styles])
    script = _joined(scripts)
    values |= {"style": Markup(style), "script": Markup(script), "csp": policy(style, script)}
    _replace(path, environment().get_template(template).generate(**values))
    return path


def page_policy(styles: Sequence[str] = (), scripts: Sequence[str] = ()) -> str:
    """The policy of a page that `write_page` makes with these."""
    return policy(_joined(["theme.css", *styles]), _joined(scripts))


def policy(style: str, script: str) -> str:
    """The Content-Security-Policy that allows just this style, this script and data: images."""
    scripts = f"'{_hash(script)}'" if script else "'none'"
    return (
        f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; script-src {scripts}; "
        "base-uri 'none'; form-action 'none'"
    )


def _joined(names: Sequence[str]) -> str:
    text = "\n".join((HOME / "static" / name).read_text("utf-8") for name in names)
    if "</style" in text or "</script" in text:
        raise ValueError(f"{', '.join(names)}: the text would end its own element")
    return text


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _replace(path: Path, chunks: Iterable[str]) -> None:
    """A failure leaves the old page as it was."""
    with (
        replacing(path) as draft,
        draft.open("w", encoding="utf-8", errors="replace", newline="\n") as file,
    ):
        file.writelines(chunks)
