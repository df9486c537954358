"""What the log of a visit answers: found in it, cited, and said to be missing where it is."""

from __future__ import annotations

import re

import msgspec
import pytest

from agent.sessions.session import Finding, Result, Session
from agent.study.answers import cited
from agent.study.from_log import answer_from_log
from envs.observation import Element
from tests.agent.study.studies import leave, press, search, session

HOME = "<main><h1>Lamps and more</h1><p>Free delivery over $35 [7]</p></main>"
NONE = "<main><h1>lmap</h1>No results for lmap</main>"
LIST = (
    '<main><h1>lamp</h1><nav name="brand"><a name="brand.tolva">Tolva</a></nav>'
    '<section name="hits"><a name="hits.desk_lamp">Desk Lamp</a> $35 '
    '<a name="hits.brass_lamp">Brass Lamp</a> $140</section></main>'
)
LIST_NAMES = (
    Element("brand.tolva", "link", "filter"),
    Element("hits.desk_lamp", "link", "product"),
    Element("hits.brass_lamp", "link", "product"),
)
DESK = "<main><h1>Desk Lamp</h1>\n$35\nIn stock, 4.1 stars\n</main>"
BRASS = "<main><h1>Brass Lamp</h1><p>1.140,00 €</p></main>"
VISIT = session(
    search("/", "lmap", HOME, reasoning="I want a lamp to read by."),
    search("/find?q=lmap", "lamp", NONE, reasoning="I misspelled that."),
    press("/find?q=lamp", "brand.tolva", LIST, kind="filter", names=LIST_NAMES,
          error="covered by a banner"),
    press("/find?q=lamp", "hits.desk_lamp", LIST, kind="product", names=LIST_NAMES,
          reasoning="The Desk Lamp looks nice. It is under my budget."),
    press("/p/desk", "hits.brass_lamp", DESK, kind="product",
          reasoning="The reviews are few. I compare it with the Brass Lamp."),
    leave("/p/brass", BRASS, reasoning="This one is too expensive. I leave."),
)  # fmt: skip
BOUGHT = msgspec.structs.replace(
    session(
        search("/", "lamp", HOME),
        press("/p/desk", "buy_now", DESK, kind="buy", reasoning="Just the right one, I take it."),
        end="purchase",
    ),
)
QUIET = session(search("/", "lamp", "<main>Welcome</main>"), leave("/", "<main>Welcome</main>"))


def said(question: str, visit: Session = VISIT) -> str:
    found = answer_from_log(question, visit, "a reading lamp", "Left the shop.")
    assert found.known, found.text
    assert cited(found.text)
    assert all(step < len(visit.steps) for step in cited(found.text))
    return found.text


LEFT = ("Left at [5]", "“This one is too expensive. I leave.” [5]", "searched for “lamp” [1]",
        "“No results for lmap” [1]", "covered by a banner) [2]")  # fmt: skip
