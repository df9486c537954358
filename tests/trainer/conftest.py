"""Small models and small logs to train on."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.models import fetch_embedded
from agent.models.huggingface import huggingface_folder
from agent.sessions.session import Session, Step, encode
from envs.actions import Action, Click, Terminate, TypeAndSubmit

NOW = datetime(2026, 1, 2, tzinfo=UTC)
WORDS = ("mug", "lamp", "tent", "rug", "pen", "hat", "fork", "book")


def a_session(number: int, pages: int = 3) -> Session:
    """Searches for a word, looks at the product, leaves; longer for larger `pages`."""
    word = WORDS[number % len(WORDS)]
    shelf = "".join(
        f'<a name="results.{word}_{n}">{word} number {n}</a> ${number + n}.99\n'
        for n in range(pages)
    )
    page = f'<input name="search" type="search">\n{shelf}'
    actions: list[Action] = [TypeAndSubmit("search", word), Click(f"results.{word}_0"), Terminate()]
    session = Session(
        session_id=f"s{number}",
        user_id=f"u{number % 5}",
        site="test",
        started_at=NOW,
        source="synthetic",
        intent=f"a {word}",
    )
    for index, action in enumerate(actions):
        session = session.with_step(
            Step(
                index=index,
                timestamp=NOW + timedelta(seconds=index),
                url="http://test/",
                context=page,
                reasoning=f"I look for a {word}." if index == 0 else "This is the one.",
                action=action,
            )
        )
    return session.with_end("terminate")


@pytest.fixture(scope="session")
def sessions_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve sessions of different lengths, as JSON Lines."""
    path = tmp_path_factory.mktemp("data") / "sessions.jsonl"
    path.write_bytes(b"".join(encode(a_session(n, 1 + n % 6)) + b"\n" for n in range(12)))
    return path


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bool], Path]:
    """Folders of a two-layer model with the embedded model's tokenizer, tied or not."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    tokenizer = huggingface_folder(fetch_embedded())
    made: dict[bool, Path] = {}

    def make(tied: bool) -> Path:
        if tied not in made:
            torch.manual_seed(0)
            config = transformers.LlamaConfig(
                vocab_size=49152,
                hidden_size=32,
                intermediate_size=64,
                num_hidden_layers=2,
                num_attention_heads=2,
                num_key_value_heads=1,
                tie_word_embeddings=tied,
            )
            made[tied] = tmp_path_factory.mktemp("model") / f"tied-{tied}"
            transformers.LlamaForCausalLM(config).save_pretrained(made[tied])
            for name in ("tokenizer.json", "tokenizer_config.json"):
                shutil.copyfile(tokenizer / name, made[tied] / name)
        return made[tied]

    return make
