"""A tiny Llama in OpenVINO's format, with the tokenizer of any family.

The weights go through a GGUF file, as the embedded model's do; its vocabulary is only counted.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gguf
import numpy as np
import openvino
import openvino_genai as genai
from openvino_tokenizers import convert_tokenizer
from transformers import PreTrainedTokenizerFast

from agent.models.merge import GGUF_MODULES, llama_cpp_rows

_MODULES = GGUF_MODULES | {
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}
_AROUND = {
    "model.embed_tokens": "token_embd",
    "model.norm": "output_norm",
    "lm_head": "output",
}


def write_openvino(model: Any, description: Path, eos: str, folder: Path) -> None:
    """`model` and the tokenizer whose ``tokenizer.json`` is `description`, written into `folder`."""
    made = PreTrainedTokenizerFast(tokenizer_file=str(description), eos_token=eos)
    parts = convert_tokenizer(made, with_detokenizer=True)
    for name, part in zip(("tokenizer", "detokenizer"), parts, strict=True):
        openvino.save_model(part, folder / f"openvino_{name}.xml")
    source = folder / "model.gguf"
    _write_gguf(model, source)
    genai.LLMPipeline(source, genai.Tokenizer(folder), "CPU", enable_save_ov_model=True)
    source.unlink()


def _write_gguf(model: Any, path: Path) -> None:
    shape = model.config
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_context_length(shape.max_position_embeddings)
    writer.add_embedding_length(shape.hidden_size)
    writer.add_block_count(shape.num_hidden_layers)
    writer.add_feed_forward_length(shape.intermediate_size)
    writer.add_head_count(shape.num_attention_heads)
    writer.add_head_count_kv(shape.num_key_value_heads)
    writer.add_layer_norm_rms_eps(shape.rms_norm_eps)
    writer.add_rope_freq_base(10000.0)
    writer.add_rope_dimension_count(shape.hidden_size // shape.num_attention_heads)
    writer.add_vocab_size(shape.vocab_size)
    writer.add_file_type(1)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([f"t{i}" for i in range(shape.vocab_size)])
    writer.add_token_types([1] * shape.vocab_size)
    writer.add_token_merges(["t 0"])
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(1)
    heads = {"attn_q": shape.num_attention_heads, "attn_k": shape.num_key_value_heads}
    for name, weight in model.state_dict().items():
        place = _place(name)
        array = weight.detach().float().numpy()
        kind = place.rpartition(".")[2]
        if kind in heads:
            array = llama_cpp_rows(array, heads[kind])
        half = array if array.ndim == 1 else array.astype(np.float16)
        writer.add_tensor(f"{place}.weight", half)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _place(name: str) -> str:
    """A weight's name in GGUF, from transformers'."""
    module = name.removesuffix(".weight")
    if module in _AROUND:
        return _AROUND[module]
    _, _, layer, inner = module.split(".", 3)
    return f"blk.{layer}.{_MODULES[inner]}"
