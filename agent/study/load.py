"""Reading a study's file: TOML in, a checked `Study` out; and the first draft of one.

Every message names the file and the field, and says what to write instead.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from agent.parsing import from_toml, no_deeper
from agent.personas.personas import Customer, cast, load_personas, sample_personas
from agent.policies import name_of
from agent.policies.policy import Policy
from agent.policies.registry import DEFAULT, choices
from agent.study.definition import OWN_INTENT, Questions, Study, StudyPopulation, Success, Task
from agent.study.success import session_id
from envs.browser.browser import ContextOptions
from envs.browser.devices import window_of
from envs.errors import BadOptions
from envs.gateway import SiteError, SiteRules
from envs.shop import UnknownVariant, variant_named


class StudyError(ValueError):
    """A study's file that cannot be used; the message names the field."""


def read_study(path: Path) -> Study:
    """The study in a TOML file, every field checked.

    Raises:
        StudyError: unreadable, not TOML, or a field that is wrong, missing or unknown.
    """
    try:
        table = from_toml(path.read_text("utf-8"))
    except (OSError, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise StudyError(
            f"cannot read the study {path}: {why}; `shopper study --init URL` writes one"
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise StudyError(f"{path} is not TOML: {error}") from error
    try:
        with no_deeper():
            study = msgspec.convert(table, Study)
        _check(study)
    except (msgspec.DecodeError, StudyError) as error:
        raise StudyError(f"{path}: {error}{_hint(str(error))}") from error
    return study


def changed(
    study: Study,
    *,
    policy: str | Policy | None = None,
    customers: int | None = None,
    seed: int | None = None,
    variant: str | None = None,
) -> Study:
    """The study with what is asked for instead of its own.

    Raises:
        StudyError: it cannot be had.
        PolicyChoiceError: the policy is none.
    """
    if variant is not None:
        if not study.embedded:
            raise StudyError("--variant is of the embedded shop, and this study is of another")
        variant_named(variant)
    if customers is not None and customers < 1:
        raise StudyError(f"a study needs at least one customer, not {customers}")
    people = study.population
    if customers is not None:
        people = msgspec.structs.replace(people, customers=customers)
    return msgspec.structs.replace(
        study,
        policy=study.policy if policy is None else name_of(policy),
        seed=study.seed if seed is None else seed,
        variant=variant or study.variant,
        population=people,
    )


def start_url(study: Study) -> str | None:
    """The address customers start from; None for the embedded shop.

    Raises:
        StudyError: it may not be visited.
    """
    if study.embedded:
        return None
    try:
        return SiteRules.for_start(study.site, study.allow).start
    except SiteError as error:
        raise StudyError(f"{error} - at `$.site`") from error


def window(study: Study) -> ContextOptions:
    """The window of the study's customers.

    Raises:
        StudyError: no such device, locale or time zone.
    """
    people = study.population
    try:
        return window_of(people.device, people.locale, people.time_zone)
    except BadOptions as error:
        raise StudyError(f"{error} - at `$.population`") from error


def participants(study: Study, beside: Path) -> list[Customer]:
    """Who takes part, the same for the same study; a personas file is looked for in `beside`.

    Raises:
        PersonaError: the personas file cannot be used.
        StudyError: a task is about the customer's own intent, and one has none.
    """
    named = study.population.personas
    personas = sample_personas() if named is None else load_personas(beside / named)
    people = cast(personas, study.population.customers, study.seed, None)
    for task in study.tasks:
        for one in people:
            if OWN_INTENT in task.text and not one.intent:
                raise StudyError(
                    f"task {task.id!r} is about what the customer came for ({OWN_INTENT}), but "
                    f"persona {one.persona.id!r} has no intent: give it one, or write the task out"
                )
    return people


def visits(task: Task, people: Sequence[Customer]) -> tuple[Customer, ...]:
    """The participants as the customers of one task."""
    return tuple(
        msgspec.structs.replace(
            one,
            session_id=session_id(one.session_id, task.id),
            intent=task.text.replace(OWN_INTENT, one.intent or "").strip(),
        )
        for one in people
    )


def draft(url: str) -> str:
    """A study of `url` to be edited, as TOML.

    Raises:
        StudyError: the address may not be visited.
    """
    embedded = url == "embedded"
    try:
        site = url if embedded else SiteRules.for_start(url, ()).start
    except SiteError as error:
        raise StudyError(str(error)) from error
    success = "order = true" if embedded else _CART_WITH_SOMETHING
    larger = choices(kind="remote")
    return _DRAFT.format(site=site, success=success, policy=DEFAULT, larger=larger)


def _check(study: Study) -> None:
    """What the types cannot say."""
    start_url(study)
    window(study)
    if study.embedded:
        try:
            variant_named(study.variant)
        except UnknownVariant as error:
            raise StudyError(f"{error} - at `$.variant`") from error
    elif study.variant != "default":
        raise StudyError("a variant is of the embedded shop: leave it out - at `$.variant`")
    ids = [task.id for task in study.tasks]
    for number, task in enumerate(study.tasks):
        where = f"at `$.tasks[{number}]"
        if ids.count(task.id) > 1:
            raise StudyError(f"two tasks have the id {task.id!r} - {where}.id`")
        if not task.text.strip():
            raise StudyError(f"a task needs words that say what to do - {where}.text`")
        _check_success(task.success, f"{where}.success`")


def _check_success(success: Success, where: str) -> None:
    seen = (success.url, success.element, success.text)
    if success.order and any(seen):
        raise StudyError(f"an order stands alone: leave out url, element and text - {where}")
    if not success.order and not any(seen):
        raise StudyError(
            f"say when the task is done: order = true, or a url, an element or a text that is "
            f"seen - {where}"
        )


_PARTS: dict[str, type[msgspec.Struct]] = {
    "$": Study,
    "$.tasks[...]": Task,
    "$.tasks[...].success": Success,
    "$.population": StudyPopulation,
    "$.questions": Questions,
}


def _hint(message: str) -> str:
    """The nearest field there is, for one that there is not."""
    if "unknown field" not in message:
        return ""
    field = message.partition("field `")[2].partition("`")[0]
    where = message.partition("at `")[2].partition("`")[0] or "$"
    part = _PARTS.get(re.sub(r"\[\d+\]", "[...]", where))
    fields: tuple[str, ...] = part.__struct_fields__ if part else ()
    near = difflib.get_close_matches(field, fields, n=1)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; there are: {', '.join(fields)}" if fields else ""


_CART_WITH_SOMETHING = """\
url = "*/cart*"               # as your shop calls its cart: "*/basket*", "*/warenkorb*"
element = "*checkout*"        # what an empty cart does not show: without it, looking in would do"""
_DRAFT = """\
# A usability study. `shopper study THIS_FILE --out FOLDER` carries it out.

title = "First look"
site = "{site}"
policy = "{policy}"            # {larger} know more of the world
seed = 1

[population]
customers = 8                 # five find most of what is often met, more find what is rare
device = "desktop"            # or "phone"
# personas = "personas.jsonl" # one per line; without it, the samples
# locale = "en-GB"
# time_zone = "Europe/London"

# Each customer does each task in a fresh visit. Say what to do, never how.
[[tasks]]
id = "find"
text = "Find a present for a friend that costs less than 30, and put it into the cart."
max_steps = 25                # then the customer's patience is at its end
# pages = 3                   # the fewest pages it can be done on, if you know

# Done when everything given here is seen on one page: url (with * for anything), element (a name
# as `shopper observe` prints it) or text. Or: order = true.
[tasks.success]
{success}

[questions]
seq = true                    # how easy was it? 1 to 7, after each task
sus = true                    # ten statements, after the last
open = ["What almost made you leave?"]
"""
