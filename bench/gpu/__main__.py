"""Measure training on one GPU: exact, fast, small, and something learned, by the clock.

    python -m bench.gpu --out DIR --deadline 600 [--data STANDARD/train.jsonl.zst]
                        [--gguf FILE | --gguf HALF HALF] [--tiny]

Stages go by importance; each runs in a process of its own and is stopped when its time is over, so
that one which fails or hangs costs itself only. ``DIR/results.json`` is written anew as each ends,
``DIR/summary.md`` beside it, ``DIR/log.txt`` holds what was said, adapters are ``DIR/NAME.tar``.
No network is needed; a GGUF file in two halves is joined; without one SmolLM2 is not trained, only
timed. ``--tiny`` does all of it with tiny shapes, for a CPU.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from agent.atomic_write import write_whole
from bench.gpu.stages import STAGES, Stage
from bench.gpu.summary import summary

RESERVE = 10
"""Seconds kept for writing at the end."""


def main() -> None:
    chosen = _arguments()
    if chosen.stage:
        _run_stage(chosen)
        return
    started = time.monotonic()
    out = Path(chosen.out)
    out.mkdir(parents=True, exist_ok=True)
    results: dict[str, Any] = {"deadline": chosen.deadline, "tiny": chosen.tiny, "stages": {}}
    preparing = _prepare_data(chosen, out)
    for stage in STAGES:
        if chosen.only and stage.name not in chosen.only:
            continue
        left = chosen.deadline - (time.monotonic() - started) - RESERVE
        results["stages"][stage.name] = _try(stage, chosen, out, left)
        results["seconds"] = round(time.monotonic() - started, 1)
        _write(out, results)
        print(stage.name, json.dumps(results["stages"][stage.name])[:300], flush=True)
    if preparing is not None and preparing.poll() is None:
        os.killpg(preparing.pid, signal.SIGKILL)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    parser.add_argument("--deadline", type=float, default=600)
    parser.add_argument("--data", help="the standard set's training part")
    parser.add_argument("--gguf", nargs="+", default=[], help="SmolLM2's file, or its halves")
    parser.add_argument("--tiny", action="store_true")
    parser.add_argument("--only", nargs="+", choices=[stage.name for stage in STAGES])
    parser.add_argument("--stage", help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=float, default=0.0, help=argparse.SUPPRESS)
    return parser.parse_args()


def _try(stage: Stage, chosen: argparse.Namespace, out: Path, left: float) -> dict[str, Any]:
    """What the stage found, or why it found nothing."""
    least = 0 if chosen.tiny else stage.least
    if left < max(least, 1):
        return {"skipped": f"{max(0, left):.0f} seconds were left"}
    seconds = min(stage.most, left) if not chosen.tiny else left
    began = time.monotonic()
    done = _in_a_process(stage.name, chosen, out, seconds)
    done["wall_s"] = round(time.monotonic() - began, 1)
    return done


def _in_a_process(
    name: str, chosen: argparse.Namespace, out: Path, seconds: float
) -> dict[str, Any]:
    with (out / "log.txt").open("a") as log:
        log.write(f"=== {name}\n")
        log.flush()
        process = _start(name, chosen, seconds, log)
        try:
            said, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return {"stopped": f"after {seconds:.0f} seconds"}
    lines = [line for line in said.splitlines() if line.startswith("{")]
    if not lines:
        return {"failed": f"exit status {process.returncode}, see log.txt"}
    found: dict[str, Any] = json.loads(lines[-1])
    return found


def _start(
    name: str, chosen: argparse.Namespace, seconds: float, log: Any
) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bench.gpu", "--stage", name, "--seconds", str(seconds)]
    command += ["--out", chosen.out, *(["--tiny"] if chosen.tiny else [])]
    command += ["--data", chosen.data] if chosen.data else []
    command += ["--gguf", *chosen.gguf] if chosen.gguf else []
    environment = {
        **os.environ,
        "PYTORCH_CUDA_ALLOC_CONF": "expandable_segments:True",
        "HF_HUB_OFFLINE": "1",
    }
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
        start_new_session=True,
        env=environment,
    )


def _prepare_data(chosen: argparse.Namespace, out: Path) -> subprocess.Popen[str] | None:
    """Tokenizing needs no GPU: it goes on beside the first stages."""
    if not chosen.data or not (chosen.gguf or chosen.tiny):
        return None
    log = (out / "prepare.txt").open("w")
    return _start("prepare", chosen, chosen.deadline, log)


def _run_stage(chosen: argparse.Namespace) -> None:
    """In the process of its own: call it, and print what it found."""
    from bench.gpu.context import Context

    context = Context.of(chosen)
    if chosen.stage == "prepare":
        call, given = "smollm2:prepare", {}
    else:
        stage = next(one for one in STAGES if one.name == chosen.stage)
        call, given = stage.call, dict(stage.given)
    module, function = call.split(":")
    try:
        found = getattr(import_module(f"bench.gpu.{module}"), function)(context, **given)
    except Exception as error:  # out of memory and the like are results, too
        import traceback

        traceback.print_exc()
        first = (str(error).splitlines() or [""])[0]
        found = {"failed": f"{type(error).__name__}: {first[:300]}"}
    print(json.dumps(found))


def _write(out: Path, results: dict[str, Any]) -> None:
    write_whole(out / "results.json", (json.dumps(results, indent=1) + "\n").encode())
    (out / "summary.md").write_text(summary(results))


if __name__ == "__main__":
    main()
