"""The words in which addresses, keys of bodies and buttons speak of orders, and of what is none.

Addresses are written by programmers: mostly in English, joined by hyphens, underscores or capitals,
or not parted at all. Plain data and the cutting of text into words; judges nothing.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from urllib.parse import unquote

from envs.page.phrases import plain


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ORDERS = _words("""
    order orders purchase purchases payment payments pay transaction transactions booking
    bookings reservation reservations subscription subscriptions donation donations sale buy
    charge charges invoice completion contribution pledge rental deal bestellung bestellungen
    auftrag kauf zahlung buchung reservierung kaufen bestellen bezahlen zahlen buchen spende abo
    commande commandes achat paiement acheter payer commander don pedido pedidos compra pago
    orden comprar pagar reserva ordine ordini acquisto pagamento ordina acquista paga
    prenotazione encomenda encomendas bestelling bestellingen betaling bestel betaal betalen
    kopen koop zamowienie zamowienia platnosc kup zaplac objednavka objednavky platba koupit
    objednat zaplatit megrendeles rendeles fizetes comanda plata bestallning betalning kop
    betala bestilling ordre betal kob kjop tilaus maksu tilaa osta siparis odeme zakaz oplata
    pokupka
""")
"""Things that an order is, and verbs that say all of it by themselves."""

FINAL = _words("""
    place submit complete finish finalize finalise process execute confirm commit charge capture
    authorize authorise convert create send make checkout pay buy do perform conclude accept
    settle pledge book reserve donate abschliessen absenden abschicken bestatigen ausfuhren
    aufgeben valider confirmer finaliser passer envoyer confirmar finalizar realizar enviar
    tramitar completar conferma confermare completa invia concludi finalizar concluir efetuar
    plaatsen bevestigen afronden zloz potwierdz dokoncit odeslat potvrdit trimite finalizeaza
    slutfor genomfor bekrafta gennemfor bekraeft fullfor bekreft vahvista onayla tamamla placed
    submitted
""")
"""Verbs of the last step."""

CARTS = _words("""
    cart carts basket baskets bag trolley checkout checkouts quote quotes warenkorb panier
    carrito cesta carrello carrinho winkelwagen koszyk kosik kosar cos varukorg kurv ostoskori
    sepet kasse caisse caja cassa kassa
""")
"""What becomes an order by a verb of the last step."""

CHECKOUTS = _words("checkout checkouts kasse caisse caja cassa kassa finalizar afrekenen onepage")
"""On the way to an order, and nothing more by themselves."""

REFINES = _words("""
    address addresses shipping delivery deliver ship shipment postcode postal zip zipcode
    location region state country city pickup slot adresse anschrift lieferung lieferadresse
    versand livraison direccion envio entrega indirizzo spedizione endereco adres bezorging
    dostawa adresa doruceni leverans levering toimitus method methods option options rate rates
    coupon coupons voucher vouchers promo promotion discount discounts giftcard gutschein rabatt
    history track tracking status search list lookup find get fetch load preview totals total
    estimate estimates summary refresh recalculate calculate note notes comment comments email
    guest login item items line lines lineitem lineitems terms review draft eligibility
    availability
""")
"""With one of these beside it even "order" is only a part of an order's making, or a look at it."""

HARMLESS = REFINES | _words("""
    cart carts basket baskets bag trolley minicart quantity qty warenkorb panier carrito cesta
    carrello carrinho winkelwagen koszyk kosik kosar cos varukorg kurv ostoskori sepet signin
    signup register session sessions auth oauth token tokens csrf account accounts user users
    customer customers profile password logout captcha recaptcha challenge filter sort suggest
    suggestions autocomplete validate validation check verify query read collect analytics event
    events log logs logging metric metrics beacon rum telemetry pixel stats sentry envelope
    report reports csp consent cookie cookies gtm heartbeat ping perf vitals trace traces error
    errors monitoring insights experiment experiments wishlist favourite favourites favorite
    favorites compare rating ratings newsletter contact message messages chat locale language
    currency theme stock inventory recommendations recommendation notify geo geolocation upload
    image images add remove delete update
""")
"""What plainly places no order, where nothing else speaks of one."""

