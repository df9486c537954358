"""Which fields hold secrets: by every source of a name, in many languages, and by what they hold."""

from __future__ import annotations

from html import escape

import pytest

from envs.browser.browser import Browser
from tests.envs.page.looking import HOME, showing
from tests.envs.page.secret_labels import (
    OTHER_IDENTIFIERS,
    OTHERS,
    SECRET_IDENTIFIERS,
    SECRETS,
)

LABELLED = {
    "label around": "<label>{label} <input {value}></label>",
    "label for": "<label for=f{n}>{label}</label><input id=f{n} {value}>",
    "label around a wrapper": "<label><span>{label}</span><div><input {value}></div></label>",
    "aria-label": '<input aria-label="{label}" {value}>',
    "aria-labelledby": "<span id=l{n}>{label}</span><input aria-labelledby=l{n} {value}>",
    "aria-describedby": "<span id=d{n}>{label}</span><input aria-label=It aria-describedby=d{n} {value}>",
    "placeholder": '<input placeholder="{label}" {value}>',
    "title": '<input title="{label}" {value}>',
    "text before": "<div>{label}: <input {value}></div>",
    "box before": "<div><div>{label}</div><div><input {value}></div></div>",
    "label after, of nobody": "<div><input {value}><label>{label}</label></div>",
    "cell before": "<table><tr><td>{label}</td><td><input {value}></td></tr></table>",
    "head of the column": "<table><tr><th>{label}</th></tr><tr><td><input {value}></td></tr></table>",
    "term": "<dl><dt>{label}</dt><dd><input {value}></dd></dl>",
    "legend": "<fieldset><legend>{label}</legend><input {value}></fieldset>",
    "group": '<div role=group aria-label="{label}"><input {value}></div>',
    "text area": "<label>{label} <textarea>{held}</textarea></label>",
    "editable": '<div contenteditable role=textbox aria-label="{label}">{held}</div>',
    "editable after a label": "<p>{label}</p><div contenteditable>{held}</div>",
    "custom combobox": '<div role=combobox tabindex=0 aria-label="{label}">{held}</div>',
    "number of its own": '<div role=spinbutton tabindex=0 aria-label="{label}" aria-valuetext="{held}">7</div>',
    "in a shadow tree": '<label>{label} <x-field data-v="{held}"></x-field></label>',
    "label for a shadow tree's host": (
        '<label for=h{n}>{label}</label><x-field id=h{n} data-v="{held}"></x-field>'
    ),
    "text after": "<div><input {value}> <span>{label}</span></div>",
    "heading before": "<div><h3>{label}</h3><div><input {value}></div></div>",
    "role of a row": (
        "<div role=table><div role=row><div role=cell>{label}</div>"
        "<div role=cell><input {value}></div></div></div>"
    ),
    "of a shadow tree's host": '<x-field aria-label="{label}" data-v="{held}"></x-field>',
}
IDENTIFIED = {
    "name": '<input aria-label=It name="{label}" {value}>',
    "id": '<input aria-label=It id="{label}" {value}>',
    "test id": '<input aria-label=It data-testid="{label}" {value}>',
    "framework": '<input aria-label=It formcontrolname="{label}" {value}>',
}
SHADOWED = """<script>customElements.define('x-field', class extends HTMLElement {
  connectedCallback() {
    const input = document.createElement('input');
    input.value = this.dataset.v;
    this.attachShadow({mode: 'open'}).append(input);
  } })</script>"""


def page_of(labels: list[str], field: str) -> str:
    """One field for each label, which holds ``zq<n>vault``."""
    fields = []
    for n, label in enumerate(labels):
        held = f"zq{n}vault"
        said = field.format(label=escape(label), n=n, held=held, value=f'value="{held}"')
        fields.append(f"<section><div>{said}</div></section>")
    return f"<!doctype html><meta charset=utf-8>{SHADOWED}{''.join(fields)}"


