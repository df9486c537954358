"""The registry says what is true of each back end, and the rest of the house reads it there."""

from __future__ import annotations

import importlib
import inspect
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from agent.models import shipped
from agent.policies import load
from agent.policies.completers import load_model
from agent.policies.custom import CustomPolicy
from agent.policies.options import Options
from agent.policies.policy import PolicyChoiceError
from agent.policies.registry import BACKENDS, DEFAULT, Backend, can, choices, find
from agent.study.load import draft
from shopper.doctor import check_keys

ROOT = Path(__file__).parents[3]
FORMS = [backend.form for backend in BACKENDS]


def loader_of(backend: Backend) -> Any:
    module, _, function = backend.loader.partition(":")
    return getattr(importlib.import_module(module), function)


@pytest.mark.parametrize("backend", BACKENDS, ids=FORMS)
def test_a_loader_takes_an_argument_and_options(backend: Backend) -> None:
    load = loader_of(backend)
    assert inspect.iscoroutinefunction(load)
    first, second = inspect.signature(load).parameters
    hints = get_type_hints(load)
    assert (hints[first], hints[second]) == (str, Options)


@pytest.mark.parametrize("backend", BACKENDS, ids=FORMS)
def test_a_back_end_can_do_what_is_said_of_it(backend: Backend) -> None:
    policy = get_type_hints(loader_of(backend))["return"]
    assert hasattr(policy, "model") == ("text" in backend.can)
    if policy is not CustomPolicy:  # what one can do is seen when it is loaded
        assert hasattr(policy, "logprobs") == ("action_scores" in backend.can)


@pytest.mark.parametrize("backend", BACKENDS, ids=FORMS)
def test_its_example_is_one_of_its_policies(backend: Backend) -> None:
    assert find(backend.example) is backend
    assert backend.argument_of(backend.example)


def test_a_name_is_not_taken_for_another_and_a_path_is_a_model(tmp_path: Path) -> None:
    for spec, form in (
        ("smollm2", "smollm2"),
        ("smollm2-plain", "smollm2-plain"),
        ("scripted:a:b.json", "scripted:FILE"),
        ("owner/model", "a model's path or Hub id"),
        (str(tmp_path), "a model's path or Hub id"),
        ("my.own_policy:Careful", "MODULE:CLASS"),
    ):
        backend = find(spec)
        assert backend is not None and backend.form == form
    assert find("smollm3") is None
    assert find("../owner/model") is None
    assert not can("smollm3", "text")


def test_a_server_is_found_in_a_policy_that_names_one() -> None:
    spec = "openai:m@http://localhost:8000/v1"
    backend = find(spec)
    assert backend is not None
    assert backend.address_in(spec) == "http://localhost:8000/v1"
    assert backend.address_in("openai:m") is None
    scripted = find("scripted:me@home.json")
    assert scripted is not None and scripted.address_in("scripted:me@home.json") is None


@pytest.mark.parametrize("spec", ["smollm3", "openai:", "mine.py"])
async def test_what_is_no_policy_is_answered_with_what_there_is(spec: str) -> None:
    with pytest.raises(PolicyChoiceError) as refused:
        await load(spec)
    assert any(form in str(refused.value) for form in FORMS)


async def test_a_name_that_is_misspelt_is_answered_with_the_one_that_was_meant() -> None:
    with pytest.raises(PolicyChoiceError, match="did you mean synthetic\\? There are smollm2, "):
        await load("syntetic")


async def test_who_has_no_words_is_refused_before_it_is_loaded(tmp_path: Path) -> None:
    with pytest.raises(PolicyChoiceError, match="is not a language model: take smollm2, ") as no:
        await load_model(f"scripted:{tmp_path / 'not there.json'}")
    assert "scripted:FILE" not in str(no.value)


def test_the_default_is_one_and_the_one_that_is_set_up() -> None:
    assert find(DEFAULT) is not None
    assert shipped.DEFAULT == DEFAULT
    study = tomllib.loads(draft("https://shop.example"))
    assert study["policy"] == DEFAULT


def test_every_key_is_looked_at() -> None:
    wanted = {backend.key for backend in BACKENDS} - {None}
    assert wanted
    assert {check.facts["name"] for check in check_keys()} == wanted


def test_the_readme_lists_every_back_end() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    table = text.partition("## Policies")[2].partition("\n## ")[0]
    for form in FORMS:
        assert f"`{form}`" in table or f"| {form} |" in table, form


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "offered"),
    [
        *((name, choices()) for name in ("run", "bench")),
        *((name, choices("text")) for name in ("ask", "personas", "synthesize")),
    ],
)
def test_help_offers_every_back_end_that_will_do(command: str, offered: str) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "shopper", command, "--help"],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "1000"},
        check=True,
    )
    assert offered in " ".join(shown.stdout.split())


def test_no_back_end_is_imported_before_it_is_wanted() -> None:
    heavy = ("anthropic", "openvino_genai", "torch", "transformers", "numpy", "httpx", "aiohttp")
    asked = f"import sys, agent.policies; print([m for m in {heavy!r} if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True)
    assert shown.stdout.strip() == "[]", shown.stderr
