"""The results of a sitting as one page of Markdown."""

from __future__ import annotations

from typing import Any

AIMS = {
    "qwen2.5-7b-lora": "40 % MFU, under 45 GB",
    "qwen2.5-7b-full-8bit": "fits 140 GB",
    "smollm2-packed": "100,000 tokens/s",
}


def summary(results: dict[str, Any]) -> str:
    stages: dict[str, dict[str, Any]] = results["stages"]
    shapes = " with tiny shapes" if results["tiny"] else ""
    lines = [f"# One sitting of {results.get('seconds', 0)} s{shapes}", ""]
    lines += [f"- device: {found['device']}" for found in _one_of(stages, "device")]
    lines += [
        "",
        "| stage | tokens/s | MFU | GB at most | attention | aim |",
        "|---|---|---|---|---|---|",
    ]
    lines += [_row(name, found) for name, found in stages.items() if "rate" in found]
    exact = stages.get("exactness", {}).get("checks", [])
    lines += ["", "| exactness | found | limit | |", "|---|---|---|---|"] if exact else []
    lines += [
        f"| {c['name']} | {c['found']} | {c['limit']} | {'' if c['ok'] else '**not**'} |"
        for c in exact
    ]
    lines.append("")
    lines += [f"- {name}: {_told(found)}" for name, found in stages.items() if "rate" not in found]
    return "\n".join(lines) + "\n"


def _one_of(stages: dict[str, dict[str, Any]], field: str) -> list[dict[str, Any]]:
    return [found for found in stages.values() if field in found][:1]


def _row(name: str, found: dict[str, Any]) -> str:
    mfu = f"{found['mfu']:.1%}" if found.get("mfu") else ""
    return (
        f"| {name} | {found['rate']:,.0f} | {mfu} | {found['peak_gb']:.1f} | "
        f"{found.get('attention', '')} | {AIMS.get(name, '')} |"
    )


def _told(found: dict[str, Any]) -> str:
    for kind in ("skipped", "stopped", "failed"):
        if kind in found:
            return f"{kind}: {found[kind]}"
    kept = {k: v for k, v in found.items() if k not in ("checks", "losses")}
    return ", ".join(f"{key} {value}" for key, value in kept.items())