TELEMETRY = _words("""
    collect analytics telemetry beacon rum pixel metrics metric stats sentry envelope csp vitals
    heartbeat trace traces monitoring insights log logs logging perf g gtm cdn
""")
"""Addresses of what only counts and measures."""

TELLING_KEYS = _words("""
    action actions operationname operation op method cmd command do task func function route
    controller act submit button intent procedure mutation
""")
"""Keys of a body whose values say what is to be done."""

ADDRESS_KEYS = _words("""
    name firstname lastname fullname surname company street address line2 line city town zip
    zipcode postcode postal postalcode code state region province country phone telephone mobile
    email mail title salutation shipping billing delivery deliver apt apartment house number
    district county vorname nachname strasse hausnummer plz ort land telefon nom prenom rue
    ville pays calle ciudad pais via citta cap
""")
ACCESS_KEYS = _words("""
    user username login email mail password passwd pass remember csrf token authenticity
    csrfmiddlewaretoken otp nonce redirect next return
""")
CART_KEYS = _words("""
    quantity qty product products sku variant variants item items cart basket add remove update
    updates coupon voucher promo discount code options option size color colour amount
""")
LOOK_KEYS = _words(
    "q query search term keyword keywords page sort filter filters locale lang language currency"
)
ASIDE_KEYS = _words("""
    csrf token csrfmiddlewaretoken authenticity form key utf8 nonce id method step hidden uenc
    redirect next
""")
"""Keys that nearly every form has and that say nothing of it."""
PAYING_KEYS = _words("""
    card cards cc ccnumber cardnumber cvv cvc csc cvn iban expiry exp payment payments terms
    agree agreement conditions tos agb pay paypal klarna stripe purchase order place
""")
"""Keys that a form has which pays, or orders."""

SAFE = _words("""
    apply coupon coupons voucher promo discount login signin edit change modify remove delete
    update save cancel back previous search find track history status address addresses estimate
    calculate view show details summary close menu wishlist compare newsletter cookies cookie
    language currency size color colour quantity increase decrease orders toggle hide gutschein
    anmelden bearbeiten andern entfernen loschen aktualisieren speichern abbrechen zuruck suchen
    verfolgen adresse warenkorb appliquer connexion connecter modifier supprimer retirer
    enregistrer annuler retour rechercher suivre panier historique aplicar cupon editar cambiar
    eliminar quitar actualizar guardar cancelar volver buscar seguir direccion cesta carrito
    historial applica accedi modifica rimuovi elimina aggiorna salva annulla indietro cerca
    indirizzo carrello toepassen inloggen wijzigen verwijderen bijwerken opslaan annuleren terug
    zoeken adres winkelwagen zastosuj zaloguj edytuj usun zapisz anuluj wstecz szukaj koszyk
""")
"""Words of buttons that plainly place no order, where none of `COMMITS` is beside them."""

PAYMENTS = _words("""
    payment payments zahlung bezahlung paiement pago pagamento betaling platnosc platba
    betalning odeme
""")
"""A step that another step leads on to."""

BUYING = _words("""
    bid bids gebot bieten encherir pujar offerta buy purchase kaufen acheter comprar acquista
    compra kopen koop kup koupit kop kob kjop osta
""")
"""Of what is offered on pages that sell."""

CARDS = _words("""
    card cards debit credit charge charged account wallet balance bill billed invoice karte
    konto carte tarjeta carta cartao kaart karta kort purchase subscription renew
""")
"""In dialogs: what money comes from."""

