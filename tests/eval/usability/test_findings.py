"""Each kind of friction is found where it is, and not where it is not."""

from __future__ import annotations

import pytest

from agent.sessions.session import Persona, Result, Session, Step
from envs.acting.element import PREFLIGHT
from envs.faults import ActionFault, Fault, Notice, PageNotice
from envs.observation import Box, Element, Viewport
from eval.usability.findings import find_all
from eval.usability.findings.layout import _SAYS_NOTHING
from eval.usability.findings.refusals import refusal_of
from eval.usability.findings.search import NOTHING, _is_slip
from eval.usability.page_text import PRICE, PageText
from eval.usability.schema import Finding
from tests.agent.study.studies import SEARCH, leave, press, search, session, step
from tests.eval.usability.logs import logs_of


def found(*sessions: Session) -> dict[tuple[str, str], Finding]:
    return {(f.kind, f.page): f for f in find_all(logs_of(*sessions))}


def items(*titles: str, price: str = "$9.00") -> tuple[str, tuple[Element, ...]]:
    """A list page's HTML and names."""
    html = "".join(f'<li><a name="list.n{n}">{t}</a> {price}</li>' for n, t in enumerate(titles))
    names = tuple(Element(f"list.n{n}", "link", "product") for n in range(len(titles)))
    return f"<main><ul>{html}</ul></main>", (SEARCH, *names)


LAMPS, LAMP_NAMES = items("Red lamp", "Blue lamp", "Paper lamp", "Brass lamp")
PRODUCT = '<main><h1>Red lamp</h1>$9.00 <button name="buy_now">Buy now</button></main>'


def product(path: str, *, y: float = 300, name: str = "buy_now", **more: object) -> Step:
    names = (SEARCH, Element("buy_now", "button", "buy", Box(100, y, 120, 40)))
    return press(path, name, PRODUCT, kind="buy", names=names, **more)


def healthy(customer: int = 1, **more: object) -> Session:
    return session(
        search("/", "lamp", "<h1>Home</h1>"),
        press("/list", "list.n0", LAMPS, kind="product", names=LAMP_NAMES),
        product("/lamp/red-1"),
        customer=customer,
        end="purchase",
        **more,
    )


def test_a_healthy_shop_has_no_findings() -> None:
    assert found(healthy(1), healthy(2), healthy(3)) == {}


@pytest.mark.parametrize("coded", [False, True], ids=["old log", "new log"])
@pytest.mark.parametrize("code", sorted(set(PREFLIGHT.values())))
def test_every_refusal_of_the_pre_flight_is_a_kind_of_finding(code: Fault, coded: bool) -> None:
    error = ActionFault.of(code, "menu.go", found="a banner").text
    result = Result(ok=False, error=error, fault=code if coded else None)
    got = found(session(press("/", "menu.go", result=result), leave("/")))
    [(kind, page)] = got
    assert page == "/"
    assert kind in {one.kind for one in map(refusal_of, Fault) if one is not None}
    assert got[kind, page].element == "go"


def test_what_an_action_failed_of_goes_by_the_code() -> None:
    """The sentence quotes the page, and may be worded anyhow."""
    result = Result(ok=False, error="'a' is covered by words", fault=Fault.DISABLED)
    got = found(session(press("/", "menu.go", result=result), leave("/")))
    assert list(got) == [("unusable-target", "/")]
    nothing = Result(ok=False, error="'a' is covered by words", fault=Fault.NOT_A_NUMBER)
    assert found(session(press("/", "menu.go", result=nothing), leave("/"))) == {}


def test_a_click_that_changes_nothing_is_dead() -> None:
    got = found(session(press("/", "a.guide"), press("/", "b"), leave("/b")), healthy(2))
    assert list(got) == [("dead-click", "/")]
    assert got["dead-click", "/"].element == "guide"
    assert got["dead-click", "/"].evidence[0].step == 0


def test_clicks_in_anger_are_one_finding() -> None:
    got = found(session(*[press("/", "a.guide")] * 4, leave("/")))
    assert list(got) == [("rage-click", "/")]
    assert "4 times" in got["rage-click", "/"].evidence[0].note


def test_a_round_made_three_times_is_a_loop() -> None:
    there_and_back = [press("/a", "go"), press("/b", "back")]
    assert list(found(session(*there_and_back * 3, leave("/a")))) == [("loop", "/a")]
    assert found(session(*there_and_back * 2, leave("/a"))) == {}


def test_an_empty_page_of_results() -> None:
    nothing = "<main><p>Nothing found for “sofa”.</p></main>"
    got = found(session(search("/", "sofa"), leave("/list", nothing)), healthy(2))
    assert list(got) == [("empty-results", "/list")]
    assert got["empty-results", "/list"].affected == 1
    assert got["empty-results", "/list"].exposed == 2


