"""Kinds: what acting on an element means, in many languages, and whom to believe about it."""

from __future__ import annotations

import pytest

from envs.browser.browser import Browser
from tests.envs.page.looking import HOME, Glance, showing


def phrases(text: str) -> list[str]:
    return [phrase.strip() for phrase in text.split("|") if phrase.strip()]


BUY = phrases(
    """
    Buy now|Place order|Place your order|Pay now|Pay $12.99|Confirm order|
    Complete purchase|Buy Now with 1-Click|Jetzt kaufen|Zahlungspflichtig bestellen|
    Kostenpflichtig bestellen|Acheter maintenant|Valider et payer|Passer la commande|
    Comprar ahora|Realizar pedido|Acquista ora|Conferma l'ordine|Comprar agora|
    Finalizar encomenda|Nu kopen|Bestelling plaatsen|Kup teraz|Kupuję i płacę|
    Zamawiam z obowiązkiem zapłaty|Koupit|Objednat s povinností platby|
    Objednať s povinnosťou platby|Megrendelem|Plasează comanda|Trimite comanda|
    Köp nu|Slutför köp|Køb nu|Kjøp nå|Fullfør kjøp|Osta nyt|Vahvista tilaus|
    Osta kohe|Kinnita tellimus|Pirkti dabar|Pirkt tagad|Satın Al|SİPARİŞİ ONAYLA|
    Купить|Оформить заказ|Купити зараз|Αγορά τώρα|Ολοκλήρωση παραγγελίας|اشتر الآن|
    إتمام الشراء|קנה עכשיו|今すぐ購入|注文を確定する|바로구매|결제하기|立即购买|提交订单|確認付款|Beli Sekarang|
    Buat Pesanan|Mua ngay|Đặt hàng|Kupi odmah|Naruči|Oddaj naročilo|ซื้อเลย|
    अभी खरीदें|Place order You will be charged $59.99 on your card ending in 1234 today|
    Place Order – by clicking you accept our Terms and Conditions and Privacy Policy|
    By clicking you accept our Terms and Conditions and our Privacy Policy. Place order|
    Buy (2 items)|Buy 2 items|Kaufen (3 Artikel)|Pay total|Pay EUR 12.50|Pay the total of $12|
    Order with obligation to pay|Bestellung abschicken|Commande avec obligation de paiement|
    Commander et payer|Je commande|J’achète|Перейти к оплате|שלח הזמנה|
    """
)

BUY_LINKS = phrases(
    """
    Buy now|Pay $12.99|Place order|Place your order and pay|Place order now|Complete my purchase|
    Jetzt kaufen|Confirmer la commande maintenant|
    """
)

CART = phrases(
    """
    Add to cart|Add to basket|Proceed to checkout|Checkout|In den Warenkorb|
    Zur Kasse|Ajouter au panier|Añadir a la cesta|Aggiungi al carrello|
    Adicionar ao carrinho|In winkelwagen|Do koszyka|Do košíku|Kosárba|Adaugă în coș|
    Lägg i varukorgen|Læg i kurv|Legg i handlekurv|Lisää ostoskoriin|Lisa korvi|
    Į krepšelį|Sepete Ekle|В корзину|До кошика|Στο καλάθι|أضف إلى السلة|הוספה לסל|
    カートに入れる|장바구니 담기|加入购物车|加入購物車|Tambah ke Keranjang|Thêm vào giỏ hàng|
    Dodaj u košaricu|
    """
)

NEITHER = phrases(
    """
    Order history|My orders|How to pay|Payment methods|Buying guide|Delivery|
    Continue shopping|Sort by|Bestellstatus|Zahlungsarten|Mes commandes|Mis pedidos|
    История заказов|購買須知|注文履歴|Read more|Sign in|Buy again|Order items (3)|Order total $59.99|
    Pay less jeans|Buy 2 get 1 free|Payment|How do I order?|Buyer protection|
    Where can I see what happens to my parcel once I place my order with you?|
    """
)

NO_BUY_LINKS = phrases(
    """
    Buy now, pay later|Buying guide for beginners|Add to cart|The art of how to place your order|
    Order now and get free delivery within two days|Pay less jeans|Order status|
    """
)


async def kinds_of(glance: Glance, labels: list[str], tag: str = "button") -> dict[str, str]:
    attributes = " href='/x'" if tag == "a" else ""
    html = "".join(f"<{tag}{attributes}>{label}</{tag}> " for label in labels)
    seen = await glance(html)
    return dict(zip(labels, (e.kind for e in seen.observation.names), strict=True))


