"""`shopper calibrate`: forecasts held against past A/B tests of people.

The command line only: the file is read by `eval.calibration.past_tests`, comparisons are run by
`agent.runs.ab`, and judged by `eval.calibration`.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import click
import msgspec

from agent.atomic_write import write_json
from agent.policies.registry import DEFAULT
from agent.runs.ab import PairRequest, is_comparison, run_pair
from agent.runs.capacity import customers_at_once
from agent.runs.config import RunConfig, steps_enough
from agent.runs.runner import RunResult
from agent.runs.visit import Limits
from envs.shop.variants import VARIANTS
from eval import formatting
from eval.calibration.calibrate import calibrate, gap_of, judged
from eval.calibration.forecast import forecast_of
from eval.calibration.past_tests import PastTest, PastTests, read_past_tests
from eval.calibration.schema import FILE, Calibration, Gap, JudgedForecast
from shopper.commands._shared_options import picked
from shopper.console import plain_console
from shopper.failure import Failure
from shopper.help import option
from shopper.plan import people_told, sides_of

_err = plain_console(stderr=True)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder for the comparisons, calibration.json and calibration.html.",
    show_default="the name of FILE",
)
@option("--policy", metavar="POLICY", help="Who forecasts: names as for `shopper run`.")
@option("--customers", type=click.IntRange(1, 10_000), help="How many forecast each test.")
@option("--strict", is_flag=True, help="Exit with 1 unless at least the direction can be trusted.")
@option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(
    file: Path,
    out: Path | None,
    policy: str | None,
    customers: int | None,
    strict: bool,
    as_json: bool,
) -> None:
    """Say how far forecasts can be trusted, by past A/B tests of people in FILE (TOML).

    Each test holds what people did on both sides, and where the forecast comes from: a finished
    comparison, two addresses or variants to which customers are sent now, or counts of any other
    simulator. Comparisons that are there already are not run again; what broke off goes on.
    """
    from eval.report.calibration import PAGE, headline, told, write_calibration
    from eval.report.terminal import print_parts

    tests = read_past_tests(file)
    if policy is not None or customers is not None:
        tests = msgspec.structs.replace(
            tests, policy=policy or tests.policy, customers=customers or tests.customers
        )
    root = out or file.with_suffix("")
    found = _calibrated(tests, file, root)
    root.mkdir(parents=True, exist_ok=True)
    write_json(root / FILE, found)
    page = write_calibration(root / PAGE, found)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
    else:
        console = plain_console()
        console.print(headline(found), style="bold")
        print_parts(console, told(found))
        click.echo(f"report: {page}")
    if strict and found.trust in ("none", "unknown"):
        raise Failure(headline(found), exit_code=1)


def _calibrated(tests: PastTests, file: Path, root: Path) -> Calibration:
    results: list[JudgedForecast] = []
    policies: dict[str, None] = {}
    for test in tests.tests:
        forecast, policy = _forecast(test, tests, file, root)
        policies[policy] = None
        results.append(judged(test.name, gap_of(test.people), forecast))
    return calibrate(results, metric=tests.metric, policy=", ".join(policies))


def _forecast(test: PastTest, tests: PastTests, file: Path, root: Path) -> tuple[Gap, str]:
    """What customers did on both sides, and who they were."""
    if test.forecast is not None:
        return gap_of(test.forecast), "counts given"
    if test.run is not None:
        return forecast_of(file.parent / test.run, tests.metric)
    folder = root / test.name.replace(" ", "-")
    _send(test, tests, file, folder)
    return forecast_of(folder, tests.metric)


def _send(test: PastTest, tests: PastTests, file: Path, folder: Path) -> None:
    """Send the customers to both sides, those who have not been there yet.

    Raises:
        Failure: it was stopped, or nobody could shop.
    """
    policy, auto = picked(tests.policy or DEFAULT)
    urls, variant = _sides(test)
    (url, name), (other, other_name) = sides_of(urls, variant, ())
    personas = None if tests.personas is None else file.parent / tests.personas
    who = people_told(
        url, tests.customers, policy=policy, personas=personas, seed=tests.seed, intent=tests.intent
    )
    config = RunConfig(
        url=url,
        variant=name,
        customers=who,
        concurrency=customers_at_once(policy),
        limits=Limits(max_steps=steps_enough(url)),
        screenshots=False,
        policy_auto=auto,
    )
    request = PairRequest(
        root=folder,
        configs=(config, msgspec.structs.replace(config, url=other, variant=other_name)),
        policy=policy,
        seed=tests.seed,
        resume=is_comparison(folder),
    )
    _err.print(
        f"{test.name}: {formatting.count(len(who), 'customer')} on both sides …", markup=False
    )
    results: tuple[RunResult, ...] = asyncio.run(run_pair(request))
    if results[0].stopped is not None:
        raise Failure(f"{test.name}: {results[0].stopped}; the same command goes on", exit_code=1)


def _sides(test: PastTest) -> tuple[list[str], str]:
    """Addresses, or a pair of variants of the embedded shop."""
    sides = [test.a or "", test.b or ""]
    known = [side in VARIANTS for side in sides]
    if all(known):
        return [], ",".join(sides)
    if any(known):
        raise Failure(
            f"{test.name}: {sides[known.index(True)]} is a variant of the embedded shop, and "
            f"{sides[known.index(False)] or 'the other side'} is none of them: "
            f"{', '.join(VARIANTS)}",
            2,
        )
    return sides, "default"