ASKED_ANYWHERE = _words("""
    remove delete discard clear empty leave unsaved changes cookies cookie location
    notifications logout log sign session expired save replace quantity item items wishlist
    address entfernen loschen verlassen leeren supprimer quitter vider eliminar borrar salir
    vaciar rimuovi elimina verwijderen usun smazat
""")
"""Words of questions that a shop asks anywhere, and that place no order."""

SAFE_PHRASES = (
    "log in", "sign in", "log out", "sign out", "check delivery", "check availability",
    "check stock", "check postcode", "shipping options", "delivery options", "learn more",
    "iniciar sesion", "se connecter", "cerrar sesion",
)  # fmt: skip
"""Beginnings of the same."""

DEEDS = _words("""
    pay buy charge purchase donate kaufen bestellen bezahlen zahlen buchen acheter payer
    commander comprar pagar ordina acquista paga bestel betaal betalen kopen koop kup zaplac
    koupit objednat zaplatit betala kop kob kjop tilaa osta pledge
""")
"""Of `ORDERS`, what is done and not what is looked at."""

LOOKS = _words("""
    edit cancel track status history view back change return returns details print download
    summary show orders list find bearbeiten andern verfolgen zuruck modifier annuler suivre
    editar cancelar seguir modifica annulla wijzigen annuleren terug edytuj anuluj methods
    method options about guide how learn
""")
"""With one of these a button may say "order" or "payment" and only shows or changes it."""

LEADS = (
    "checkout", "check out", "proceed to", "continue to", "go to", "weiter zu", "weiter zur",
    "zur kasse", "kasse", "passer au", "continuer vers", "aller au", "ir a", "continuar a", "vai a",
    "procedi con", "vai alla", "naar", "verder naar", "przejdz do", "k pokladne", "till kassan",
    "ga till", "til kassen", "ga til", "odemeye gec", "レジに進む", "去结算", "结算", "結帳",
)  # fmt: skip
"""Beginnings of what leads on to a later step."""

COMMITS = (FINAL | ORDERS | _words("""
    credit loan financing finance insurance insure contract lease hire kredit vertrag rent
    donate transfer subscribe subscription start trial authorize authorise agree accept finish
    done ok yes now securely confirm abonnieren mieten spenden s'abonner suscribirse jetzt
    maintenant ahora ora nu teraz
""")) - {"checkout", "do", "make", "orders"}  # fmt: skip
"""Words that make a button more than a step."""

_VOCABULARY = (
    ORDERS | FINAL | CARTS | REFINES | HARMLESS | _words("now my your the one click order")
)
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+|\d+")
_ID = re.compile(r"\d+|[0-9a-f]{8,}|[0-9a-f-]{20,}")
_STOP = _words(
    "my your the a an for and of to in at api rest v1 v2 v3 v4 index php html htm asp aspx jsp do"
)


@lru_cache(maxsize=20_000)
def words_of(text: str) -> tuple[str, ...]:
    """The words of an address or a key, in order: lower case, without accents, numbers and ids;
    words written as one are parted where all of them are known."""
    found: list[str] = []
    for part in _PARTS.findall(unquote(text)):
        word = plain(part)
        if _ID.fullmatch(word):
            continue
        found += _parted(word)
    return tuple(w for w in found if w and w not in _STOP)


@lru_cache(maxsize=20_000)
def said_words(text: str) -> tuple[str, ...]:
    """The words of what a button says."""
    return tuple(plain(text).split())


@cache
def _longest() -> int:
    return max(map(len, _VOCABULARY))


@lru_cache(maxsize=20_000)
def _parted(word: str) -> tuple[str, ...]:
    """``placeorder`` as place, order; a word that is not made of known ones as it is."""
    if word in _VOCABULARY or len(word) < 5 or len(word) > 40:
        return (word,)
    best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - _longest()), end - 1):
            before, piece = best[start], word[start:end]
            if before is None or piece not in _VOCABULARY or len(piece) < 3:
                continue
            if best[end] is None or len(before) + 1 < len(best[end] or ()):
                best[end] = (*before, piece)
    return best[-1] or (word,)
