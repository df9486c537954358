"""A benchmark as a log of inspect_ai, to be browsed in its viewer (``inspect view``).

Version 2 of its JSON format, written without inspect_ai, a sample per predicted step. Knows rows
and results only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from agent.atomic_write import write_whole
from envs.actions import encode_action
from eval.benchmark.matching import error_of, exact, normalised
from eval.benchmark.predictions import Prediction
from eval.benchmark.results import Estimate, Match, Results

SCORERS = ("exact_match", "exact_match_normalised")


def write_inspect_log(path: Path, results: Results, rows: Sequence[Prediction]) -> Path:
    """Write the log; `path` should end in ``.json``.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, msgspec.json.encode(_log(results, rows)) + b"\n")
    return path


def _log(results: Results, rows: Sequence[Prediction]) -> dict[str, Any]:
    usage = {
        "input_tokens": results.tokens.prompt,
        "output_tokens": results.tokens.generated,
        "total_tokens": results.tokens.prompt + results.tokens.generated,
        "input_tokens_cache_read": results.tokens.cached,
    }
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return {
        "version": 2,
        "status": "success",
        "eval": {
            "created": now,
            "task": "shopper_bench",
            "task_args": dict(results.settings),
            "dataset": {"name": results.data, "samples": len(rows)},
            "model": results.policy,
            "config": {},
            "metadata": {"notes": list(results.notes)},
        },
        "plan": {"name": "plan", "steps": []},
        "results": {
            "total_samples": len(rows),
            "completed_samples": len(rows) - results.unanswered,
            "scores": [
                _score("exact_match", results.exact_match),
                _score("exact_match_normalised", results.exact_match_normalised),
            ],
        },
        "stats": {"started_at": now, "completed_at": now, "model_usage": {results.policy: usage}},
        "samples": [_sample(row, results.policy) for row in rows],
    }


def _score(name: str, match: Match) -> dict[str, Any]:
    metrics = {
        "session_macro": match.session_macro,
        "micro": match.micro,
    }
    return {
        "name": name,
        "scorer": name,
        "params": {},
        "metrics": {
            key: {"name": key, "value": estimate.value, "metadata": _interval(estimate)}
            for key, estimate in metrics.items()
            if estimate.value is not None
        },
    }


def _interval(estimate: Estimate) -> dict[str, Any]:
    return {"ci95": list(estimate.ci95) if estimate.ci95 else None}


def _sample(row: Prediction, policy: str) -> dict[str, Any]:
    answer = "" if row.prediction is None else encode_action(row.prediction)
    said = f"{row.reasoning}\n\n{row.raw or answer}" if row.reasoning else row.raw or answer
    message = {"role": "assistant", "content": said, "source": "generate"}
    asked = f"Step {row.step} of session {row.session_id}: what does the customer do next?"
    right = {"exact_match": exact(row), "exact_match_normalised": normalised(row)}
    return {
        "id": f"{row.session_id}:{row.step}",
        "epoch": 1,
        "input": asked,
        "target": encode_action(row.truth),
        "messages": [{"role": "user", "content": asked, "source": "input"}, message],
        "output": {
            "model": policy,
            "choices": [{"message": message, "stop_reason": "stop"}],
            "completion": said,
        },
        "scores": {
            name: {
                "value": "C" if right[name] else "I",
                "answer": answer,
                "explanation": error_of(row) if name == "exact_match" else None,
            }
            for name in SCORERS
        },
        "metadata": {
            "session_id": row.session_id,
            "user_id": row.user_id,
            "truth_kind": row.truth_kind,
            "prediction_kind": row.prediction_kind,
            "legal": row.legal,
            "last": row.last,
        },
        "total_time": row.seconds,
    }
