"""What it is worth to know who shops: trained and tested with the right persona, none, another's.

    python -m bench.persona_effect CONFIG --test FILE --out DIR [--limit N]

CONFIG is one of `shopper train`. Its data get personas (`agent.personas.labelling`): their own where
they have one, else what the person did in earlier visits. Three models are trained as CONFIG says and
predict the same test visits; a table says how often they are right, with intervals, and how far each is
from the right persona. What is there already in DIR is not made again. Published: Customer-R1 on OPeRA
39.6 % (right), 37.8 % (none), 28.9 % (another's).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tomllib
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console

from agent.personas.labelling import exchanged, with_personas
from agent.sessions.dataset import read_sessions, write_sessions
from agent.sessions.session import Session
from eval.compare import compare_benchmarks
from eval.report.terminal import print_comparison

ARMS = ("right", "none", "shuffled")
SEED = 0


def prepare(config: Path, test: Path, out: Path, limit: int | None) -> None:
    """Write the data and the configuration of every arm."""
    plan: dict[str, Any] = tomllib.loads(config.read_text("utf-8"))
    parts = {"train": Path(plan["data"]["train"]), "test": test}
    for part, path in parts.items():
        sessions = list(islice(with_personas(read_sessions(path)), limit))
        for arm, told in zip(ARMS, _personas(sessions), strict=True):
            folder = out / arm
            folder.mkdir(parents=True, exist_ok=True)
            write_sessions(folder / f"{part}.jsonl.zst", told)
    for arm in ARMS:
        data = {
            **plan["data"],
            "train": str(out / arm / "train.jsonl.zst"),
            "persona": arm != "none",
        }
        data.pop("validation", None)
        run = {**plan["run"], "out": str(out / arm / "model")}
        (out / arm / "train.toml").write_text(toml({**plan, "data": data, "run": run}), "utf-8")


def _personas(sessions: list[Session]) -> tuple[list[Session], list[Session], list[Session]]:
    other = exchanged(sessions, SEED)
    none = [msgspec.structs.replace(one, persona=None) for one in sessions]
    return sessions, none, [other(one) for one in sessions]


def toml(plan: dict[str, Any]) -> str:
    """Sections of plain values, as configurations of training are."""
    lines = []
    for section, values in plan.items():
        lines.append(f"[{section}]")
        for key, value in values.items():
            told = msgspec.json.encode(value).decode()  # strings, numbers, booleans, lists alike
            lines.append(f"{key} = {told}")
    return "\n".join(lines) + "\n"


def shopper(*arguments: object) -> None:
    subprocess.run([sys.executable, "-m", "shopper", *map(str, arguments)], check=True)


def carry_out(folder: Path) -> None:
    """Train and test one arm, as far as that is not done."""
    model = folder / "model"
    if not (folder / "trained").exists():
        resume = ("--resume",) if model.exists() else ()
        shopper("train", folder / "train.toml", *resume)
        (folder / "trained").touch()
    if not (folder / "bench" / "results.json").exists():
        shown = () if folder.name == "none" else ("--persona",)
        again = ("--resume",) if (folder / "bench").exists() else ()
        policy = exported(model)
        test = folder / "test.jsonl.zst"
        shopper("bench", test, "--policy", policy, "--out", folder / "bench", *shown, *again)


def exported(model: Path) -> Path:
    """The folder in a training's `run.out` that ``--policy`` takes."""
    known = [model / name for name in ("adapter", "model") if (model / name).is_dir()]
    return known[0] if known else model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config", type=Path)
    parser.add_argument("--test", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    if not all((options.out / arm / "train.toml").exists() for arm in ARMS):
        prepare(options.config, options.test, options.out, options.limit)
    for arm in ARMS:
        carry_out(options.out / arm)
    found = compare_benchmarks([options.out / arm / "bench" for arm in ARMS])
    for comparison in found.benchmarks:
        print_comparison(Console(), comparison)


if __name__ == "__main__":
    main()
