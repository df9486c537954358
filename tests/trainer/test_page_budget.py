"""How much of a page is learned from where nobody says: as it will be acted with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

pytest.importorskip("torch")

from agent.models.trained import Trained, read_trained, write_trained
from agent.prompts.prompt import PageTokens, PromptSettings
from agent.sessions.session import encode
from tests.trainer.conftest import a_session
from tests.trainer.test_export import trained
from tests.trainer.test_train import write_config
from trainer.config import Data, RunSection, TrainConfig, Tuning, read_config
from trainer.page_budget import with_page_budget
from trainer.run_card import fingerprint
from trainer.sequence_files import SequenceCounts, Sequences


def configured(**data: object) -> TrainConfig:
    return TrainConfig(data=msgspec.convert({"train": "x", **data}, Data), run=RunSection(out="o"))


@pytest.mark.parametrize(
    ("data", "learned"),
    [
        ({"window": 4096}, 2048),
        ({"window": 4096, "page_tokens": 1000}, 1000),
        ({"window": 4096, "page_tokens": "all"}, "all"),
        ({"window": 4096, "page_tokens": "cut"}, None),
        ({"window": 4096, "page": "lines"}, None),
        ({"window": 4096, "page": "lines", "page_tokens": 500}, 500),
    ],
)
def test_pages_are_folded_to_half_the_window_unless_something_is_said(
    data: dict[str, object], learned: PageTokens
) -> None:
    assert with_page_budget(configured(**data)).data.page_tokens == learned


@pytest.mark.parametrize("before", [None, 700, "all"])
def test_an_adapter_that_is_trained_on_keeps_its_budget(tmp_path: Path, before: PageTokens) -> None:
    prompt = PromptSettings(page_tokens=before)
    write_trained(tmp_path, Trained(base="smollm2", kind="adapter", prompt=prompt))
    config = msgspec.structs.replace(configured(), tuning=Tuning(start=str(tmp_path)))
    assert with_page_budget(config).data.page_tokens == before
    said = msgspec.structs.replace(
        config, data=msgspec.structs.replace(config.data, page_tokens=900)
    )
    assert with_page_budget(said).data.page_tokens == 900


def test_a_run_of_before_goes_on_with_cut_pages_only() -> None:
    """A checkpoint is never gone on from with pages that are laid out in another way."""
    data = Sequences.__new__(Sequences)
    data.counts = SequenceCounts(data_hash="d")
    old = fingerprint(configured(), data)  # as it was marked then
    assert fingerprint(with_page_budget(configured(page_tokens="cut")), data) == old
    assert fingerprint(with_page_budget(configured()), data) != old


def test_what_was_learned_with_goes_with_the_adapter_and_its_card(
    tmp_path: Path, tiny_model: Callable[[bool], Path]
) -> None:
    """Pages longer than half the window: their targets, at the top, are learned all the same."""
    sessions = tmp_path / "sessions.jsonl"
    sessions.write_bytes(b"".join(encode(a_session(n, 60)) + b"\n" for n in range(2)))
    path = write_config(tmp_path, tiny_model(True), sessions, data__window=1024, run__max_steps=1)
    folder, _ = trained(read_config(path))
    found = read_trained(folder)
    assert found is not None and found.prompt.page_tokens == 512
    card = json.loads((folder / "run_card.json").read_text())
    assert card["config"]["data"]["page_tokens"] == 512
