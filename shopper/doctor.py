"""Looks at this machine: would ``shopper run`` work, and what to do about what is missing.

Every check tries the real thing: the browser renders a page, the engine lists its devices. Values
of keys are never read into a result.
"""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import psutil

from agent.cache import cache_dir, cache_root
from agent.distribution import (
    how_to_install,
    install_command,
    is_clone,
    python_command,
    requirements,
    version_of,
)
from agent.models import ModelFacts, describe
from agent.policies.auto import surroundings
from agent.policies.registry import BACKENDS
from agent.rrweb_bundle import VERSION as RRWEB
from agent.rrweb_bundle import BundleError, bundle_path, find_bundle, npm_command
from envs.browser.browser import Browser, launch, missing_display
from envs.errors import EnvError
from shopper.check import Check, State
from shopper.doctor_access import check_access
from shopper.doctor_policy import check_policy, check_speed

LEAST_FREE = 200e6
"""Bytes below which a run of a few customers with screenshots may fill the disk."""
LITTLE_FREE = 2e9
"""Bytes below which training or a large run may fill the disk."""
SCRIPTS = {"Chinese": "\u6c49", "Japanese": "\u3042", "Korean": "\ud55c"}
NO_CHARACTER = "\U0010fffe"
TOFU = """characters => {
  const draw = text => {
    const canvas = Object.assign(document.createElement('canvas'), {width: 40, height: 40});
    const pen = canvas.getContext('2d');
    pen.font = '24px sans-serif';
    pen.fillText(text, 4, 30);
    return canvas.toDataURL();
  };
  const none = draw(characters.pop());
  return characters.map(character => draw(character) !== none);
}"""
"""Draws each character and compares it with the box that stands for a missing one."""


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """All checks. `ready` is whether ``shopper run`` would work."""

    ready: bool
    checks: tuple[Check, ...]


async def diagnose(*, timing: bool = True, states: Sequence[Path] = ()) -> Diagnosis:
    """Look at everything; nothing missing keeps the rest from being looked at. `timing`: let the
    embedded model decide, too, which takes some seconds. `states` are files with kept logins."""
    checks = [check_machine(), check_packages(), *await check_browser()]
    models = await asyncio.to_thread(describe)
    checks += [check_engines(models), check_model(models), check_disk(), check_torch(models)]
    checks.append(check_rrweb())
    checks.append(check_policy(await asyncio.to_thread(surroundings)))
    checks += [await check_speed(models)] if timing else []
    checks += [*check_extras(), *check_keys(), *check_access(states, os.environ)]
    return Diagnosis(ready=all(c.state != "missing" for c in checks), checks=tuple(checks))


def check_machine() -> Check:
    memory = psutil.virtual_memory()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return Check(
        area="machine",
        state="ok",
        found=f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{cores} cores, {memory.total / 1e9:.0f} GB memory",
        facts={"python": platform.python_version(), "cores": cores, "memory": memory.total},
    )


def check_packages() -> Check:
    versions = {name: version_of(name) for name in requirements().get(None, [])}
    absent = [name for name, version in versions.items() if version is None]
    if absent:
        return Check(
            area="packages",
            state="missing",
            found=f"not installed: {', '.join(absent)}",
            advice=how_to_install(),
            facts={**versions},
        )
    if not versions:
        found = "Shopper runs from its folder, so what it needs was not checked"
        return Check(area="packages", state="warning", found=found, advice=how_to_install())
    found = f"shopper {version_of('shopper')} and the {len(versions)} packages it needs"
    return Check(
        area="packages",
        state="ok",
        found=found,
        facts={"shopper": version_of("shopper"), **versions},
    )


async def check_browser() -> tuple[Check, ...]:
    """Launch the browser that a run would use and let it show a page."""
    try:
        async with launch() as browser:
            shown = await _characters_shown(browser)
            return _browser_check(browser), _fonts_check(shown)
    except EnvError as error:
        advice = f"{python_command()} -m playwright install --with-deps chromium"
        advice += ", or `make run`" if is_clone() else ""
        return (Check(area="browser", state="missing", found=str(error), advice=advice),)


async def _characters_shown(browser: Browser) -> dict[str, bool]:
    context = await browser.context()
    try:
        page = await context.new_page()
        shown = await page.evaluate(TOFU, [*SCRIPTS.values(), NO_CHARACTER])
    finally:
        await context.close()
    return dict(zip(SCRIPTS, shown, strict=True))


def _browser_check(browser: Browser) -> Check:
    sandbox = "on" if browser.sandboxed else "off"
    return Check(
        area="browser",
        state="ok" if browser.sandboxed else "warning",
        found=f"{browser.executable}, version {browser.version}, sandbox {sandbox}; it shows pages",
        advice="" if browser.sandboxed else _sandbox_advice(),
        facts={
            "path": str(browser.executable),
            "version": browser.version,
            "sandbox": browser.sandboxed,
            "headed": not missing_display(),
        },
    )


def _sandbox_advice() -> str:
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return "as root Chromium runs without its sandbox; visit unknown sites as another user"
    return "this system does not let Chromium use its sandbox; visit only sites you trust"


