// Kinds: what acting on an element means, inferred from roles, position and words. `buy` is the
// final, irreversible step only; in doubt about placing an order it is buy, because the purchase
// guard must err on not clicking. Knows nothing of any particular shop.

const KINDS = new Set(['search', 'product', 'filter', 'option', 'cart', 'buy', 'navigation', 'other']);
const SEARCH_NAMES = /^(q|query|search|keyword|keywords|s|k|term|text|_nkw|search_?query|searchterm)$/i;

const kinds = new WeakMap(); // element to its kind when it was last looked at

// The kind of `rec`, kept in `kinds`. `trusted`: the site's own declarations are believed.
function kindOf(rec, trusted, rules) {
  const kind = judgedKind(rec, trusted, rules);
  kinds.set(rec.el, kind);
  return kind;
}

function judgedKind(rec, trusted, rules) {
  const el = rec.stand || rec.el;
  const inferred = inferKind(rec, el);
  if (trusted) {
    const declared = declaredKind(rec);
    if (declared) return declared;
  }
  const ruled = rules?.get(rec.el)?.kind;
  if (ruled && KINDS.has(ruled)) return ruled;
  return inferred;
}

function declaredKind(rec) {
  for (let at = rec; at; at = at.up) {
    const kind = attr(at.el, 'data-shopper-kind');
    if (kind && KINDS.has(kind)) return kind;
    if (at !== rec && at.role) break;
  }
  return '';
}

function inferKind(rec, el) {
  if (rec.tag === 'option') return rec.owner.kind === 'buy' ? 'other' : rec.owner.kind;
  const pressable = rec.role === 'button' || rec.role === 'link' || rec.role === 'menuitem' || rec.role === 'tabbable';
  if (pressable) return pressKind(rec, el);
  const about = surroundings(rec);
  if (rec.role === 'searchbox' || (isTyped(rec.role) && isSearchField(rec, el, about))) return 'search';
  if (isTyped(rec.role) && rec.role === 'textbox') return 'other';
  if (says('option', rec.label) || (about.buying && rec.role !== 'textbox')) return 'option';
  if (says('filter', rec.label) || about.filtering) return 'filter';
  if (rec.role === 'tab') return 'navigation';
  return 'other';
}

function isSearchField(rec, el, about) {
  return rec.role === 'textbox' && (about.search || SEARCH_NAMES.test(attr(el, 'name') || '') || says('search', rec.label));
}

function pressKind(rec, el) {
  const label = rec.label;
  if (saysBuying(label, rec.role === 'link') && !isListedOrder(rec)) return 'buy';
  if (rec.tag === 'button' && pieces(rec).some((line) => saysBuying(line, true))) return 'buy'; // its label may be another line
  if (saysOnly('cart', label)) return 'cart';
  if (rec.role === 'button' && saysOnly('search', label)) return 'search';
  const about = surroundings(rec);
  if (about.search && rec.role === 'button') return 'search';
  if (about.card && rec.role === 'link' && isProductLink(rec, about.card)) return 'product';
  if ((rec.role === 'link' || rec.role === 'tabbable') && isOffer(rec)) return 'product';
  if (rec.role === 'link') return about.filtering ? 'filter' : 'navigation';
  if (about.filtering || says('filter', label)) return 'filter';
  if (rec.role === 'button' && about.option) return 'option';
  return about.navigation ? 'navigation' : 'other';
}

