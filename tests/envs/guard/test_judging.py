"""Which requests leave, by themselves and by where they are sent from."""

from __future__ import annotations

import string

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.guard.asked import Asked, How, read_body, read_message
from envs.guard.judging import is_plain, judge
from envs.guard.scene import Press, Scene

SHOP = "https://shop.example"
REVIEW = Scene(place="checkout", review=True, press=Press("next"), acting=True)
STEP = Scene(place="checkout", press=Press("continue"), acting=True)
PRODUCT = Scene(place="product", press=Press("get it"), acting=True)
HOME = Scene(press=Press("look"), acting=True)


def asked(line: str, body: str = "", kind: str = "application/json", how: How = "call") -> Asked:
    """``POST /cart`` as a request."""
    method, _, path = line.partition(" ")
    held = read_message(body) if how == "socket" else read_body(body, kind)
    return Asked(method=method, url=SHOP + path, how=how, body=held)


ORDERS = [
    (asked("POST /order"), HOME),
    (asked("POST /orders"), STEP),
    (asked("PUT /api/v2/orders/8f3a11c0"), REVIEW),
    (asked("POST /cart/submit"), HOME),
    (asked("POST /checkout/complete"), HOME),
    (asked("POST /checkout"), STEP),
    (asked("POST /api/placeorder"), HOME),
    (asked("POST /api/x1"), REVIEW),
    (asked("POST /rest/default/V1/carts/mine/payment-information", '{"cartId":"1"}'), REVIEW),
    (asked("POST /?wc-ajax=checkout", "billing_city=a&payment_method=cod", "a/form"), STEP),
    (asked("POST /checkout/preview/", "action=place_order", "x-www-form-urlencoded"), STEP),
    (asked("GET /index.php?route=extension/payment/cod.confirm"), STEP),
    (asked("POST /graphql", '{"query":"mutation{placeOrder{id}}"}'), HOME),
    (asked("POST /graphql", '{"operationName":"SubmitOrder","extensions":{}}'), HOME),
    (asked("POST /graphql", '[{"query":"{a}"},{"query":"mutation{checkoutComplete{id}}"}]'), HOME),
    (asked("POST /bestellung/abschliessen"), HOME),
    (asked("POST /validerCommande"), HOME),
    (asked("GET /order", how="page"), REVIEW),
    (asked("GET /order?confirm=1", how="page"), STEP),
    (asked("GET /checkout/complete", how="page"), STEP),
    (asked("GET /order", how="part"), REVIEW),
    (asked("GET /order"), REVIEW),
    (asked("SEND /live", '{"event":"go","action":"place_order"}', how="socket"), HOME),
    (asked("POST /buy"), PRODUCT),
    (asked("POST /checkout/quick"), PRODUCT),
    (asked("POST /pay", '{"email":"a@b.c"}'), STEP),
    (asked("POST /step", "place_order=1", "x-www-form-urlencoded"), HOME),
    (
        asked(
            "POST /x",
            '--b\r\nContent-Disposition: form-data; name="placeOrder"\r\n\r\n1\r\n--b--',
            "multipart/form-data; boundary=b",
        ),
        HOME,
    ),
]


@pytest.mark.parametrize(("request_", "scene"), ORDERS, ids=lambda v: getattr(v, "url", "")[20:])
def test_what_may_be_an_order_is_held(request_: Asked, scene: Scene) -> None:
    assert judge(request_, scene).fate == "hold"
    assert not is_plain(request_)


HARMLESS = [
    (asked("POST /cart/add", '{"sku":1,"quantity":2}'), PRODUCT),
    (asked("POST /cart/add", '{"sku":1,"quantity":2}'), REVIEW),
    (asked("POST /cart/update.js"), STEP),
    (asked("POST /checkout/coupon", '{"code":"A"}'), REVIEW),
    (asked("POST /checkout/shipping-address/", "line1=a&postcode=b", "urlencoded"), STEP),
    (asked("POST /api/carts/5d2/addresses"), STEP),
    (asked("POST /api/carts/5d2/shippingMethods"), STEP),
    (asked("POST /api/carts/5d2/paymentMethods"), STEP),
    (asked("POST /index.php?route=checkout/payment_method.save"), STEP),
    (asked("GET /index.php?route=checkout/confirm.confirm"), STEP),
    (asked("POST /?wc-ajax=update_order_review"), STEP),
    (asked("POST /order/12/address"), STEP),
    (asked("POST /orders/search"), HOME),
    (asked("POST /login", "username=a&password=b", "urlencoded"), STEP),
    (asked("POST /graphql", '{"query":"query{orders{id}}"}'), REVIEW),
    (asked("POST /graphql", '{"query":"{ cart { id } } # mutation placeOrder"}'), REVIEW),
    (asked("POST /graphql", '{"operationName":"GetCheckout","extensions":{}}'), REVIEW),
    (asked("POST /graphql", '{"query":"mutation{addToCart(id:\\"placeOrder\\"){id}}"}'), PRODUCT),
    (asked("POST /g/collect", '{"event":"begin_checkout"}', how="beacon"), REVIEW),
    (asked("POST /api/12/envelope/", "{}", how="beacon"), REVIEW),
    (asked("GET /orders", how="page"), HOME),
    (asked("GET /order-history", how="page"), REVIEW),
    (asked("GET /how-to-order", how="page"), HOME),
    (asked("GET /static/order-banner.png", how="part"), REVIEW),
    (asked("GET /product/12", how="page"), REVIEW),
    (asked("GET /checkout/payment-method", how="page"), STEP),
    (asked("POST /contact", '{"message":"a"}'), HOME),
    (asked("POST /api/like"), HOME),
    (asked("POST /api/like"), PRODUCT),
    (asked("SEND /live", "2", how="socket"), REVIEW),
]


