"""Files nested too deeply are input errors of every command that reads them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from shopper.cli import describe, shopper

DEEP = "[" * 100_000 + "]" * 100_000
FILES = {
    "deep.json": DEEP,
    "deep.toml": f"a = {DEEP}\n",
    "script.jsonl": f"{DEEP}\n",
    "rows.jsonl": f'{{"session_id":"s","user_id":"u","steps":[{{"index":{DEEP}}}]}}\n',
    "log.jsonl": f'{{"type":"session","persona":{DEEP}}}\n',
    "later.jsonl": f'{{"type":"session","x":1}}\n{{"type":"step","x":{DEEP}}}\n',
    "run/run.json": f'{{"arguments":{{"a":{DEEP}}}}}',
    "run/sessions/s.jsonl": "{}\n",
}
URL = "http://127.0.0.1:9"
COMMANDS: dict[str, Sequence[str]] = {
    "rows": ("data", "check", "rows.jsonl"),
    "a log": ("data", "check", "log.jsonl"),
    "a log's later line": ("data", "check", "later.jsonl"),
    "rows to convert": ("data", "convert", "rows.jsonl", "--out", "out.jsonl"),
    "a study": ("study", "deep.toml"),
    "a training": ("train", "deep.toml"),
    "a script in TOML": ("run", URL, "--policy", "scripted:deep.toml", "--out", "out"),
    "a script in JSON": ("run", URL, "--policy", "scripted:deep.json", "--out", "out"),
    "a script in lines": ("run", URL, "--policy", "scripted:script.jsonl", "--out", "out"),
    "personas": ("run", URL, "--personas", "deep.json", "--policy", "synthetic", "--out", "out"),
    "a population": ("personas", "--from", "deep.toml", "--count", "1", "--out", "out.jsonl"),
    "predictions": ("bench", "--predictions", "script.jsonl", "--out", "out"),
    "a run": ("report", "run"),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", COMMANDS)
def test_a_file_nested_too_deeply_is_an_input_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(shopper, list(COMMANDS[case]), prog_name="shopper")
    error = done.exception
    assert error is not None
    code = error.code if isinstance(error, SystemExit) else describe(error)[1]
    said = done.output + describe(error)[0]
    assert code == 2, said
    assert not isinstance(error, RecursionError)
    assert "No such option" not in said
    assert any(Path(name).name in said for name in FILES), said


def test_what_is_too_deep_elsewhere_is_no_bug_of_ours() -> None:
    sentence, code = describe(RecursionError("maximum recursion depth exceeded"))
    assert code == 2 and "nested too deeply" in sentence
