"""The table of the results page says what ``results.json`` says, to the last digit."""

from __future__ import annotations

import json
from pathlib import Path

from agent.policies import Options
from agent.sessions.dataset import write_sessions
from bench.results import table
from eval.bench import BenchRequest, benchmark
from tests.eval.benchmark.sample import BUY, CUP, LEAVE, MUG, RED, SEARCH, session

VISITS = tuple(
    session(f"{user}{n}", *actions, user=user, p_max=0.4)
    for user in ("ann", "bob", "cem", "dee")
    for n, actions in enumerate(
        [(SEARCH, MUG, BUY), (SEARCH, RED, MUG, LEAVE), (SEARCH, CUP, LEAVE)]
    )
)


async def test_every_number_is_read_from_the_results(tmp_path: Path) -> None:
    data = tmp_path / "data.jsonl"
    write_sessions(data, VISITS)
    script = tmp_path / "script.json"
    script.write_text(json.dumps([{"type": "click", "name": "results.mug"}, {"type": "terminate"}]))
    folders = {}
    for name, policy in (("replayed", f"replay:{data}"), ("scripted", f"scripted:{script}")):
        folders[name] = tmp_path / name
        request = BenchRequest(
            data=data, policy=policy, out=folders[name], options=Options(greedy=True)
        )
        await benchmark(request)
    lines = table(folders)
    for name, folder in folders.items():
        found = json.loads((folder / "results.json").read_text())
        row = next(line for line in lines if line.startswith(f"| {name} |"))
        macro = found["exact_match"]["session_macro"]
        low, high = macro["ci95"]
        assert f"{100 * macro['value']:.2f} [{100 * low:.1f}, {100 * high:.1f}]" in row
        assert f"{100 * found['action_type']['accuracy']:.2f}" in row
    assert "100.00" in next(line for line in lines if line.startswith("| replayed |"))
    assert (
        sum(line.startswith("| *") for line in lines)
        == len(json.loads((folders["replayed"] / "results.json").read_text())["baselines"]) + 1
    ), "the baselines and the ceiling"
    assert any("12 sessions" in line for line in lines)


async def test_results_on_other_data_are_named(tmp_path: Path) -> None:
    folders = {}
    for name, visits in (("all", VISITS), ("fewer", VISITS[:6])):
        data = tmp_path / f"{name}.jsonl"
        write_sessions(data, visits)
        folders[name] = tmp_path / name
        await benchmark(
            BenchRequest(data=data, policy=f"replay:{data}", out=folders[name], options=Options())
        )
    told = [line for line in table(folders) if line.startswith("- ")]
    assert any("different data" in line for line in told), told
    alone = table({"all": folders["all"]})
    assert len([line for line in alone if line.startswith("- ")]) < len(told)