def test_an_empty_cart_on_every_page_is_no_empty_result() -> None:
    cart = "<header><p>No products in the cart.</p></header>"
    shown = session(
        search("/", "lamp", f"{cart}<h1>Home</h1>"),
        press("/list", "list.n0", cart + LAMPS, kind="product", names=LAMP_NAMES),
        product("/lamp/red-1"),
    )
    assert found(shown) == {}
    nothing = f"{cart}<main><p>No products were found.</p></main>"
    got = found(session(search("/", "sofa", cart), leave("/list", nothing)), shown)
    assert list(got) == [("empty-results", "/list")]


def test_a_typo_is_told_from_a_thing_the_shop_has_not() -> None:
    nothing = "<main><p>Nothing found.</p></main>"
    got = found(session(search("/", "red lmap"), leave("/list", nothing)), healthy(2))
    assert list(got) == [("typo-not-forgiven", "/list")]
    assert "meant “red lamp”" in got["typo-not-forgiven", "/list"].evidence[0].note


def test_a_typo_that_is_understood_is_no_finding() -> None:
    typed = session(
        search("/", "red lmap"), leave("/list", LAMPS, names=LAMP_NAMES), intent="A lamp"
    )
    assert found(typed, healthy(2)) == {}


def test_a_typo_that_finds_other_things_is_one() -> None:
    html, names = items("Red mug", "Red hat", "Red car")
    typed = session(search("/", "red lmap"), leave("/list", html, names=names))
    assert list(found(typed, healthy(2))) == [("typo-not-forgiven", "/list")]


def test_a_shop_that_says_what_was_meant_has_understood() -> None:
    """Also where the results hold other things, too."""
    html, names = items("Red mug", "Red hat", "Red car")
    said = html.replace("<main>", "<main><p>Showing results for <b>red lamp</b>.</p>")
    assert said != html
    typed = session(search("/", "red lmap"), leave("/list", said, names=names))
    assert found(typed, healthy(2)) == {}


def test_a_complaint_of_a_form() -> None:
    refused = PRODUCT.replace("<button", "Please choose a size.\n<button")
    got = found(session(product("/lamp/red-1"), leave("/lamp/red-1", refused)), healthy(2))
    assert list(got) == [("form-error", "/lamp/*")]
    assert "Please choose a size." in got["form-error", "/lamp/*"].title


def test_a_server_that_fails() -> None:
    broken = '<p role="alert">The server answered with HTTP 500.</p><h1>Oops</h1>'
    got = found(session(press("/", "gifts"), leave("/gifts", broken)), healthy(2))
    assert list(got) == [("server-error", "/")]
    assert got["server-error", "/"].element == "gifts"


def shown(*notices: PageNotice, html: str = "<h1>Oops</h1>") -> dict[str, object]:
    """A page with notices, as a visit logs it."""
    told = "".join(f'<p role="alert">{notice.text}</p>' for notice in notices)
    return {"html": told + html, "notices": notices}


def test_a_server_that_fails_by_its_code() -> None:
    broken = shown(PageNotice.of(Notice.HTTP_ERROR, "500"))
    old = leave("/gifts", **{**broken, "notices": None})
    new = leave("/gifts", **broken)
    before = found(session(press("/", "gifts"), old), healthy(2))
    assert found(session(press("/", "gifts"), new), healthy(2)) == before
    assert list(before) == [("server-error", "/")]


def test_an_alert_of_the_page_that_reads_like_a_notice_is_none() -> None:
    html = '<p role="alert">The server answered with HTTP 500.</p><h1>Oops</h1>'
    visit = session(press("/", "gifts"), leave("/gifts", html, notices=()))
    assert found(visit, healthy(2)) == {}


def test_a_form_that_the_browser_rejects_is_one_finding() -> None:
    """The sentence on the page repeats the complaint, and is not taken for another."""
    rejected = shown(PageNotice.of(Notice.FORM_REJECTED, "Mail: Please fill it in."), html=PRODUCT)
    new = session(product("/lamp/red-1"), leave("/lamp/red-1", **rejected))
    [finding] = find_all(logs_of(new, healthy(2)))
    assert (finding.kind, finding.about) == ("form-error", "Mail: Please fill it in.")


def test_a_complaint_in_a_dialog() -> None:
    told = shown(PageNotice.of(Notice.ALERT, "Please choose a size."), html=PRODUCT)
    new = session(product("/lamp/red-1"), leave("/lamp/red-1", **told))
    [finding] = find_all(logs_of(new, healthy(2)))
    assert (finding.kind, finding.about) == ("form-error", "Please choose a size.")


def test_slow_is_by_the_median_of_a_page() -> None:
    def visit(customer: int, ms: float) -> Session:
        return session(
            press("/", "a"), leave("/lamp/red-1", PRODUCT, server_ms=ms), customer=customer
        )

    assert found(visit(1, 3000), visit(2, 40), visit(3, 60)) == {}
    got = found(visit(1, 3000), visit(2, 2500), visit(3, 60))
    assert list(got) == [("slow-page", "/lamp/*")]
    assert got["slow-page", "/lamp/*"].affected == 2


