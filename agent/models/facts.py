"""What is known about models on this machine, for ``shopper doctor``. Loads none."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

import msgspec

from agent.models.embedded import embedded_folder, find_embedded

_ENGINES = (
    "openvino-genai",
    "openvino",
    "tokenizers",
    "torch",
    "transformers",
    "peft",
    "bitsandbytes",
    "llguidance",
)


class ModelFacts(msgspec.Struct, frozen=True, kw_only=True):
    """`present`: the embedded model has been fetched; `path` is where it is or will be.

    `engines` holds installed versions, None for what is missing; `devices` maps a device's id
    (``CPU``, ``GPU.0``, ``cuda:0``) to its name.
    """

    present: bool
    path: str
    size_mb: float
    engines: dict[str, str | None]
    devices: dict[str, str]
    problems: tuple[str, ...] = ()


class Gpu(msgspec.Struct, frozen=True):
    """A GPU that torch can use; `memory` in bytes."""

    name: str
    memory: float


def first_gpu() -> Gpu | None:
    """The GPU a model would be put on; None without one, or without torch."""
    if _version("torch") is None:
        return None
    import torch

    if not torch.cuda.is_available():
        return None
    return Gpu(torch.cuda.get_device_name(0), torch.cuda.get_device_properties(0).total_memory)


def describe() -> ModelFacts:
    """Facts about the embedded model, the engines installed and the devices they can use."""
    model = find_embedded()
    size = sum(f.stat().st_size for f in embedded_folder().rglob("*") if f.is_file())
    devices, problems = _openvino_devices()
    return ModelFacts(
        present=model is not None,
        path=str(embedded_folder()),
        size_mb=round(size / 1e6, 1),
        engines={name: _version(name) for name in _ENGINES},
        devices={**devices, **_cuda_devices()},
        problems=problems,
    )


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def _openvino_devices() -> tuple[dict[str, str], tuple[str, ...]]:
    try:
        from openvino import Core

        core = Core()
        names = {d: core.get_property(d, "FULL_DEVICE_NAME") for d in core.available_devices}
        return {device: str(name) for device, name in names.items()}, ()
    except (ImportError, RuntimeError) as error:
        return {}, (f"OpenVINO does not start: {error}; reinstall openvino-genai",)


def _cuda_devices() -> dict[str, str]:
    if _version("torch") is None:
        return {}
    import torch

    count = torch.cuda.device_count()
    return {f"cuda:{i}": torch.cuda.get_device_name(i) for i in range(count)}
