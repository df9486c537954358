"""The doctor's findings are those of this machine, and lead to the right exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import pytest

from agent.distribution import requirements, version_of
from agent.models import describe
from agent.models.embedded import find_embedded
from agent.policies.auto import Surroundings
from agent.policies.step_time import StepTime
from agent.rrweb_bundle import bundle_path
from shopper.doctor import (
    Diagnosis,
    check_disk,
    check_keys,
    check_packages,
    check_rrweb,
    diagnose,
)
from shopper.doctor_access import check_access
from shopper.doctor_policy import check_policy, check_speed, speed

DOCTOR = [sys.executable, "-m", "shopper.cli", "doctor"]


def by_area(diagnosis: Diagnosis) -> dict[str, object]:
    return {check.area: check for check in diagnosis.checks}


def doctor(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*DOCTOR, "--no-timing", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **env},
    )


@pytest.mark.browser
async def test_a_browser_that_renders_and_an_engine_are_found():
    found = by_area(await diagnose(timing=False))
    assert found["browser"].state in ("ok", "warning")
    assert Path(found["browser"].facts["path"]).is_file()
    assert found["browser"].facts["version"][0].isdigit()
    assert "CPU" in found["engine"].facts["devices"]
    assert set(found["fonts"].facts) == {"Chinese", "Japanese", "Korean"}


def test_a_step_is_measured_and_larger_models_are_estimated_from_it():
    check = speed(StepTime(loading=3.0, step=2.0))
    assert check.facts["seconds_a_step"] == 2.0
    assert check.facts["estimate HuggingFaceTB/SmolLM2-360M-Instruct"] == 5.4
    assert check.facts["estimate Qwen/Qwen3-1.7B"] == 25.6
    assert "2.0 s a step, measured now" in check.found
    assert "Estimates by parameters" in check.found


@pytest.mark.slow
async def test_the_embedded_model_really_decides():
    check = await check_speed(describe())
    if not find_embedded():
        assert check.state == "optional"
        return
    assert check.facts["seconds_a_step"] > 0.05
    assert check.facts["seconds_to_load"] > 0.05


async def test_without_the_embedded_model_nothing_is_measured(cache_home):
    check = await check_speed(describe())
    assert (check.area, check.state) == ("speed", "optional")
    assert "the embedded model is not here" in check.found


def test_what_would_run_is_said():
    check = check_policy(Surroundings(keys=frozenset({"ANTHROPIC_API_KEY"})))
    assert check.facts["auto"].startswith("anthropic:")
    assert "ANTHROPIC_API_KEY is set; without --policy it is smollm2" in check.found


@pytest.mark.browser
def test_without_browser_and_model_it_says_what_to_do_and_exits_1(tmp_path):
    shown = doctor("--json", SHOPPER_CHROMIUM="/nowhere/chromium", SHOPPER_CACHE=str(tmp_path))
    assert shown.returncode == 1
    found = json.loads(shown.stdout)
    assert found["ready"] is False
    missing = {c["area"]: c for c in found["checks"] if c["state"] == "missing"}
    assert set(missing) == {"browser", "model"}
    assert "/nowhere/chromium" in missing["browser"]["found"]
    assert all(check["advice"] for check in missing.values())


@pytest.mark.browser
def test_keys_are_named_and_never_shown():
    for arguments in ([], ["--json"]):
        keys = {"ANTHROPIC_API_KEY": "sk-very-secret", "OPENAI_API_KEY": ""}
        shown = doctor(*arguments, SHOPPER_CHROMIUM="/nowhere", **keys)
        told = " ".join(shown.stdout.split())
        assert "ANTHROPIC_API_KEY is set" in told
        assert "OPENAI_API_KEY is not set" in told
        assert "secret" not in shown.stdout + shown.stderr


def test_keys_that_are_not_set_keep_nothing_from_working(monkeypatch):
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    states = {check.facts["name"]: check.state for check in check_keys()}
    assert states["ANTHROPIC_API_KEY"] == "optional"


def test_packages_are_those_of_the_project_with_their_versions():
    check = check_packages()
    assert check.state == "ok"
    assert check.facts["msgspec"] == version("msgspec")
    assert "torch" not in check.facts


def test_extras_keep_their_requirements_apart():
    wanted = requirements()
    assert "playwright" in wanted[None]
    assert "torch" in wanted["train"]
    assert "pytest" in wanted["test"]
    assert version_of("no-such-distribution-of-ours") is None


def test_a_cache_that_cannot_be_made_is_a_finding(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("SHOPPER_CACHE", str(tmp_path / "file" / "cache"))
    check = check_disk()
    assert check.state == "missing"
    assert "SHOPPER_CACHE" in check.advice


def test_the_cache_is_measured(cache_home):
    (cache_home / "models").mkdir(parents=True)
    (cache_home / "models" / "x").write_bytes(b"0" * 1000)
    check = check_disk()
    assert check.facts["used"] == 1000
    assert check.facts["cache"] == str(cache_home)


def test_a_kept_login_is_told_by_its_file_and_age(tmp_path):
    cookie = {"name": "sid", "value": "s3ss10n-0123456789", "domain": "shop.example", "path": "/"}
    state = tmp_path / "state.json"
    state.write_text(json.dumps({"cookies": [cookie], "origins": []}))
    state.chmod(0o600)
    made = time.time() - 5 * 3600
    os.utime(state, (made, made))
    (check,) = check_access([state], {})
    assert (check.state, check.found) == ("ok", f"login in {state}, 5 h old")
    state.chmod(0o644)
    (check,) = check_access([state, *()], {})
    assert check.state == "warning" and "chmod 600" in check.advice
    for text in ("s3ss10n", "shop.example"):
        assert text not in str(check)


def test_variables_of_getting_in_are_named_and_not_shown():
    environ = {
        "HTTPS_PROXY": "http://me:pr0xy@proxy.example:3128",
        "SHOPPER_HTTP_CREDENTIALS": "me:hunter22",
        "SHOPPER_PASSWORD": "hunter23",
    }
    told = [check.found for check in check_access([], environ)]
    assert told == [
        "runs go through the proxy proxy.example:3128 (HTTPS_PROXY)",
        "SHOPPER_HTTP_CREDENTIALS, SHOPPER_PASSWORD are set",
    ]
    assert list(check_access([], {})) == []


def test_rrweb_is_said_to_be_there_or_how_to_get_it(cache_home):
    check = check_rrweb()
    assert (check.area, check.state) == ("recordings", "optional")
    assert "is not here" in check.found
    assert "agent.rrweb_bundle fetch" in check.advice or "install Node.js" in check.advice
    bundle_path().parent.mkdir(parents=True)
    bundle_path().write_text("broken")
    assert "is damaged" in check_rrweb().found