HARD = ("“No results for lmap” [1]", "covered by a banner) [2]", "too expensive.” [5]")
WANTED = ("Came for: “a reading lamp”", "“lmap” [0]", "“lamp” [1]")
PRICE = ("“$35” [4]", "“1.140,00 €” [5]", "It is under my budget.” [3]", "too expensive.” [5]")
DELIVERY = ("“Free delivery over $35 (7)” [0]", "No thought in the log speaks of it")
FILTERS = ("“Brand: Tolva” [2]", "ried to filter by “Tolva”", "covered by a banner) [2]")
COMPARED = (
    "Opened 2 products",
    "“Desk lamp” (“$35” [4]) [3]",
    "“Brass lamp” (“1.140,00 €” [5]) [4]",
)
LIKED = ("“The Desk Lamp looks nice.” [3]",)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Why did you leave?", LEFT),
        ("What made you leave the shop?", LEFT),
        ("Warum sind Sie gegangen?", LEFT),
        ("Wieso hast du den Shop verlassen?", LEFT),
        ("Warum sind Sie so schnell weg?", LEFT),
        ("Pourquoi êtes-vous parti ?", LEFT),
        ("Pourquoi vous en êtes-vous allée ?", LEFT),
        ("¿Por qué te fuiste?", LEFT),
        ("Why didn't you buy anything?", ("Ordered nothing", *LEFT)),
        ("Why did you not order?", ("Ordered nothing", *LEFT)),
        ("What stopped you from buying?", ("Ordered nothing", *LEFT)),
        ("Warum haben Sie nichts gekauft?", ("Ordered nothing", *LEFT)),
        ("Pourquoi n'avez-vous rien acheté ?", ("Ordered nothing", *LEFT)),
        ("¿Por qué no compraste nada?", ("Ordered nothing", *LEFT)),
        ("What was hard?", HARD),
        ("Did you have any problems?", HARD),
        ("Was war schwierig?", HARD),
        ("Qu'est-ce qui était difficile ?", HARD),
        ("¿Qué fue lo más difícil?", HARD),
        ("What were you looking for?", WANTED),
        ("What did you look for?", WANTED),
        ("Wonach haben Sie gesucht?", WANTED),
        ("Que cherchiez-vous ?", WANTED),
        ("¿Qué buscabas?", WANTED),
        ("Did you see the price?", PRICE),
        ("Haben Sie den Preis gesehen?", PRICE),
        ("Avez-vous vu le prix ?", PRICE),
        ("¿Viste el precio?", PRICE),
        ("Did you notice the delivery costs?", DELIVERY),
        ("Haben Sie die Lieferung gesehen?", DELIVERY),
        ("Avez-vous vu la livraison ?", DELIVERY),
        ("¿Viste los gastos de envío?", DELIVERY),
        ("Did you use the filters?", FILTERS),
        ("Haben Sie die Filter bemerkt?", FILTERS),
        ("Avez-vous vu les filtres ?", FILTERS),
        ("¿Viste los filtros?", FILTERS),
        ("What did you compare?", COMPARED),
        ("Was haben Sie verglichen?", COMPARED),
        ("Qu'avez-vous comparé ?", COMPARED),
        ("¿Qué comparaste?", COMPARED),
        ("What did you like?", LIKED),
        ("Was hat Ihnen gefallen?", LIKED),
        ("Qu'est-ce qui vous a plu ?", LIKED),
        ("¿Qué te gustó?", LIKED),
        ("What did you miss?", ("too expensive.” [5]", "“No results for lmap” [1]")),
        ("Which products did you look at?", ("“Desk lamp” (“$35” [4]) [3]",)),
        ("What did you search for?", ("searched for “lamp” [1]",)),
        ("Tell me about your visit.", ("closed the window [5]", "Left the shop.")),
        ("How long did it take?", ("6 steps on 5 pages, [0] to [5], in 5 s",)),
        ("What did you think of the product page?", ("“I want a lamp to read by.” [0]",)),
        ("Why did you open the Desk Lamp?", ("looks nice. It is under my budget.” [3]",)),
        ("Did you find what you were looking for?", (*WANTED, *LEFT)),
        ("Did you find the right product?", (*WANTED, *LEFT)),
        ("Haben Sie gefunden, was Sie gesucht haben?", (*WANTED, *LEFT)),
        ("¿Encontraste lo que buscabas?", (*WANTED, *LEFT)),
        ("Qu'avez-vous recherché ?", ("“lmap” [0]",)),
        ("Was it in stock?", ("“In stock, 4.1 stars” [4]",)),
        ("Did you buy something?", ("Ordered nothing, [0] to [5]",)),
        ("Did you see the free delivery and the price?", ("$35 (7)” [0]", "“$35” [4]")),
    ],
)  # fmt: skip
def test_a_question_is_answered_by_what_the_log_holds(
    question: str, parts: tuple[str, ...]
) -> None:
    text = said(question)
    assert [part for part in parts if part.casefold() not in text.casefold()] == [], text


@pytest.mark.parametrize(
    "question",
    [
        "Would you recommend this shop to a friend?",
        "What would have made you buy?",
        "Würden Sie wiederkommen?",
        "Reviendriez-vous ?",
        "¿Volverías?",
        "What is your favourite colour?",
        "Are you married?",
        "?",
        "Why?",
    ],
)
def test_what_the_log_cannot_tell_is_said_to_be_so(question: str) -> None:
    found = answer_from_log(question, VISIT, "a reading lamp", "Left the shop.")
    assert not found.known
    assert found.text.startswith("The log cannot answer this")
    assert cited(found.text) == ()


def test_words_that_are_no_subject_are_looked_for_on_the_pages() -> None:
    assert "“banner”: in no page or thought of the log, [0] to [5]." in said(
        "Did you see the banner?"
    )
    assert "“welcome”: “Welcome” [0]." in said("Did you notice the welcome?", QUIET)


