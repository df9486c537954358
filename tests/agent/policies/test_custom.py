"""Policies of the user's own: what they may leave out, and what is said of what is wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent.policies import Options, load
from agent.policies.completers import load_model
from agent.policies.custom import as_policy
from agent.policies.policy import Decision, PolicyChoiceError, PolicyError, RunOver
from agent.policies.synthetic import SyntheticPolicy
from agent.sessions.session import Session
from envs.actions import Click, Terminate
from envs.observation import Observation
from eval.benchmark.action_scores import ActionScorer
from tests.agent.policies.shopping import PAGE, session

HEADER = """
from agent.policies.policy import Decision
from envs.actions import Click, Terminate
"""
LEAVES = """
class Leaves:
    async def decide(self, session, observation):
        return Decision(reasoning="Not today.", action=Terminate())
"""
Write = Callable[..., str]


@pytest.fixture
def write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Write]:
    """Writes a module into the current folder; returns its name, which no other test has."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    name = f"own_{abs(hash(request.node.nodeid))}"

    def write(text: str, header: str = HEADER) -> str:
        (tmp_path / f"{name}.py").write_text(header + text)
        return name

    yield write
    sys.modules.pop(name, None)


async def test_a_class_that_only_decides_is_a_policy(write: Write, tmp_path: Path) -> None:
    name = write(LEAVES)
    policy = await load(f"{name}:Leaves")
    assert (await policy.decide(session(), PAGE)).reasoning == "Not today."
    assert policy.name == f"{name}:Leaves"
    assert policy.settings["policy"] == f"{name}:Leaves"
    assert not isinstance(policy, ActionScorer)
    before = policy.settings["source"]
    await policy.forget("s")
    await policy.close()
    del sys.modules[name]
    (tmp_path / f"{name}.py").write_text(HEADER + LEAVES + "# another version\n")
    assert (await load(f"{name}:Leaves")).settings["source"] != before


async def test_what_it_has_of_its_own_is_kept(write: Write) -> None:
    name = write("""
class Whole:
    name = "whole"
    settings = {"boldness": 0.5}
    def __init__(self): self.log = []
    def decide(self, session, observation): return Decision(action=Click(observation.names[0].name))
    def forget(self, session_id): self.log.append(session_id)
    async def close(self): self.log.append("closed")
    def logprobs(self, session, observation, reasoning, actions): return [-1.0 for _ in actions]
whole = Whole()
""")
    policy = await load(f"{name}:whole")
    whole = sys.modules[name].whole
    assert policy.name == "whole"
    assert policy.settings["boldness"] == 0.5
    assert (await policy.decide(session(), PAGE)).action == Click("nav.search")
    assert isinstance(policy, ActionScorer)
    assert await policy.logprobs(session(), PAGE, None, [Terminate()]) == [-1.0]
    await policy.forget("s")
    await policy.close()
    assert whole.log == ["s", "closed"]