// "Pay 12,50 €" and "Buy now for $9" are "pay" and "buy now for".
const PRICES = new RegExp(PRICE.source, 'giu');
const bare = (label) => label.replace(PRICES, ' ').replace(/[\p{Sc}\p{N}]+[.,’' \p{N}\p{Sc}]*/gu, ' ');

// "Order 1042", "Bestellung Nr. 7" and "Order #1045, 20 EUR" are called by their number: orders of the past.
function isOrderNumber(label) {
  const found = NUMBERED.exec(label.normalize('NFKC'));
  return found !== null && saysOnly('order', found[1]) && (found[2] !== undefined || found[3].length > 2) && !LETTER.test(bare(found[4]));
}

const NUMBERED = /^\s*(\p{L}[\p{L}\p{M}]*)\s*(#|№|n[°ºo]\.?|nr\.?|num(?:ber|mer|ero)?\.?|id)?[\s:.]*(\p{Nd}[\p{Nd}-]*)(?!\p{L})([^]*)$/iu;

// A row or link beside others that are orders of other numbers: "Order 1", "Order 2".
function isListedOrder(rec) {
  if (rec.tag === 'button' || rec.tag === 'input') return false;
  const number = (one) => {
    const found = NUMBERED.exec(one.label);
    return found !== null && saysOnly('order', found[1]) && !LETTER.test(bare(found[4])) ? found[3] : '';
  };
  const own = number(rec);
  return own !== '' && likeControls(rec).some((other) => !['', own].includes(number(other)));
}

// Whether a label says that an order is placed; `strict`, as for links, that it says little else.
function saysBuying(label, strict) {
  if (isOrderNumber(label)) return false;
  const words = bare(label);
  if (saysOnly('buy', words) || saysOnly('buy', label)) return true;
  if (saysOnly('cart', words)) return false;
  const said = plainOnce(words);
  if (strict) return lexicon('buy').begins(said, 2, 2) && !says('later', words);
  // A long question, as in a list of them, is not answered by placing an order.
  if (label.length > 60 && QUESTION.test(label)) return false;
  return lexicon('buy').isIn(said, 2) || buysSoMuch(said);
}

const QUESTION = /[?？؟]\s*$/;

// "Buy (2 items)", "Pay total".
function buysSoMuch(said) {
  const [verb, ...rest] = said.split(' ');
  return rest.length > 0 && saysOnly('buying', verb) && rest.every((word) => saysOnly('amount', word));
}

// What a button says of itself, without a look at the page.
const ownWords = (button) => declaredLabel(button) ||
  (localName(button) === 'input' ? buttonInputLabel(button) : squeeze(clip(textContent(button), 200)));

// Whether a press on `button` may place an order: by its last look, or by what it says now.
const mayBuy = (button) => kinds.get(button) === 'buy' || saysBuying(ownWords(button), false);

// What the groups around `rec` say of it.
function surroundings(rec) {
  if (rec.about) return rec.about;
  const up = rec.up;
  const about = up ? { ...surroundingsOf(up) } : {};
  return (rec.about = about);
}

const NOTHING = { search: false, card: null, filtering: false, navigation: false, option: false, buying: false };

function surroundingsOf(rec) {
  const chain = [];
  let at = rec;
  while (at && !at.within) {
    chain.push(at);
    at = at.up;
  }
  let within = at ? at.within : NOTHING;
  while (chain.length) {
    at = chain.pop();
    within = at.within = narrowedWithin(at, within);
  }
  return within;
}

function narrowedWithin(rec, within) {
  const group = rec.group;
  let next = within;
  const set = (change) => (next = { ...next, ...change });
  if (group === 'search' || (rec.tag === 'form' && (says('search', rec.label || '') || find(rec.el, 'input[type=search]') || searches(rec)))) set({ search: true });
  if (group === 'navigation' || group === 'banner' || group === 'contentinfo' || group === 'menu' || group === 'tablist') set({ navigation: true });
  if (isProductCard(rec)) set({ card: rec, filtering: false });
  if (rec.contains && rec.label && !rec.card) {
    if (says('filter', rec.label) || (saysOnly('filterField', rec.label) && !within.buying)) set({ filtering: true });
    if (says('option', rec.label) && !within.filtering) set({ option: true, buying: true });
  }
  if (rec.tag === 'form' && rec.acts < 60 && holdsCart(rec)) set({ buying: true });
  return next;
}

// A repeated or listed thing with a price or a picture of its own is a product; one with a list in it a menu.
const isProductCard = (rec) => rec.contains && rec.card && (rec.price || (rec.picture && rec.acts <= 4)) && !(rec.list && rec.group === 'listitem');

function holdsCart(rec) {
  for (const control of findAll(rec.el, 'button,input[type=submit]'))
    if (saysOnly('cart', control.localName === 'input' ? control.value : clip(textContent(control), 100))) return true;
  return false;
}

// The button of a short form says that it searches.
function searches(rec) {
  if (rec.acts > 12) return false;
  for (const control of findAll(rec.el, 'button,input[type=submit],input[type=image]')) {
    const said = declaredLabel(control) || (control.localName === 'input' ? buttonInputLabel(control) : squeeze(clip(textContent(control), 100)));
    if (saysOnly('search', said || attribute(control, 'title'))) return true;
  }
  return false;
}

// A tile that is pressed as a whole.
const isOffer = (rec) => rec.price && rec.heading !== null && rec.heading !== rec && (rec.picture || rec.acts > 1);

function isProductLink(rec, card) {
  const part = rec.part;
  if (/^(view_product|view|view_image)(_\d+)?$/.test(part) || rec.label === card.label) return true;
  return rec.el.href !== undefined && rec.el.href === mainHref(card);
}

function mainHref(card) {
  if (card.mainHref === undefined) {
    card.mainHref = null;
    const heading = card.heading;
    const link = heading && (closest(heading.el, 'a[href]') || find(heading.el, 'a[href]'));
    card.mainHref = (link || find(card.el, 'a[href]'))?.href ?? null;
  }
  return card.mainHref;
}
