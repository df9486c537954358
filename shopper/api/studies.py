"""`shopper.study`: customers with tasks, and what they found wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from agent.policies import name_of
from agent.policies.auto import resolved
from agent.policies.custom import Decider, given
from agent.prompts.prompt import PageTokens
from agent.runs.config import See
from agent.runs.crowd import default_folder
from agent.runs.visit import Watch
from agent.study.conduct import StudyRequest, conduct
from agent.study.folder import StudyFolder
from agent.study.load import changed, participants, read_study, start_url
from envs.actions import ActionSet
from shopper.access import AccessAsked, check_told, read_access
from shopper.api.runs import Run
from shopper.plan import PlanError, check_looking, patterns, price_from
from shopper.recheck import recheck as take_again

if TYPE_CHECKING:
    from eval.usability.schema import StudyResult


class StudyRun(Run, frozen=True, kw_only=True):
    """A study that is over, as its folder tells of it."""

    def result(self) -> StudyResult:
        """What was found: success, measures, findings with evidence, answers.

        Raises:
            EvalInputError: the folder cannot be read.
        """
        from eval.usability.analysis import analyse  # its statistics take a second to import

        return analyse(self.folder.root)

    def report(self) -> Path:
        """Write ``study.html`` and what stands beside it, and return where it is.

        Raises:
            OSError: it cannot be written.
        """
        from eval.study import report_study

        return report_study(self.folder.root).page


async def study(
    file: Path | str,
    *,
    out: Path | str | None = None,
    policy: str | Decider | None = None,
    customers: int | None = None,
    seed: int | None = None,
    variant: str | None = None,
    not_a_purchase: Sequence[str] | str = (),
    actions: ActionSet = "paper",
    see: See = "page",
    page_tokens: PageTokens = None,
    concurrency: int | None = None,
    headed: bool = False,
    screenshots: bool = True,
    price: str | None = None,
    resume: bool = False,
    recheck: float = 0.0,
    access: AccessAsked | None = None,
    watch: Watch = lambda session, doing: None,
) -> StudyRun:
    """Carry out the usability study in a TOML file, as ``shopper study`` does.

    `policy`, `customers`, `seed` and `variant` are used instead of the study's own.
    `not_a_purchase`, `actions`, `see`, `page_tokens`, `price` and `access` as for `run`. With
    `resume` the study in `out` goes on, and begins where there is none. For so many seconds as
    `recheck` says, none here unless it is told, visits that show findings are taken again.

    Raises:
        ValueError: the file, an option or the folder cannot be used; says what to do.
        PolicyError: the policy cannot be loaded.
        EnvError: no browser, or no shop.
        OSError: the folder cannot be written.
    """
    if resume and out is None:
        raise PlanError("resume=True needs out=, the folder of the study to go on with")
    path = Path(file)
    plan = read_study(path)
    chosen, why = resolved(plan.policy if policy is None else policy)
    decider = given(chosen)
    asked = changed(plan, policy=decider, customers=customers, seed=seed, variant=variant)
    check_looking(actions, see, name_of(decider))
    brought = read_access(access or AccessAsked(), [start_url(asked)])
    check_told(brought, {"out": out, str(path): path.read_text("utf-8")})
    folder = StudyFolder(Path(out) if out else default_folder())
    request = StudyRequest(
        study=asked,
        people=tuple(participants(asked, path.parent)),
        folder=folder,
        policy=None if isinstance(decider, str) else decider,
        concurrency=concurrency,
        headed=headed,
        screenshots=screenshots,
        resume=resume and folder.run.card.exists(),
        not_purchases=patterns(not_a_purchase),
        actions=actions,
        see=see,
        page_tokens=page_tokens,
        access=brought,
        policy_auto=why,
        price=price_from(price),
    )
    result = await conduct(request, watch)
    if recheck and result.stopped is None:
        await take_again(request, recheck)
    return StudyRun(card=result.card, stopped=result.stopped, folder=result.folder)
