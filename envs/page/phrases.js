// The words shops use for buying, carts, search, filters and secrets, as data.
// Phrases are written as `plain` makes them: lower case, without accents. A word ending in "*"
// stands for every word that begins so; " *" at the end for anything that follows. Phrases in
// scripts without spaces match anywhere in a label. Knows nothing of pages.

const WORDS = {
  // The final, irreversible step: an order is placed or money moves.
  buy: `
    buy now|buy it now|buy this now|buy|buy with *|place order|place my order|place your order|
    place the order|pay|pay now|pay with *|pay by *|pay using *|pay securely|pay in full|pay and *|
    make payment|submit payment|confirm payment|confirm order|confirm my order|confirm your order|
    confirm purchase|confirm and pay|confirm & pay|order and pay|complete order|complete my order|
    complete your order|complete purchase|complete payment|complete checkout|finalize order|
    submit order|submit my order|submit your order|send order|order now|order|purchase|purchase now|
    one click buy|1 click|apple pay|google pay|g pay|shop pay|amazon pay|authorize payment|finish order|
    finish purchase|jetzt kaufen|sofort kaufen|sofortkauf|kaufen|zahlungspflichtig bestellen|
    kostenpflichtig bestellen|jetzt bestellen|bestellen|bestellung abschliessen|bestellung absenden|
    bestellung aufgeben|bestellung bestatigen|jetzt bezahlen|bezahlen|jetzt zahlen|kauf abschliessen|
    kauf bestatigen|kaufvertrag abschliessen|bestellung ausfuhren|kauf tatigen|verbindlich bestellen|
    zahlung bestatigen|acheter|acheter maintenant|achat immediat|payer|payer maintenant|
    passer la commande|passer commande|passer ma commande|commander|commander maintenant|
    valider la commande|valider ma commande|valider et payer|confirmer la commande|
    confirmer ma commande|confirmer l achat|confirmer et payer|finaliser la commande|
    finaliser ma commande|finaliser l achat|proceder au paiement|regler|regler ma commande|
    valider le paiement|confirmer le paiement|comprar ahora|comprar|comprar ya|compralo ya|pagar|
    pagar ahora|realizar pedido|realizar compra|realizar el pedido|realizar el pago|hacer pedido|
    hacer el pedido|confirmar pedido|confirmar el pedido|confirmar compra|confirmar la compra|
    confirmar pago|confirmar y pagar|finalizar compra|finalizar pedido|finalizar la compra|
    completar compra|completar pedido|tramitar pedido|pedir ahora|cerrar compra|acquista|acquista ora|
    compra ora|compra|compra subito|compralo subito|paga|paga ora|paga adesso|ordina|ordina ora|
    effettua ordine|effettua l ordine|invia ordine|invia l ordine|conferma ordine|conferma l ordine|
    conferma acquisto|conferma e paga|completa l ordine|completa ordine|completa l acquisto|
    completa acquisto|concludi ordine|concludi l ordine|procedi al pagamento|conferma pagamento|
    ordine con obbligo di pagamento|comprar agora|compre agora|compre ja|comprar ja|pagar agora|
    fazer pedido|fazer o pedido|efetuar pedido|encomendar|encomendar agora|finalizar encomenda|
    confirmar encomenda|confirmar o pedido|concluir compra|concluir pedido|concluir encomenda|
    efetuar pagamento|efetuar compra|fechar pedido|nu kopen|koop nu|direct kopen|kopen|koop|bestel|
    bestel nu|bestelling plaatsen|plaats bestelling|bestelling afronden|bestelling bevestigen|
    bestel en betaal|betalen|nu betalen|betaal|betaal nu|afrekenen en betalen|aankoop bevestigen|
    bestelling met betaalverplichting|kup teraz|kup|kupuje|kupuje i place|kup i zaplac|zamow|zamawiam|
    zamawiam i place|zamawiam z obowiazkiem zaplaty|zloz zamowienie|potwierdz zamowienie|
    potwierdzam zakup|potwierdz zakup|zaplac|zaplac teraz|place|finalizuj zamowienie|koupit|koupit hned|
    koupit nyni|koupit ihned|objednat|objednat s povinnosti platby|objednat zavazne|zaplatit|
    odeslat objednavku|potvrdit objednavku|dokoncit objednavku|dokoncit nakup|zavazne objednat|kupit|
    kupit teraz|kupit hned|kupit ihned|objednat s povinnostou platby|odoslat objednavku|
    objednavka s povinnostou platby|vasarlas|megvasarolom|megveszem|megrendelem|megrendeles|
    rendeles elkuldese|rendeles leadasa|fizetes|fizetek|megrendeles elkuldese|rendeles veglegesitese|
    vasarlas befejezese|cumpara|cumpara acum|plaseaza comanda|trimite comanda|finalizeaza comanda|
    confirma comanda|comanda acum|plateste|plateste acum|comanda cu obligatie de plata|kop nu|kop|
    kop direkt|bestall|bestall nu|slutfor kop|slutfor bestallning|slutfor ordern|genomfor kop|betala|
    betala nu|lagg bestallning|skicka bestallning|bekrafta kop|bekrafta bestallning|bekrafta order|
    kob nu|kob|bestil|bestil nu|afgiv ordre|gennemfor kob|gennemfor ordre|bekraeft ordre|betal|betal nu|
    afslut kob|bestil med betalingsforpligtelse|kjop na|kjop|bestill|bestill na|fullfor kjop|
    fullfor bestilling|betal na|bekreft kjop|bekreft bestilling|bekreft ordre|osta|osta nyt|osta heti|
    tilaa|tilaa nyt|tee tilaus|vahvista tilaus|laheta tilaus|maksa|maksa nyt|maksa tilaus|
    hyvaksy tilaus|osta kohe|osta nuud|telli|telli kohe|telli nuud|kinnita tellimus|kinnita ost|
    esita tellimus|maksma|soorita makse|vormista tellimus|pirkti|pirkti dabar|uzsakyti|
    pateikti uzsakyma|patvirtinti uzsakyma|apmoketi|moketi|sumoketi|pirkt|pirkt tagad|pasutit|
    veikt pasutijumu|apstiprinat pasutijumu|apmaksat|maksat|noformet pasutijumu|satin al|hemen al|
    simdi al|simdi satin al|siparis ver|siparisi onayla|siparisi tamamla|siparisi ver|ode|odeme yap|
    odemeyi tamamla|onayla ve ode|alisverisi tamamla|купить|купить сеичас|купить в 1 клик|
    купить в один клик|купить в кредит|купить в рассрочку|заказать|заказать сеичас|оформить заказ|
    подтвердить заказ|разместить заказ|отправить заказ|оплатить|оплатить сеичас|оплатить заказ|
    оформить покупку|завершить заказ|завершить покупку|быстрыи заказ|оформить|купити|купити зараз|
    замовити|оформити замовлення|підтвердити замовлення|сплатити|оплатити|швидке замовлення|купи|
    купи сега|поръчаи|поръчаи сега|потвърди поръчката|завърши поръчката|плати|плати сега|
    изпрати поръчка*|поручи|купи одмах|потврди наруџбин*|наручи|набави|купиць|замовиць|сатып алу|
    тапсырыс беру|төлеу|αγορα|αγορα τωρα|αγορασε|αγορασε τωρα|αγοραστε|παραγγελια|παραγγειλε|
    παραγγειλε τωρα|ολοκληρωση παραγγελιας|ολοκληρωση αγορας|επιβεβαιωση παραγγελιας|
    αποστολη παραγγελιας|πληρωμη|πληρωμη τωρα|اشتر الان|اشتر الآن|اشتري الان|اشتري الآن|اشتري|اشتر|شراء|
    شراء الان|شراء الآن|شراء فوري|ادفع|ادفع الان|ادفع الآن|تأكيد الطلب|تاكيد الطلب|اتمام الطلب|
    إتمام الطلب|اتمام الشراء|إتمام الشراء|إتمام عملية الشراء|اطلب الان|اطلب الآن|اطلب|إرسال الطلب|
    ارسال الطلب|تقديم الطلب|تأكيد الدفع|خرید|پرداخت|ثبت سفارش|تکمیل خرید|خرید فوری|קנה|קנה עכשיו|
    קנו עכשיו|קנייה|קניה|רכישה|לרכישה|רכוש עכשיו|הזמן|הזמן עכשיו|בצע הזמנה|ביצוע הזמנה|אשר הזמנה|
    אישור הזמנה|לתשלום|שלם|שלם עכשיו|תשלום|השלם רכישה|סיום הזמנה|לסיום הקניה|今すぐ買う|今すぐ購入|購入する|購入|買う|
    注文する|注文を確定|注文確定|注文を確定する|ご注文を確定|支払う|お支払い|支払いを確定|購入を確定|即決価格で購入|ワンクリック|注文内容を確定|구매하기|바로구매|바로 구매|즉시구매|
    즉시 구매|구매|주문하기|주문완료|주문 완료|결제하기|결제|바로결제|지금 구매|구매 확정|주문 확정|구입하기|立即购买|立即購買|马上购买|馬上購買|立刻购买|立刻購買|直接购买|
    直接購買|现在购买|提交订单|提交訂單|送出訂單|下单|下單|确认订单|確認訂單|确认付款|確認付款|立即支付|立即付款|去付款|付款|支付|結帳付款|确认购买|確認購買|立即结账|完成訂單|
    确认支付|立即訂購|立即订购|訂購|订购|我要購買|我要购买|抢购|搶購|立即抢购|立即搶購|购买|購買|買單|beli sekarang|beli langsung|beli|bayar|
    bayar sekarang|buat pesanan|pesan sekarang|konfirmasi pesanan|selesaikan pesanan|
    selesaikan pembayaran|konfirmasi pembayaran|bayar dan *|buat pembayaran|mua ngay|mua|dat hang|
    dat mua|thanh toan|thanh toan ngay|xac nhan don hang|hoan tat don hang|mua tra gop|kupi|kupi odmah|
    kupi sada|kupi zdaj|naruci|naruci sada|naruci odmah|potvrdi narudzbu|posalji narudzbu|
    zavrsi narudzbu|zavrsi kupovinu|zavrsi kupnju|plati|plati sada|narudzba s obvezom placanja|placanje|
    naroci|naroci zdaj|potrdi narocilo|oddaj narocilo|zakljuci nakup|zakljuci narocilo|placaj|placilo|
    kupi takoj|ซื้อเลย|ซื้อทันที|ซื้อสินค้า|ซื้อ|สั่งซื้อ|ชำระเงิน|ยืนยันคำสั่งซื้อ|ยืนยันการสั่งซื้อ|
    จ่ายเงิน|अभी खरीदें|खरीदें|ऑर्डर करें|भुगतान करें|blej|blej tani|porosit|bli tani|compreu|
    compra ara|finalitza la compra|erosi|erosi orain|mercar agora|kaupa|panta|ganga fra pontun|
    pay my order|pay order|pay for order|pay for my order|
    complete my purchase|complete my payment|confirm my purchase|confirm your purchase|
    obligation to pay|order with obligation to pay|order with payment obligation|bestellung abschicken|
    bestellung senden|bestellen und bezahlen|bestellung bezahlen|kaufen und bezahlen|
    commande avec obligation de paiement|obligation de paiement|commander et payer|je commande|
    je paie|je paye|j achete|payer ma commande|payer la commande|envoyer la commande|
    envoyer ma commande|confirmer mon achat|finaliser mon achat|realizar mi pedido|confirmar mi pedido|
    confirmar mi compra|finalizar mi compra|enviar pedido|pagar pedido|pedido con obligacion de pago|
    comprar y pagar|ordina e paga|acquista e paga|conferma il mio ordine|finalizar meu pedido|
    confirmar meu pedido|enviar encomenda|comprar e pagar|bestellen en betalen|bestelling verzenden|
    wyslij zamowienie|kupuje z obowiazkiem zaplaty|objednat a zaplatit|odeslat zavaznou objednavku|
    rendeles fizetesi kotelezettseggel|megrendelem es fizetek|comanda si plateste|
    bestall och betala|bestil og betal|bestill og betal|tilaa ja maksa|satin al ve ode|
    siparisi gonder|заказать и оплатить|купить и оплатить|переити к оплате|відправити замовлення|
    αποστολη της παραγγελιας|שלח הזמנה|שליחת הזמנה|שלם והזמן`,
  // With a number of things or a sum behind them, an order: "Pay total".
  buying: `
    buy|pay|kaufen|bestellen|bezahlen|zahlen|acheter|payer|commander|regler|comprar|pagar|pedir|
    acquista|paga|ordina|encomendar|kopen|koop|bestel|betalen|betaal|kup|kupuje|zamow|zamawiam|zaplac|
    koupit|objednat|zaplatit|kupit|megveszem|megrendelem|fizetek|cumpara|plateste|kop|bestall|betala|
    kob|bestil|betal|kjop|bestill|osta|tilaa|maksa|telli|pirkti|uzsakyti|apmoketi|pirkt|pasutit|
    apmaksat|ode|купить|заказать|оплатить|купити|замовити|сплатити|купи|плати|αγορασε|πληρωσε|
    اشتري|ادفع|קנה|שלם|beli|bayar|mua|naruci|plati|placaj|naroci`,
  amount: `
    item*|article|articles|artikel*|product|products|produkt*|produit*|articulo*|producto*|prodott*|
    articol*|artigo*|produto*|producten|sztuk*|zbozi|poloz*|tovar*|termek*|tetel*|produs*|varor|vara|
    varer|vare|tuote*|toode*|the|of|total*|amount|sum|gesamt*|summe|betrag|montant|importe|importo|
    valor|bedrag|totaal*|suma|kwote|celkem|spolu|osszesen|summa|yhteensa|toplam|tutar*|urun*|товар*|
    итого|всего|сумм*|разом|суму|συνολο*|προιον*|المجموع|منتج*|פריט*`,
  // What an order is called.
  order: `
    order|orders|purchase|bestellung|auftrag|commande|achat|pedido|compra|ordine|acquisto|encomenda|
    bestelling|order nr|zamowienie|objednavka|rendeles|megrendeles|vasarlas|comanda|bestallning|kop|ordre|
    bestilling|tilaus|tellimus|ost|uzsakymas|pasutijums|siparis|заказ|замовлення|поръчка|παραγγελια|
    الطلب|طلب|הזמנה|注文|订单|訂單|주문|narudzba|narocilo|pesanan`,
  // What orders and payments are called, in sentences: for dialogs.
  ordering: `
    order*|reorder*|purchas*|buy|buying|pay|pays|paying|payment*|checkout|charged|bestell*|kauf|kaufen|
    kauft|einkauf abschliessen|zahlen|zahlung*|bezahl*|zahlungspflichtig*|kostenpflichtig*|commande*|
    commandez|achat*|achet*|paiement*|payer|payez|compra*|compre|comprar*|pago*|pagar*|pagamento*|pague|
    pedido*|encomend*|acquist*|ordine*|ordini|ordinare|pagare|koop|kopen|aankoop*|betal*|afrekenen|
    kupi*|kupuj*|zakup*|zamow*|zamaw*|zaplac*|platnosc*|koup*|nakup*|objedn*|zaplat*|platb*|vasarl*|
    megrendel*|rendel*|fizet*|megvesz*|megvasarol*|comanda*|comenz*|cumpar*|plata|platii|platit*|
    plateste*|kop|kopa|kopet|bestall*|kob|kobe|kobet|bestil*|ordre*|kjop*|tilau*|tilaa*|tilata*|ostaa*|
    ostatko|maksa*|maksu*|tellim*|tellid*|telli|osta|ostu|ostate|uzsaky*|pirk*|apmok*|mokej*|pasut*|
    apmaks*|maksaj*|siparis*|satin al*|odeme*|odeyin|заказ*|купить|купл*|покуп*|оплат*|
    оформ*|платеж*|замов*|купит*|сплат*|платіж*|поръч*|плащ*|порудж*|наруџб*|поруџб*|плаћ*|куповин*|
    тапсырыс*|сатып ал*|төле*|παραγγελ*|παραγγειλ*|αγορα*|πληρωμ*|πληρωσ*|طلبك|الطلب|طلبية|
    شراء|الدفع|تدفع|سفارش|خرید|پرداخت|הזמנה|הזמנת|להזמין|רכישה|לרכוש|תשלום|לשלם|לקנות|קנייה|注文|購入|
    支払|決済|주문|구매|결제|구입|订单|訂單|购买|購買|支付|付款|下单|下單|结账|結帳|订购|訂購|สั่งซื้อ|ซื้อ|ชำระ|จ่าย|ऑर्डर|खरीद|
    भुगतान|dat hang|don hang|thanh toan|mua|pesan*|pemesanan*|memesan*|bayar*|membayar*|pembayaran*|
    beli|membeli*|pembelian*|narudzb*|naruc*|narocil*|kupnj*|kupovin*|placan*|plati*|placil*`,
  // What a page says once an order is placed.
  placed: `
    thank you for your order|thank you for your purchase|thanks for your order|thanks for your purchase|
    thank you for ordering|thank you for shopping|your order has been|your order is confirmed|
    we have received your order|we ve received your order|order confirmed|order received|
    order completed|order is complete|order was placed|payment successful|purchase complete|
    vielen dank fur ihre bestellung|vielen dank fur deine bestellung|danke fur ihre bestellung|
    danke fur deine bestellung|vielen dank fur ihren einkauf|vielen dank fur deinen einkauf|
    ihre bestellung ist eingegangen|ihre bestellung wurde|deine bestellung wurde|
    bestellung erfolgreich|bestellung abgeschlossen|merci pour votre commande|merci pour votre achat|
    merci de votre commande|commande confirmee|votre commande a ete|votre commande a bien ete|
    votre commande est confirmee|gracias por tu compra|gracias por su compra|gracias por tu pedido|
    gracias por su pedido|pedido confirmado|pedido realizado|tu pedido ha sido|su pedido ha sido|
    grazie per il tuo ordine|grazie per il tuo acquisto|grazie per l acquisto|grazie per aver acquistato|
    ordine confermato|ordine ricevuto|il tuo ordine e stato|obrigado pela sua compra|
    obrigado pela compra|obrigado pela sua encomenda|obrigado pelo seu pedido|encomenda confirmada|
    pedido realizado com sucesso|bedankt voor je bestelling|bedankt voor uw bestelling|
    bestelling ontvangen|bestelling geplaatst|bestelling bevestigd|dziekujemy za zamowienie|
    dziekujemy za zakup*|zamowienie zostalo|zamowienie przyjete|dekujeme za objednavku|
    dekujeme za vasi objednavku|dekujeme za nakup|dakujeme za objednavku|dakujeme za nakup|
    koszonjuk a rendeles*|koszonjuk a megrendeles*|koszonjuk a vasarlas*|multumim pentru comanda*|
    tack for din bestallning|tack for din order|tack for ditt kop|tack for kopet|tak for din ordre|
    tak for din bestilling|tak for dit kob|takk for din bestilling|takk for bestillingen|
    takk for kjopet|takk for handelen|kiitos tilauksesta*|kiitos ostoksesta*|taname tellimuse*|
    aitah tellimuse*|aciu uz uzsakym*|dekojame uz uzsakym*|paldies par pasutij*|siparisiniz alindi|
    siparisiniz icin tesekkur*|siparisiniz olusturuldu|спасибо за заказ|спасибо за ваш заказ|
    спасибо за покупку|заказ оформлен|заказ принят|дякуємо за замовлення|дякуємо за покупку|
    замовлення оформлено|замовлення прииняте|благодарим за поръчката|ευχαριστουμε για την παραγγελια*|
    ευχαριστουμε για την αγορα*|شكرا لطلبك|شكرا على طلبك|تم استلام طلبك|تم تأكيد طلبك|
    תודה על הזמנתך|תודה על ההזמנה|תודה על הקנייה|ההזמנה התקבלה|הזמנתך התקבלה|ご注文ありがとうございま|
    注文が完了|注文完了|ご購入ありがとう|주문이 완료|주문해 주셔서 감사|구매해 주셔서 감사|결제가 완료|感谢您的订购|感謝您的訂購|
    感谢您的购买|感謝您的購買|订单已提交|訂單已送出|订单提交成功|下单成功|支付成功|付款成功|訂購完成|购买成功|
    terima kasih atas pesanan*|pesanan anda telah|cam on ban da dat hang|cam on ban da mua|
    dat hang thanh cong|hvala na narudzb*|hvala za narocilo|ขอบคุณสำหรับการสั่งซื้อ|สั่งซื้อสำเร็จ|ชำระเงินสำเร็จ`,
  // What the number of an order is called.
  orderNumber: `
    order number|order no|order nr|order id|order reference|confirmation number|bestellnummer|
    auftragsnummer|bestell nr|numero de commande|numero de pedido|numero d ordine|numero ordine|
    numero da encomenda|numero do pedido|bestelnummer|ordernummer|numer zamowienia|cislo objednavky|
    rendelesszam|rendeles szama|numarul comenzii|ordrenummer|tilausnumero|tellimuse number|
    uzsakymo numeris|pasutijuma numurs|siparis numarasi|siparis no|номер заказа|номер замовлення|
    номер на поръчка|αριθμος παραγγελιας|رقم الطلب|מספר הזמנה|注文番号|주문번호|订单号|訂單編號|订单编号|nomor pesanan|
    ma don hang|broj narudzbe|stevilka narocila|หมายเลขคำสั่งซื้อ`,
  // Said of paying that is put off.
  later: 'later|spater|plus tard|mas tarde|piu tardi|mais tarde|pozniej|pozdeji|senere|senare|потом|позже',
  // Towards the order, but a step that can still be taken back.
  cart: `
    add to cart|add to basket|add to bag|add to trolley|add to my *|add all to *|add both to *|
    add selected to *|added to *|move to *|cart|basket|bag|shopping cart|shopping bag|shopping basket|
    trolley|view cart|view basket|view bag|my cart|my basket|my bag|go to cart|go to basket|your cart|
    your basket|your bag|checkout|check out|proceed to *|go to checkout|continue to *|secure checkout|
    checkout securely|checkout now|update cart|update basket|empty cart|remove from cart|
    remove from basket|in cart|add item|in den warenkorb|warenkorb|zum warenkorb|in den einkaufswagen|
    einkaufswagen|zur kasse|kasse|in die einkaufstasche|einkaufskorb|in den korb|warenkorb anzeigen|
    zur kasse gehen|weiter zur *|ajouter au panier|panier|mon panier|voir le panier|voir mon panier|
    mettre au panier|ajouter a mon panier|ajouter|aller au panier|continuer vers *|anadir a la cesta|
    anadir al carrito|agregar al carrito|agregar a la bolsa|anadir a la bolsa|carrito|cesta|mi cesta|
    ver carrito|ver cesta|ver la cesta|mi carrito|agregar|ir al carrito|anadir al carro|
    agregar al carro|carro de *|aggiungi al carrello|carrello|vai al carrello|aggiungi alla borsa|
    aggiungi alla cassa|vai alla cassa|procedi con *|metti nel carrello|adicionar ao carrinho|carrinho|
    adicionar a sacola|adicionar ao cesto|meu carrinho|ver carrinho|sacola|adicionar|in winkelwagen|
    in winkelmand|in winkelmandje|winkelwagen|winkelmand|winkelmandje|toevoegen aan *|naar de kassa|
    verder naar *|afrekenen|naar winkelwagen|in mijn winkelwagen|do koszyka|dodaj do koszyka|koszyk|
    przejdz do kasy|wloz do koszyka|moj koszyk|przejdz do koszyka|do kosiku|pridat do kosiku|
    vlozit do kosiku|kosik|nakupni kosik|k pokladne|pokracovat k *|do kosika|pridat do kosika|
    vlozit do kosika|nakupny kosik|kosarba|kosarba teszem|kosar|kosarba rakom|penztarhoz|
    tovabb a penztarhoz|adauga in cos|adauga in cosul *|cos|cosul meu|cosul de cumparaturi|vezi cosul|
    vezi cos|lagg i varukorg*|lagg i kundvagn*|varukorg*|kundvagn*|till kassan|ga till kassan|
    lagg till i *|laeg i kurv|laeg i kurven|kurv|indkobskurv|til kassen|ga til kassen|tilfoj til kurv|
    legg i handlekurv*|handlekurv*|legg i kurv*|handlevogn*|lisaa ostoskoriin|lisaa koriin|ostoskori*|
    kassalle|siirry kassalle|lisa korvi|lisa ostukorvi|ostukorv*|vaata ostukorvi|i krepseli|
    ideti i krepseli|prideti i krepseli|krepselis|pievienot grozam|ielikt groza|grozs|sepete ekle|
    sepet*|alisveris sepet*|odemeye gec|в корзину|добавить в корзину|корзина|положить в корзину|
    переити в корзину|моя корзина|до кошика|в кошик|у кошик|додати в кошик|додати до кошика|кошик|
    добави в количка*|в количка*|количка|добави в кошница*|кошница|себетке|себетке қосу|додај у корпу|
    корпа|προσθηκη στο καλαθι|στο καλαθι|καλαθι|το καλαθι μου|ταμειο|اضف الى السلة|أضف إلى السلة|
    أضف الى السلة|اضف إلى السلة|أضف للسلة|أضف لسلة التسوق|إضافة إلى السلة|اضافة الى السلة|
    أضف إلى عربة *|سلة التسوق|عربة التسوق|السلة|إضافة إلى عربة *|حقيبة التسوق|أضف إلى الحقيبة|سبد خرید|
    افزودن به سبد *|הוסף לסל|הוספה לסל|הוסף לעגלה|סל קניות|עגלת קניות|לסל|לקופה|מעבר לקופה|カートに入れる|
    カートに追加|カート|買い物かご|かごに入れる|カゴに入れる|レジに進む|バスケットに入れる|ショッピングカート|장바구니|장바구니 담기|장바구니에 담기|카트|쇼핑백|카트에 담기|加入购物车|
    加入購物車|添加到购物车|添加到購物車|放入购物车|放入購物車|购物车|購物車|购物篮|購物籃|加入购物袋|加入購物袋|去结算|去結算|结算|結算|去結帳|結帳|结账|
    tambah ke keranjang|tambahkan ke keranjang|masukkan keranjang|masukkan ke keranjang|keranjang|troli|
    tambah ke troli|them vao gio|them vao gio hang|gio hang|dodaj u kosaricu|kosarica|u kosaricu|
    dodaj u korpu|korpa|u korpu|dodaj v kosarico|v kosarico|dodaj u kolica|ใส่ตะกร้า|เพิ่มลงตะกร้า|
    หยิบใส่ตะกร้า|ตะกร้าสินค้า|ตะกร้า|เพิ่มลงในรถเข็น|รถเข็น|कार्ट में डालें|कार्ट में जोड़ें|कार्ट`,
  search: `
    search*|find|find products|suche*|suchen|recherche*|rechercher|chercher|buscar|busca|busqueda|
    buscador|cerca|ricerca|pesquisa*|procurar|zoek*|zoeken|szukaj|wyszuk*|hledat|hledej|hledani|hladat|
    vyhlada*|vyhleda*|kereses|keres|cauta|cautare|sok|sog|hae|haku|etsi|otsi|otsing|paieska|ieskoti|
    meklet|ara|arama|поиск|наити|искать|пошук|шукати|знаити|търсене|търси|претрага|αναζητηση|بحث|ابحث|
    البحث|جستجو|חיפוש|חפש|検索|探す|검색|찾기|搜索|搜尋|查找|cari|tim kiem|tim|trazi|pretraga|pretrazi|isci|iskanje|
    iskalnik|ค้นหา|खोज*|іздеу`,
  filter: `
    filter*|filtr*|refine|refinement*|sort|sort by|sort by *|sorted by|order by|narrow by|show only|
    price range|min price|max price|sortier*|sortieren|eingrenzen|verfeinern|preisspanne|trier|
    trier par|tri par|affiner|ordenar|ordenar por|filtrar|refinar|ordina per|ordina|affina|ordenacao|
    sorteer*|sorteren|sortuj|sortowanie|radit|seradit|razeni|triedit|zoradit|radenie|rendezes|szures|
    szuro|sorteaza|ordoneaza|sortera|sorter|sorter efter|lajittele|jarjesta|rajaa|sordi|sorteeri|
    rikiuoti|kartot|sirala|siralama|filtrele|сортировка|сортировать|фильтр*|сортувати|сортування|
    фільтр*|сортиране|филтр*|ταξινομηση|φιλτρ*|ترتيب|تصفية|ترتيب حسب|فلتر|מיון|סינון|並び替え|絞り込み|フィルター|정렬|
    필터|排序|筛选|篩選|urutkan|sap xep|bo loc|loc|sortiraj|filtriraj|poredaj|razvrsti|เรียงตาม|ตัวกรอง|कंपनी`,
  filterField: `
    brand|brands|price|rating|customer review|customer reviews|avg customer review|condition|
    availability|department|discount|seller|marke|marken|preis|bewertung|marque|marques|prix|note|marca|
    marcas|precio|marche|prezzo|preco|merk|prijs|marka|cena|znacka|arkategoria|pret|varumarke|pris|
    merkki|hinta|бренд|цена|производитель|ціна|виробник|μαρκα|τιμη|العلامة التجارية|السعر|מותג|מחיר|
    ブランド|価格|브랜드|가격|品牌|价格|價格|merek|harga|thuong hieu|gia|brend|cijena|znamka`,
  option: `
    size|colour|color|quantity|qty|style|variant|configuration|capacity|storage|material|pattern|
    edition|model|grosse|groesse|farbe|menge|anzahl|taille|couleur|quantite|pointure|talla|cantidad|
    tamano|taglia|colore|quantita|misura|tamanho|cor|quantidade|maat|kleur|aantal|rozmiar|kolor|ilosc|
    velikost|barva|mnozstvi|velkost|farba|mnozstvo|meret|szin|mennyiseg|marime|culoare|cantitate|
    storlek|farg|antal|storrelse|farve|farge|antall|koko|vari|maara|suurus|varv|kogus|dydis|spalva|
    kiekis|izmers|krasa|skaits|beden|renk|adet|размер|цвет|количество|розмір|колір|кількість|цвят|брои|
    величина|боја|количина|μεγεθος|χρωμα|ποσοτητα|المقاس|مقاس|اللون|الكمية|גודל|מידה|צבע|כמות|サイズ|色|カラー|
    数量|사이즈|색상|수량|尺寸|尺码|尺碼|颜色|顏色|數量|ukuran|warna|jumlah|kich thuoc|kich co|mau|mau sac|so luong|velicina|
    boja|kolicina|ขนาด|สี|จำนวน`,
  // Fields whose value must never be read.
  secret: `
    password|passwd|passcode|pwd|pass word|passphrase|pin|pin code|pincode|otp|one time code|
    one time password|verification code|security code|secret|card number|cardnumber|card no|card num|
    cardno|cardnum|ccnum|ccnumber|ccn|cc number|cc num|credit card|creditcard|debit card|debitcard|
    card code|cardcode|cvv|cvv2|cvc|cvc2|csc|cvn|cid|card verification*|card holder|cardholder|
    name on card|nameoncard|card name|cardname|expiry|expiration|expires|exp date|expdate|expiry date|
    exp month|exp year|expmonth|expyear|ccexp|cc exp|cccvc|cc cvc|cc csc|iban|account number|
    accountnumber|routing number|sort code|sortcode|bic|swift|ssn|social security*|tax id|kennwort|
    passwort|kartennummer|kreditkart*|prufnummer|prufziffer|sicherheitscode|karteninhaber|gultig bis|
    ablaufdatum|kontonummer|mot de passe|numero de carte|numero de la carte|carte bancaire|
    carte de credit|cryptogramme|code de securite|titulaire de la carte|date d expiration|code secret|
    contrasena|clave|numero de tarjeta|tarjeta de *|codigo de seguridad|titular de la tarjeta|
    fecha de caducidad|caducidad|vencimiento|parola|parola d ordine|numero carta|numero della carta|
    numero di carta|carta di credito|codice di sicurezza|intestatario *|scadenza|senha|palavra passe|
    numero do cartao|cartao de *|codigo de seguranca|validade|wachtwoord|kaartnummer|creditcard*|
    beveiligingscode|vervaldatum|rekeningnummer|kaarthouder|haslo|numer karty|karta kredytowa|kod cvv|
    kod zabezpieczajacy|data waznosci|wlasciciel karty|numer konta|heslo|cislo karty|kreditni karta|
    platnost karty|platnost do|drzitel karty|bezpecnostni kod|bezpecnostny kod|cislo uctu|jelszo|
    kartyaszam|bankkartya*|lejarat*|biztonsagi kod|parola ta|numarul cardului|numar card|card bancar|
    data expirarii|cod de securitate|losenord|kortnummer|kontokort|sakerhetskod|giltig till|
    utgangsdatum|adgangskode|kodeord|passord|udlobsdato|sikkerhetskode|kontrolcifre|kortinnehaver|
    salasana|kortin numero|korttinumero|turvakoodi|voimassa|parool|kaardi number|kehtivus|slaptazodis|
    korteles numeris|parole|kartes numurs|sifre|parola giriniz|kart numarasi|guvenlik kodu|
    son kullanma *|kart sahibi|пароль|номер карты|срок деиствия|код безопасности|владелец карты|
    держатель карты|номер картки|термін діі|парола|номер на карт*|лозинка|broj kartice|zaporka|lozinka|
    geslo|stevilka kartice|κωδικος|κωδικος προσβασης|αριθμος καρτας|κωδικος ασφαλειας|ημερομηνια ληξης|
    كلمة المرور|كلمة السر|رقم البطاقة|رمز الامان|رمز الأمان|تاريخ الانتهاء|اسم حامل البطاقة|رمز التحقق|
    رمز عبور|شماره کارت|סיסמה|סיסמא|מספר כרטיס|תוקף|קוד אבטחה|パスワード|暗証番号|カード番号|セキュリティコード|有効期限|カード名義*|
    비밀번호|카드번호|카드 번호|유효기간|보안코드|密码|密碼|卡号|卡號|信用卡|有效期|安全码|安全碼|验证码|驗證碼|kata sandi|nomor kartu|kode keamanan|
    masa berlaku|mat khau|ma bao mat|รหัสผ่าน|หมายเลขบัตร|รหัสความปลอดภัย|วันหมดอายุ|पासवर्ड|
    कार्ड नंबर`,
};