async def read(browser: Browser, labels: list[str], field: str) -> set[str]:
    """The labels of the fields whose values are read, or whose text would be kept."""
    told = set()
    async with showing(browser, {HOME: page_of(labels, field)}) as looked:
        seen = await looked.see()
        fields = [e for e in seen.observation.names if e.role in FIELD_ROLES]
        assert len(fields) == len(labels)
        for n, (label, element) in enumerate(zip(labels, fields, strict=True)):
            secret = await looked.world.call("secret", element.name)
            whole = f"{seen.html} {seen.names}"
            if f"zq{n}vault" in whole or secret != "yes":
                told.add(label)
    return told


FIELD_ROLES = ("textbox", "searchbox", "spinbutton", "combobox")


@pytest.mark.parametrize("source", LABELLED)
async def test_a_secret_is_known_by_every_source_of_a_name(browser: Browser, source: str) -> None:
    every = list(LABELLED).index(source) % 5
    labels = SECRETS if source == "label around" else SECRETS[every::5]
    assert await read(browser, labels, LABELLED[source]) == set()


@pytest.mark.parametrize("source", IDENTIFIED)
async def test_a_secret_is_known_by_its_identifiers(browser: Browser, source: str) -> None:
    assert await read(browser, SECRET_IDENTIFIERS, IDENTIFIED[source]) == set()


@pytest.mark.parametrize("source", ["label around", "placeholder", "text before", "cell before"])
async def test_other_fields_are_read(browser: Browser, source: str) -> None:
    assert await read(browser, OTHERS, LABELLED[source]) == set(OTHERS)


async def test_other_identifiers_are_no_secrets(browser: Browser) -> None:
    labels = OTHER_IDENTIFIERS
    assert await read(browser, labels, IDENTIFIED["name"]) == set(labels)


BESIDE = {
    "email over a password": "<label>Email <input value=ann></label><input type=password value=q>",
    "name in a form about cards": (
        "<form><h2>Your card</h2><label>Recipient <input value=ann></label></form>"
    ),
    "search with talk": "<input type=search placeholder='Search gift card numbers' value=ann>",
    "coupon beside a gift card": "<label>Discount code or gift card <input value=ann></label>",
    "an address below a code": "<p>Code sent to you <input></p><label>Town <input value=ann></label>",
    "a forgotten password": (
        "<div><h1>Forgot your password?</h1><label>Email <input value=ann></label></div>"
    ),
}


@pytest.mark.parametrize("case", BESIDE)
async def test_what_stands_beside_a_secret_is_read(browser: Browser, case: str) -> None:
    async with showing(browser, {HOME: f"<!doctype html>{BESIDE[case]}"}) as looked:
        assert "ann" in (await looked.see()).html


HOLDING = {
    "4111111111111111": "4111111111111111",
    "spaces": "4111 1111 1111 1111",
    "another length": "3782 822463 10005",
    "en dashes": "4111–1111–1111–1111",
    "dots": "4111.1111.1111.1111",
    "slashes": "4111/1111/1111/1111",
    "nothing one sees": "4111​1111​1111​1111",
    "full width": "４１１１ １１１１ １１１１ １１１１",
    "Arabic": "٤١١١١١١١١١١١١١١١",
    "with a date and a code": "4111111111111111 12/29 123",
    "with words": "card 4111-1111-1111-1111 of Ann",
    "an account": "DE89 3704 0044 0532 0130 00",
    "stars": "**** **** **** 4242",
    "bullets": "••••••••",
}
NOT_HOLDING = {
    "a number": "4111111111111112",
    "a telephone number": "+49 170 1234567",
    "a moment": "2026-01-01 12:00",
    "zeros": "0000000000000000",
    "a word": "DE12345",
}


@pytest.mark.parametrize("case", [*HOLDING, *NOT_HOLDING])
async def test_cards_are_known_whatever_stands_between_their_digits(
    browser: Browser, case: str
) -> None:
    held = (HOLDING | NOT_HOLDING)[case]
    page = f"<!doctype html><meta charset=utf-8><input aria-label=N value='{held}'>"
    async with showing(browser, {HOME: page}) as looked:
        seen = await looked.see()
    assert ("value=" not in seen.html) == (case in HOLDING)


