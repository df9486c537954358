"""What is said of installing is a command that works: in a clone, and where a wheel was installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import agent.distribution
from agent.distribution import how_to_install

ROOT = Path(__file__).parents[2]
METADATA = """Metadata-Version: 2.4
Name: shopper
Version: 0.1.0
Requires-Dist: pytest
Requires-Dist: absent-thing>=1.2; extra == 'train'
Requires-Dist: pytest; extra == 'train'
"""


def in_installed_copy(site: Path, code: str, **env: str) -> str:
    """What `code` prints where `site` holds Shopper as pip installs it from a wheel."""
    package, info = site / "agent", site / "shopper-0.1.0.dist-info"
    if not package.exists():
        package.mkdir(parents=True)
        info.mkdir()
        (package / "__init__.py").touch()
        shutil.copy(agent.distribution.__file__, package)
        (info / "METADATA").write_text(METADATA)
    shown = subprocess.run(
        [sys.executable, "-c", f"from agent.distribution import *\nprint({code})"],
        capture_output=True, text=True, check=True, cwd=site,
        env={**os.environ, "PYTHONPATH": str(site), **env},
    )  # fmt: skip
    return shown.stdout.strip()


def wheel_of(name: str, folder: Path) -> None:
    """A package of that name with nothing in it, to be installed."""
    stem = f"{name.replace('-', '_')}-2.0"
    files = {
        "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 2.0\n",
        "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    folder.mkdir()
    with zipfile.ZipFile(folder / f"{stem}-py3-none-any.whl", "w") as wheel:
        for file, text in files.items():
            wheel.writestr(f"{stem}.dist-info/{file}", text)
        wheel.writestr(f"{stem}.dist-info/RECORD", "")


def test_from_a_wheel_the_command_installs_what_the_extra_lacks(tmp_path: Path) -> None:
    command = in_installed_copy(tmp_path / "site", "how_to_install('train')")
    assert command.endswith("-m pip install 'absent-thing>=1.2'")
    wheel_of("absent-thing", tmp_path / "wheels")
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path / "wheels"), "PIP_DRY_RUN": "1"}
    done = subprocess.run(
        command, shell=True, capture_output=True, text=True, cwd=tmp_path / "site",
        env={**os.environ, **offline},
    )  # fmt: skip
    assert "Would install absent-thing-2.0" in done.stdout, done.stderr


def test_an_extra_that_is_there_but_broken_is_installed_again(tmp_path: Path) -> None:
    assert in_installed_copy(tmp_path, "how_to_install()").endswith("-m pip install pytest")


def test_an_unknown_installation_is_to_be_installed_again(tmp_path: Path) -> None:
    command = in_installed_copy(tmp_path, "how_to_install('no-such-extra')")
    assert command == "install Shopper again from where you got it with its extra 'no-such-extra'"


@pytest.mark.parametrize("extra", ["train", "cluster", None])
def test_in_a_clone_the_command_names_the_clone_from_wherever_it_is_run(
    extra: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = f"[{extra}]" if extra else ""
    monkeypatch.chdir(ROOT)
    here = f"'.{part}'" if part else "."
    assert how_to_install(extra).endswith(f"pip install -c constraints.txt -e {here}")
    monkeypatch.chdir(tmp_path)
    command = how_to_install(extra)
    assert f"-c {ROOT}/constraints.txt -e " in command and f"{ROOT}{part}" in command
    python, option, module, *_ = command.split()
    assert (option, module) == ("-m", "pip")
    seen = subprocess.run([python, "-c", "import sys; print(sys.prefix)"], capture_output=True)
    assert seen.stdout.decode().strip() == sys.prefix


def test_an_environment_without_pip_is_installed_into_by_uv(tmp_path: Path) -> None:
    command = in_installed_copy(
        tmp_path, "__import__('sys').modules.update(pip=None) or how_to_install('train')"
    )
    assert command == f"uv pip install --python {sys.executable} 'absent-thing>=1.2'"


def test_nothing_says_to_install_shopper_from_an_index() -> None:
    """It is on none; somebody else's package may be."""
    asks = re.compile(r"(pip|pipx|tool) install\s[^\n]*\bshopper\b|\bshopper\[[a-z]")
    texts = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
    for package in ("shopper", "agent", "envs", "trainer", "eval", "bench", "scripts"):
        texts += ROOT.glob(f"{package}/**/*.py")
    found = {str(path.relative_to(ROOT)) for path in texts if asks.search(path.read_text("utf-8"))}
    assert not found