@pytest.mark.parametrize(
    "maker",
    [
        "def make(options): return Greedy(options)",
        "def make(*, options=None): return Greedy(options)",
        "async def make(chosen): return Greedy(chosen)",
        "class make:\n    make = Greedy",
    ],
)
async def test_whoever_makes_it_is_told_the_options(write: Write, maker: str) -> None:
    name = write(f"""
class Greedy:
    def __init__(self, options): self.settings = {{"greedy": options.greedy}}
    def decide(self, session, observation): return Decision(action=Terminate())
{maker}
""")
    attribute = "make.make" if "class" in maker else "make"
    policy = await load(f"{name}:{attribute}", Options(greedy=True))
    assert policy.settings["greedy"] is True


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("class X: pass", "is not a policy: it has no method decide"),
        ("class X:\n    decide = 3", "its decide is 3 and not a method decide"),
        ("class X:\n    def decide(self, page): ...", "cannot be called as decide\\(session, obs"),
        (f"{LEAVES}\nclass X(Leaves):\n    forget = None", "its forget is None and not a method"),
        (f"{LEAVES}\nclass X(Leaves):\n    def forget(self): ...", "its forget cannot be called"),
        (f"{LEAVES}\nclass X(Leaves):\n    close = 'no'", "its close is 'no' and not a method"),
        (f"{LEAVES}\nclass X(Leaves):\n    name = 3", "its name is 3 and not a text"),
        (f"{LEAVES}\nclass X(Leaves):\n    settings = [1]", r"its settings are \[1\] and not"),
        (f"{LEAVES}\nclass X(Leaves):\n    def settings(self): ...", "make it a property"),
        (f"{LEAVES}\nclass X(Leaves):\n    settings = property(lambda s: 1 / 0)",
         "is not a policy: ZeroDivisionError: division by zero"),
        (f"{LEAVES}\ndef X(): return Leaves", r"it is a class; make one with Leaves\(\)"),
        ("class X:\n    def __init__(self, a, b): ...", "cannot be made: TypeError: .*argument"),
        ("class X:\n    def __init__(self):\n        open('/gone')",
         r"cannot be made: FileNotFoundError: .*\(.*\.py, line 6\)"),
        ("X = 3", "is neither a class, a function, nor a policy: 3"),
        (LEAVES, "has no X; it has Leaves"),
        ("import no_such_module", "cannot be imported: ModuleNotFoundError: .*'no_such_module'"),
        ("1 / 0", r"cannot be imported: ZeroDivisionError: division by zero \(.*\.py, line 4\)"),
        ("class X(", "cannot be imported: SyntaxError: .*line 4"),
        ("raise SystemExit('usage: ...')", "cannot be imported: SystemExit: usage: ..."),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_one_sentence(write: Write, text: str, said: str) -> None:
    with pytest.raises(PolicyChoiceError, match=said) as wrong:
        await load(f"{write(text)}:X")
    assert "\n" not in str(wrong.value)


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("antropic:claude", "no back end antropic and no module antropic in .*; choose smollm2, "),
        ("mine.py:Leaves", "leave out the .py: mine:Leaves"),
    ],
)
async def test_a_name_that_is_not_found_says_what_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spec: str, said: str
) -> None:
    (tmp_path / "mine.py").write_text(HEADER + LEAVES)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PolicyChoiceError, match=said):
        await load(spec)
    sys.modules.pop("mine", None)


async def test_a_policy_of_ones_own_is_not_asked_for_text_nor_imported_for_it(write: Write) -> None:
    name = write("raise SystemExit")
    with pytest.raises(PolicyChoiceError, match="is not a language model"):
        await load_model(f"{name}:X")
    assert name not in sys.modules


async def test_the_current_folder_is_searched_first_and_then_stands_back(
    write: Write, tmp_path: Path
) -> None:
    name = write("import colorsys\n" + LEAVES)
    (tmp_path / "colorsys.py").write_text("OURS = True")
    sys.modules.pop("colorsys", None)
    await load(f"{name}:Leaves")
    assert vars(sys.modules.pop("colorsys"))["OURS"]
    assert sys.path[-1] == str(tmp_path)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return None", "decide returned None, which is not a Decision"),
        ("return Decision(action='click')", "decide gave 'click', which is not an action"),
        ("return {}['x']", r"decide failed: KeyError: 'x' \(.*\.py, line 6\)"),
        ("return observation.name", "decide failed: AttributeError: .*line 6"),
    ],
)
async def test_what_goes_wrong_in_it_is_said_with_its_place(
    write: Write, body: str, said: str
) -> None:
    name = write(f"class X:\n    async def decide(self, session, observation):\n        {body}\n")
    policy = await load(f"{name}:X")
    with pytest.raises(PolicyError, match=f"{name}:X\\.{said}"):
        await policy.decide(session(), PAGE)


async def test_it_may_end_the_run() -> None:
    class Enough:
        def decide(self, session: Session, observation: Observation) -> Decision:
            raise RunOver("enough")

    with pytest.raises(RunOver, match="enough"):
        await as_policy(Enough()).decide(session(), PAGE)


def test_a_whole_policy_is_taken_as_it_is_and_a_class_is_none() -> None:
    policy = SyntheticPolicy()
    assert as_policy(policy) is policy
    for lacking in (SyntheticPolicy, object()):
        with pytest.raises(PolicyChoiceError, match="is not a policy"):
            as_policy(lacking)
