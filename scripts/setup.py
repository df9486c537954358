"""Makes a clone ready: virtual environment, packages, a browser, the embedded model.

``scripts/setup run`` installs what ``shopper run`` needs, ``scripts/setup test`` everything. Each
step that was done for the same inputs is skipped. Runs on a bare Python 3.11 or newer, so it
imports only the standard library and `steps`.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from steps import Made, StepFailed, Steps, run_quietly

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
CONSTRAINTS = ROOT / "constraints.txt"
TORCH = "torch==2.13.0"
"""Installed first and by its exact version: pip then takes a CPU build from a ``find-links``
folder where one lies, and no later request brings in another build."""
EXTRAS = {"run": (), "test": ("train", "cluster", "mcp", "test")}


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in EXTRAS:
        print(f"usage: scripts/setup {'|'.join(EXTRAS)}", file=sys.stderr)
        return 2
    extras = EXTRAS[arguments[0]]
    started = time.monotonic()
    steps = Steps(VENV / "set-up")
    try:
        with only_one():
            steps.do("environment", environment_key(), make_environment)
            steps.do("packages", packages_key(), lambda: install(extras), covers=extras)
            steps.do("browser", browser_key(), find_browser)
            steps.do("model", model_key(), fetch_model)
            steps.do("recordings", recordings_key(), fetch_rrweb)
    except StepFailed as failure:
        print(f"\nset-up failed: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nset-up stopped; run make again to go on where it was", file=sys.stderr)
        return 130
    seconds = time.monotonic() - started
    print(f"set-up {'done' if steps.done else 'is up to date'} ({seconds:.1f} s)", flush=True)
    return 0


@contextmanager
def only_one() -> Iterator[None]:
    """Two set-ups of one clone take turns; the second finds everything done."""
    with Path(__file__).open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("waiting for another set-up of this clone to finish", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def digest(*parts: str | bytes) -> str:
    hashed = hashlib.sha256()
    for part in parts:
        hashed.update(part.encode() if isinstance(part, str) else part)
        hashed.update(b"\0")
    return hashed.hexdigest()


def environment_key() -> str:
    return digest(str(VENV))


def packages_key() -> str:
    inputs = (ROOT / "pyproject.toml", CONSTRAINTS)
    return digest(environment_key(), *(path.read_bytes() for path in inputs))


def browser_key() -> str:
    return digest(
        packages_key(), *(os.environ.get(name, "") for name in ("SHOPPER_CHROMIUM", "HOME"))
    )


def model_key() -> str:
    places = ("SHOPPER_CACHE", "XDG_CACHE_HOME", "HOME")
    return digest(packages_key(), *(os.environ.get(name, "") for name in places))


def recordings_key() -> str:
    return digest(model_key(), (ROOT / "agent" / "rrweb_bundle.py").read_bytes())


def make_environment() -> Made:
    """Make ``.venv``, or keep one that works; one moved here from elsewhere does not."""
    if not environment_works():
        make = [sys.executable, "-m", "venv", "--clear", str(VENV)]
        try:
            run_quietly(make)
        except StepFailed:
            install_venv_module()
            run_quietly(make)
    return Made(run_quietly([str(PYTHON), "--version"]).strip(), PYTHON)


def environment_works() -> bool:
    activate = VENV / "bin" / "activate"
    if not activate.exists() or str(VENV) not in activate.read_text("utf-8"):
        return False
    try:
        run_quietly([str(PYTHON), "-c", "import sys, pip; assert sys.version_info >= (3, 11)"])
    except StepFailed:
        return False
    return True


def install_venv_module() -> None:
    """Debian ships Python without what makes virtual environments, in a package of its own."""
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise StepFailed(
            f"{sys.executable} cannot make a virtual environment; "
            f"install its venv module (Debian, Ubuntu: apt-get install {package}) and try again"
        )
    run_quietly(["apt-get", "update"])
    run_quietly(["apt-get", "install", "-y", "--no-install-recommends", package])


def install(extras: tuple[str, ...]) -> Made:
    """Install Shopper, editable, with exact versions; torch only when an extra wants it."""
    if "train" in extras:
        pip("install", TORCH)
    what = f"[{','.join(extras)}]" if extras else ""
    pip("install", "--editable", f"{ROOT}{what}")
    return Made(f"shopper{what}", VENV / "bin" / "shopper")


def pip(*arguments: str) -> None:
    pinned = {name: str(CONSTRAINTS) for name in ("PIP_CONSTRAINT", "PIP_BUILD_CONSTRAINT")}
    run_quietly(
        [str(PYTHON), "-m", "pip", "--no-input", "--disable-pip-version-check", *arguments],
        {**os.environ, **pinned},
    )


def find_browser() -> Made:
    path = last_line(run_quietly([str(PYTHON), str(ROOT / "scripts" / "chromium.py")]))
    return Made(path, Path(path))


def fetch_model() -> Made:
    path = last_line(run_quietly([str(PYTHON), "-m", "agent.models", "fetch"]))
    return Made(path, Path(path))


def fetch_rrweb() -> Made:
    """rrweb for recordings of people; without npm or a network everything else works."""
    try:
        path = last_line(run_quietly([str(PYTHON), "-m", "agent.rrweb_bundle", "fetch"]))
    except StepFailed as failure:
        return Made(f"none, recordings will ask again: {last_line(str(failure))}", VENV)
    return Made(path, Path(path))


def last_line(text: str) -> str:
    return text.strip().splitlines()[-1]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
