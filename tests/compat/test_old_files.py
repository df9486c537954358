"""What an earlier version wrote is read as it was: same sessions, figures, findings and endings.

The files and `expected.json` are by version 6d8e5ee (see ``files/README.md``). A test that fails
here says that something users have on their disks is no longer understood, or means another thing:
mend the reader, not the files; what is meant otherwise on purpose stands in `decided`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from shopper.cli import main
from tests.compat.decided import as_decided
from tests.compat.expected import facts, unpack
from tests.compat.facts import Shopper

FILES = Path(__file__).with_name("files")
FACTS = facts()


@pytest.fixture(scope="module")
def expected() -> Any:
    return json.loads((FILES / "expected.json").read_text("utf-8"))


@pytest.fixture
def shopper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shopper:
    """The command, in this process, at work in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def call(*words: object) -> str:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        said = capsys.readouterr()
        assert ended.value.code == 0, said.err
        return said.out

    return call


@pytest.mark.parametrize(("archive", "name"), FACTS)
def test_a_fact_is_as_it_was(
    archive: str, name: str, shopper: Shopper, tmp_path: Path, expected: Any
) -> None:
    unpack(FILES / f"{archive}.zip", tmp_path)
    assert FACTS[archive, name](shopper, tmp_path) == as_decided(name, expected[name])
