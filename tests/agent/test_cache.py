"""The cache folder is where the user says it is."""

from __future__ import annotations

from pathlib import Path

from agent.cache import cache_dir, cache_root


def test_the_folder_named_is_used_and_made(cache_home):
    assert cache_root() == cache_home
    assert not cache_home.exists()
    assert cache_dir("models", "a") == cache_home / "models" / "a"
    assert (cache_home / "models" / "a").is_dir()


def test_without_a_name_it_follows_the_users_folders(monkeypatch, tmp_path):
    monkeypatch.delenv("SHOPPER_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_root() == tmp_path / "shopper"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_root() == tmp_path / ".cache" / "shopper"


def test_a_relative_name_does_not_move_with_the_working_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHOPPER_CACHE", "here")
    assert cache_root() == Path(tmp_path, "here")
