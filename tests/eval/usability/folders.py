"""A study's folder as a study leaves it, made of real records and analysed by the analysis itself.

Six customers look for a lamp: two find it, four press a button that does nothing, and leave.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from agent.runs.card import RunCard
from agent.sessions.log import SessionLog
from agent.sessions.session import Persona, Session, encode
from agent.study.answers import SurveyAnswer, SurveyAnswers, write_answers
from agent.study.definition import Study
from agent.study.folder import StudyFolder
from agent.study.success import split_id
from eval.study import report_study
from tests.agent.study.studies import FIND, START, leave, press, search, session, study

PRESSES = 3


def build_study(
    root: Path, *, picture: bytes | None = None, said: str = "Look here", lost: int = 4
) -> Path:
    """Write the folder of six customers, of whom `lost` press in vain, and return its page. `said`
    stands wherever a page, a customer or a model can say something."""
    folder = StudyFolder(root)
    root.mkdir(parents=True, exist_ok=True)
    made = msgspec.structs.replace(study(FIND, customers=6), title=f"Lamps {said}")
    folder.definition.write_bytes(msgspec.json.encode(made))
    for number in range(1, 7):
        _write(folder, _visit(number, said, lost=number <= lost), picture)
    folder.run.card.write_bytes(encode(_card(made)))
    write_answers(root, _answers(said))
    return report_study(root).page


def _visit(number: int, said: str, *, lost: bool) -> Session:
    way = {"reasoning": f"I think: {said}", "title": said}
    begin = search("/", f"lamp {said}", **way)
    more = (
        [*(press("/list", said, **way) for _ in range(PRESSES)), leave("/list", **way)]
        if lost
        else [press("/list", "lamp", **way), leave("/lamp/1", **way)]
    )
    persona = Persona(id=f"p{number}", text=said, age="30" if number % 2 else "60")
    return session(begin, *more, customer=number, task="find", persona=persona, intent=said)


def _write(folder: StudyFolder, visit: Session, picture: bytes | None) -> None:
    begun = msgspec.structs.replace(visit, steps=(), end=None)
    with SessionLog(folder.run.session_log(visit.session_id), begun) as log:
        for step in visit.steps:
            path = None
            if picture is not None:
                file = folder.run.screenshot(visit.session_id, step.index)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(picture)
                path = file.relative_to(folder.root).as_posix()
            log.step(msgspec.structs.replace(step, screenshot=path))
        log.end(visit.end or "terminate", ())


def _card(made: Study) -> RunCard:
    return RunCard(
        shopper_version="0.1.0", started_at=START, finished_at=START, url=made.site,
        embedded_shop=False, policy="scripted:sample", customers=6, seed=0,
    )  # fmt: skip


def _answers(said: str) -> SurveyAnswers:
    texts = (f"{said} [1].", f"{said} without a step.", f"{said} [88].")
    given = tuple(
        SurveyAnswer(
            question=f"Why? {said}", kind="open", participant=split_id(f"customer-000{n}.find")[0],
            session_id=f"customer-000{n}.find", task="find", text=text,
            steps=(1,) if n == 1 else (),
        )
        for n, text in enumerate(texts, 1)
    )  # fmt: skip
    return SurveyAnswers(model="m", answers=given)
