"""Made the old files: runs an old version's commands and packs what they wrote.

    python -m tests.compat.make CHECKOUT OUT

CHECKOUT is a worktree of the old version (``git worktree add CHECKOUT 6d8e5ee``) with its virtual
environment in ``.venv``; OUT gets the archives and ``expected.json``. Every command is printed as
it is run.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

from tests.compat.expected import ARCHIVES, facts, tiny_model, unpack
from tests.compat.facts import visits
from tests.compat.person import shop_as_a_person
from tests.compat.site_and_model import SITE, Server

MODEL = f"openai:m@{SITE}v1"
PEOPLE = (("Ann", 30), ("Bob", 60), ("Cid", 20), ("Dora", 45))
EMBEDDED = ("--policy", "synthetic", "--seed", "11", "--customers", "3", "--max-steps", "6")
STUDY = """title = "{title}"
site = "{site}"
policy = "{policy}"
seed = {seed}
[population]
customers = {customers}
{personas}
[[tasks]]
id = "{task}"
text = "{text}"
max_steps = {most}
pages = 4
success = {{ order = true }}
[questions]
seq = true
sus = true
open = ["What made you leave?"]
"""
FOREIGN = {
    "steps": [{"type": "click", "name": "*lamps"}, {"type": "terminate", "reasoning": "Too dear."}],
    "customers": {
        "customer-0002": {"steps": [{"type": "click", "name": "*size_guide",
                                     "reasoning": "Which size?"}], "repeat": True},
        "customer-0003": {"steps": [{"type": "click", "name": "*offers"},
                                    {"type": "click", "name": "*next"},
                                    {"type": "click", "name": "*home"}], "repeat": True},
        "customer-0004": {"steps": [
            *({"type": "click", "name": n}
              for n in ("*lamps", "*red_lamp", "*add_to_cart", "*checkout")),
            {"type": "type_and_submit", "name": "*name", "text": "Dora"}]},
        "customer-0005": {"steps": [{"type": "click", "name": "*no_such_thing"}]},
        "customer-0006": {"steps": [{"type": "type_and_submit", "name": "*search*", "text": "red"},
                                    {"type": "click", "name": "header.home"},
                                    {"type": "click", "name": "*offers"},
                                    {"type": "click", "name": "*next"},
                                    {"type": "click", "name": "*next"},
                                    {"type": "click", "name": "*next"}]},
    },
}  # fmt: skip
BROKEN = {
    "steps": [{"type": "terminate", "reasoning": "Not today."}],
    "customers": {"customer-0002": {"steps": [{"type": "click", "name": "*no_such_thing"}]}},
}
PREDICT = {"steps": [{"type": "type_and_submit", "name": "*search*", "text": "mug",
                      "optional": True}, {"type": "terminate"}], "repeat": True}  # fmt: skip


class Old:
    """The old version's command line, at work in one folder."""

    def __init__(self, checkout: Path, work: Path) -> None:
        self.work = work
        self._start = [str(checkout / ".venv" / "bin" / "python"), "-m", "agent"]
        self._env = {**os.environ, "PYTHONPATH": str(checkout)}
        self._env.pop("OPENAI_API_KEY", None)

    def __call__(self, *words: object, code: int = 0) -> str:
        done = self.start(*words)
        out, _ = done.communicate(timeout=300)
        if done.returncode != code:
            raise SystemExit(f"exit code {done.returncode}, not {code}: {words}")
        return out

    def start(self, *words: object) -> subprocess.Popen[str]:
        print("$ shopper", *words, flush=True)
        command = [*self._start, *map(str, words)]
        return subprocess.Popen(command, cwd=self.work, env=self._env, text=True, stdout=-1)

    def write(self, name: str, value: object) -> None:
        text = value if isinstance(value, str) else json.dumps(value, indent=1) + "\n"
        (self.work / name).write_text(text, "utf-8")


def runs(old: Old) -> None:
    """Runs in the embedded shop: whole, killed in the middle, with a visit that failed."""
    old("run", *EMBEDDED, "--no-screenshots", "--out", "embedded-run")
    one = ("--concurrency", 1, "--no-screenshots", "--out", "killed-run")
    killed = old.start("run", *EMBEDDED, *one)
    log = old.work / "killed-run" / "sessions" / "customer-0002.jsonl"
    while not log.exists() or log.read_bytes().count(b"\n") < 4:
        time.sleep(0.005)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    old.write("script.json", BROKEN)
    words = ("--policy", "scripted:script.json", "--customers", 2, "--no-screenshots")
    old("run", *words, "--out", "failed-run")
    shutil.move(old.work / "script.json", old.work / "failed-run-script.json")
    sides = ("--variant", "default,late-price", "--policy", "synthetic", "--seed", 4)
    old("run", *sides, "--customers", 4, "--max-steps", 4, "--no-screenshots", "--out", "ab-run")


