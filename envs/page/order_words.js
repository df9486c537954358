// The words from which sayings of an order are put together, as data; written as in phrases.js.

Object.assign(WORDS, {
  // Paying or buying, said so that it means nothing else.
  payVerb: `
    make payment|make a payment|make the payment|make my payment|make your payment|make purchase|make a purchase|make my purchase|make a donation|
    start subscription|start my subscription|start your subscription|start membership|start my membership|start free trial|start your free|start my free|
    start trial|start my trial|finish checkout|complete your checkout|complete my checkout|pay|buy|purchase now|rent now|hire now|get it now|get yours now|get it today|take my money|charge my card|charge card|charge me|debit my card|to order|order it|
    order this|order these|order them|order here|order today|bill me|preorder now|pre order now|repay|prepay|donate|pledge|kaufen|kaufe|verbindlich buchen|fest buchen|fizetes most|je passe commande|bestellen|bestelle|bezahlen|bezahle|zahlen|spenden|zuzahlen|
    acheter|achetez|achete|payer|payez|paie|paye|commander|commandez|regler|reglez|abonner|
    comprar|compra|compre|pagar|paga|pague|abonar|donar|acquistare|acquista|pagare|paga|ordinare|ordina|
    pagar|pague|encomendar|encomende|kopen|koop|bestellen|bestel|betalen|betaal|afrekenen en betalen|doneren|
    kup|kupuje|kupic|zaplac|zaplacic|place|zamow|zamawiam|zamowic|koupit|objednat|zaplatit|uhradit|kupit|kupujem|kupim|
    megveszem|megvasarolom|megrendelem|fizetek|kifizetem|kifizetes|cumpara|cumpar|plateste|platesc|comand|
    kopa|bestall|bestalla|betala|kob|kobe|bestil|bestille|betal|betale|kjop|kjope|bestill|
    osta|ostan|tilaa|tilaan|maksa|maksan|osta|telli|tellin|maksa|maksan|pirkti|perku|uzsakyti|uzsakau|apmoketi|sumoketi|moketi|
    pirkt|pasutit|apmaksat|samaksat|maksat|ode|satin al|siparis ver|купить|куплю|заказать|оплатить|уплатить|заплатить|
    купити|куплю|замовити|сплатити|оплатити|заплатити|купи|поръчаи|плати|плащам|наручи|плати|купиць|замовіць|
    αγορασε|αγοραστε|αγορασω|πληρωσε|πληρωστε|πληρωσω|παραγγειλε|اشتر|اشتري|ادفع|اشتري|خرید|بخر|קנה|קנו|שלם|שלמו|
    beli|bayar|membayar|pesan|mua|thanh toan|kupi|kupite|plati|platite|naruci|narucite|placaj|placajte|naroci|narocite|
    compra ara|paga ara|erosi|ordaindu|mercar|kaupa|greida|ceannaigh|ioc|talu|prynu|ipa|xarid`,
  // What one does to an order so that it is one.
  placing: `
    place|places|placing|submit|submitting|confirm|confirming|complete|completing|finalize|finalise|finish|send|authorize|
    authorise|process|execute|transmit|activate|approve|accept|
    abschliessen|absenden|aufgeben|bestatigen|abschicken|senden|ausfuhren|tatigen|erteilen|freigeben|vornehmen|beauftragen|auslosen|
    veranlassen|vollenden|ubermitteln|einreichen|durchfuhren|abgeben|
    valider|validez|valide|confirmer|confirmez|confirme|finaliser|finalisez|finalise|envoyer|envoyez|effectuer|terminer|
    terminez|conclure|transmettre|autoriser|lancer|faire|faites|
    confirmar|confirma|confirme|confirmo|finalizar|finaliza|realizar|realiza|hacer|haz|enviar|envia|completar|completa|cerrar|
    tramitar|tramita|efectuar|terminar|autorizar|formalizar|cursar|
    conferma|confermo|confermare|completa|completare|effettua|effettuare|invia|inviare|concludi|concludere|finalizza|finalizzare|
    termina|autorizza|procedi con|esegui|inoltra|
    confirmar|finalizar|finalize|concluir|fazer|efetuar|efetue|enviar|fechar|conclua|realize|autorizar|
    plaatsen|plaats|bevestigen|bevestig|afronden|rond|verzenden|verstuur|versturen|voltooien|voltooi|indienen|autoriseren|geven|
    zloz|zlozyc|skladam|potwierdz|potwierdzam|potwierdzic|wyslij|finalizuj|finalizuje|sfinalizuj|zakoncz|dokoncz|zatwierdz|zrealizuj|autoryzuj|
    odeslat|potvrdit|dokoncit|provest|zavazne|vytvorit|podat|odoslat|vykonat|potvrdzujem|potvrzuji|
    elkuldom|elkuldes|elkuldese|leadas|leadasa|leadom|megerositem|megerositese|veglegesites|veglegesitese|veglegesitem|befejezes|befejezese|
    plaseaza|trimite|finalizeaza|confirma|confirm|finalizare|trimitere|efectueaza|
    slutfor|genomfor|skicka|bekrafta|lagg|avsluta|godkann|gennemfor|afgiv|bekraeft|afslut|send|godkend|fullfor|bekreft|legg|avslutt|gjennomfor|godkjenn|
    tee|vahvista|laheta|hyvaksy|viimeistele|suorita|kinnita|esita|soorita|vormista|saada|lopeta|
    pateikti|patvirtinti|baigti|uzbaigti|ivykdyti|veikt|apstiprinat|noformet|pabeigt|iesniegt|nosutit|
    onayla|tamamla|ver|gonder|bitir|olustur|gerceklestir|
    оформить|подтвердить|подтверждаю|разместить|отправить|завершить|сделать|создать|провести|
    оформити|підтвердити|підтверджую|відправити|завершити|надіслати|створити|здіиснити|зробити|
    потвърди|завърши|изпрати|направи|потврди|заврши|пошаљи|пацвердзіць|аформіць|
    ολοκληρωση|ολοκληρωσε|επιβεβαιωση|επιβεβαιωσε|αποστολη|υποβολη|καταχωρηση|καταχωριση|
    اتمام|إتمام|تأكيد|تاكيد|أكد|اكد|ارسال|إرسال|تقديم|تنفيذ|انهاء|إنهاء|استكمال|ثبت|تایید|تکمیل|נסיים|בצע|ביצוע|אשר|אישור|שלח|שליחת|סיום|השלם|השלמת|
    konfirmasi|selesaikan|buat|kirim|lanjutkan|sahkan|xac nhan|hoan tat|gui|dat|tien hanh|
    potvrdi|potvrdite|posalji|zavrsi|zavrsite|dovrsi|potrdi|potrdite|oddaj|zakljuci|dokoncaj|finalitza|berretsi|bukatu|stadfesta`,
  // What then is one.
  orderNoun: `
    order|orders|purchase|payment|transaction|booking|reservation|subscription|donation|preorder|pre order|deposit|bid|
    bestellung|kauf|einkauf|zahlung|auftrag|buchung|reservierung|abo|abonnement|spende|kaufvertrag|bezahlung|vorbestellung|uberweisung|
    commande|achat|achats|paiement|reglement|reservation|abonnement|don|precommande|transaction|virement|
    pedido|compra|pago|orden|reserva|suscripcion|donacion|transaccion|transferencia|
    ordine|acquisto|pagamento|prenotazione|abbonamento|donazione|transazione|
    encomenda|pagamento|reserva|assinatura|doacao|transacao|
    bestelling|aankoop|betaling|boeking|reservering|abonnement|donatie|order|opdracht|
    zamowienie|zakup|zakupy|platnosc|rezerwacje|subskrypcje|transakcje|objednavku|objednavka|nakup|platbu|platba|rezervaci|rezervaciu|
    rendeles|rendelest|megrendeles|megrendelest|vasarlas|vasarlast|fizetes|fizetest|foglalas|foglalast|elofizetes|
    comanda|plata|achizitia|cumparaturile|rezervarea|abonamentul|rezervare|
    kop|kopet|bestallning|bestallningen|order|ordern|betalning|betalningen|bokning|bokningen|prenumeration|
    ordre|ordren|bestilling|bestillingen|kob|kobet|betaling|betalingen|booking|reservation|kjop|kjopet|bestillinga|abonnement|
    tilaus|tilauksen|osto|ostos|maksu|maksun|varaus|varauksen|tellimus|ost|makse|broneering|
    uzsakyma|uzsakymas|pirkima|mokejima|rezervacija|pasutijumu|pasutijums|pirkumu|maksajumu|rezervaciju|
    siparisi|siparisini|siparisimi|siparis|odeme|odemeyi|alisverisi|rezervasyonu|rezervasyon|aboneligi|
    заказ|покупку|оплату|платеж|бронирование|бронь|подписку|замовлення|покупку|оплату|платіж|бронювання|підписку|
    поръчката|поръчка|покупката|плащането|плащане|резервация|наруџбину|поруџбину|куповину|плаћање|
    παραγγελια|παραγγελιας|αγορα|αγορας|πληρωμη|πληρωμης|κρατηση|κρατησης|συνδρομη|
    الطلب|الشراء|الدفع|طلبي|طلبك|الحجز|الاشتراك|سفارش|خرید|پرداخت|رزرو|הזמנה|ההזמנה|רכישה|הרכישה|תשלום|התשלום|הזמנתי|
    pesanan|pembayaran|pembelian|pemesanan|transaksi|don hang|thanh toan|dat hang|mua hang|giao dich|
    narudzbu|narudzba|kupnju|kupovinu|placanje|rezervaciju|narocilo|nakup|placilo|comanda|la compra|eskaera|erosketa|pontun|pontunina`,
  // Said around it without changing it.
  orderFiller: `
    a|an|the|my|your|this|our|now|today|here|please|thanks|thank you|yes|ok|okay|agree|i|we|and|&|or|to|with|using|by|for|it|all|
    everything|securely|secure|safely|immediately|instantly|online|directly|just|click|tap|press|slide|swipe|hold|drag|touch|push|
    log in|login|sign in|book|buchen|reservieren|reservar|reserva|reserver|reservez|prenota|prenotare|boek|boeken|reserveren|boka|varaa|rezervovat|rezervuj|zarezerwuj|foglal|foglalas|rezerva|
    zabronirovat|забронировать|забронювати|резервираи|rezerve et|total|balance|amount|sum|rest|remaining|due|bill|invoice|item|items|product|products|article|articles|collect|reserve|checkout|
    check out|subscribe|give|fois|raten|installments|instalments|times|r|rs|karte|kreditkarte|carte|tarjeta|carta|cartao|kaart|karta|kartou|kort|kortilla|картои|картою|blikiem|card|credit card|debit card|cash|paypal|one|1|click|tap|accept|accepted|terms|conditions|continue|proceed|go|of|in|full|
    jetzt|sofort|hier|bitte|ja|und|oder|zum|zur|mit|per|fur|verbindlich|sicher|direkt|klicken|tippen|wischen|betrag|summe|gesamt|artikel|
    weiter|einverstanden|agb|akzeptiert|akzeptiere|ich|wir|meine|meinen|die|den|das|der|euro|eur|
    maintenant|ici|oui|et|avec|par|mon|ma|mes|votre|la|le|les|l|je|j|tout|total|solde|montant|cliquez|appuyez|pour|continuer|securise|
    ahora|ya|aqui|si|y|con|mi|tu|su|el|los|las|todo|importe|saldo|pulsa|haz clic|toca|para|por favor|seguro|seguir|continuar|mismo|
    ora|adesso|qui|e|con|mio|mia|il|lo|tuo|tua|tutto|totale|importo|clicca|tocca|per|subito|sicuro|continua|in modo|
    agora|aqui|sim|e|com|meu|minha|o|a|tudo|valor|clique|toque|para|seguro|finalizar|
    nu|hier|ja|en|met|mijn|de|het|je|uw|alles|bedrag|totaal|klik|tik|om|veilig|direct|te|ga|naar|
    teraz|tutaj|tak|i|z|moje|kwote|suma|kliknij|przesun|aby|nyni|ihned|zde|ano|a|s|moji|castku|klikni|hned|
    most|itt|igen|es|azonnal|acum|aici|da|si|cu|suma|och|med|min|mitt|har|direkt|og|na|mit|her|ja|nyt|heti|ja|tasta|kylla|
    kohe|nuud|siin|dabar|cia|taip|ir|su|tagad|seit|un|ar|simdi|hemen|burada|evet|ve|ile|icin|dokun|tikla|kaydir|
    сеичас|здесь|да|и|с|мои|ваш|сумму|нажмите|чтобы|зараз|тут|так|та|із|сега|тук|одмах|овде|
    τωρα|εδω|ναι|και|με|την|τη|το|τησ|της|μου|الان|الآن|هنا|نعم|و|فورا|עכשיו|כאן|כן|ו|את|sekarang|di sini|ya|dan|dengan|ngay|day|bang|
    sada|ovdje|ovde|sa|odmah|zdaj|tukaj|takoj|in`,
  // Legal words of a duty to pay.
  binding: `
    zahlungspflichtig*|kostenpflichtig*|zahlungsverpflichtend*|betaalverplichting|betalingsforpligtelse|betalingsplikt*|betalingsplig*|betalningsskyldighet|
    obligation to pay|payment obligation|obligation de paiement|obbligo di pagamento|obbligo di pagare|obligacion de pago|obrigacao de pagamento|
    obowiazkiem zaplaty|obowiazek zaplaty|povinnosti platby|povinnostou platby|fizetesi kotelezettseg*|obligatie de plata|obligatia de plata|
    maksuvelvoll*|maksekohustus*|mokejimo prievole|maksasanas pienakum*|obvezom placanja|obveznostjo placila|със задължение за плащане|υποχρεωση πληρωμης`,
  // Who moves the money, by name.
  wallet: `
    paypal|pay pal|klarna|apple pay|applepay|google pay|googlepay|gpay|g pay|shop pay|shoppay|shop pay installments|amazon pay|amazonpay|
    samsung pay|affirm|afterpay|clearpay|sezzle|zip pay|zippay|quadpay|venmo|cash app|cash app pay|cashapp|alipay|alipay plus|wechat pay|wechatpay|
    union pay|unionpay|twint|ideal|bancontact|sofort|giropay|eps|przelewy24|blik|payu|swish|vipps|mobilepay|mobile pay|mobilepaylla|klarnalla|trustly|
    pix|boleto|mercado pago|mercadopago|oxxo|pagseguro|picpay|upi|phonepe|phone pe|paytm|razorpay|bhim|bizum|multibanco|mb way|mbway|satispay|
    postepay|paysafecard|skrill|neteller|revolut pay|stripe link|pay with link|meta pay|facebook pay|masterpass|visa checkout|click to pay|src|
    paydirekt|wero|bluecode|twint|postfinance|alma|oney|scalapay|pagantis|sequra|cofidis|billie|ratepay|riverty|walley|qliro|dintero|
    payconiq|belfius|kbc|cartes bancaires|lydia|paylib|line pay|linepay|paypay|merpay|rakuten pay|au pay|d払い|kakao pay|kakaopay|naver pay|
    naverpay|toss|카카오페이|네이버페이|토스페이|삼성페이|支付宝|支付寶|微信支付|云闪付|街口支付|gopay|ovo|dana|shopeepay|grabpay|momo|zalopay|vnpay|
    gcash|paymaya|maya|truemoney|promptpay|touch n go|fpx|mpesa|m pesa|fawry|tabby|tamara|mada|stc pay|knet|benefit pay|
    юmoney|yoomoney|сбп|qiwi|sberpay|tinkoff pay|яндекс пэи|liqpay|monobank|bitpay|coinbase|bitcoin|crypto|metamask|laybuy|humm|openpay|
    bread pay|fastpay|sunbit|four|zilch|tikkie|in3|riverty|spraypay|paysera|montonio|esto|inbank|paidy|atone|あと払い`,
  // Of a wallet: that it is to be used now.
  walletUse: `
    with|mit|avec|con|com|met|z|s|med|via|bei|per|par|by|using|pay|buy|checkout|check out|order|express|now|later|continue|proceed|direct|direkt|
    zu|zur|zum|kasse|weiter|bezahlen|zahlen|kaufen|payer|payez|continuer|pagar|paga|comprar|continuar|acquista|betaal|betalen|afrekenen|zaplac|
    zaplatit|betala|betal|maksa|ode|ile|fizetes|plateste|plati|оплатить|через|оплата|с|сплатити|支払う|支払|購入|결제|付款|支付|in|installments|instalments|raten|
    and|&|my|your|the|securely|secure|safely|cart|it|this|mobilepaylla|pres|instant|faster|the|way|to|one|click|tap|jetzt|maintenant|ahora|ora|agora|nu|teraz|ihned`,
  // What makes talk about orders of it: nothing is placed by it.
  orderTalk: `
    how|why|what|whats|when|where|who|which|learn|read|more|explained|explanation|about|info|information|guide|guides|tips|faq|faqs|help|support|
    option|options|method|methods|history|status|track|tracking|details|detail|summary|overview|list|lists|confirmation|bestatigung|terms of use|policy|policies|
    view|see|show|hide|edit|change|modify|cancel|canceled|delete|remove|return|returns|refund|refunds|review|reviews|back|again|reorder list|recent|previous|
    past|my orders|your orders|print|download|invoice pdf|receipt|contact|call|question|questions|problem|issue|report|sample|catalog|catalogue|brochure|
    store|stores|pick up|pickup in store|in store|less|save more|get 1|get one|free shipping on|gift card|gift cards|voucher|vouchers|minimum|limit|
    email|newsletter|address|addresses|account|profile|wishlist|wish list|alert|alerts|notify|notification|notifications|language|currency|
    wie|warum|was|wann|wo|welche|mehr|erfahren|infos|hilfe|ratgeber|beratung|optionen|arten|art|verlauf|status|verfolgen|details|ubersicht|formular|anzeigen|
    bearbeiten|andern|stornieren|loschen|zuruck|ruckgabe|erneut|meine bestellungen|drucken|katalog|rechnung anzeigen|adresse|konto|e mail|
    sans etre inscrit|comment|pourquoi|quoi|quand|ou|quel|quels|quelle|plus|savoir|infos|aide|guide|moyens|modes|historique|statut|suivre|suivi|details|resume|liste|
    voir|modifier|annuler|supprimer|retour|retours|retourner|nouveau|mes commandes|imprimer|catalogue|adresse|compte|rapide|conditions|
    como|por que|que|cuando|donde|cual|mas|informacion|ayuda|guia|opciones|metodos|formas|historial|estado|seguir|seguimiento|detalles|resumen|lista|
    ver|editar|modificar|anular|cancelar|eliminar|volver|devoluciones|devolver|nuevo|mis pedidos|mis compras|imprimir|catalogo|direccion|cuenta|
    come|perche|cosa|quando|dove|quale|piu|informazioni|aiuto|guida|opzioni|metodi|storico|stato|traccia|dettagli|riepilogo|elenco|lista|vedi|visualizza|
    modifica|annulla|elimina|indietro|resi|reso|nuovo|miei|ordini|stampa|catalogo|indirizzo|account|vendita|
    hoe|waarom|wat|wanneer|waar|welke|meer|info|hulp|opties|methoden|geschiedenis|status|volgen|overzicht|lijst|bekijk|bekijken|wijzig|wijzigen|annuleren|
    verwijderen|terug|retour|retourneren|opnieuw|mijn bestellingen|afdrukken|catalogus|adres|
    jak|dlaczego|co|kiedy|gdzie|wiecej|pomoc|opcje|metody|historia|status|sledz|szczegoly|podsumowanie|lista|zobacz|edytuj|zmien|anuluj|usun|powrot|zwrot|zwroc|
    ponownie|katalog|proc|kdy|kde|vice|moznosti|zpusoby|historie|stav|sledovat|detail|souhrn|seznam|zobrazit|upravit|zmenit|zrusit|smazat|zpet|vratit|znovu|
    hogyan|miert|mikor|hol|tobb|segitseg|modok|elozmenyek|allapot|kovetes|reszletek|osszegzes|lista|megtekintes|szerkesztes|modositas|torles|vissza|ujra|
    cum|de ce|cand|unde|detalii|ajutor|optiuni|metode|istoric|starea|urmareste|rezumat|vezi|editeaza|anuleaza|sterge|inapoi|retur|din nou|
    hur|varfor|vad|nar|var|mer|hjalp|alternativ|historik|spara|detaljer|oversikt|lista|visa|redigera|andra|avbryt|avbestall|ta bort|tillbaka|retur|igen|villkor|katalog|
    hvordan|hvorfor|hva|hvad|hvornar|hvor|mere|mer|hjaelp|hjelp|muligheder|metoder|historikk|spor|folg|detaljer|oversigt|vis|rediger|aendre|endre|annuller|avbestill|slet|slett|tilbage|tilbake|retur|igjen|
    miten|miksi|mika|milloin|missa|lisaa|ohje|vaihtoehdot|tavat|historia|tila|seuraa|tiedot|yhteenveto|nayta|muokkaa|peruuta|poista|takaisin|palautus|uudelleen|
    kuidas|miks|millal|kus|rohkem|abi|ajalugu|staatus|jalgi|vaata|muuda|tuhista|tagasi|kaip|kodel|kada|kur|daugiau|pagalba|istorija|busena|sekti|perziureti|keisti|atsaukti|atgal|grazin*|
    ka|kapec|kad|vairak|palidziba|vesture|statuss|izsekot|skatit|mainit|atcelt|atpakal|nasil|neden|ne zaman|nerede|daha|bilgi|yardim|secenekleri|secenek*|yontem*|gecmisi|gecmis|durumu|takip|
    detaylari|ozeti|listesi|goruntule|duzenle|degistir|iptal|sil|geri|iade|tekrar|yeniden|kosullari|
    как|почему|что|когда|где|какои|подробнее|больше|помощь|способы|варианты|история|статус|отследить|детали|список|посмотреть|показать|изменить|отменить|удалить|назад|возврат|снова|повторить|доставка|мои заказы|
    як|чому|що|коли|де|більше|допомога|способи|історія|статус|відстежити|деталі|список|переглянути|змінити|скасувати|видалити|назад|повернення|повторити|
    защо|кога|къде|повече|помощ|начини|история|статус|проследи|детаили|преглед|покажи|промени|откажи|изтрии|назад|връщане|отново|
    πως|γιατι|τι|ποτε|που|περισσοτερα|βοηθεια|τροποι|επιλογες|ιστορικο|κατασταση|λεπτομερειες|προβολη|αλλαγη|ακυρωση|διαγραφη|πισω|επιστροφ*|ξανα|
    كيف|لماذا|ماذا|متى|اين|أين|المزيد|مساعدة|خيارات|طرق|سجل|حالة|تتبع|تفاصيل|ملخص|عرض|تعديل|الغاء|إلغاء|حذف|رجوع|ارجاع|طلباتي|
    איך|למה|מה|מתי|איפה|עוד|עזרה|אפשרויות|אמצעי|היסטוריית|סטטוס|מעקב|פרטי|סיכום|רשימת|הצג|ערוך|שנה|בטל|ביטול|מחק|חזרה|החזר|שוב|
    bagaimana|cara|mengapa|apa|kapan|lebih|bantuan|opsi|metode|riwayat|status|lacak|rincian|ringkasan|daftar|lihat|ubah|batal*|hapus|kembali|lagi|
    tai sao|khi nao|o dau|tro giup|lua chon|phuong thuc|lich su|trang thai|theo doi|chi tiet|danh sach|xem|sua|huy|xoa|tra hang|lai|
    kako|zasto|kada|gdje|gde|vise|pomoc|nacini|povijest|istorija|status|prati|detalji|sazetak|popis|pregled*|uredi|promijeni|otkazi|obrisi|natrag|povrat|ponovo|
    zakaj|kdaj|kje|vec|zgodovina|stanje|sledi|podrobnosti|povzetek|seznam|poglej|spremeni|preklici|izbrisi|nazaj|vracilo`,
  // Ends such talk in scripts without spaces.
  orderTalkJoined: '方法|方式|履歴|歴史|一覧|状況|確認メール|詳細|とは|について|ガイド|キャンセル|変更|照会|内訳|内容を確認|手順|案内|ヘルプ|내역|방법|수단|가이드|조회|취소|변경|안내|목록|상세|배송|历史|歷史|记录|紀錄|记錄|列表|详情|詳情|查询|查詢|取消|指南|帮助|说明|說明|状态|狀態|须知|須知|查看|我的|流程|ประวัติ|วิธี|สถานะ|ยกเลิก|รายละเอียด|तरीके|इतिहास|स्थिति',
  placingJoined: '確定|確認して|完了する|送信|実行|申し込む|申込む|進む|する|へ進む|行う|完了|확정|하기|완료|진행|하겠|합니다|신청|제출|提交|确认|確認|完成|立即|立刻|马上|馬上|现在|現在|去|直接|发起|送出|同意并|同意並|ยืนยัน|ทำการ|करें|पूरा',
  orderNounJoined: '注文|購入|支払|決済|予約|申込|申し込み|お会計|契約|定期便|주문|결제|구매|예약|구입|구독|계약|下单|下單|付款|支付|购买|購買|订购|訂購|订单|訂單|预订|預訂|订阅|訂閱|付费|付費|充值|捐款|สั่งซื้อ|ชำระ|จ่าย|การจอง|ऑर्डर|भुगतान|खरीद',
  // Asks for a choice between doing it and not: "do you want to place your order?"
  asking: `
    how|why|what|when|where|who|which|can i|do i|could i|should i|is it|are there|wie|warum|was|wann|wo|wer|welche|kann ich|comment|pourquoi|quand|ou|quel|puis je|
    como|por que|cuando|donde|cual|puedo|come|perche|quando|dove|quale|posso|hoe|waarom|wanneer|waar|welke|kan ik|jak|dlaczego|kiedy|gdzie|czy moge|proc|kdy|kde|
    hogyan|miert|mikor|hol|cum|de ce|cand|unde|hur|varfor|nar|var|kan jag|hvordan|hvorfor|hvornar|hvor|kan jeg|miten|miksi|milloin|missa|nasil|neden|
    как|почему|когда|где|можно ли|як|чому|коли|де|πως|γιατι|ποτε|كيف|لماذا|متى|איך|למה|מתי|bagaimana|mengapa|tai sao|lam sao|kako|zasto`,
  // In a long sentence, what makes an advertisement of it.
  promotion: `
    free|off|save|until|within|only today|discount|gratis|kostenlos|sparen|rabatt|bis zu|gratuit|gratuite|offert|remise|jusqu|
    envio gratis|descuento|ahorra|gratuita|sconto|risparmia|desconto|gratis verzending|korting|darmowa|znizki|zdarma|sleva|ingyenes|kedvezmeny|reducere|fri frakt|
    ilmainen|alennus|бесплатн*|скидк*|безкоштовн*|знижк*|δωρεαν|مجان*|خصم|חינם|הנחה|gratis ongkir|mien phi`,
});
