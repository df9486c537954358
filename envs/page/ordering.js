// The guard's eyes and hands in the page, in visits that may place no order: what a document shows of
// a checkout, and the element that really gets a press. Labels change under the pointer and elements
// are swapped between down and up, so each event is judged when it comes, before the page hears of
// it. Part of the script only where orders are held; tells Python through the binding.

{
  const { parentOf, hitAt, everywhere, submitterOf } = hands;
  const EVENTS = ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click', 'dblclick', 'auxclick', 'touchstart', 'touchend'];
  const BEGINS = /^(pointerdown|mousedown|touchstart|click)$/;
  const CONTROL = 'a[href], area[href], button, input, select, textarea, option, summary, label, [role], [onclick], [onmousedown], [onmouseup], [tabindex], [contenteditable]';
  const WITHIN = 'button, a[href], input, select, textarea';
  const SUBMITS = 'button:not([type=button]):not([type=reset]), input[type=submit], input[type=image]';
  const UP = 8; // elements around what was hit, one of which may be the control
  const SAID = 200;
  let free = false; // what is pressed now is known to place no order
  let pressed = ''; // what the last press said

  const tell = (what) => globalThis.shopperTell?.(JSON.stringify(what));

  /** What an event lands on, in closed shadow trees too. */
  function innermost(event) {
    const hit = event.composedPath()[0];
    return nodeType(hit) === 1 && shadowRootOf(hit) && event.clientX !== undefined ? hitAt(event.clientX, event.clientY) || hit : hit;
  }

  /** The control that `target` is, or is in; else itself. */
  function controlAt(target) {
    const known = new Set(registry.values());
    let at = target;
    for (let level = 0; at && level < UP; level++, at = parentOf(at)) {
      if (nodeType(at) !== 1) continue;
      if (known.has(at)) return at;
      if (isMatch(at, CONTROL) && findAll(at, WITHIN).length < 2) return at; // else a box around controls
    }
    return nodeType(target) === 1 && !isRoot(target) ? target : null;
  }

  const isField = (el) => isMatch(el, 'textarea, select, [contenteditable], input:not([type=submit]):not([type=button]):not([type=image]):not([type=reset]):not([type=checkbox]):not([type=radio])');

  /** What a control says now. */
  const saysNow = (control) => (isField(control) ? '' : squeeze([...new Set(sayings(control, true))].join(' ')));

  let aimed = null; // what is to be pressed, and what it said when that was decided
  let aimedWords = '';

  /** Whether a press on `control` may place an order, by what it is and says now. What was looked at
   * a moment ago and says the same is what it was taken for. */
  function ordersNow(control) {
    if (isField(control)) return false;
    if (control === aimed && kinds.has(control) && saysNow(control) === aimedWords) return kinds.get(control) === 'buy';
    return mayBuy(control);
  }

  function stop(event, words) {
    event.preventDefault();
    event.stopImmediatePropagation();
    tell({ held: clip(words, SAID), event: event.type });
  }

  function onPress(event) {
    const control = controlAt(innermost(event));
    if (!control) return;
    if (event.isTrusted && BEGINS.test(event.type) && !isField(control)) {
      pressed = clip(saysNow(control), SAID);
      if (event.type !== 'pointerdown') tell({ pressed });
    }
    if (!free && ordersNow(control)) stop(event, saysNow(control));
  }

  /** A form that is sent by its button is judged by that, else by all that could send it. */
  function onSubmit(event) {
    if (free) return;
    const form = event.target;
    const buttons = event.submitter ? [event.submitter] : [...formElements(form)].filter((el) => isMatch(el, SUBMITS));
    const buying = buttons.find(ordersNow);
    if (buying) stop(event, saysNow(buying));
  }

  for (const kind of EVENTS) globalThis.addEventListener(kind, onPress, { capture: true, passive: false });
  globalThis.addEventListener('submit', onSubmit, { capture: true });
  globalThis.addEventListener('pageshow', (event) => {
    if (event.persisted) pressed = '';
  }, { capture: true });

  /** A press on `name` begins; `is_free`: it is known to place no order. JSON {sends, signs}: what
   * the button says that a field's Enter presses, and what `ordering` tells. */
  shopper.pressing = (name, is_free) => {
    free = is_free;
    const element = registry.get(name);
    const button = element && isField(element) ? submitterOf(element) : null;
    pressed = '';
    aimed = element;
    aimedWords = element ? saysNow(element) : '';
    return JSON.stringify({ sends: button ? clip(saysNow(button), SAID).toWellFormed() : '', signs: signs() });
  };

  // ---- what a document shows of a checkout

  const PAYS = /^cc-|cvv|cvc|card.?(number|no\b|num)|cardnumber|kartennummer|iban|numero.?(de.)?(carte|tarjeta|carta)|expir/i;
  const PLACES = /street|address|(^|[^a-z])(zip|plz|ort|rue|ville|calle|ciudad|via|citta|cap)([^a-z]|$)|postal|post.?code|(^|[^a-z])(city|town)|strasse|straße|hausnummer/i;
  const PROVIDERS = /stripe|paypal|klarna|adyen|braintree|mollie|worldpay|squareup|payu|razorpay|affirm|afterpay|clearpay|checkout\.com|applepay|googlepay|amazon.?pay|payone|authorize\.net|cybersource|przelewy24|paydirekt|sofort/i;
  const REVIEWS = /(?:review|check|verify|confirm) (?:and (?:place|pay|confirm) )?(?:your|the|my)? ?order|order review|review (?:and|&) (?:pay|place|confirm)|bestellung (?:prufen|uberprufen)|bestellubersicht|(?:verifie[rz]|recapitulatif de) (?:votre|la|ma) commande|recapitulatif|revis(?:a|ar|e) (?:tu|su|el) pedido|resumen del pedido|riepilogo (?:del tuo |dell )?ordine|rev(?:eja|isar) (?:o seu |a sua )?(?:pedido|encomenda)|controleer (?:je|uw) bestelling|podsumowanie zamowienia|ご注文内容|注文内容の確認|确认订单|確認訂單|주문 확인/;
  const TOTALS = /total|sum due|amount due|gesamt|summe|montant|importe|totaal|suma|celkem|spolu|osszesen|summa|yhteensa|toplam|итого|всего|συνολο|المجموع|סהכ|合計|总计|總計|합계/;
  const TEXT = 60000; // characters of a page looked at
  const MOST = 60; // buttons judged that were not looked at

  const aboutField = (el) => [attr(el, 'autocomplete'), attr(el, 'name'), attr(el, 'id'), attr(el, 'placeholder'), attr(el, 'aria-label')].filter(Boolean).join(' ');

  const ADDS = /^(add|in den|in die|ajouter|anadir|agregar|aggiungi|adicionar|toevoegen|in winkel|dodaj|do kos|pridat|lagg|leg|laeg|lisaa|カート|加入|장바구니)/;

  /** What the document shows of a checkout, and what was pressed last. */
  function signs() {
    const body = page.body();
    const fields = everywhere('input:not([type=hidden]), select, textarea').slice(0, 300).map(aboutField);
    const frames = everywhere('iframe').slice(0, 50).map((el) => `${attr(el, 'src') || ''} ${attr(el, 'name') || ''} ${attr(el, 'title') || ''}`);
    const known = [...registry.values()].filter((el) => el.isConnected);
    const others = everywhere('button, [role=button], input[type=submit], input[type=image]').slice(0, MOST).filter((el) => !kinds.has(el));
    // A link to a way of paying stands in many a footer, and makes no checkout.
    const isButton = (el) => localName(el) !== 'a' || attr(el, 'role') === 'button';
    const finals = [...known.filter((el) => kinds.get(el) === 'buy' && isButton(el)), ...others.filter(mayBuy)].map(saysNow);
    const said = body ? fold(clip(renderedText(body), TEXT)).replace(/[^\p{L}\p{N}\p{M}&]+/gu, ' ') : '';
    return {
      pay: fields.some((about) => PAYS.test(about)),
      provider: frames.some((about) => PROVIDERS.test(about)),
      address: fields.filter((about) => PLACES.test(about)).length,
      review: REVIEWS.test(said),
      total: TOTALS.test(said) && /\p{N}/u.test(said),
      adds: known.some((el) => kinds.get(el) === 'cart' && ADDS.test(plainOnce(saysNow(el)))),
      finals: finals.slice(0, 8).map((words) => clip(words, SAID).toWellFormed()),
      url: location.href,
      pressed: pressed.toWellFormed(),
    };
  }

  /** The same as JSON. */
  shopper.ordering = () => JSON.stringify(signs());
}
