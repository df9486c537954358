"""An adapter merged into the GGUF file changes the model as peft would."""

import json
from pathlib import Path

import numpy as np
import pytest
from gguf import GGUFReader, quants

from agent.models import ModelError, fetch_embedded
from agent.models.gguf import read_gguf
from agent.models.huggingface import huggingface_folder
from agent.models.merge import llama_cpp_rows, read_adapter

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
peft = pytest.importorskip("peft")

pytestmark = pytest.mark.model


def test_rows_are_reordered_as_in_the_real_file() -> None:
    model = fetch_embedded()
    facts = read_gguf(model.gguf)
    tensors = {t.name: t for t in GGUFReader(model.gguf).tensors}
    loaded = transformers.AutoModelForCausalLM.from_pretrained(
        huggingface_folder(model), dtype=torch.float32
    )
    for ours, theirs in (("attn_q", "q_proj"), ("attn_k", "k_proj")):
        tensor = tensors[f"blk.3.{ours}.weight"]
        stored = quants.dequantize(tensor.data, tensor.tensor_type)
        weights = loaded.get_submodule(f"model.layers.3.self_attn.{theirs}").weight
        rows = llama_cpp_rows(weights.detach().numpy(), facts.heads[ours])
        assert np.abs(rows - stored).max() < 0.01 * np.abs(stored).max()


def test_merging_equals_pefts_own(tmp_path: Path) -> None:
    folder = huggingface_folder(fetch_embedded())
    base = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    name = "model.layers.1.self_attn.o_proj"
    before = base.get_submodule(name).weight.detach().numpy().copy()
    torch.manual_seed(0)
    config = peft.LoraConfig(r=4, lora_alpha=8, target_modules="all-linear", task_type="CAUSAL_LM")
    adapted = peft.get_peft_model(base, config)
    for key, parameter in adapted.named_parameters():
        if "lora_B" in key:
            torch.nn.init.normal_(parameter, std=0.02)
    adapted.save_pretrained(tmp_path)
    merged = adapted.merge_and_unload().get_submodule(name).weight.detach().numpy()
    adapter = read_adapter(tmp_path)
    ours = adapter.merge("blk.1.attn_output.weight", before, {"attn_q": 9, "attn_k": 3})
    assert np.abs(ours - before).max() > 1e-4
    assert np.allclose(ours, merged, atol=1e-6)
    assert len(adapter.pairs) == 30 * 7


def test_a_foreign_adapter_is_refused(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    with pytest.raises(ModelError, match="not a whole adapter"):
        read_adapter(tmp_path)
    (tmp_path / "adapter_config.json").write_text(json.dumps({"r": 1, "lora_alpha": 1}))
    key = "base_model.model.transformer.h.0.attn.lora_A.weight"
    save_file({key: np.zeros((1, 1), np.float32)}, tmp_path / "adapter_model.safetensors")
    with pytest.raises(ModelError, match="has no place for"):
        read_adapter(tmp_path)
