"""The command; see the package."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import bench.miniwob
from bench.miniwob.play import Play, environment_of
from bench.miniwob.results import Result, as_json, as_table, summary
from bench.miniwob.run import play_all
from bench.miniwob.served import NoMiniWoB, serve, tasks
from envs.browser.browser import launch


async def show(names: Sequence[str], seed: int) -> None:
    """What each task says and what is seen of it at its start."""
    with serve() as url:
        async with launch() as browser:
            for name in names:
                environment = await environment_of(browser)
                try:
                    play = await Play.begin(environment, f"{url}/{name}.html", seed)
                    print(f"== {name}\n{play.task}\n{play.view.html}", flush=True)
                finally:
                    await environment.close()


def told(result: Result) -> None:
    print(f"{result.task} {result.seed}: {result.verdict} {result.why}".rstrip(), flush=True)


def main() -> None:
    doc = (bench.miniwob.__doc__ or "").splitlines()[0]
    parser = argparse.ArgumentParser(prog="python -m bench.miniwob", description=doc)
    parser.add_argument("task", nargs="*", help="names of tasks; without, all of them")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--at-once", type=int, default=2)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--show", action="store_true", help="show the tasks, play none")
    options = parser.parse_args()
    try:
        names = options.task or tasks()
    except NoMiniWoB as error:
        raise SystemExit(str(error)) from None
    if options.show:
        asyncio.run(show(names, options.seeds[0]))
        return
    results = asyncio.run(play_all(names, options.seeds, options.at_once, told))
    print("\n" + as_table(results) + "\n\n" + summary(results))
    if options.json:
        options.json.write_text(json.dumps(as_json(results), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
