"""Scripts: files in three forms, patterns, per-customer tracks, repeats, and what goes wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.policies.closest_names import closest_names
from agent.policies.policy import Decision, PolicyError
from agent.policies.scripted import ScriptedPolicy
from agent.sessions.session import Session, Step
from envs.actions import Action, Click, Terminate, TypeAndSubmit
from envs.observation import Element, Observation

START = datetime(2026, 1, 1, tzinfo=UTC)
PAGE = Observation(
    url="http://shop/",
    title="Shop",
    html="<p>hi</p>",
    names=(
        Element("nav_bar.search_input", "searchbox", "search"),
        Element("search_results.blue_mug.view_product", "link", "product"),
        Element("search_results.red_mug.view_product", "link", "product"),
        Element("search_results.red_mug.add_to_cart", "button", "cart"),
    ),
)


def session(customer: str = "c-1", *, seed: int = 0, done: tuple[Action, ...] = ()) -> Session:
    steps = tuple(
        Step(index=i, timestamp=START, url=PAGE.url, context=PAGE.html, action=action)
        for i, action in enumerate(done)
    )
    return Session(
        session_id=f"s-{customer}",
        user_id=customer,
        site="shop",
        started_at=START,
        source="live",
        seed=seed,
        steps=steps,
    )


async def play(policy: ScriptedPolicy, customer: str = "c-1", limit: int = 10) -> list[Decision]:
    decisions: list[Decision] = []
    done: tuple[Action, ...] = ()
    while len(decisions) < limit and not (done and done[-1] == Terminate()):
        decision = await policy.decide(session(customer, done=done), PAGE)
        assert decision.action is not None
        decisions.append(decision)
        done = (*done, decision.action)
    return decisions


def script(folder: Path, text: str, name: str = "script.json") -> ScriptedPolicy:
    path = folder / name
    path.write_text(text, "utf-8")
    return ScriptedPolicy.read(path)


SEARCH = '{"type":"type_and_submit","name":"*search*","text":"mug","reasoning":"I want a mug."}'
VIEW = '{"type":"click","name":"search_results.*.view_product"}'


async def test_a_list_of_steps_is_played_and_then_the_customer_leaves(tmp_path: Path) -> None:
    decisions = await play(script(tmp_path, f"[{SEARCH},{VIEW}]"))
    assert [d.action for d in decisions] == [
        TypeAndSubmit("nav_bar.search_input", "mug"),
        Click("search_results.blue_mug.view_product"),
        Terminate(),
    ]
    assert decisions[0].reasoning == "I want a mug."


async def test_json_lines_and_toml_say_the_same(tmp_path: Path) -> None:
    lines = script(tmp_path, f"{SEARCH}\n{VIEW}\n", "s.jsonl")
    toml = script(
        tmp_path,
        "[[steps]]\ntype = 'type_and_submit'\nname = '*search*'\ntext = 'mug'\n"
        "reasoning = 'I want a mug.'\n"
        "[[steps]]\ntype = 'click'\nname = 'search_results.*.view_product'\n",
        "s.toml",
    )
    assert await play(lines) == await play(toml)


async def test_a_track_repeats_as_often_as_asked(tmp_path: Path) -> None:
    twice = script(tmp_path, f'{{"repeat": 2, "steps": [{VIEW}]}}')
    assert len(await play(twice)) == 3
    forever = script(tmp_path, f'{{"repeat": true, "steps": [{VIEW}]}}')
    assert len(await play(forever, limit=25)) == 25


async def test_a_customer_can_have_a_track_of_their_own(tmp_path: Path) -> None:
    policy = script(
        tmp_path,
        f'{{"steps": [{VIEW}], "customers": {{"c-[2-9]": {{"steps": [{{"type":"terminate"}}]}}}}}}',
    )
    assert len(await play(policy, "c-1")) == 2
    assert len(await play(policy, "c-2")) == 1


@pytest.mark.parametrize(
    ("pick", "name"), [('"first"', "blue"), ('"last"', "red"), ("1", "red"), ("9", "red")]
)
async def test_pick_says_which_match_is_meant(tmp_path: Path, pick: str, name: str) -> None:
    step = f'{{"type":"click","name":"*.view_product","pick":{pick}}}'
    [first, _] = await play(script(tmp_path, f"[{step}]"))
    assert first.action == Click(f"search_results.{name}_mug.view_product")


async def test_a_random_pick_follows_the_seed(tmp_path: Path) -> None:
    policy = script(tmp_path, '[{"type":"click","name":"*.view_product","pick":"random"}]')
    first = [(await policy.decide(session(seed=s), PAGE)).action for s in range(20)]
    again = [(await policy.decide(session(seed=s), PAGE)).action for s in range(20)]
    assert first == again
    assert len({str(action) for action in first}) == 2


async def test_an_optional_step_is_passed_over_when_nothing_matches(tmp_path: Path) -> None:
    cookies = '{"type":"click","name":"*.accept_cookies","optional":true}'
    policy = script(tmp_path, f"[{cookies},{VIEW},{cookies},{SEARCH}]")
    assert [type(d.action) for d in await play(policy)] == [Click, TypeAndSubmit, Terminate]


async def test_a_track_of_only_optional_steps_ends(tmp_path: Path) -> None:
    step = '{"type":"click","name":"nowhere","optional":true}'
    assert len(await play(script(tmp_path, f'{{"repeat": true, "steps": [{step}]}}'))) == 1


async def test_typing_goes_only_into_text_fields(tmp_path: Path) -> None:
    policy = script(tmp_path, '[{"type":"input","name":"*add_to_cart","text":"2"}]')
    with pytest.raises(PolicyError, match=r"no text field matches .* nav_bar\.search_input"):
        await policy.decide(session(), PAGE)


async def test_no_match_names_the_step_the_page_and_the_closest_names(tmp_path: Path) -> None:
    policy = script(tmp_path, '[{"type":"click","name":"search_results.green_mug.view_product"}]')
    with pytest.raises(PolicyError) as failure:
        await policy.decide(session(), PAGE)
    text = str(failure.value)
    assert "step 1 (click)" in text
    assert "http://shop/" in text
    assert "search_results.red_mug.view_product" in text


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("s.json", "{", "not a script"),
        ("s.json", "[]", "has no steps"),
        ("s.json", '[{"type":"click"}]', "needs a `name`.*steps"),
        ("s.json", '[{"type":"click","name":"a","text":"b"}]', "takes no `text`"),
        ("s.json", '[{"type":"input","name":"a"}]', "needs a `text`"),
        ("s.json", '[{"type":"dance","name":"a"}]', r"\$.steps\[0\].type|type"),
        ("s.json", '[{"type":"scroll"}]', "needs a `name` or a `direction`"),
        ("s.json", '[{"type":"scroll","name":"a","direction":"up"}]', "`name` or a `direction`"),
        ("s.json", '[{"type":"click","name":"a","direction":"up"}]', "takes no `direction`"),
        ("s.json", '[{"type":"hover"}]', "needs a `name`.*steps"),
        ("s.json", '[{"type":"terminate","speed":1}]', "speed"),
        ("s.json", '{"repeat":0,"steps":[{"type":"terminate"}]}', "repeat"),
        ("s.jsonl", '{"type":"terminate"}\n{oops}\n', "line 2"),
        ("s.toml", "steps = ", "not a script"),
        ("s.json", "\xff", "not a script"),
    ],
)
def test_a_bad_script_is_refused_with_the_reason(
    tmp_path: Path, name: str, text: str, complaint: str
) -> None:
    path = tmp_path / name
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(PolicyError, match=complaint):
        ScriptedPolicy.read(path)


def test_a_missing_script_is_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"cannot read the script .*gone\.json"):
        ScriptedPolicy.read(tmp_path / "gone.json")


@given(st.lists(st.text("abc._", min_size=1, max_size=12), unique=True, max_size=30))
def test_a_name_is_closest_to_itself(names: list[str]) -> None:
    for name in names:
        assert closest_names(name, names, 1) == [name]
