"""Asking a person whether they agree to be recorded, in the window they will shop in.

The first line of the text is the heading; lines that begin with ``- `` are points, a short line
before points heads them. Nothing listens to the window before the answer.
"""

from __future__ import annotations

from html import escape

from playwright.async_api import Error, Page

YES, NO = "I agree", "No, thank you"
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>
  body {{ font: 17px/1.55 system-ui, sans-serif; color: #222; background: #f4f4f2; margin: 0 }}
  main {{ max-width: 38em; margin: 6vh auto; padding: 1.6em 2.2em; background: #fff;
    border-radius: 10px; box-shadow: 0 1px 8px #0002 }}
  h1 {{ font-size: 1.5em; margin: .2em 0 }} h2 {{ font-size: 1em; margin: 1.2em 0 .2em }}
  ul {{ margin: .2em 0; padding-left: 1.3em }}
  button {{ font: inherit; padding: .55em 1.4em; margin: 1.2em .8em 0 0; border-radius: 6px;
    border: 1px solid #888; background: #fff; cursor: pointer }}
  button.yes {{ background: #1a5fb4; border-color: #1a5fb4; color: #fff }}
</style>
<main><h1>{title}</h1>{body}
<button class="yes" onclick="document.body.dataset.answer = 'yes'">{yes}</button>
<button onclick="document.body.dataset.answer = 'no'">{no}</button></main></html>"""


async def ask(page: Page, text: str) -> bool:
    """Show the text and wait for an answer; closing the window is a no."""
    try:
        await page.set_content(_shown(text))
        answered = page.locator("body[data-answer]")
        await answered.wait_for(state="attached", timeout=0)
        return await answered.get_attribute("data-answer") == "yes"
    except Error:
        return False  # the window was closed


def _shown(text: str) -> str:
    title, *lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    pieces: list[str] = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith("- "):
            pieces.append(f"<ul><li>{escape(line[2:])}</li></ul>")
        elif following.startswith("- ") and not line.startswith("- "):
            pieces.append(f"<h2>{escape(line)}</h2>")
        else:
            pieces.append(f"<p>{escape(line)}</p>")
    body = "".join(pieces).replace("</ul><ul>", "")
    return _PAGE.format(title=escape(title), body=body, yes=YES, no=NO)
