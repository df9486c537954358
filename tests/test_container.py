"""The container's recipe, as far as it can be tried without Docker: its steps, files and profile.

Nothing here builds the image. The profile is tried as the kernel's filter of a process, in which
Chromium has its sandbox and a user that is not root.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from ctypes.util import find_library
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROFILE = ROOT / "docker" / "seccomp.json"


def instructions() -> list[tuple[str, str]]:
    """Name and words of each line of the Dockerfile, continued lines joined."""
    text = (ROOT / "Dockerfile").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [
        (name, words)
        for name, _, words in (line.partition(" ") for line in joined.splitlines() if line)
    ]


def named(name: str) -> list[str]:
    return [words for one, words in instructions() if one == name]


def copied() -> list[str]:
    return [source for words in named("COPY") for source in words.split()[:-1]]


def test_it_is_slim_and_names_its_version() -> None:
    assert named("FROM") == ["python:3.12-slim-bookworm"]


def test_everything_that_is_copied_is_there_and_let_into_the_build() -> None:
    let_in = {
        line[1:]
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    assert set(copied()) == let_in
    for source in copied():
        assert (ROOT / source).exists(), source


def test_all_packages_are_in_it() -> None:
    packages = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert set(packages) < set(copied())
    assert {"pyproject.toml", "constraints.txt", PROJECT["project"]["readme"]} < set(copied())


def test_the_model_is_fetched_and_customers_sent_by_a_user_of_its_own() -> None:
    names = [name for name, _ in instructions()]
    (user,) = named("USER")
    assert user not in ("root", "0")
    (made,) = [words for words in named("RUN") if "useradd" in words]
    assert f" {user} " in f"{made} "
    at = names.index("USER")
    assert names.index("ENTRYPOINT") > at
    assert [words for name, words in instructions()[at:] if name == "RUN"] == [
        "python -m agent.models fetch && chmod -R a+rwX /opt/cache"
    ]
    assert json.loads(named("ENTRYPOINT")[0]) == ["shopper"]
    assert "shopper" in PROJECT["project"]["scripts"]


def test_its_variables_are_known_to_what_reads_them() -> None:
    (words,) = named("ENV")
    ours = [name for name, _ in re.findall(r"(SHOPPER_\w+)=(\S+)", words)]
    assert ours == ["SHOPPER_CACHE", "SHOPPER_SANDBOX"]
    sources = "".join(
        path.read_text("utf-8")
        for place in ("envs", "agent")
        for path in (ROOT / place).rglob("*.py")
    )
    assert all(f'"{name}"' in sources for name in ours)
    assert "--no-sandbox" not in (ROOT / "Dockerfile").read_text()


def test_its_commands_take_the_words_they_are_given() -> None:
    (install,) = [words for words in named("RUN") if "playwright" in words]
    words = re.search(r"python -m playwright (install [^&]+)", install)
    assert words is not None
    playwright = [sys.executable, "-m", "playwright"]
    known = subprocess.run([*playwright, "install", "--help"], capture_output=True, text=True)
    assert all(word in known.stdout for word in words[1].split() if word.startswith("--"))
    dry = [word for word in words[1].split() if word != "--with-deps"] + ["--dry-run"]
    assert subprocess.run([*playwright, *dry], capture_output=True, check=False).returncode == 0
    extra = re.search(r'"\.\[(\w+)\]"', install)
    assert extra is not None and extra[1] in PROJECT["project"]["optional-dependencies"]


@pytest.mark.long
def test_what_is_copied_can_be_installed(tmp_path: Path) -> None:
    """A wheel, made of nothing but that, holds every file that the packages have."""
    for source in copied():
        if (ROOT / source).is_dir():
            shutil.copytree(
                ROOT / source, tmp_path / source, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            shutil.copy(ROOT / source, tmp_path)
    make = [
        sys.executable,
        "-m",
        "pip",
        "-q",
        "wheel",
        "--no-deps",
        "--wheel-dir",
        str(tmp_path / "w"),
        ".",
    ]
    subprocess.run(make, cwd=tmp_path, check=True)
    (wheel,) = (tmp_path / "w").glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    packages = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    wanted = {
        str(path.relative_to(tmp_path))
        for package in packages
        for path in (tmp_path / package).rglob("*")
        if path.is_file()
    }
    assert wanted <= held


def test_the_profile_lets_the_sandbox_be_made() -> None:
    profile = json.loads(PROFILE.read_text())
    refused = {name for rule in profile["syscalls"] for name in rule["names"]}
    assert profile["defaultAction"] == "SCMP_ACT_ALLOW"
    assert not refused & {"clone", "clone3", "unshare", "setns", "chroot", "seccomp", "prctl"}
    assert {"mount", "ptrace", "bpf", "init_module", "kexec_load", "reboot", "keyctl"} <= refused


def filtered(command: list[str], home: Path) -> subprocess.CompletedProcess[str]:
    """A command under the profile, by a user that is not root."""
    library = ctypes.CDLL(find_library("seccomp"), use_errno=True)
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_init.argtypes = [ctypes.c_uint32]
    library.seccomp_rule_add.argtypes = [
        ctypes.c_void_p,
        ctypes.c_uint32,
        ctypes.c_int,
        ctypes.c_uint,
    ]
    library.seccomp_load.argtypes = [ctypes.c_void_p]
    allow, refuse = 0x7FFF0000, 0x00050001
    rules = json.loads(PROFILE.read_text())["syscalls"]
    numbers = [
        library.seccomp_syscall_resolve_name(name.encode())
        for rule in rules
        for name in rule["names"]
    ]
    assert -1 not in numbers, "a call of that name is not known"

    def begin() -> None:
        context = library.seccomp_init(allow)
        for number in numbers:
            library.seccomp_rule_add(context, refuse, number, 0)
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        if library.seccomp_load(context):
            os._exit(99)

    environment = {"HOME": str(home), "PATH": os.environ["PATH"]}
    return subprocess.run(
        command,
        preexec_fn=begin,
        env=environment,
        cwd="/",
        capture_output=True,
        text=True,
        timeout=100,
    )


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0 or find_library("seccomp") is None,
    reason="only root can become another user, and libseccomp loads the profile",
)
def test_under_the_profile_a_browser_has_its_sandbox() -> None:
    browser = next(
        (
            found
            for name in ("chromium-headless-shell", "headless_shell")
            if (found := shutil.which(name))
        ),
        None,
    )
    if browser is None:
        pytest.skip("no headless shell of the system's, which every user may start")
    home = Path("/tmp") / f"shopper-profile-{os.getpid()}"
    home.mkdir(mode=0o777)
    home.chmod(0o777)
    try:
        words = [
            "--dump-dom",
            f"--user-data-dir={home / 'profile'}",
            "data:text/html,<p>it works</p>",
        ]
        shown = filtered([browser, *words], home)
        assert shown.returncode == 0, shown.stderr
        assert "<p>it works</p>" in shown.stdout
        mounted = filtered(["unshare", "-Urm", "true"], home)
        assert mounted.returncode != 0 and "not permitted" in mounted.stderr
    finally:
        shutil.rmtree(home)
