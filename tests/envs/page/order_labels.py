"""What controls say that place orders, and what others say that only speak of them."""

from __future__ import annotations


def listed(text: str) -> list[str]:
    """The sayings between the bars."""
    return [saying.strip() for saying in text.split("|") if saying.strip()]


ORDERING = listed(
    """
    Yes, place my order|Place the whole order|Place Order Now|Submit my purchase|
    Finalize and pay|Confirm & Place Order|Confirm booking and pay|Complete booking|
    Complete reservation|Make my payment|Process payment|Process my order|Authorise payment|
    Pay deposit|Pay £12.50 deposit|Pay in full now|Pay $10 now|Pay now $10.00|Pay securely now|
    Secure payment: pay now|Buy with one click|Buy it|Buy this item|Buy instantly|Purchase|
    Purchase now|Order & pay|Order here|Swipe to pay|Slide to pay|Hold to pay|
    Press and hold to order|Click to buy|Tap to buy now|Send order|Send my order|Send order now|
    I agree, place my order|I accept the terms and place my order|Agree and pay|
    Agree & subscribe and pay|Accept and pay|Donate $5|Give now and pay|Transfer 20 €|
    Charge my card|Place pre-order|Pre-order now and pay|Start my subscription|
    Activate subscription|Confirm my subscription|Confirm reservation|Finish order|
    Finish purchase|Finish & pay|Pay with card|Pay by card|Pay with PayPal|PayPal|
    PayPal Checkout|Check out with PayPal|PayPal Buy Now|Buy now with PayPal|
    Continue with PayPal|Klarna|Pay later with Klarna|Pay with Klarna|Klarna. Pay in 3|
    Pay in 4 with Afterpay|Checkout with Afterpay|Checkout with Affirm|Buy with Affirm|Shop Pay|
    Buy with Shop Pay|Google Pay|Buy with G Pay|GPay|Apple Pay|Pay with Apple Pay|
    Check out with Amazon Pay|Amazon Pay|Pay with Venmo|Cash App Pay|Pay with TWINT|TWINT|
    Pay with iDEAL|Betaal met iDEAL|Met iDEAL betalen|Betala med Swish|Swish|Betal med Vipps|
    Betal med MobilePay|Vipps|Pagar com Pix|Pagar com PIX|Pix|Pay via UPI|Pay with UPI|UPI|
    Pay with Paytm|Alipay|Pay with Alipay|支付宝|支付宝支付|微信支付|用微信支付|PayPayで支払う|楽天ペイで支払う|카카오페이|
    네이버페이로 결제|Mit PayPal bezahlen|Mit Klarna bezahlen|Direkt zu PayPal|Weiter mit PayPal|
    Mit PayPal kaufen|Payer avec PayPal|Payer en 3 fois avec Alma|Pagar con PayPal|
    Pagar con Bizum|Paga con PayPal|Paga con Satispay|Zapłać z BLIK|Zapłać BLIKIEM|
    Zaplatit kartou|Zaplatit přes PayPal|Maksa MobilePaylla|Оплатить через СБП|Оплатить картой|
    Jetzt zahlungspflichtig bestellen|Zahlungspflichtig bestellen|Kostenpflichtig bestellen|
    Kostenpflichtig bestellen & bezahlen|Jetzt verbindlich bestellen|Jetzt kaufen|Sofort kaufen|
    Jetzt bezahlen|Jetzt zahlen|Bestellung jetzt abschicken|Ihre Bestellung absenden|
    Meine Bestellung aufgeben|Kauf jetzt abschließen|Zahlung freigeben|Zahlung bestätigen|
    Zahlung ausführen|Zahlung vornehmen|Auftrag erteilen|Auftrag absenden|Buchung abschließen|
    Verbindlich buchen|Zahlungspflichtig buchen|Kostenpflichtig abonnieren|Abo abschließen|
    Jetzt spenden|Überweisung ausführen|Valider ma commande|Valider l'achat|
    Valider l'achat maintenant|Confirmer l'achat|Confirmer et payer|Finaliser ma commande|
    Je valide ma commande|Je passe commande|Payer 12,50 €|Payer ma commande|Régler 20 €|
    Envoyer ma commande|Confirmer la réservation|Réserver et payer|Effectuer le paiement|
    Valider le paiement|Faire un don de 20 €|Comprar ya|Comprar ahora|Realizar el pago|
    Realizar mi pedido|Confirmar mi compra|Finalizar mi pedido|Confirmar y pagar|
    Confirmar reserva|Pagar 20 €|Pagar pedido|Enviar mi pedido|Hacer mi pedido ahora|
    Tramitar el pedido|Autorizar el pago|Acquista adesso|Conferma l'acquisto|
    Conferma ordine e paga|Completa l'acquisto|Effettua il pagamento|Invia l'ordine|Paga 20 €|
    Concludi l'acquisto|Ordina con obbligo di pagamento|Confermo l'ordine|Conferma prenotazione|
    Finalizar compra|Finalizar a compra|Confirmar a compra|Concluir pagamento|Fazer o pagamento|
    Efetuar o pagamento|Pagar R$ 20,00|Fechar o pedido|Bestelling bevestigen|
    Bestelling plaatsen en betalen|Plaats mijn bestelling|Betaling bevestigen|Nu betalen|
    Betaal € 12,50|Boek en betaal|Boeking bevestigen|Bevestig en betaal|
    Bestellen met betaalverplichting|Złóż zamówienie|Złóż zamówienie i zapłać|Zapłać teraz|
    Zapłać 20 zł|Potwierdź płatność|Potwierdzam zamówienie|Finalizuję zakup|Kupuję i płacę|
    Zamawiam z obowiązkiem zapłaty|Objednat a zaplatit|Závazně objednat|Odeslat objednávku|
    Potvrdit objednávku|Dokončit nákup|Zaplatit 200 Kč|Objednať s povinnosťou platby|
    Odoslať objednávku|Megrendelés elküldése|Megrendelem|Fizetés most|Rendelés véglegesítése|
    Rendelés megerősítése|Trimite comanda|Plasează comanda|Finalizează comanda|Confirmă plata|
    Plătește acum|Comandă cu obligație de plată|Slutför köpet|Genomför köp|Slutför betalning|
    Bekräfta köp|Betala 200 kr|Lägg beställning|Gennemfør køb|Bekræft køb|Betal 200 kr.|
    Afgiv ordre|Godkend betaling|Bestil med betalingspligt|Fullfør kjøpet|Bekreft kjøp|
    Betal 200 kr|Legg inn bestilling|Vahvista ostos|Vahvista tilaus ja maksa|Maksa 20 €|
    Tee tilaus|Hyväksy tilaus|Kinnita makse|Kinnita tellimus|Maksa kohe|Apmokėti dabar|
    Patvirtinti užsakymą|Apstiprināt pasūtījumu|Apmaksāt 20 €|Siparişi Onayla|Siparişi tamamla|
    Ödemeyi tamamla|Ödeme yap|Satın al|Onayla ve öde|Оформить заказ|Подтвердить заказ|
    Подтвердить оплату|Подтверждаю заказ|Оплатить заказ|Оплатить 1 000 ₽|Завершить покупку|
    Оформити замовлення|Підтвердити оплату|Сплатити 200 грн|Потвърди поръчката|Плати сега|
    Изпрати поръчката|Потврди поруџбину|Ολοκλήρωση παραγγελίας|Επιβεβαίωση αγοράς|
    Αποστολή παραγγελίας|Πληρωμή τώρα|تأكيد الطلب|تأكيد الدفع|إتمام الطلب|إتمام عملية الشراء|
    ادفع الآن|إرسال الطلب|אישור הזמנה|בצע תשלום|שלם עכשיו|אישור תשלום|שלח הזמנה|注文を確定する|注文を確定|
    ご注文を確定する|購入を確定する|今すぐ購入|支払いを確定する|決済する|決済を実行|予約を確定する|お申し込みを確定|申し込みを完了する|注文を送信する|주문 확정하기|
    결제 진행하기|지금 결제하기|결제하기|예약 확정|주문하기|구매 완료하기|立刻下单|马上下单|提交订单|确认下单|确认支付|立即支付|确认并付款|完成支付|立即预订|送出訂單|
    確認付款|確認下單|Konfirmasi Pesanan|Konfirmasi pembayaran|Bayar sekarang|Buat pesanan|Đặt hàng|
    Đặt hàng ngay|Xác nhận đơn hàng|Xác nhận thanh toán|Hoàn tất đơn hàng|Thanh toán ngay|
    Potvrdi narudžbu|Pošalji narudžbu|Završi kupovinu|Plati odmah|Oddaj naročilo|
    Potrdi naročilo|ยืนยันคำสั่งซื้อ|ชำระเงิน|ยืนยันการชำระเงิน|สั่งซื้อเลย|ऑर्डर करें|
    अभी भुगतान करें|Рlасе оrdеr|Βuу nоw|РАҮ NOW|Pl\u200bace or\u200cder|Ｐｌａｃｅ　ｏｒｄｅｒ|𝐁𝐮𝐲 𝐧𝐨𝐰|
    ⓟⓛⓐⓒⓔ ⓞⓡⓓⓔⓡ|P l a c e   o r d e r|B-U-Y  N-O-W|P_l_a_c_e o_r_d_e_r|redro ecalp|won yuB|
    PlaceOrder|BUYNOW|PAY|Pl4ce 0rder|Köp\u00ad nu|
    By pressing this button you accept our terms of sale, our privacy notice and our conditions of delivery, which you can read again at the bottom: Place order|
    Mit Klick auf diesen Knopf bestätigen Sie, dass Sie unsere Allgemeinen Geschäftsbedingungen, die Datenschutzerklärung und die Widerrufsbelehrung gelesen haben. Jetzt kaufen|
    En cliquant vous acceptez les conditions générales de vente et la politique de confidentialité de la boutique - Payer|
    Everything is correct. Would you like to place the order?|
    Are you ready to place your order?|
    Place Order – by clicking you accept our Terms and Conditions and Privacy Policy|
    Total $12 Place your order|🛒 Order now 🚀|Order now »|→ Pay now|Log in & pay|
    이용약관과 개인정보 처리방침, 환불 규정에 모두 동의하며 아래 금액이 청구되는 것을 확인했습니다. 결제하기|
    利用規約、プライバシーポリシー、および返品に関する規定のすべてに同意した上で、この内容で間違いがないことを確かめました。注文を確定する|
    """
)
"""Of buttons and links that place an order or move money."""

