"""The saved pages that measurements read, and asking a shown one something in JavaScript."""

from __future__ import annotations

import json
import os
from pathlib import Path

from envs.page.script import PageScript

DATA = Path(os.environ.get("SHOPPER_DATA", Path(__file__).parents[2] / "shared" / "data"))


def saved_pages() -> list[Path]:
    """The files of ``SHOPPER_DATA/pages``.

    Raises:
        SystemExit: there are none.
    """
    files = sorted((DATA / "pages").glob("*.html.gz"))
    if not files:
        raise SystemExit(f"no saved pages in {DATA / 'pages'}: name files, or set SHOPPER_DATA")
    return files


async def evaluate(world: PageScript, function: str) -> str:
    """Call a JavaScript function that returns a string, in the page's own document."""
    answer = await world.cdp.send(
        "Runtime.evaluate",
        {
            "expression": f"({function})()",
            "contextId": world.context_of(world.main_frame),
            "returnByValue": True,
        },
    )
    if "exceptionDetails" in answer:
        raise RuntimeError(json.dumps(answer["exceptionDetails"])[:500])
    return str(answer["result"].get("value", ""))
