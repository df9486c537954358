"""The embedded model as a Hugging Face folder: for training, and as the reference.

The GGUF file's 4-bit weights are dequantised once and kept as bfloat16 safetensors, which load in
a second instead of half a minute. Needs torch and transformers; nothing here is imported without
them being asked for.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from agent.cache import cache_dir
from agent.distribution import how_to_install
from agent.models.embedded import EmbeddedModel, ModelError


def huggingface_folder(model: EmbeddedModel) -> Path:
    """The folder, made now if need be; it appears complete or not at all.

    Raises:
        ModelError: torch or transformers is missing, or there is no room.
    """
    folder = cache_dir("models") / f"{model.folder.name}-huggingface"
    if folder.exists():
        return folder
    try:
        import torch
        import transformers
    except ImportError as error:
        raise ModelError(
            f"torch and transformers are needed for this: {how_to_install('train')}"
        ) from error
    try:
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix="convert-") as scratch:
            made = Path(scratch) / "model"
            quiet: Any = transformers.utils.logging.disable_progress_bar
            quiet()
            weights = transformers.AutoModelForCausalLM.from_pretrained(
                model.folder,
                gguf_file=model.gguf.name,
                quantization_config=transformers.GgufConfig(dequantize=True),
                dtype=torch.bfloat16,
            )
            weights.config.eos_token_id = weights.config.pad_token_id = _eos_id(model)
            weights.generation_config = transformers.GenerationConfig.from_model_config(
                weights.config
            )
            make: Any = transformers.LlamaForCausalLM
            plain = make(weights.config)
            plain.load_state_dict(weights.state_dict())
            plain.to(torch.bfloat16).save_pretrained(made)
            _write_tokenizer(model, made)
            _publish(made, folder)
    except OSError as error:
        raise ModelError(f"the model cannot be stored in {folder}: {error}; make room") from error
    return folder


def _eos_id(model: EmbeddedModel) -> int:
    """As the GGUF file says; transformers' versions guess differently."""
    return model.tokenizer().eos_id


def _write_tokenizer(model: EmbeddedModel, folder: Path) -> None:
    shutil.copyfile(model.folder / "tokenizer.json", folder / "tokenizer.json")
    facts = model.facts
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": facts.bos,
        "eos_token": facts.eos,
        "pad_token": facts.eos,
        "model_max_length": facts.window,
        "clean_up_tokenization_spaces": False,
        "chat_template": facts.chat_template,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2), "utf-8")


def _publish(made: Path, folder: Path) -> None:
    """Put the finished folder in its place; another process may have been quicker."""
    try:
        made.rename(folder)
    except OSError:
        if not folder.exists():
            raise
