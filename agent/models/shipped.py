"""The adapters that ship with Shopper, trained on sessions: ``agent/adapters/NAME``.

Knows files, not how a model is run. `docs/results.md` says how good they are, the ``run_card.json``
in each folder how it was trained.
"""

from __future__ import annotations

from pathlib import Path

from agent.models.embedded import EmbeddedModel
from agent.models.merge import read_adapter
from agent.models.openvino import openvino_folder

DEFAULT = "smollm2"
"""The policy that runs unless another is asked for."""
ADAPTERS = Path(__file__).parents[1] / "adapters"


def adapter_folder(name: str) -> Path | None:
    """The adapter that ships for the policy `name`, if one does."""
    folder = ADAPTERS / name
    return folder if (folder / "adapter_config.json").exists() else None


def shipped_model(model: EmbeddedModel, name: str) -> Path:
    """The embedded model in OpenVINO's format with the adapter of the policy `name`, if it has
    one; made when it is not there yet.

    Raises:
        ModelError: the adapter is damaged, OpenVINO cannot read the model, or there is no room.
    """
    shipped = adapter_folder(name)
    return openvino_folder(model, None if shipped is None else read_adapter(shipped))
