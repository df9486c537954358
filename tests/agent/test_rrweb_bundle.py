"""rrweb is fetched from npm, checked, and whole or not there."""

from __future__ import annotations

import shutil
import stat
import sys
from pathlib import Path

import pytest

from agent import rrweb_bundle
from agent.rrweb_bundle import (
    BundleError,
    bundle_path,
    fetch_bundle,
    find_bundle,
    main,
    npm_command,
)


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The search path leads to an npm of ours, which runs the shell lines it is given."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in ("sh", "sleep", "node"):
        target = shutil.which(tool) or sys.executable
        (folder / tool).symlink_to(target)
    monkeypatch.setenv("PATH", str(folder))

    def write(lines: str) -> None:
        script = folder / "npm"
        script.write_text(f"#!{shutil.which('sh')}\n{lines}\n")
        script.chmod(script.stat().st_mode | stat.S_IXUSR)

    return write


def test_nothing_is_there_before_it_was_fetched(cache_home):
    assert find_bundle() is None
    assert bundle_path().is_relative_to(cache_home)


def test_another_package_than_expected_is_refused(cache_home, npm):
    npm('printf "not it" > "$4/rrweb-2.2.2.tgz"')
    with pytest.raises(BundleError, match=r"npm served another rrweb .* than expected"):
        fetch_bundle()
    assert find_bundle() is None
    assert [path for path in cache_home.rglob("*") if path.is_file()] == []


def test_what_npm_says_is_told(cache_home, npm):
    npm('echo "npm error code ENOTFOUND\nnpm error request to the registry failed" >&2; exit 1')
    with pytest.raises(BundleError, match="request to the registry failed; check the network"):
        fetch_bundle()


def test_an_npm_that_hangs_is_given_up(cache_home, npm, monkeypatch):
    monkeypatch.setattr(rrweb_bundle, "_FETCH_S", 0.3)
    npm("exec sleep 20")
    with pytest.raises(BundleError, match="did not end within"):
        fetch_bundle()


def test_without_npm_it_is_said_how_to_get_it(cache_home, monkeypatch, capsys):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(rrweb_bundle, "find_spec", lambda name: None)
    assert main(["fetch"]) == 1
    told = capsys.readouterr().err
    assert "install Node.js" in told and "recordings" in told


def test_npm_of_the_wheel_does_where_there_is_no_other(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(rrweb_bundle, "find_spec", lambda name: object())
    assert npm_command()[:2] == [sys.executable, "-c"]


def test_a_damaged_script_counts_as_none(cache_home):
    bundle_path().parent.mkdir(parents=True)
    bundle_path().write_text("window.rrweb = {}")
    assert find_bundle() is None


def test_usage_is_told(capsys):
    assert main([]) == 2
    assert "fetch" in capsys.readouterr().err
