"""Every program of docs/python.md, run as it stands: a stranger would paste it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.sessions.dataset import read_sessions

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "python.md").read_text("utf-8")
EXAMPLE, *BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.S)
SHOP = {
    "/": "<title>Jackets</title><h1>Jackets</h1><input type=search aria-label=Search>"
    "<a href='/rain'>Rain jacket, 80</a>",
    "/rain": "<title>Rain jacket</title><h1>Rain jacket</h1><p>80</p><a href='/'>Back</a>",
}

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]


def python(folder: Path, *words: str) -> str:
    """What it prints; it must end well, and a program says nothing on standard error."""
    paths = [str(folder), str(ROOT), os.environ.get("PYTHONPATH", "")]
    done = subprocess.run(
        [sys.executable, *words],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
    )
    assert done.returncode == 0, (words[-1], done.stderr)
    assert words[0] != "-c" or done.stderr == ""
    return done.stdout


def test_every_program_runs(serve: Callable[..., str], tmp_path: Path) -> None:
    url = serve(SHOP)
    python(tmp_path, "-m", "shopper", "study", "--init", "embedded")
    python(tmp_path, "-m", "shopper", "simulate", "--sessions", "3", "--out", "sessions.jsonl.zst")
    said = []
    for block in BLOCKS:
        text = block.replace("https://shop.example", url)
        if name := re.match(r"# (\w+\.py)\n", text):
            (tmp_path / name.group(1)).write_text(text)
            continue
        said.append(python(tmp_path, "-c", text))
    progress, people, page, environment, own_policy, loop, measured = said
    assert "customer-0002 after 3 steps: acts\n" in progress
    assert "customer-0001 after 0 steps: looks\n" in progress
    assert "customer-0002 takes step 4" in people
    assert "ann a board game for six" in people
    assert page.startswith("Jackets\n") and "rain_jacket_80 link" in page
    assert environment.splitlines() == ["True None", "coffee mug | Larkfield"]
    assert own_policy.startswith("8 steps\n")
    assert "I have seen enough. Terminate()" in own_policy
    assert loop.count("I have seen enough.") == 2
    assert str(Path("runs", "study", "study.html")) in measured
    assert re.search(r"^\d+% of \d+ actions predicted$", measured, re.M)
    assert len(list(read_sessions(tmp_path / "runs" / "looking"))) == 2
    line = re.search(r"`shopper (run --policy window_shopper:\w+)`", PAGE)
    assert line is not None
    shown = python(tmp_path, "-m", "shopper", *line.group(1).split(), "--json", "--out", "runs/cli")
    assert '"terminate":3' in shown


@pytest.mark.model
@pytest.mark.long
def test_the_first_ten_lines_send_five_customers_with_the_embedded_model(
    serve: Callable[..., str], tmp_path: Path
) -> None:
    url = serve(SHOP)
    assert len(EXAMPLE.strip().splitlines()) == 9
    *lines, report = python(tmp_path, "-c", EXAMPLE.replace("https://shop.example", url)).split(
        "\n"
    )[:-1]
    assert [line.split()[0] for line in lines] == [f"customer-000{n}" for n in range(1, 6)]
    assert not [line for line in lines if "error" in line]
    assert "a rain jacket under 100" in (tmp_path / report).read_text("utf-8")
