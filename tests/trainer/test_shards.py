"""A model that no process has memory for is loaded, trained a step and written by four together."""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

torch: Any = pytest.importorskip("torch")
transformers: Any = pytest.importorskip("transformers")

import psutil  # noqa: E402
from safetensors.torch import load_file  # noqa: E402

from tests.trainer.tiny import save_model, tiny_config  # noqa: E402
from trainer.model import prepare_model  # noqa: E402
from trainer.parallel import processes  # noqa: E402
from trainer.shards import can_be_filled  # noqa: E402
from trainer.weight_files import write_weights  # noqa: E402

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(sys.platform != "linux", reason="limits memory as Linux does"),
]
SHAPE = {
    "vocab_size": 16384,
    "hidden_size": 512,
    "intermediate_size": 2048,
    "num_hidden_layers": 12,
    "num_attention_heads": 8,
    "num_key_value_heads": 8,
}
"""67 million numbers, 268 MB in float32."""
ROOM = 240 * 2**20
"""Bytes that a process may take more than it has: less than the model."""
Kind = str


def _member(folder: Path, rank: int, size: int, port: int, method: Kind) -> None:
    torch.set_num_threads(1)
    os.environ |= {"RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": str(size)}
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    with processes() as ours:
        changes = {"tuning__method": method, "model__attention": "eager"}
        config = tiny_config(folder / "out", **changes)
        if ROOM and size > 1:
            used = psutil.Process().memory_info().data
            resource.setrlimit(resource.RLIMIT_DATA, (used + ROOM, -1))
        model = prepare_model(config, folder / "model", ours)
        if method == "full":
            written = folder / f"written-{size}"
            if ours.first:
                written.mkdir()
            ours.wait()
            write_weights(model, written, first=ours.first, most=30_000_000)
            return
        found = model(torch.arange(8)[None]).logits
        if ours.first:
            torch.save(found.detach(), folder / f"logits-{size}.pt")


def start(folder: Path, size: int, method: Kind, *, whole: bool = False) -> list[int | None]:
    """Exit codes of the processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    context = multiprocessing.get_context("fork")
    work = _whole_member if whole else _member
    group = [
        context.Process(target=work, args=(folder, rank, size, port, method))
        for rank in range(size)
    ]
    for member in group:
        member.start()
    for member in group:
        member.join(200)
    return [member.exitcode for member in group]


def _whole_member(folder: Path, rank: int, size: int, port: int, method: Kind) -> None:
    """As it was done before: each process loads all of it."""
    import trainer.model

    trainer.model._by_shards = lambda *_: None
    _member(folder, rank, size, port, method)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("shards")
    torch.manual_seed(0)
    model = transformers.AutoModelForCausalLM.from_config(transformers.LlamaConfig(**SHAPE))
    model.save_pretrained(made / "model", max_shard_size="20MB")
    return made


def test_four_processes_load_and_write_what_none_has_room_for(folder: Path) -> None:
    assert start(folder, 4, "full") == [0, 0, 0, 0]
    written = folder / "written-4"
    index = json.loads((written / "model.safetensors.index.json").read_text())
    files = sorted(set(index["weight_map"].values()))
    assert len(files) > 3 and all((written / name).stat().st_size < 40e6 for name in files)
    found = {k: v for name in files for k, v in load_file(written / name).items()}
    source = folder / "model"
    there = {k: v for f in source.glob("*.safetensors") for k, v in load_file(f).items()}
    assert found.keys() == there.keys()
    assert all(torch.equal(found[k], there[k].to(torch.bfloat16)) for k in found)


def test_before_each_of_them_would_have_needed_all_of_it(folder: Path) -> None:
    codes = start(folder, 2, "full", whole=True)
    assert any(codes), "so the limit above is one that matters"


@pytest.mark.parametrize("tied", [True, False])
def test_lora_on_shards_is_lora_on_the_whole(tmp_path: Path, tied: bool) -> None:
    save_model(tmp_path / "model", architecture="qwen2", tied=tied)
    assert start(tmp_path, 2, "lora") == [0, 0]
    assert start(tmp_path, 1, "lora") == [0]
    one, two = (torch.load(tmp_path / f"logits-{size}.pt") for size in (1, 2))
    assert torch.allclose(one, two, atol=1e-5)


def test_weights_under_other_names_are_loaded_as_before(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "model", architecture="llama", tied=True)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder)
    assert can_be_filled(model, folder)
    (folder / "model.safetensors").rename(folder / "other.safetensors")
    assert not can_be_filled(model, folder)
