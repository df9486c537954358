"""Models by path or Hub id: the folders of weights, tokenizer and adapter, and what trained them.

Knows file layouts (Hugging Face, PEFT), not weights.
"""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from agent.distribution import how_to_install
from agent.models.embedded import NAME, ModelError, fetch_embedded
from agent.models.huggingface import huggingface_folder
from agent.models.trained import Trained, read_trained

_ADAPTER = "adapter_config.json"
_OURS = ("smollm2", "smollm2-base", NAME)
"""Names of the embedded model that an adapter may give as its base."""


class ModelFiles(msgspec.Struct, frozen=True):
    """Where a model is. `adapter` goes on top of `weights`; `trained` is None for a model that
    was not trained on sessions by us."""

    weights: Path
    adapter: Path | None
    trained: Trained | None


def find_model(spec: str) -> ModelFiles:
    """The files of the model or adapter at a path or with a Hub id, fetched when need be.

    Raises:
        ModelError: nothing is there, or it cannot be fetched.
    """
    folder = _folder(spec)
    trained = read_trained(folder)
    if (folder / _ADAPTER).exists():
        return ModelFiles(_folder(_base_of(folder, trained)), folder, trained)
    if not (folder / "config.json").exists():
        raise ModelError(f"{spec} holds neither a model (config.json) nor an adapter ({_ADAPTER})")
    return ModelFiles(folder, None, trained)


def _base_of(adapter: Path, trained: Trained | None) -> str:
    if trained is not None:
        return trained.base
    try:
        config = json.loads((adapter / _ADAPTER).read_bytes())
        return str(config["base_model_name_or_path"])
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{adapter / _ADAPTER} does not name its base model: {error}") from error


def _folder(spec: str) -> Path:
    if spec in _OURS:
        return huggingface_folder(fetch_embedded())
    folder = Path(spec).expanduser()
    if folder.exists():
        return folder
    return _from_hub(spec)


def _from_hub(repository: str) -> Path:
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HfHubHTTPError, HFValidationError
        from huggingface_hub.errors import LocalEntryNotFoundError as NotHere
    except ImportError as error:
        raise ModelError(
            f"fetching {repository} needs transformers: {how_to_install('train')}"
        ) from error
    try:
        patterns = ["*.json", "*.safetensors", "*.jinja", "tokenizer*"]
        return Path(snapshot_download(repository, allow_patterns=patterns))
    except (HfHubHTTPError, HFValidationError, NotHere, OSError) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ModelError(
            f"{repository} is no folder here and cannot be fetched from the Hugging Face hub: "
            f"{reason}; check the name and the network (HF_TOKEN for models that are not public)"
        ) from error