async def test_the_final_step_is_buy_in_every_language(glance: Glance) -> None:
    kinds = await kinds_of(glance, BUY)
    assert {label: kind for label, kind in kinds.items() if kind != "buy"} == {}


async def test_links_place_orders_too(glance: Glance) -> None:
    kinds = await kinds_of(glance, BUY_LINKS, "a")
    assert {label: kind for label, kind in kinds.items() if kind != "buy"} == {}
    assert "buy" not in (await kinds_of(glance, NO_BUY_LINKS, "a")).values()


async def test_a_button_of_several_lines_is_read_whole(glance: Glance) -> None:
    seen = await glance(
        """<button><div>Place order</div><div>You will be charged $59.99 on your card ending in 1234
        today, and the goods will be sent to your address</div></button>"""
    )
    assert [e.kind for e in seen.observation.names] == ["buy"]


async def test_towards_the_cart_is_cart_in_every_language(glance: Glance) -> None:
    kinds = await kinds_of(glance, CART)
    assert {label: kind for label, kind in kinds.items() if kind != "cart"} == {}


@pytest.mark.parametrize("tag", ["a", "button"])
async def test_talk_about_orders_is_neither(glance: Glance, tag: str) -> None:
    kinds = await kinds_of(glance, NEITHER, tag)
    assert not {"buy", "cart"} & set(kinds.values()), kinds


ORDERS = phrases(
    """
    Order 1042|Order #1045|Order no. 7|Order No 1046, 20 EUR|Bestellung 4711|Bestellung Nr. 12|Commande n° 88|
    Pedido 20481|Заказ № 15|Ordine 3301: 20 €|Sipariş 10023|Purchase 20260117-3
    """
)

PLACED = phrases("Order 2|Order now for 1000 EUR|Pay 1042|Buy 100|Order")


@pytest.mark.parametrize("tag", ["a", "button"])
async def test_an_order_called_by_its_number_is_no_purchase(glance: Glance, tag: str) -> None:
    kinds = await kinds_of(glance, ORDERS, tag)
    assert "buy" not in kinds.values(), kinds


async def test_an_order_of_so_many_things_is_one(glance: Glance) -> None:
    kinds = await kinds_of(glance, PLACED)
    assert set(kinds.values()) == {"buy"}, kinds


async def test_rows_of_orders_are_no_purchases(glance: Glance) -> None:
    seen = await glance(
        """<table><tr onclick=""><td>Order 1</td><td>12 EUR</td></tr><tr onclick=""><td>Order 2</td>
        <td>15 EUR</td></tr></table><ul><li><a href=/o1>Order 8</a></li><li><a href=/o2>Order 9</a></li></ul>
        <button>Order 1</button><button>Order 3</button>"""
    )
    kinds = [element.kind for element in seen.observation.names]
    assert "buy" not in kinds[:4]
    assert kinds[4:] == ["buy", "buy"]


