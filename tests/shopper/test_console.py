"""What commands print of pages, paths and models is printed as it is."""

from __future__ import annotations

import pytest
from rich.table import Table

from shopper.console import plain_console


def test_nothing_is_read_as_markup(capsys: pytest.CaptureFixture[str]) -> None:
    console = plain_console()
    console.print("Name [required] must not be empty [/name]")
    table = Table(title="[v2]", box=None)
    table.add_row("[red]text[/]")
    console.print(table)
    out = capsys.readouterr().out
    assert "Name [required] must not be empty [/name]" in out
    assert "[v2]" in out and "[red]text[/]" in out