TALKING = listed(
    """
    Order 1042|Order #1042|Order no. 1042|Order No: A-20451|Order number 100234|
    Bestellung 20451|Commande n° 1234|Pedido 10293|Your order|My order|Order details|
    Order by price|Order by: price|Order by|Pay in 4 - learn more|Pay in 4 – learn more|
    Back to orders|Back to order|View order|See my order|Track your order|Track my order|
    Cancel my order|Change order|Edit order|Reorder|Order again|Buy again|Buy it again|
    Order history|Order status|My orders|My purchases|Order details|Order confirmation|
    Order total|Order summary|Order items (3)|Payment|Payment details|Payment methods|
    Payment information|Payment options|Delivery and payment|Save payment method|
    Add payment method|Change payment method|Continue to payment|Proceed to payment options|
    Go to payment|Checkout|Proceed to checkout|Secure checkout|Continue to checkout|Continue|
    Next|Back|Continue shopping|Add to cart|Add to order|Add to basket|Remove|Apply|
    Apply coupon|Save|Submit|Confirm|Confirm address|Confirm email|Confirm delivery address|
    Submit review|Submit question|Write a review|Send message|Complete your profile|
    Complete the look|Finish|Buying guide|Buyer protection|Buy more save more|Buy 2 get 1 free|
    Buy 3 for 2|Buy a gift card|Buy online, pick up in store|Why buy from us|How to buy|
    How to order|How to pay|Learn more about PayPal|What is Klarna?|Klarna FAQ|
    Learn more about Klarna|PayPal terms|Continue with Google|Continue with Apple|
    Continue with Facebook|Sign in with Google|Log in with PayPal|Log in with Amazon|
    Pay later options|Buy now, pay later explained|Pay less|Best buy|Book a demo|Booking.com|
    Rent|Rental terms|Donate|About donations|Gift cards|Place of origin|Place a review|
    Marketplace|Make an appointment|Make a wish|Send to a friend|Send as gift|Start|
    Start search|Start chat|Subscribe|Sign up|Join now|Get directions|Get started|Get the app|
    Get it in store|See price|Accept|Accept all|Accept cookies|Agree|Yes|OK|Approve|
    Trial version|Sale|Shop sale|Sales|Shop now|Shop all|Shop the sale|Special offers|Process|
    Activate account|Activate card|Check balance|Balance|Amount|Total|Kasse|Zur Kasse|
    Weiter zur Zahlung|Weiter zur Kasse|Zahlungsarten|Zahlungsmethoden|Zahlung und Versand|
    Bestellübersicht|Bestellstatus|Bestellung verfolgen|Bestellung stornieren|
    Meine Bestellungen|Bestellhistorie|Kaufberatung|Kauf auf Rechnung|Rechnung anzeigen|
    Katalog bestellen|Newsletter abonnieren|Newsletter bestellen|Abonnieren|Adresse bestätigen|
    Bewertung absenden|Weiter einkaufen|Speichern|Bestätigen|Mes commandes|Suivre ma commande|
    Annuler ma commande|Passer au paiement|Moyens de paiement|Commande rapide|Suivi de commande|
    Détails de la commande|Valider|Valider le code|Confirmer|Confirmer l'adresse|
    Continuer mes achats|Mis pedidos|Mis compras|Ver pedido|Estado del pedido|Seguir pedido|
    Cancelar pedido|Métodos de pago|Continuar comprando|Guía de compra|Ir al pago|I miei ordini|
    Ordini e resi|Compra e vendita|Stato dell'ordine|Metodi di pagamento|Continua gli acquisti|
    Vai al pagamento|Ordina per prezzo|Ordina per|Meus pedidos|Formas de pagamento|
    Acompanhar pedido|Continuar comprando|Mijn bestellingen|Bestelstatus|Naar betaling|
    Betaalmethoden|Verder winkelen|Bestelling volgen|Moje zamówienia|Status zamówienia|
    Metody płatności|Kup i zwróć|Wróć do zakupów|Moje objednávky|Stav objednávky|Způsoby platby|
    Pokračovat v nákupu|Rendeléseim|Fizetési módok|Comenzile mele|Metode de plată|Mina köp|
    Mina beställningar|Köpvillkor|Betalning|Betalningssätt|Fortsätt handla|Mine ordrer|Betaling|
    Bestill katalog|Omat tilaukset|Maksutavat|Siparişlerim|Ödeme seçenekleri|Sipariş takibi|
    Alışverişe devam et|История заказов|Мои заказы|Оплата и доставка|Как купить|Способы оплаты|
    Отследить заказ|Продолжить покупки|Мої замовлення|Способи оплати|Οι παραγγελίες μου|
    Τρόποι πληρωμής|طلباتي|طرق الدفع|تتبع الطلب|ההזמנות שלי|אמצעי תשלום|注文履歴|お支払い方法|注文をキャンセル|
    購入履歴|お買い物を続ける|주문 내역|구매 가이드|결제 수단|주문 조회|주문 취소|我的订单|订单详情|查看订单|取消订单|支付方式|购买须知|付款方式|继续购物|
    Pesanan saya|Metode pembayaran|Đơn hàng của tôi|Phương thức thanh toán|Moje narudžbe|
    Načini plaćanja|Moja naročila|Swish jacket|Ideal gift|Swish dress|Alma table lamp|Pix frame|
    Sofort lieferbar|Blik lamp|
    Where can I see what happens to my parcel once I place my order with you?|How do I order?|
    Can I cancel after I place my order?|Was passiert, wenn ich zahlungspflichtig bestelle?|
    Read more|4 colours|Size 42|Nike Air 270|iPhone 15|Description|Reviews (12)|In stock|
    Delivery|Sort by|Filter|Compare|Wishlist|Sign in to buy|Log in to place your order|
    Se connecter pour finaliser l'achat|
    지금 구매하시면 모레까지 받을 수 있습니다. 주말과 공휴일에는 배송이 하루나 이틀 늦어질 수 있으니 양해 바랍니다|
    """
)
"""Of buttons and links that place none."""

LEADING = listed(
    """
    Pay £40 £10: you get £30 back with our store card|PayPal|Amazon Pay|
    """
)
"""Of links that lead to what they speak of; on a button some of it orders."""

CHOOSING = listed(
    """
    Pay with PayPal|Pay with card|Pay by invoice|PayPal|Klarna|Apple Pay|Pay on delivery|
    Pay later|Kreditkarte|Auf Rechnung|One-time purchase|Subscribe & save|Buy new|Buy used|
    I accept the terms|I have read the terms and conditions|Home delivery|Description|Payment|
    Order history|Gift wrap this order|Standard delivery|Save my payment details|Confirm|
    """
)
"""Of boxes, radios and tabs that choose something."""

CHOSEN_TO_ORDER = listed(
    """
    I agree and place my order|Pay now with card|Place order|Buy now|Order now|
    Yes, place my order|Confirm order|Jetzt zahlungspflichtig bestellen|Bestellung absenden|
    Complete purchase|Valider ma commande|Confirmar pedido|提交订单|
    """
)
"""Of boxes, radios and tabs by which an order is placed."""