def _fonts_check(shown: dict[str, bool]) -> Check:
    lacking = [script for script, is_shown in shown.items() if not is_shown]
    if lacking:
        return Check(
            area="fonts",
            state="warning",
            found=f"no characters for {', '.join(lacking)}: screenshots show boxes instead",
            advice="install fonts (Debian, Ubuntu: apt-get install fonts-noto-cjk)",
            facts={**shown},
        )
    found = f"{', '.join(shown)} can be shown"
    return Check(area="fonts", state="ok", found=found, facts={**shown})


def check_engines(facts: ModelFacts) -> Check:
    """OpenVINO, which the embedded model needs, and torch, which everything else does."""
    on_openvino = {i: name for i, name in facts.devices.items() if not i.startswith("cuda")}
    devices = ", ".join(f"{i} ({name})" for i, name in on_openvino.items())
    return Check(
        area="engine",
        state="ok" if on_openvino else "missing",
        found=f"OpenVINO GenAI {facts.engines.get('openvino-genai')}: {devices or 'no device'}"
        + "".join(f"; {problem}" for problem in facts.problems),
        advice="" if on_openvino else install_command("--force-reinstall", "openvino-genai"),
        facts={**facts.engines, "devices": list(on_openvino)},
    )


def check_torch(facts: ModelFacts) -> Check:
    version = facts.engines.get("torch")
    if version is None:
        found = "no torch: no training, and of models only the embedded one and remote ones"
        return Check(area="gpu", state="optional", found=found, advice=how_to_install("train"))
    cuda = [name for i, name in facts.devices.items() if i.startswith("cuda")]
    return Check(
        area="gpu",
        state="ok" if cuda else "optional",
        found=f"torch {version}: {', '.join(cuda) or 'no CUDA device'}",
        advice="" if cuda else "not needed: without one, torch computes on the processor",
        facts={"torch": version, "cuda": cuda},
    )


def check_model(facts: ModelFacts) -> Check:
    if not facts.present:
        found = f"the embedded model is not in {facts.path}"
        advice = f"{python_command()} -m agent.models fetch (98 MB)"
        return Check(area="model", state="missing", found=found, advice=advice)
    return Check(
        area="model",
        state="ok",
        found=f"embedded model in {facts.path}, {facts.size_mb:.0f} MB",
        facts={"path": facts.path, "size_mb": facts.size_mb},
    )


def check_rrweb() -> Check:
    """Whether recordings of people can be imported and visits kept as recordings."""
    found = find_bundle()
    if found is not None:
        return Check(
            area="recordings",
            state="ok",
            found=f"rrweb {RRWEB} in {found}",
            facts={"path": str(found), "version": RRWEB},
        )
    damaged = "is damaged" if bundle_path().exists() else "is not here"
    try:
        npm_command()
        advice = f"{python_command()} -m agent.rrweb_bundle fetch"
    except BundleError as error:
        advice = str(error).partition(": ")[2]
    said = f"rrweb {RRWEB} {damaged}; `data import` of recordings and `run --rrweb` fetch it"
    return Check(area="recordings", state="optional", found=said, advice=advice)


def check_disk() -> Check:
    try:
        cache = cache_dir()
    except OSError as error:
        found = f"the cache folder {cache_root()} cannot be made: {error.strerror}"
        advice = "name a folder you may write to in SHOPPER_CACHE"
        return Check(area="disk", state="missing", found=found, advice=advice)
    used = sum(path.stat().st_size for path in cache.rglob("*") if path.is_file())
    free, here = shutil.disk_usage(cache).free, shutil.disk_usage(Path.cwd()).free
    least = min(free, here)
    state: State = "missing" if least < LEAST_FREE else "warning" if least < LITTLE_FREE else "ok"
    return Check(
        area="disk",
        state=state,
        found=f"cache {cache} holds {used / 1e6:.0f} MB, {free / 1e9:.1f} GB free; "
        f"{here / 1e9:.1f} GB free in this folder",
        advice="" if state == "ok" else "free some space",
        facts={"cache": str(cache), "used": used, "free": free, "free_here": here},
    )


def check_extras() -> Iterable[Check]:
    for extra, names in requirements().items():
        if extra is None or (extra == "test" and not is_clone()):  # the tests are in the clone only
            continue
        absent = [name for name in names if version_of(name) is None]
        yield Check(
            area=f"extra {extra}",
            state="optional" if absent else "ok",
            found=f"not installed: {', '.join(absent)}" if absent else "installed",
            advice=how_to_install(extra) if absent else "",
            facts={name: version_of(name) for name in names},
        )


def check_keys() -> Iterable[Check]:
    """Whether keys are set. Only that: their values are not looked at further."""
    keys = {b.key: b.key_use for b in BACKENDS if b.key is not None}
    for name, use in keys.items():
        is_set = bool(os.environ.get(name))
        yield Check(
            area="key",
            state="ok" if is_set else "optional",
            found=f"{name} is {'set' if is_set else 'not set'}",
            advice="" if is_set else f"needed for {use}",
            facts={"name": name, "set": is_set},
        )