def test_a_log_without_thoughts_is_not_given_any() -> None:
    left = said("Why did you leave?", QUIET)
    assert "The log holds no reason for it: nothing was thought at [1]" in left
    assert "nothing was thought at [1]. Left the shop. Before:" in left
    assert "“" not in left.replace("searched for “lamp” [0]", "")
    assert "Nothing in the log says that anything was hard" in said("What was hard?", QUIET)
    assert "No thought in the log says what was liked" in said("What did you like?", QUIET)
    assert "no page in the log speaks of it, [0] to [1]" in said("Did you see the price?", QUIET)
    assert "Opened no product" in said("What did you compare?", QUIET)
    assert "The log holds no thoughts, [0] to [1]." in said("What did you think?", QUIET)


def test_who_bought_did_not_leave_without() -> None:
    assert "Did not leave without ordering" in said("Why did you leave?", BOUGHT)
    assert "“Just the right one, I take it.” [1]" in said("Why didn't you buy?", BOUGHT)
    assert "“Just the right one, I take it.” [1]" in said("Why did you buy it?", BOUGHT)


def test_who_was_stopped_did_not_leave() -> None:
    stuck = VISIT.with_end("limit", (Finding(kind="loop", step=9, text="did the same 3 times"),))
    text = said("Why did you leave?", stuck)
    assert "Did not leave: the visit was ended" in text
    assert text.endswith(
        "the visit was ended; last closed the window [5]. Did the same 3 times [5]."
    )
    broken = VISIT.with_end("error: the page [99] is gone")
    assert "Did not leave: the visit broke off after [5]" in said("Why did you leave?", broken)


def test_what_delivery_is_free_above_is_no_price() -> None:
    listed = session(search("/", "lamp", HOME), leave("/find", LIST))
    told = said("Was it too expensive?", listed)
    assert told.startswith("Price: pages showed “Desk Lamp $35 Brass Lamp $140” [1].")
    opened = session(
        press("/", "hits.desk_lamp", LIST, kind="product", names=LIST_NAMES),
        leave("/p/desk", "<main><p>Free delivery over $50</p>\n$35\nIn stock</main>"),
    )
    assert "“Desk lamp” (“$35” [1]) [0]" in said("Which products did you look at?", opened)


def test_whose_window_the_study_closed_did_not_choose_to_leave() -> None:
    done = session(search("/", "lamp", HOME, reasoning="A lamp."), leave("/find", LIST))
    for question in ("Why did you leave?", "Why didn't you buy?", "Did you find what you wanted?"):
        text = answer_from_log(question, done, "a lamp", "Done after 1 step.", closed=True).text
        assert "Did not choose to leave: the study closed the window at [1]" in text
        assert "Done after 1 step. The last thought: “A lamp.” [0]." in text
        assert "no reason" not in text


def test_a_long_wait_is_hard() -> None:
    first, *rest = VISIT.steps
    slow = msgspec.structs.replace(first, result=Result(ok=True, settle_ms=4200.0))
    assert "waited 4 s [0]" in said(
        "What was hard?", msgspec.structs.replace(VISIT, steps=(slow, *rest))
    )


@pytest.mark.parametrize("text", ["see [3] and [99]", "a\x1b[31mred\u202e[5]", "[0]" * 200])
def test_nothing_that_was_written_looks_like_a_citation(text: str) -> None:
    written = session(
        search("/", text, f"<main>{text.replace(chr(27), '')} delivery</main>"),
        leave("/", reasoning=f"{text} is bad"),
    )
    for question in (
        "Why did you leave?",
        "What was hard?",
        "Delivery?",
        "What did you search for?",
    ):
        found = answer_from_log(question, written, text, "")
        assert set(cited(found.text)) <= {0, 1}
        assert not re.search(r"\[(?!\d+\])", found.text)
        assert "\x1b" not in found.text
        assert "\u202e" not in found.text


def test_an_empty_page_and_goal_are_no_fault() -> None:
    empty = session(leave("/", " "))
    found = answer_from_log("What were you looking for? Did you see reviews?", empty, "", "")
    assert "The log holds no goal. Searched for nothing; first closed the window [0]." in found.text
    assert "no page in the log speaks of it, [0]." in found.text