def test_prices_that_come_late() -> None:
    html, names = items("Red lamp", "Blue lamp", "Paper lamp", price="")
    visit = session(
        search("/", "lamp"),
        press("/list", "list.n0", html, kind="product", names=names),
        product("/lamp/red-1"),
        end="purchase",
    )
    assert list(found(visit)) == [("late-price", "/list")]


def test_a_button_far_down() -> None:
    got = found(session(product("/lamp/red-1", y=1900), end="purchase"))
    finding = got["far-target", "/lamp/*"]
    assert finding.element == "buy_now"
    assert "2.4 screens" in finding.detail
    tall = Viewport(width=1000, height=2000)
    assert found(session(product("/lamp/red-1", y=1900, viewport=tall), end="purchase")) == {}


def test_labels_that_say_nothing() -> None:
    html = '<nav><a name="n.a">Group 2</a><a name="n.b">Option 1</a><a name="n.c">Red</a></nav>'
    names = tuple(Element(f"n.{n}", "link", "filter") for n in "abc")
    got = found(session(leave("/list", html, names=names)))
    assert "“Group 2”, “Option 1”" in got["unclear-label", "/list"].title
    clear = html.replace("Group 2", "Brand").replace("Option 1", "Oak")
    assert found(session(leave("/list", clear, names=names))) == {}


@pytest.mark.parametrize(
    ("label", "nothing"),
    [("Option 1", True), ("button", True), ("Click here", True), ("Tab B", True),
     ("Size 10", False), ("Menu", True), ("Option trading", False), ("12", False)],
)  # fmt: skip
def test_which_labels_say_nothing(label: str, nothing: bool) -> None:
    assert bool(_SAYS_NOTHING.match(label)) is nothing


@pytest.mark.parametrize(
    ("one", "other", "slip"),
    [("lmap", "lamp", True), ("lanp", "lamp", True), ("lam", "lamp", True),
     ("lampp", "lamp", True), ("camra", "camera", True), ("camp", "lamp", False),
     ("brass", "glass", False), ("coffe", "coffee", True)],
)  # fmt: skip
def test_slips(one: str, other: str, slip: bool) -> None:
    assert _is_slip(one, other) is slip


@pytest.mark.parametrize(
    "text", ["$9", "9,50 €", "1.299,00 kr", "£1,000.00", "12 zł", "EUR 30", "3980円", "R$ 5"]
)
def test_prices(text: str) -> None:
    assert PRICE.search(f"Lamp {text} now")


@pytest.mark.parametrize("text", ["4.5 stars", "12 products", "(431)", "Size 9"])
def test_no_prices(text: str) -> None:
    assert not PRICE.search(text)


@pytest.mark.parametrize(
    "text", ["No results for x", "0 products", "Keine Treffer", "Aucun résultat", "没有找到"]
)
def test_words_for_nothing(text: str) -> None:
    assert NOTHING.search(text)


def test_severity_follows_from_impact_and_frequency() -> None:
    """Rubin and Chisnell: what everybody meets is graver than what one in twelve does."""
    dead = [press("/", "a.guide"), press("/", "b"), leave("/b")]
    rare = found(session(*dead), *(healthy(n) for n in range(2, 13)))["dead-click", "/"]
    always = found(*(session(*dead, customer=n) for n in range(1, 5)))["dead-click", "/"]
    assert (rare.affected, rare.exposed, rare.frequency, rare.severity) == (1, 12, 1, "low")
    assert (always.affected, always.frequency, always.severity) == (4, 4, "high")


def test_who_stops_right_there_makes_it_graver() -> None:
    go_on = found(session(press("/", "a"), press("/", "b"), press("/b", "c"), leave("/c")))
    give_up = found(session(press("/", "a"), leave("/")))
    assert give_up["dead-click", "/"].impact > go_on["dead-click", "/"].impact


def test_a_finding_says_which_kinds_of_customers() -> None:
    hasty = Persona(id="h", text="Hasty.", traits={"patience": 0.1}, age=70)
    calm = Persona(id="c", text="Calm.", traits={"patience": 0.9}, age=20)
    dead = session(press("/", "a.guide"), press("/", "b"), leave("/b"), persona=hasty)
    finding = found(dead, healthy(2, persona=calm))["dead-click", "/"]
    shares = {(s.trait, s.band): (s.affected, s.customers) for s in finding.segments}
    assert shares["patience", "low"] == (1, 1)
    assert shares["patience", "high"] == (0, 1)
    assert shares["age", "55 and over"] == (1, 1)


def test_no_finding_is_without_evidence() -> None:
    everything = session(*[press("/", "a.guide")] * 4, search("/", "zzz"), leave("/list"))
    for finding in find_all(logs_of(everything, healthy(2))):
        assert finding.evidence
        assert all(e.session_id and e.url and e.note for e in finding.evidence)


def test_a_page_is_read_by_its_names() -> None:
    text = PageText('<p role="alert">Oops</p><a name="a">One <b>two</b></a> three<i>four</i>', "a")
    assert (text.label("a"), text.after("a")) == ("One two", "three four")
    assert text.alerts == ("Oops",)
    assert step("/", leave("/").action).kind == "leave"
