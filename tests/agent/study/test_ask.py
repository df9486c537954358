"""`shopper ask` as a person types it: a real server on this machine answers in a model's place."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from agent.study.answers import SurveyAnswer, keep_asked, read_answers, unsupported
from agent.study.answers import SurveyAnswers as AnswersFile
from tests.eval.report.sample import build_run
from tests.servers.chat import Chat
from tests.servers.serving import serve


def answer(body: dict[str, Any]) -> str:
    told = body["messages"][-1]["content"]
    if "trail running" in told:
        return "It cost too much [1]."
    return "I just felt like it." if "drill" in told.lower() else "The page was slow [0] [77]."


async def shopper(*words: object) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "shopper", "ask", *map(str, words),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, out.decode(), err.decode()


@pytest.mark.slow
async def test_answers_are_printed_kept_and_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    folder = build_run(tmp_path).root
    server = Chat(answer)
    async with serve(server.application()) as url:
        policy = f"openai:m@{url}/v1"
        code, out, err = await shopper(folder, "Why did you leave?", "--policy", policy)
        assert code == 0, err
        one = ("--customer", "customer-0001", "--json")
        code, only, err = await shopper(folder, "And now?", *one, "--policy", policy)
        assert code == 0, err
    kept = read_answers(folder).answers
    assert all("Why did you leave?" in b["messages"][-1]["content"] for b in server.requests[:-1])
    assert len(kept) == len(server.requests)
    assert [a["session_id"] for a in json.loads(only)["answers"]] == ["customer-0001"]
    report = (folder / "report.html").read_text("utf-8")
    assert 'It cost too much <a href="#visit-1-step-1">[step 2]</a>.' in report
    assert "Unsupported: cites no step." in report
    assert "unsupported: cites [77], and there is no such step" in out


@pytest.mark.slow
async def test_in_the_place_of_a_small_model_the_log_answers(tmp_path: Path) -> None:
    folder = build_run(tmp_path).root
    code, out, err = await shopper(folder, "why did you leave?", "--policy", "smollm2")
    assert code == 0, err
    assert "Found in the visits' logs by rule" in out
    assert "“Delivery takes a week. That is too late for me, I will look elsewhere.” [2]" in out
    assert "0 of them unsupported" in out
    kept = read_answers(folder).answers
    assert {answer.model for answer in kept} == {"log"}
    assert all(unsupported(answer) is None for answer in kept)
    code, out, err = await shopper(folder, "Would you come back?", "--policy", "smollm2-base")
    assert code == 0, err
    assert "unsupported: the log does not tell" in out
    report = (folder / "report.html").read_text("utf-8")
    assert "put together of it by rule" in report
    assert "a model's answers" not in report
    assert '“Too expensive for me right now.” <a href="#visit-4-step-3">[step 4]</a>' in report


@pytest.mark.slow
async def test_who_cannot_be_asked_is_told_in_one_sentence(tmp_path: Path) -> None:
    folder = build_run(tmp_path).root
    code, _, err = await shopper(folder, "Why?", "--policy", "synthetic")
    assert code == 2
    assert "synthetic is not a language model" in err
    assert not (folder / "asked.json").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--customer", "nobody"), "has no customer nobody"),
        ((), "cannot read"),
    ],
)
async def test_bad_input_loses_nothing(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    folder = build_run(tmp_path).root
    if not words:
        (folder / "asked.json").write_text("{broken")
    code, _, err = await shopper(folder, "Why?", "--policy", "synthetic", *words)
    assert code == 2
    assert said in err
    if not words:
        assert (folder / "asked.json").read_text() == "{broken"


@pytest.mark.slow
async def test_a_question_that_is_a_book_is_refused(tmp_path: Path) -> None:
    folder = build_run(tmp_path).root
    code, _, err = await shopper(folder, "not " * 5000, "--policy", "smollm2")
    assert code == 2
    assert "20,000 characters, at most 2,000 can be asked" in err
    assert not (folder / "asked.json").exists()


def given(text: str | None, *steps: int, session: str = "customer-0001") -> SurveyAnswer:
    return SurveyAnswer(
        question="Why?", kind="open", participant="customer-0001", session_id=session,
        text=text, steps=steps, model="m",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (given("Too slow [1] and dear [2].", 1, 2), None),
        (given("No reason."), "cites no step"),
        (given("Slow [1], and [9].", 1), "cites [9], and there is no such step"),
        (given(None), "nothing was said"),
    ],
)
def test_what_an_answer_rests_on(answer: SurveyAnswer, reason: str | None) -> None:
    assert unsupported(answer) == reason


def test_the_same_question_is_answered_anew_and_others_stay(tmp_path: Path) -> None:
    first = AnswersFile(model="m", answers=(given("Old [1].", 1), given("Other.", session="b")))
    keep_asked(tmp_path, first)
    keep_asked(tmp_path, AnswersFile(model="m", answers=(given("New [2].", 2),)))
    assert [a.text for a in read_answers(tmp_path).answers] == ["Other.", "New [2]."]
