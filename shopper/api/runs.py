"""`shopper.run`: customers sent to a site, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from agent.policies import name_of
from agent.policies.auto import resolved
from agent.policies.custom import Decider, given
from agent.policies.registry import DEFAULT
from agent.prompts.prompt import PageTokens
from agent.runs import runner
from agent.runs.capacity import customers_at_once
from agent.runs.card import RunFolder
from agent.runs.config import Pace, RunConfig, See, steps_enough
from agent.runs.crowd import default_folder
from agent.runs.runner import RunRequest, RunResult
from agent.runs.visit import Limits, Watch
from envs.actions import ActionSet
from envs.browser.devices import window_of
from eval.formatting import count
from shopper.access import AccessAsked, check_told, read_access
from shopper.plan import (
    Person,
    PlanError,
    budget_from,
    check_looking,
    hosts,
    one_side_of,
    patterns,
    people_at,
    price_from,
)


class Run(RunResult, frozen=True, kw_only=True):
    """A run that is over, as its folder tells of it: its `card` with the totals of finished visits,
    these as `sessions()`, visits that were cut off as `unfinished()`, and `stopped`, why it ended
    before everyone had shopped, or None."""

    def __repr__(self) -> str:
        totals, kind = self.card.totals, type(self).__name__
        visits = f"{totals.sessions} of {count(self.card.customers, 'visit')} finished"
        told = f"{visits}, {count(totals.steps, 'step')}"
        return f"<{kind} {str(self.folder.root)!r}: {told}>"

    def report(self) -> Path:
        """Write ``report.html`` and return where it is.

        Raises:
            OSError: it cannot be written.
        """
        from eval.report.run.page import write_report

        return write_report(self.folder)


def open_run(folder: Path | str) -> Run:
    """A run that was made before, finished or not.

    Raises:
        FolderError: the folder holds none.
    """
    return Run.kept(RunFolder(Path(folder)))


async def run(
    url: str | None = None,
    *,
    customers: int | Iterable[Person] = 3,
    intent: str | None = None,
    personas: Path | str | None = None,
    policy: str | Decider = DEFAULT,
    seed: int = 0,
    out: Path | str | None = None,
    variant: str = "default",
    device: str = "desktop",
    locale: str | None = None,
    timezone: str | None = None,
    max_steps: int | None = None,
    pace: Pace = "fast",
    actions: ActionSet = "paper",
    see: See = "page",
    page_tokens: PageTokens = None,
    concurrency: int | None = None,
    allow: Sequence[str] | str = (),
    allow_purchase: bool = False,
    not_a_purchase: Sequence[str] | str = (),
    respect_robots: bool = False,
    headed: bool = False,
    screenshots: bool = True,
    resume: bool = False,
    retry_failed: bool = False,
    max_tokens: int | None = None,
    max_cost: float | None = None,
    price: str | None = None,
    access: AccessAsked | None = None,
    watch: Watch = lambda session, doing: None,
) -> Run:
    """Send customers to `url`, None for the embedded shop, as ``shopper run`` does; its options
    have the same names.

    `customers` is how many, drawn from a `personas` file or the samples, or the people themselves:
    personas, pairs of a persona and an intent, or customers. `policy` is a name, or an object that
    can `decide`. `out` is the folder that keeps the run, ``runs/DATE_TIME`` if None. `watch` is
    called with the session so far whenever a customer ``looks``, ``thinks`` or ``acts``, and with
    how the visit ended. `access` is what is brought along to a site that is not open to everyone;
    variables are looked at without it, too. With `resume` the run in `out` goes on, and begins
    where there is none, so that the same call may be made again and again.

    Visits that fail are in the result as sessions that ended in an error. What `watch` raises ends
    the run, as when it is stopped, and is raised here.

    Raises:
        ValueError: an option, the address or the folder cannot be used; says what to do.
        PolicyError: the policy cannot be loaded.
        EnvError: no browser, or no shop.
        OSError: the folder cannot be written.
    """
    if resume and out is None:
        raise PlanError("resume=True needs out=, the folder of the run to go on with")
    if retry_failed and not resume:
        raise PlanError("retry_failed=True needs resume=True")
    start, variant = one_side_of(url, variant, hosts(allow))
    brought = read_access(access or AccessAsked(), [start])
    check_told(brought, {"out": out, "intent": intent, "the URL": url})
    chosen, why = resolved(policy)
    decider = given(chosen)
    check_looking(actions, see, name_of(decider))
    folder = RunFolder(Path(out) if out else default_folder())
    config = RunConfig(
        url=start,
        variant=variant,
        customers=await people_at(
            start,
            customers,
            policy=name_of(decider),
            allow=hosts(allow),
            personas=personas,
            seed=seed,
            intent=intent,
            access=brought,
        ),
        concurrency=concurrency or customers_at_once(name_of(decider)),
        limits=Limits(max_steps=max_steps or steps_enough(start)),
        allow=hosts(allow),
        allow_purchase=allow_purchase,
        not_purchases=patterns(not_a_purchase),
        respect_robots=respect_robots,
        headed=headed,
        pace=pace,
        actions=actions,
        see=see,
        page_tokens=page_tokens,
        screenshots=screenshots,
        window=window_of(device, locale, timezone),
        access=brought,
        policy_auto=why,
        price=price_from(price),
    )
    request = RunRequest(
        config=config,
        policy=decider,
        seed=seed,
        folder=folder,
        resume=resume and folder.card.exists(),
        retry_failed=retry_failed,
        budget=budget_from(max_tokens, max_cost, price),
    )
    result = await runner.run(request, watch)
    return Run(card=result.card, stopped=result.stopped, folder=result.folder)
