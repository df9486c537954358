"""Whether training on this device is what it is on a CPU, and each saving changes nothing."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
import transformers

from bench.gpu.context import Context
from tests.trainer.tiny import make_trainer, run_all, save_model, save_sequences, tiny_config
from trainer import loss
from trainer.attention import packed, use_own_attention
from trainer.loss import token_losses
from trainer.parallel import Processes, processes

CPU = torch.device("cpu")


def check(context: Context) -> dict[str, Any]:
    """Differences found, with the limit of each."""
    torch.set_float32_matmul_precision("highest")
    with tempfile.TemporaryDirectory() as scratch, processes() as ours:
        rows = [
            {"name": name, "found": _short(found), "limit": limit, "ok": found <= limit}
            for name, found, limit in _all(Path(scratch), ours)
        ]
    name = torch.cuda.get_device_name(ours.device) if ours.device.type == "cuda" else "CPU"
    return {"device": name, "checks": rows, "all_ok": all(row["ok"] for row in rows)}


def _all(scratch: Path, ours: Processes) -> Iterator[tuple[str, float, float]]:
    model = save_model(scratch / "model", architecture="qwen2", tied=True)
    save_sequences(scratch / "data")
    alone = Processes(0, 1, CPU)

    def run(name: str, where: Processes = ours, **changes: object) -> list[float]:
        config = tiny_config(scratch / name, **changes)
        data = save_sequences(scratch / f"{name}-data")
        return [step.loss for step in run_all(make_trainer(config, model, data, where))]

    plain = run("plain")
    yield "LoRA float32, this device and a CPU", _apart(plain, run("cpu", alone)), 1e-4
    yield (
        "LoRA, layers computed again",
        _apart(plain, run("again", run__gradient_checkpointing="on")),
        1e-5,
    )
    yield "LoRA, sequences packed", _apart(plain, run("packed", run__pack=True)), 1e-4
    half = {"model__dtype": "bfloat16"}
    yield "LoRA, bfloat16 and float32", _apart(plain, run("half", **half)), 0.1
    full = {"tuning__method": "full", "optimizer__learning_rate": 1e-3}
    whole = run("full", **full)
    yield (
        "full, layers computed again",
        _apart(whole, run("full-again", **full, run__gradient_checkpointing="on")),
        1e-5,
    )
    eight = run("eight", **full, optimizer__kind="adamw8bit")
    yield "full, 8-bit Adam and Adam", _apart(whole, eight), 0.1
    yield "resumed after two steps", _resumed(scratch, model, ours, plain), 1e-5
    yield "losses in pieces", _pieces(ours), 1e-5
    yield "windows in blocks, packed, against one by one", _windows(ours), 1e-4


def _resumed(scratch: Path, model: Path, ours: Processes, whole: list[float]) -> float:
    data = save_sequences(scratch / "resumed-data")
    changes: dict[str, object] = {"run__save_every": 1}
    first = tiny_config(scratch / "resumed", **{**changes, "run__max_steps": 2})
    run_all(make_trainer(first, model, data, ours))
    again = make_trainer(tiny_config(scratch / "resumed", **changes), model, data, ours)
    again.resume()
    return _apart(whole[2:], [step.loss for step in run_all(again)])


def _small(ours: Processes, **more: Any) -> Any:
    torch.manual_seed(0)
    config = transformers.MistralConfig(
        vocab_size=512,
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        **more,
    )
    return transformers.AutoModelForCausalLM.from_config(config).to(ours.device)


def _pieces(ours: Processes) -> float:
    model = _small(ours, sliding_window=None)
    ids = torch.arange(300, device=ours.device) % 512
    whole = token_losses(model, ids, ids % 3 == 0)
    before, loss.LOGITS_AT_ONCE = loss.LOGITS_AT_ONCE, 7 * 512
    try:
        found = token_losses(model, ids, ids % 3 == 0)
    finally:
        loss.LOGITS_AT_ONCE = before
    return float((whole - found).abs().max().detach())


def _windows(ours: Processes) -> float:
    model = _small(ours, sliding_window=16)
    rows = [torch.randint(0, 512, (n,), device=ours.device) for n in (50, 16, 7, 33)]
    masks = [torch.arange(len(row), device=ours.device) % 2 == 1 for row in rows]
    alone = torch.cat([token_losses(model, r, m) for r, m in zip(rows, masks, strict=True)])
    use_own_attention(model)
    places = torch.cat([torch.arange(len(row), device=ours.device) for row in rows])
    with packed([len(row) for row in rows]):
        found = token_losses(model, torch.cat(rows), torch.cat(masks), places=places)
    return float((alone - found).abs().max().detach())


def _apart(first: list[float], second: list[float]) -> float:
    return max((abs(a - b) for a, b in zip(first, second, strict=True)), default=math.inf)


def _short(number: float) -> float:
    return float(f"{number:.3g}")
