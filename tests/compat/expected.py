"""Every fact that is held: of which archive, and the commands that tell it."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from tests.compat.facts import (
    Shopper,
    checked,
    compared,
    converted,
    reported,
    scored,
    sides,
    studied,
)

Fact = Callable[[Shopper, Path], Any]

ARCHIVES: dict[str, tuple[str, ...]] = {
    "runs": ("embedded-run", "killed-run", "failed-run", "failed-run-script.json", "ab-run"),
    "foreign": ("foreign-run", "people.jsonl", "script.json"),
    "studies": ("study-before", "study-after", "study-embedded", "study.toml", "own.toml"),
    "benchmarks": (
        *("bench-scripted", "bench-smollm2", "bench-alone", "bench-joined"),
        *("predict.json", "predictions.jsonl", "sessions.jsonl.zst"),
    ),
    "data": (
        *("sessions.jsonl", "sessions.jsonl.gz", "sessions.jsonl.zst", "sessions.parquet"),
        *("recorded.jsonl", "recorded-and-killed.log", "personas.jsonl"),
    ),
    "training": ("trained/adapter", "trained.toml", "sessions.jsonl.zst"),
}
"""What is in ``files/NAME.zip``."""

RUNS = {
    "runs": ("embedded-run", "killed-run", "failed-run", "ab-run/a", "ab-run/b"),
    "foreign": ("foreign-run",),
    "studies": ("study-before", "study-after", "study-embedded"),
}
DATA = (
    *("sessions.jsonl", "sessions.jsonl.gz", "sessions.jsonl.zst", "sessions.parquet"),
    *("recorded.jsonl", "recorded-and-killed.log"),
)
LOGS = (
    ("runs", "embedded-run/sessions/customer-0001.jsonl"),
    ("foreign", "foreign-run/sessions/customer-0002.jsonl"),
)
ASKED = ("--limit", "2", "--intent", "--persona", "--resume")
BENCHES = {
    "bench-scripted": ("sessions.jsonl.zst", "--policy", "scripted:predict.json", *ASKED),
    "bench-smollm2": ("sessions.jsonl.zst", "--policy", "smollm2", *ASKED),
    "bench-alone": ("--predictions", "predictions.jsonl"),
    "bench-joined": ("sessions.jsonl.zst", "--predictions", "predictions.jsonl"),
}


def _check(path: str) -> Fact:
    return lambda shopper, folder: checked(shopper, path)


def _convert(path: str) -> Fact:
    return lambda shopper, folder: converted(shopper, folder, path)


def _compare(*paths: str) -> Fact:
    return lambda shopper, folder: compared(shopper, *paths)


def facts() -> dict[tuple[str, str], Fact]:
    """Every fact, by archive and name."""
    found: dict[tuple[str, str], Fact] = {}
    readable = [(archive, run) for archive, runs in RUNS.items() for run in runs]
    readable += [("data", file) for file in DATA] + list(LOGS)
    for archive, path in readable:
        found[archive, f"check {path}"] = _check(path)
        found[archive, f"sessions of {path}"] = _convert(path)
    for archive in ("runs", "foreign"):
        for run in RUNS[archive]:
            found[archive, f"report {run}"] = partial(reported, run=run)
    for study in RUNS["studies"]:
        found["studies", f"study {study}"] = partial(studied, study=study)
    for bench, words in BENCHES.items():
        found["benchmarks", f"bench {bench}"] = partial(_scored, bench, words)
    found["runs", "sides of ab-run"] = partial(sides, run="ab-run")
    found["runs", "compare a run and a run"] = _compare("embedded-run", "ab-run/b")
    found["studies", "compare studies"] = _compare("study-before", "study-after")
    found["benchmarks", "compare benchmarks"] = _compare("bench-scripted", "bench-smollm2")
    return found


def _scored(bench: str, words: tuple[str, ...], shopper: Shopper, folder: Path) -> Any:
    return scored(shopper, folder, bench, *words)


def unpack(archive: Path, folder: Path) -> None:
    with zipfile.ZipFile(archive) as file:
        file.extractall(folder)


def tiny_model(folder: Path) -> None:
    """A model without weights, of two layers and the embedded model's tokenizer."""
    from agent.models import fetch_embedded
    from agent.models.huggingface import huggingface_folder

    folder.mkdir()
    given = huggingface_folder(fetch_embedded())
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(given / name, folder / name)
    config = {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 49152,
              "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2,
              "num_attention_heads": 2, "num_key_value_heads": 1, "tie_word_embeddings": True,
              "max_position_embeddings": 2048}  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config))
