"""A policy that takes recorded sessions again, without a model, and says where the page diverged.

A customer gets the recording of its own session id; where there is none, the next recording that
nobody has taken, in recorded order. Keeps of a recording only what it needs to act: a large data
set does not have to fit in memory with its pages.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from zlib import crc32

import msgspec

from agent.policies.closest_names import closest_names
from agent.policies.options import Options
from agent.policies.policy import Decision, PolicyChoiceError, PolicyError
from agent.sessions.dataset import read_sessions
from agent.sessions.session import RecordError, Session
from envs.actions import Action, Terminate, action_name
from envs.observation import Observation

_OVER = "The recorded visit ends here."


class RecordedStep(msgspec.Struct, frozen=True):
    """What is kept of a step; `page` is a checksum of the simplified HTML it was taken on."""

    url: str
    page: int
    action: Action
    reasoning: str | None


class RecordedVisit(msgspec.Struct, frozen=True):
    """One recorded visit."""

    session_id: str
    steps: tuple[RecordedStep, ...]


async def load_replay(folder: str, options: Options) -> ReplayPolicy:
    """The policy ``replay:DIR``.

    Raises:
        PolicyChoiceError: nothing is recorded there, or what is there cannot be read.
    """
    return ReplayPolicy.read(Path(folder))


class ReplayPolicy:
    """Plays each recording at most once."""

    def __init__(self, name: str, recordings: Iterable[RecordedVisit]) -> None:
        self.name = name
        self._recordings = {one.session_id: one for one in recordings}
        self._free = dict(self._recordings)
        self._playing: dict[str, RecordedVisit] = {}
        self.divergences: dict[str, str] = {}
        """Where each session's page first differed from the recorded one, by session id."""

    @classmethod
    def read(cls, path: Path) -> ReplayPolicy:
        """The policy of a run folder, one session's log, or a data set.

        Raises:
            PolicyChoiceError: nothing is recorded there, or what is there cannot be read.
        """
        try:
            recordings = [_recording(session) for session in read_sessions(path)]
        except (OSError, RecordError) as error:
            raise PolicyChoiceError(f"cannot replay {path}: {error}") from error
        if not recordings:
            raise PolicyChoiceError(f"nothing to replay: {path} holds no sessions")
        return cls(f"replay:{path}", recordings)

    @classmethod
    def of(cls, name: str, sessions: Iterable[Session]) -> ReplayPolicy:
        """The policy of sessions that are at hand."""
        return cls(name, [_recording(session) for session in sessions])

    @property
    def settings(self) -> dict[str, str | int | float | bool]:
        return {"policy": self.name, "recordings": len(self._recordings)}

    async def decide(self, session: Session, observation: Observation) -> Decision:
        recording = self._recording_for(session)
        index = len(session.steps)
        if index >= len(recording.steps):
            return Decision(reasoning=_OVER, action=Terminate())
        step = recording.steps[index]
        if session.session_id not in self.divergences and _differs(step, observation):
            self.divergences[session.session_id] = _difference(index, step, observation)
        if why := observation.illegal(step.action):
            raise PolicyError(self._stuck(session.session_id, recording, index, observation, why))
        return Decision(reasoning=step.reasoning, action=step.action)

    async def forget(self, session_id: str) -> None:
        self._playing.pop(session_id, None)

    async def close(self) -> None:
        """Nothing is open."""

    def _recording_for(self, session: Session) -> RecordedVisit:
        mine = self._playing.get(session.session_id)
        if mine is None:
            mine = self._take(session.session_id)
            self._playing[session.session_id] = mine
        return mine

    def _take(self, session_id: str) -> RecordedVisit:
        if session_id in self._recordings:
            self._free.pop(session_id, None)
            return self._recordings[session_id]
        if not self._free:
            raise PolicyError(
                f"{self.name} holds {len(self._recordings)} recordings and all are taken: "
                f"session {session_id} has none to play. Ask for fewer customers."
            )
        return self._free.pop(next(iter(self._free)))

    def _stuck(
        self, session_id: str, recording: RecordedVisit, index: int, seen: Observation, why: str
    ) -> str:
        step = recording.steps[index]
        close = closest_names(action_name(step.action) or "", [e.name for e in seen.names], 3)
        return (
            f"{self.name}: session {recording.session_id} cannot go on at step {index}: {why} "
            f"({seen.url}; recorded on {step.url}). The closest names are "
            f"{', '.join(close) or 'none at all'}. {self.divergences.get(session_id, '')}"
        ).rstrip()


def _recording(session: Session) -> RecordedVisit:
    return RecordedVisit(
        session.session_id,
        tuple(
            RecordedStep(step.url, crc32(step.context.encode()), step.action, step.reasoning)
            for step in session.steps
        ),
    )


def _differs(step: RecordedStep, seen: Observation) -> bool:
    return step.page != crc32(seen.html.encode())


def _difference(index: int, step: RecordedStep, seen: Observation) -> str:
    where = seen.url if seen.url == step.url else f"{seen.url} instead of {step.url}"
    return f"The page first differed from the recorded one at step {index} ({where})."