@pytest.mark.parametrize(("request_", "scene"), HARMLESS, ids=lambda v: getattr(v, "url", "")[20:])
def test_what_places_no_order_leaves(request_: Asked, scene: Scene) -> None:
    assert judge(request_, scene).leaves


def test_what_was_pressed_counts() -> None:
    unknown = asked("POST /api/x1")
    for words, leaves in (("Apply", True), ("Edit address", True), ("Save and pay", False),
                          ("Proceed", False), ("", False)):  # fmt: skip
        scene = msgspec.structs.replace(REVIEW, press=Press(words))
        assert judge(unknown, scene).leaves is leaves, words
    to_checkout = asked("GET /order", how="page")
    scene = Scene(place="checkout", press=Press("proceed to checkout", "cart"), acting=True)
    assert judge(to_checkout, scene).leaves
    assert not judge(to_checkout, msgspec.structs.replace(scene, review=True)).leaves


def test_a_dialog_answered_with_no_casts_doubt() -> None:
    doubted = msgspec.structs.replace(HOME, doubted=True)
    assert judge(asked("GET /order/new", how="page"), HOME).leaves
    assert judge(asked("GET /order/new", how="page"), doubted).fate == "hold"
    assert judge(asked("POST /api/x1"), doubted).fate == "hold"
    assert judge(asked("POST /cart/remove"), doubted).leaves


def test_what_nobody_pressed_for_is_no_purchase() -> None:
    idle = msgspec.structs.replace(REVIEW, acting=False, press=Press(""))
    assert (
        judge(asked("POST /order"), idle).fate == "drop" and judge(asked("POST /order"), idle).tell
    )
    silent = judge(asked("POST /api/x1"), idle)
    assert silent.fate == "drop" and not silent.tell
    fresh = msgspec.structs.replace(REVIEW, fresh=True)
    assert judge(asked("POST /api/x1"), fresh).fate == "drop"
    assert judge(asked("POST /order"), fresh).fate == "hold"


def test_what_a_team_knows_leaves() -> None:
    assert judge(asked("POST /order"), msgspec.structs.replace(REVIEW, free=True)).leaves


def test_the_answer_to_a_post_leads_on() -> None:
    led = msgspec.structs.replace(asked("GET /order/payment", how="page"), answers_post=True)
    assert judge(led, STEP).leaves


WORDS = st.text(string.ascii_letters + string.digits + "/_-.?=&%{}\"'é注", max_size=60)
SCENES = st.builds(
    Scene,
    place=st.sampled_from(("elsewhere", "product", "checkout")),
    review=st.booleans(),
    final=st.booleans(),
    fresh=st.booleans(),
    press=st.builds(Press, WORDS, st.sampled_from(("other", "cart", "buy", "search"))),
    acting=st.booleans(),
    doubted=st.booleans(),
)
ASKED = st.builds(
    lambda method, path, how, body, kind: Asked(
        method=method, url=f"{SHOP}/{path}", how=how, body=read_body(body, kind)
    ),
    st.sampled_from(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "SEND")),
    WORDS,
    st.sampled_from(("page", "call", "beacon", "part", "socket")),
    st.one_of(WORDS, st.text(max_size=80)),
    st.sampled_from(("", "application/json", "multipart/form-data", "x-www-form-urlencoded")),
)


@given(ASKED, SCENES)
def test_every_request_is_judged(request_: Asked, scene: Scene) -> None:
    verdict = judge(request_, scene)
    assert verdict == judge(request_, scene)
    assert verdict.leaves or verdict.reason
    assert verdict.fate != "hold" or scene.acting
    if is_plain(request_):
        assert verdict.leaves


@given(WORDS, SCENES)
def test_an_address_that_orders_never_leaves_a_checkout(path: str, scene: Scene) -> None:
    """Whatever else stands in it, and whatever was pressed."""
    scene = msgspec.structs.replace(scene, place="checkout")
    clean = "".join(c for c in path if c.isalpha() and c.isascii()).lower()
    assert not judge(asked(f"POST /{clean}/place-order"), scene).leaves


@given(ASKED)
def test_no_value_is_kept(request_: Asked) -> None:
    secret = "4242424242424242"
    body = read_body(f"card={secret}&name=Ann", "application/x-www-form-urlencoded")
    kept = msgspec.structs.replace(request_, body=body, url=f"{request_.url}?token={secret}")
    address, keys = kept.told
    assert secret not in address and secret not in "".join(keys)