def foreign(old: Old) -> None:
    """A run and two studies of a site that is not the embedded shop, a recording, questions."""
    people = ({"id": n.lower(), "text": f"I am {n}.", "age": age} for n, age in PEOPLE)
    old.write("people.jsonl", "".join(json.dumps(one) + "\n" for one in people))
    old.write("script.json", FOREIGN)
    task = {"task": "lamp", "text": "Buy a lamp, and use a coupon.", "most": 26, "seed": 0}
    text = STUDY.format(title="Lamps", site=SITE, policy=MODEL, customers=4,
                        personas='personas = "people.jsonl"', **task)  # fmt: skip
    old.write("study.toml", text)
    with Server(faulty=True):
        words = ("--personas", "people.jsonl", "--intent", "a red lamp", "--customers", 6)
        old("run", SITE, "--policy", "scripted:script.json", *words, "--max-steps", 6,
            "--out", "foreign-run")  # fmt: skip
        old("ask", "foreign-run", "Why did you leave?", "--policy", MODEL)
        old("study", "study.toml", "--no-screenshots", "--out", "study-before")
        asyncio.run(shop_as_a_person(old.start, old.work, SITE))
    with Server(faulty=False):
        old("study", "study.toml", "--no-screenshots", "--out", "study-after")
    text = STUDY.format(title="Own shop", site="embedded", policy="synthetic", customers=3,
                        personas="", **{**task, "text": "{intent}", "most": 9, "seed": 8})  # fmt: skip
    old.write("own.toml", text)
    out = old.work / "study-embedded"  # a relative path made the old version fail
    old("study", "own.toml", "--no-screenshots", "--out", out)


def data(old: Old) -> None:
    """Data sets in every form, benchmarks on one, personas."""
    old("simulate", "--sessions", 5, "--seed", 5, "--out", "determinism.jsonl")
    old("simulate", "--sessions", 3, "--seed", 9, "--out", "sessions.jsonl")
    for ending in ("jsonl.gz", "jsonl.zst", "parquet"):
        old("data", "convert", "sessions.jsonl", "--out", f"sessions.{ending}")
    old.write("predict.json", PREDICT)
    for name, policy in (("scripted", "scripted:predict.json"), ("smollm2", "smollm2")):
        words = ("--policy", policy, "--limit", 2, "--intent", "--persona")
        old("bench", "sessions.jsonl.zst", *words, "--out", f"bench-{name}")
    rows = [json.loads(line) for line in
            (old.work / "bench-scripted" / "predictions.jsonl").read_text().splitlines()]  # fmt: skip
    least = ("session_id", "step", "truth", "prediction")
    old.write("predictions.jsonl", "".join(
        json.dumps({key: row[key] for key in least}) + "\n" for row in rows))  # fmt: skip
    old("bench", "--predictions", "predictions.jsonl", "--out", "bench-alone")
    old(
        "bench", "sessions.jsonl.zst", "--predictions", "predictions.jsonl", "--out", "bench-joined"
    )
    old("personas", "--count", 5, "--seed", 3, "--out", "personas.jsonl")


PAGES = {".html", ".csv"}
"""Left out: made again from the rest."""
PICTURES = 1


TRAIN = """[model]
base = "tiny"
random_weights = true
dtype = "float32"
[tuning]
method = "lora"
rank = 2
alpha = 4
[data]
train = "sessions.jsonl.zst"
window = 2048
[optimizer]
learning_rate = 0.01
schedule = "constant"
[run]
out = "trained"
batch = 1
epochs = 2
"""


def training(old: Old) -> None:
    """An adapter of a tiny model, whose weights are drawn by its seed."""
    tiny_model(old.work / "tiny")
    old.write("trained.toml", TRAIN)
    old("train", "trained.toml")


def pack(work: Path, out: Path) -> None:
    """One archive a group; of the pictures only the first."""
    out.mkdir(parents=True, exist_ok=True)
    for group, names in ARCHIVES.items():
        with zipfile.ZipFile(
            out / f"{group}.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9
        ) as file:
            for name in names:
                found = [work / name] if (work / name).is_file() else (work / name).rglob("*")
                pictures = 0
                for path in sorted(found):
                    pictures += path.suffix == ".jpg"
                    skip = path.suffix in PAGES or (path.suffix == ".jpg" and pictures > PICTURES)
                    if path.is_file() and not skip and "inspect" not in path.parts:
                        info = zipfile.ZipInfo(path.relative_to(work).as_posix())
                        file.writestr(info, path.read_bytes(), zipfile.ZIP_DEFLATED, 9)


def main() -> None:
    checkout, out = (Path(word).resolve() for word in sys.argv[1:3])
    work = out / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    old = Old(checkout, work)
    for part in (data, training, runs, foreign):
        part(old)
    pack(work, out)
    _write(out / "expected.json", told(checkout, out))
    _write(
        out / "determinism.json",
        {
            "simulate --sessions 5 --seed 5": visits(
                (work / "determinism.jsonl").read_text().splitlines()
            ),
            f"run {' '.join(EMBEDDED)}": visits(of_run(old, "embedded-run")),
        },
    )


def told(checkout: Path, out: Path) -> dict[str, Any]:
    """What the old version says of what is packed."""
    found: dict[str, Any] = {}
    for (archive, name), fact in facts().items():
        folder = out / "work" / "unpacked"
        shutil.rmtree(folder, ignore_errors=True)
        unpack(out / f"{archive}.zip", folder)
        found[name] = fact(Old(checkout, folder), folder)
    return found


def of_run(old: Old, run: str) -> list[str]:
    old("data", "convert", run, "--out", f"{run}.jsonl")
    return (old.work / f"{run}.jsonl").read_text("utf-8").splitlines()


def _write(path: Path, value: dict[str, object]) -> None:
    """A fact a line, so that a difference can be found."""
    lines = (
        f"{json.dumps(key)}: {json.dumps(one, ensure_ascii=False, separators=(',', ':'))}"
        for key, one in value.items()
    )
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


if __name__ == "__main__":
    main()
