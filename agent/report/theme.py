"""One look for every report: the page frame, its styles, its security policy, its template rules.

A report is one HTML file that needs nothing else. Its Content-Security-Policy names the hashes of
our own style and script and allows nothing more: no network, no inline handlers, no other script,
even if a template forgot to escape. Knows nothing of what a report says.
"""

from __future__ import annotations

import base64
import hashlib
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from agent.report import charts, words

HOME = Path(__file__).parent
"""Where the shared templates and styles are; a report of another package adds its own."""


def environment(homes: Sequence[Path] = (HOME,)) -> Environment:
    """Templates from the homes' folders, always escaped, with words and charts at hand."""
    made = Environment(
        loader=FileSystemLoader([home / "templates" for home in homes]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        duration=words.duration, percent=words.percent, size=words.size, humanise=words.humanise
    )
    made.globals.update(words=words, charts=charts)
    return made


def write_page(
    path: Path,
    template: str,
    *,
    styles: Sequence[str] = (),
    scripts: Sequence[str] = (),
    home: Path = HOME,
    **values: Any,
) -> Path:
    """Render `template` into `path`, whole or not at all. `styles` and `scripts` name files in
    ``static`` of `home` or of ours; ``theme.css`` always comes first."""
    homes = (home, HOME) if home != HOME else (HOME,)
    style = _joined(["theme.css", *styles], homes)
    script = _joined(scripts, homes)
    values |= {"style": Markup(style), "script": Markup(script), "csp": policy(style, script)}
    _replace(path, environment(homes).get_template(template).generate(**values))
    return path


def policy(style: str, script: str) -> str:
    """The Content-Security-Policy that allows just this style, this script and data: images."""
    scripts = f"'{_hash(script)}'" if script else "'none'"
    return (
        f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; script-src {scripts}; "
        "base-uri 'none'; form-action 'none'"
    )


def _joined(names: Sequence[str], homes: Sequence[Path]) -> str:
    files = [home / "static" / name for name in names for home in homes]
    text = "\n".join(file.read_text("utf-8") for file in files if file.is_file())
    if "</style" in text or "</script" in text:
        raise ValueError(f"{', '.join(names)}: the text would end its own element")
    return text


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _replace(path: Path, chunks: Iterable[str]) -> None:
    """Write beside `path` first, so that a failure leaves the old page as it was."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="\n") as file:
            for chunk in chunks:
                file.write(chunk)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