KINDS = {
    "search box": ('<input type="search" aria-label="It">', "it", "search"),
    "search by name": ('<form><input name="q" aria-label="It"></form>', "it", "search"),
    "search by word": ('<input placeholder="Produkte suchen">', "produkte_suchen", "search"),
    "search button": (
        '<form role="search"><input aria-label="A"><button>Go</button></form>',
        "search.go",
        "search",
    ),
    "search by its button": (
        '<form><input placeholder="What do you need?"><button title="Search"></button></form>',
        "what_do_you_need",
        "search",
    ),
    "search button alone": ("<input aria-label=A><button>Search</button>", "search", "search"),
    "filter": (
        "<fieldset><legend>Filter by brand</legend><label><input type=checkbox>Nike</label></fieldset>",
        "filter_by_brand.nike",
        "filter",
    ),
    "filter field": (
        "<section><h3>Brand</h3><a href=/n>Nike</a><a href=/a>Adidas</a></section>",
        "brand.nike",
        "filter",
    ),
    "sorting": (
        "<label>Sortieren nach<select><option>Preis</option></select></label>",
        "sortieren_nach.preis",
        "filter",
    ),
    "size": (
        "<fieldset><legend>Size</legend><label><input type=radio>42</label></fieldset>",
        "size.42",
        "option",
    ),
    "quantity": (
        "<form><label>Quantity<input type=number value=1></label><button>Add to cart</button></form>",
        "quantity",
        "option",
    ),
    "option of the bought": (
        "<form><select aria-label='Style'><option>Old</option></select><button>In den Warenkorb</button></form>",
        "style.old",
        "option",
    ),
    "product": (
        "<ul><li><a href=/p/1>Red Shoe</a> $9.99 <button>Save</button></li></ul>",
        "red_shoe.view_product",
        "product",
    ),
    "the one link of a tile": (
        "<h2>Shoes</h2>"
        + "".join(
            f"<div class=tile><a href=/p/{n}>{name} Shoe</a><p>$9.99</p></div>"
            for n, name in enumerate(("Red", "Blue", "Green"))
        ),
        "blue_shoe",
        "product",
    ),
    "the one link of a tile without a price": (
        "".join(
            f"<div class=tile><a href=/p/{n}>{name} Shoe</a><p>Read on</p></div>"
            for n, name in enumerate(("Red", "Blue", "Green"))
        ),
        "blue_shoe",
        "navigation",
    ),
    "an order for the one link of a tile": (
        "".join(
            f"<div class=tile><h3>{name} plan</h3><p>$9.99</p><a href=/b/{n}>Buy now</a></div>"
            for n, name in enumerate(("Red", "Blue", "Green"))
        ),
        "blue_plan.buy_now",
        "buy",
    ),
    "menu": ("<nav><a href=/women>Women</a></nav>", "navigation.women", "navigation"),
    "link": ("<p><a href=/about>About us</a></p>", "about_us", "navigation"),
    "button": ("<button>Show more</button>", "show_more", "other"),
    "mail": ("<input type=email aria-label=Mail>", "mail", "other"),
    "submit": ('<input type="submit" value="Place order">', "place_order", "buy"),
    "icon": (
        '<button aria-label="Buy now"><svg width=9 height=9></svg></button>',
        "buy_now",
        "buy",
    ),
    "cart link": ('<a href="/cart"><svg width=9 height=9></svg></a>', "cart", "cart"),
}


@pytest.mark.parametrize("case", KINDS)
async def test_kinds_are_inferred(glance: Glance, case: str) -> None:
    html, name, kind = KINDS[case]
    assert (await glance(html)).kind(name) == kind


async def test_only_a_trusted_site_is_believed(browser: Browser) -> None:
    html = """<button data-shopper-kind="other">Buy now</button>
      <button data-shopper-kind="buy">Continue</button><button data-shopper-kind="nonsense">Pay</button>"""
    async with showing(browser, {HOME: html}) as looked:
        assert [e.kind for e in (await looked.see()).observation.names] == ["buy", "other", "buy"]
    async with showing(browser, {HOME: html}, trusted=True) as looked:
        assert [e.kind for e in (await looked.see()).observation.names] == ["other", "buy", "buy"]


ROLES = {
    '<a href="/x">It</a>': "link",
    "<button>It</button>": "button",
    '<input type="button" value="It">': "button",
    '<input aria-label="It">': "textbox",
    '<input type="email" aria-label="It">': "textbox",
    '<input type="date" aria-label="It">': "textbox",
    '<input type="search" aria-label="It">': "searchbox",
    '<input role="combobox" aria-label="It">': "textbox",
    '<input type="search" role="combobox" aria-label="It">': "searchbox",
    '<input type="number" aria-label="It">': "spinbutton",
    '<input type="range" aria-label="It">': "slider",
    '<input type="checkbox" aria-label="It">': "checkbox",
    '<input type="radio" aria-label="It">': "radio",
    '<select aria-label="It"></select>': "combobox",
    '<select multiple aria-label="It"></select>': "listbox",
    '<textarea aria-label="It"></textarea>': "textbox",
    '<div contenteditable="true" aria-label="It">x</div>': "textbox",
    '<div role="switch">It</div>': "switch",
    '<div role="combobox" tabindex="0" aria-label="It">x</div>': "combobox",
    '<div role="option">It</div>': "option",
    '<div role="menuitem">It</div>': "menuitem",
    '<div role="slider" aria-label="It" aria-valuenow="3" style="height:9px"></div>': "slider",
    "<details><summary>It</summary>x</details>": "button",
}


@pytest.mark.parametrize("html", ROLES)
async def test_roles(glance: Glance, html: str) -> None:
    assert (await glance(html)).element("it").role == ROLES[html]
