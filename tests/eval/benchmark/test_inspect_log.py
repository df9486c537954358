"""The log for inspect_ai's viewer: the fields its format requires, and our numbers in them.

That inspect_ai 0.3.285 reads such a file was tried by hand; it is not a dependency.
"""

from __future__ import annotations

import json
from pathlib import Path

from agent.sessions.dataset import write_sessions
from eval.bench import score_external
from tests.eval.benchmark.sample import LEAVE, MUG, SEARCH, session


def test_every_step_is_a_sample_with_its_score(tmp_path: Path) -> None:
    data = tmp_path / "data.jsonl"
    write_sessions(data, [session("a", SEARCH, MUG, LEAVE)])
    file = tmp_path / "theirs.jsonl"
    truth = {"type": "click", "name": "results.mug"}
    row = {"session_id": "a", "step": 1, "truth": truth, "prediction": truth, "reasoning": "hm"}
    file.write_text(json.dumps(row) + "\n")
    score_external(file, data, tmp_path / "out", "theirs")

    log = json.loads((tmp_path / "out" / "inspect" / "shopper_bench.json").read_text())
    assert (log["version"], log["status"]) == (2, "success")
    assert {"created", "task", "dataset", "model", "config"} <= log["eval"].keys()
    right, missing = log["samples"]
    assert (right["id"], right["epoch"], right["target"]) == (
        "a:1",
        1,
        '{"type":"click","name":"results.mug"}',
    )
    assert right["scores"]["exact_match"]["value"] == "C"
    assert right["messages"][-1]["content"].startswith("hm")
    assert missing["scores"]["exact_match"] == {
        "value": "I",
        "answer": "",
        "explanation": "illegal",
    }
    results = json.loads((tmp_path / "out" / "results.json").read_text())
    shown = log["results"]["scores"][0]["metrics"]["micro"]["value"]
    assert shown == results["exact_match"]["micro"]["value"] == 0.5
    assert log["results"]["completed_samples"] == 1
