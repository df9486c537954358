"""The embedded model in OpenVINO's own format, made once from its GGUF file.

Loading the GGUF itself takes three times longer, and loses accuracy (see `requantize`). Knows
files and versions, not generation.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from agent.cache import cache_root
from agent.models.embedded import EmbeddedModel, ModelError
from agent.models.gguf import read_gguf
from agent.models.merge import Adapter
from agent.models.requantize import requantize

_PARTS = (
    "openvino_model.xml",
    "openvino_model.bin",
    "openvino_tokenizer.xml",
    "openvino_tokenizer.bin",
    "openvino_detokenizer.xml",
    "openvino_detokenizer.bin",
)


def openvino_folder(model: EmbeddedModel, adapter: Adapter | None = None) -> Path:
    """The converted model's folder, with `adapter` merged into its weights, made when it is not
    there yet for this version of OpenVINO.

    Raises:
        ModelError: OpenVINO cannot read the file, or there is no room.
    """
    target = converted_folder(model.folder, adapter)
    if target.exists():
        return target
    try:
        with tempfile.TemporaryDirectory(dir=model.folder, prefix="convert-") as scratch:
            made = Path(scratch) / "made"
            made.mkdir()
            _convert(model.gguf, adapter, Path(scratch), made)
            _publish(made, target)
    except OSError as error:
        raise ModelError(
            f"the embedded model cannot be converted in {cache_root()}: {error}; "
            "make room or point SHOPPER_CACHE at another folder"
        ) from error
    return target


def converted_folder(folder: Path, adapter: Adapter | None = None) -> Path:
    """Where the conversion by the installed OpenVINO is or will be."""
    import openvino_genai

    merged = f"-{adapter.digest}" if adapter else ""
    return folder / f"openvino-{openvino_genai.__version__.partition('-')[0]}-q8{merged}"


def _convert(gguf: Path, adapter: Adapter | None, scratch: Path, made: Path) -> None:
    """OpenVINO GenAI writes what it makes of a GGUF file beside it."""
    import openvino_genai

    source = scratch / "model.gguf"
    if adapter is None:
        requantize(gguf, source)
    else:
        heads = read_gguf(gguf).heads
        requantize(gguf, source, lambda name, weights: adapter.merge(name, weights, heads))
    try:
        tokenizer = openvino_genai.Tokenizer(source, enable_save_ov_model=True)
        openvino_genai.LLMPipeline(source, tokenizer, "CPU", enable_save_ov_model=True)
    except RuntimeError as error:
        reason = str(error).strip().splitlines()[-1]
        raise ModelError(f"OpenVINO cannot convert {gguf}: {reason}") from error
    for part in _PARTS:
        shutil.move(scratch / part, made / part)


def _publish(made: Path, target: Path) -> None:
    try:
        made.rename(target)
    except OSError:
        if not target.exists():
            raise