SHAPED = {
    "drawn as dots": '<input aria-label=It style="-webkit-text-security: disc" value=q8vault>',
    "by a font": '<input aria-label=It style="font-family: text-security-disc" value=q8vault>',
    "a card's shape": "<input aria-label=It placeholder='1234 1234 1234 1234' value=q8vault>",
    "a date's shape": "<input aria-label=It placeholder='MM / YY' value=q8vault>",
    "in a frame of that name": (
        """<iframe title="Card number" srcdoc="<input aria-label=N value=q8vault>"></iframe>"""
    ),
    "a code of digits": ("<label>Code <input inputmode=numeric maxlength=6 value=vault1></label>"),
    "a mask": "<input aria-label=It data-mask='0000 0000 0000 0000' value=q8vault>",
    "shown before anybody looked": (
        "<input type=password aria-label=It id=a value=q8vault><script>a.type = 'text'</script>"
    ),
    "another in its place": """<input type=password name=word id=a value=q8vault><script>
      const other = document.createElement('input');
      other.name = 'word'; other.value = a.value; a.replaceWith(other);</script>""",
    "its whole form anew": """<form id=f><input type=password name=word value=q8vault></form><script>
      f.innerHTML = '<input name=word aria-label=It value=q8vault>'</script>""",
    "suggested": "<input type=password list=l><datalist id=l><option value=q8vault></datalist>",
    "shown again": "<input type=password value=q8vault><output>It is q8vault!</output>",
    "in a title": "<title>q8vault</title><input type=password value=q8vault><p>x</p>",
    "in a link's name": "<input type=password value=q8vault><a href=/>Hello q8vault</a>",
    "in another field": "<input type=password value=q8vault><input aria-label=N value=q8vault>",
    "in a label": "<input type=password value=q8vault><button aria-label='is q8vault'>?</button>",
    "in an address": (
        "<input type=password value=q8vault><script>history.pushState(0, '', '?w=q8vault')</script>"
    ),
}


@pytest.mark.parametrize("case", SHAPED)
async def test_a_secret_is_not_told_however_it_is_shown(browser: Browser, case: str) -> None:
    async with showing(browser, {HOME: f"<!doctype html>{SHAPED[case]}"}) as looked:
        seen = await looked.see()
    observed = f"{seen.html} {seen.names} {seen.observation.title} {seen.observation.url}"
    assert "vault" not in observed


async def test_what_hides_a_secret_can_still_be_pressed(browser: Browser) -> None:
    page = "<!doctype html><input type=password value=q8vault><a href=/>Hello q8vault</a>"
    async with showing(browser, {HOME: page}) as looked:
        seen = await looked.see()
        assert "hello_secret" in seen.names
        assert '"fault"' not in await looked.world.call("aim", "hello_secret")


async def test_codes_for_everybody_are_read(browser: Browser) -> None:
    page = "<label>Post code <input inputmode=numeric maxlength=5 value=80331></label>"
    async with showing(browser, {HOME: f"<!doctype html>{page}"}) as looked:
        assert 'value="80331"' in (await looked.see()).html


@pytest.mark.parametrize("maxlength", [1, 4])
async def test_boxes_of_a_code_are_secret_before_they_are_full(
    browser: Browser, maxlength: int
) -> None:
    boxes = "".join(f"<input maxlength={maxlength} aria-label='Box {n}'>" for n in range(4))
    async with showing(browser, {HOME: f"<!doctype html><div>{boxes}</div>"}) as looked:
        seen = await looked.see()
        told = [await looked.world.call("secret", name) for name in seen.names]
    assert told == ["yes"] * 4


async def test_a_card_number_over_several_fields_is_none_of_anybodys_business(
    browser: Browser,
) -> None:
    groups = ("5555", "5555", "5555", "4444")
    fields = "".join(f"<input aria-label=x value={group}>" for group in groups)
    async with showing(browser, {HOME: f"<!doctype html><div>{fields}</div>"}) as looked:
        assert "value=" not in (await looked.see()).html


async def test_dates_of_birth_and_sizes_in_boxes_are_read(browser: Browser) -> None:
    fields = "".join(
        f"<input aria-label={name} maxlength={most} value={held}>"
        for name, most, held in (("day", 2, 17), ("month", 2, 12), ("year", 4, 1990))
    )
    async with showing(browser, {HOME: f"<!doctype html><div>{fields}</div>"}) as looked:
        assert 'value="1990"' in (await looked.see()).html
