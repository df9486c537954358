"""What a dialog says of orders, in many languages, where no page can be asked."""

from __future__ import annotations

import pytest

from envs.page.phrases import phrases, says_order

ORDERS = """
Place the order now?|Confirm your purchase?|You will be charged $59.99. Continue?|
Zahlungspflichtig bestellen?|Möchten Sie die Bestellung wirklich abschicken?|Confirmer la commande ?|
Voulez-vous valider votre achat ?|¿Confirmar el pedido?|¿Desea realizar la compra?|
Confermi l'ordine?|Deseja finalizar a encomenda?|Bestelling plaatsen?|Czy złożyć zamówienie?|
Opravdu chcete objednat zboží?|Siparişi onaylıyor musunuz?|Bạn có chắc muốn đặt hàng?|
Підтвердити замовлення?|Lanjutkan pembayaran?|Vahvista tilaus?|Biztosan megrendeli?|
Επιβεβαίωση παραγγελίας;|האם לבצע הזמנה?|האם לשלם עכשיו?|Оформить заказ?|هل تريد تأكيد الطلب؟|
注文を確定しますか？|구매하시겠습니까?|确认提交订单吗？|ยืนยันการสั่งซื้อ?|क्या आप ऑर्डर करना चाहते हैं?|
Bekräfta köpet?|Vil du betale nu?|Potvrdi narudžbu?
"""

OTHERS = """
Really leave?|Delete this item?|Are you over 18?|Apply this coupon?|Is this the right place?|
Seite verlassen?|Quitter la page ?|¿Borrar el artículo?|לא ידעתי|כל הזמן הזה?|Удалить товар?|
削除しますか？|Smazat položku?|Zastosować kupon?|Do you want to save your changes to this page?
"""


def listed(text: str) -> list[str]:
    return [line.strip() for line in text.split("|")]


@pytest.mark.parametrize("said", listed(ORDERS))
def test_orders_are_recognised(said: str) -> None:
    assert says_order(said)


@pytest.mark.parametrize(
    "said", ["Pl\u200bace the or\u00adder now?", "Ｐｌａｃｅ the ｏｒｄｅｒ?", "𝐏𝐥𝐚𝐜𝐞 𝐨𝐫𝐝𝐞𝐫?"]
)
def test_orders_are_recognised_in_other_letters(said: str) -> None:
    assert says_order(said)


@pytest.mark.parametrize("said", listed(OTHERS))
def test_other_questions_are_not(said: str) -> None:
    assert not says_order(said)


def test_every_phrase_of_several_words_that_buys_is_an_order_in_a_sentence() -> None:
    several = [p.removesuffix(" *") for p in phrases("buy") if " " in p.removesuffix(" *")]
    assert len(several) > 300
    assert [p for p in several if not says_order(f"– {p.upper()}!")] == []
