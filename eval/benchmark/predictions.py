"""A prediction beside the truth: one row of ``predictions.jsonl``, and that file.

The file is appended to as predictions are made; each row is flushed, so a killed process loses at
most the row it was writing. A file by someone else's system needs only `session_id`, `step`,
`truth` and `prediction`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from agent.parsing import no_deeper
from envs.actions import Action, ActionError, parse_action
from eval.errors import EvalInputError

Count = Annotated[int, msgspec.Meta(ge=0)]
Rank = Annotated[int, msgspec.Meta(ge=1)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens of one decision: read, of those from the cache, and written."""

    prompt: Count = 0
    cached: Count = 0
    generated: Count = 0


class Prediction(msgspec.Struct, frozen=True, kw_only=True):
    """One step's truth and prediction.

    `step` is the 0-based index in the session; `last` says that with it the session ended, and was
    not cut off. `prediction` is None when nothing could be parsed.
    Kinds are those of the elements acted on, ``leave`` for terminate; None when not known.
    The optional rest: `key` says which content and settings it answers, `click_type` is the
    truth's (imported logs), `p_max` the oracle's (synthetic logs), `error` why there is no answer,
    `p_buy` the policy's probability of buying at the last step, `truth_logprob` and `truth_rank`
    those of the true action among the page's legal ones after the policy's own reasoning.
    """

    session_id: str
    user_id: str | None = None
    step: Count
    last: bool | None = None
    truth: Action
    truth_kind: str | None = None
    prediction: Action | None
    prediction_kind: str | None = None
    legal: bool | None = None
    reasoning: str | None = None
    raw: str = ""
    seconds: float | None = None
    tokens: Tokens | None = None
    key: str | UnsetType = UNSET
    click_type: str | UnsetType = UNSET
    p_max: Share | UnsetType = UNSET
    error: str | UnsetType = UNSET
    p_buy: Share | UnsetType = UNSET
    truth_logprob: float | UnsetType = UNSET
    truth_rank: Rank | UnsetType = UNSET

    @property
    def place(self) -> tuple[str, int]:
        """What a prediction is about: session and step."""
        return self.session_id, self.step


class _Loose(Prediction, frozen=True, kw_only=True):
    """A row as others write it: its prediction may be anything."""

    prediction: Any


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Loose)


class PredictionLog:
    """Appends rows to a file, whole lines only. A torn last line is cut off when it is opened."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        _mend(path)
        self._file = path.open("ab", buffering=0)

    def append(self, row: Prediction) -> None:
        data = memoryview(_encoder.encode(row) + b"\n")
        while data:
            data = data[self._file.write(data) or 0 :]

    def __enter__(self) -> PredictionLog:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()


def _mend(path: Path) -> None:
    """Cut off what stands after the last newline: a killed process was writing it."""
    if not path.exists():
        return
    with path.open("r+b") as file:
        keep = size = file.seek(0, 2)
        while keep:
            start = max(0, keep - 65536)
            file.seek(start)
            newline = file.read(keep - start).rfind(b"\n")
            keep = start + newline + 1
            if newline >= 0:
                break
        if keep != size:
            file.truncate(keep)


def read_predictions(path: Path) -> Iterator[Prediction]:
    """Every row of a predictions file, in order. A prediction that is no action becomes None.

    A last line without its newline is read if it is whole and dropped if it is not.

    Raises:
        EvalInputError: with file, line and field.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise EvalInputError(f"cannot read predictions from {path}: {error.strerror}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield _read_row(line)
        except (msgspec.DecodeError, UnicodeError) as error:
            torn = not isinstance(error, msgspec.ValidationError)
            if torn and number == len(lines):
                return
            raise EvalInputError(f"{path}:{number}: {error}") from error


def _read_row(line: bytes) -> Prediction:
    with no_deeper():
        loose = _decoder.decode(line)
    fields = {name: getattr(loose, name) for name in Prediction.__struct_fields__}
    fields["prediction"] = _action_or_none(loose.prediction)
    if fields["prediction"] is None and not loose.raw and loose.prediction is not None:
        fields["raw"] = _encoder.encode(loose.prediction).decode()
    return Prediction(**fields)


def _action_or_none(value: Any) -> Action | None:
    """The action a foreign prediction is, given as an object or as the text of one."""
    if value is None:
        return None
    try:
        return parse_action(value if isinstance(value, str) else _encoder.encode(value))
    except ActionError:
        return None


def unique(rows: Iterable[Prediction], source: Path) -> dict[tuple[str, int], Prediction]:
    """Rows by session and step.

    Raises:
        EvalInputError: two rows are about the same step.
    """
    found: dict[tuple[str, int], Prediction] = {}
    for row in rows:
        if row.place in found:
            raise EvalInputError(
                f"{source}: two predictions for step {row.step} of session {row.session_id!r}; "
                "keep one row per step"
            )
        found[row.place] = row
    return found
