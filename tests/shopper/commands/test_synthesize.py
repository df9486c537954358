"""`shopper synthesize` as it is used, against a local service that speaks the API."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from agent.sessions.dataset import read_sessions, write_sessions
from shopper.cli import describe
from shopper.commands.synthesize import command
from tests.servers.claude import KEY, Claude
from tests.servers.serving import serve
from tests.trainer.synthesis.visits import GOOD, thought, visit


class Shell:
    """Runs the command in a thread, beside the server's event loop."""

    def __init__(self, folder: Path, server: Claude) -> None:
        self.server = server
        self.file, self.out = folder / "in.jsonl", folder / "out.jsonl"
        write_sessions(self.file, [visit(f"s{i}", intent=f"mug {i}") for i in range(3)])

    async def __call__(self, *options: str) -> tuple[int, str]:
        given = [str(self.file), "--policy", "anthropic:claude-test", *options]
        result = await asyncio.to_thread(CliRunner().invoke, command, given)
        if result.exception is None or isinstance(result.exception, SystemExit):
            return result.exit_code, result.output
        text, code = describe(result.exception)
        return code, result.output + text

    def reasons(self) -> list[str | None]:
        return [step.reasoning for s in read_sessions(self.out) for step in s.steps]


@pytest.fixture
async def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shell]:
    server = Claude(lambda params: thought(GOOD))
    async with serve(server.application()) as url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
        monkeypatch.setenv("SHOPPER_CACHE", str(tmp_path / "cache"))
        yield Shell(tmp_path, server)


async def test_estimate_then_batch_then_nothing_left_to_pay(shell: Shell) -> None:
    code, text = await shell("--estimate", "--batch", "--price", "3,15")
    assert code == 0, text
    assert "9 steps without reasoning: 9 questions" in text
    assert "about $0." in text
    assert shell.server.attempts == 0
    batch = ("--batch", "--poll", "0.01", "--out", str(shell.out), "--price", "3,15")
    code, text = await shell(*batch)
    assert code == 0, text
    assert "reasoning written for 9 steps, 0 known before, 0 given up" in text
    assert f"wrote {shell.out}" in text
    assert shell.reasons() == [GOOD] * 9
    asked = shell.server.attempts
    code, text = await shell("--out", str(shell.out))
    assert code == 0, text
    assert "9 answered before: 0 questions" in text
    assert shell.server.attempts == asked
    assert shell.reasons() == [GOOD] * 9


async def test_rejections_are_counted_by_reason(shell: Shell) -> None:
    shell.server.answer = lambda params: thought(
        "The customer leaves." if "step 3." in str(params["messages"]) else GOOD
    )
    code, text = await shell("--out", str(shell.out), "--attempts", "2", "--limit", "2")
    assert code == 0, text
    assert "reasoning written for 4 steps, 0 known before, 2 given up" in text
    assert "rejected: third person 4" in text
    assert shell.reasons() == [GOOD, GOOD, None] * 2


@pytest.mark.parametrize(
    ("options", "code", "complaint"),
    [
        (["--out", "x.csv"], 2, "must end in one of"),
        ([], 2, "name the data set to write with --out"),
        (
            ["--estimate", "--price", "cheap"],
            2,
            "write dollars for a million tokens, prompt and answer",
        ),
        (["--out", "o.jsonl", "--examples", "gone.toml"], 2, "cannot read the examples"),
        (["--out", "o.jsonl", "--batch", "--policy", "smollm2"], 2, "--batch works with anthropic"),
        (["--out", "o.jsonl", "--policy", "scripted:x.json"], 2, "is not a language model"),
        (["--out", "o.jsonl", "--cache", "/dev/null"], 2, "cannot be used as a store"),
    ],
)
async def test_bad_arguments_are_told(
    shell: Shell, options: list[str], code: int, complaint: str
) -> None:
    given, text = await shell(*options)
    assert (given, complaint in text) == (code, True), text
