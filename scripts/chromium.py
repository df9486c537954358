"""Gets a Chromium that starts, and prints its path as the last line.

In this order: Playwright's own download, the system's Chromium or Google Chrome, the
distribution's package. Runs in the virtual environment, where Playwright is. Knows nothing of how
Shopper drives the browser.
"""

from __future__ import annotations

import os
import selectors
import shutil
import subprocess
import sys
import time
from pathlib import Path

NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
FIRST_SIGN = 20.0
"""Seconds without any sign of progress after which the download counts as unreachable."""
NEXT_SIGN = 90.0
"""Seconds allowed between two signs of progress (each tenth of the file) on a slow connection."""
APT = ("apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300")
ADVICE = """\
No Chromium was found, Playwright's download cannot be reached, and no package could be installed.
Install Chromium or Google Chrome (Debian, Ubuntu: sudo apt-get install chromium; Fedora: sudo dnf \
install chromium; macOS: brew install --cask chromium), or name one with SHOPPER_BROWSER=/path, \
then run make again."""


def main() -> int:
    named = os.environ.get("SHOPPER_BROWSER")
    if named:
        return tell(named) if starts(named) else fail(f"SHOPPER_BROWSER={named} does not start")
    for attempt in (downloaded, download, system, package):
        path = attempt()
        if path and starts(path):
            return tell(path)
    return fail(ADVICE)


def tell(path: str) -> int:
    print(path)
    return 0


def fail(message: str) -> int:
    print(message, file=sys.stderr)
    return 1


def starts(path: str) -> bool:
    """Whether it really renders a page here; a download may lack system libraries."""
    flags = ["--headless", "--disable-gpu", "--dump-dom", *sandbox_flags()]
    try:
        page = subprocess.run(
            [path, *flags, "data:text/html,<p>it%20works"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return b"<p>it works</p>" in page.stdout


def sandbox_flags() -> list[str]:
    """Chromium refuses to run its sandbox as root."""
    return ["--no-sandbox"] if os.geteuid() == 0 else []


def downloaded() -> str | None:
    """A browser that Playwright downloaded before, of the version it wants."""
    listing = playwright("install", "--dry-run", "--only-shell", "chromium")
    for line in listing.splitlines():
        label, _, folder = line.strip().partition(":")
        if label == "Install location" and "headless_shell" in folder:
            found = [
                p for p in Path(folder.strip()).rglob("*headless*shell") if os.access(p, os.X_OK)
            ]
            return next((str(path) for path in found if path.is_file()), None)
    return None


def playwright(*arguments: str) -> str:
    command = [sys.executable, "-m", "playwright", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout


def download() -> str | None:
    """Playwright's own build, unless its server shows no sign of life."""
    command = [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]
    env = {**os.environ, "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": str(int(FIRST_SIGN * 1000))}
    process = subprocess.Popen(
        command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if not watched(process):
        process.kill()
    process.wait()
    return downloaded()


def watched(process: subprocess.Popen[bytes]) -> bool:
    """Whether the download went on to its end; a line with ``%`` is a sign of progress."""
    assert process.stdout is not None
    deadline = time.monotonic() + FIRST_SIGN
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while selector.select(max(0.0, deadline - time.monotonic())):
            printed = os.read(process.stdout.fileno(), 65536)
            if not printed:
                return True
            if b"%" in printed:
                deadline = time.monotonic() + NEXT_SIGN
    return False


def system() -> str | None:
    return next((path for path in map(shutil.which, NAMES) if path), None)


def package() -> str | None:
    """Debian's and Ubuntu's packages, where we may install them."""
    if shutil.which("apt-get") is None:
        return None
    may: tuple[str, ...] = ()
    if os.geteuid() != 0:
        may = ("sudo", "-n")
        if not works([*may, "true"]):
            return None
    works([*may, *APT, "update"])
    for name in ("chromium-headless-shell", "chromium"):
        if works([*may, *APT, "install", "-y", "--no-install-recommends", name]):
            return system()
    return None


def works(command: list[str]) -> bool:
    """Whether `command` succeeds; what a failing one prints goes to standard error."""
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(f"{' '.join(command)}: {(done.stderr or done.stdout).strip()}", file=sys.stderr)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
