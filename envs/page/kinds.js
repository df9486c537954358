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
  if (rec.tag === 'option') return saysBuying(rec.label, 'choice') ? 'buy' : rec.owner.kind === 'buy' ? 'other' : rec.owner.kind;
  if (isPressable(rec.role)) return pressKind(rec, el);
  if (!isTyped(rec.role) && rec.role !== 'combobox' && rec.role !== 'listbox' && buys(rec, el)) return 'buy';
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
  if (!isListedOrder(rec) && buys(rec, el)) return 'buy';
  if (saysOnly('cart', label)) return 'cart';
  if (rec.role === 'button' && saysOnly('search', label)) return 'search';
  const about = surroundings(rec);
  if (about.search && rec.role === 'button') return 'search';
  if (about.card && rec.role === 'link' && isProductLink(rec, about.card)) return 'product';
  if ((rec.role === 'link' || rec.role === 'tabbable') && isOffer(rec)) return 'product';
  if (rec.role === 'link' && isInTile(rec)) return 'product';
  if (rec.role === 'link') return about.filtering ? 'filter' : 'navigation';
  if (about.filtering || says('filter', label)) return 'filter';
  if (rec.role === 'button' && about.option) return 'option';
  return about.navigation ? 'navigation' : 'other';
}

// A row or link beside others that are orders of other numbers: "Order 1", "Order 2".
function isListedOrder(rec) {
  if (rec.tag === 'button' || rec.tag === 'input') return false;
  const number = (one) => {
    const found = NUMBERED.exec(one.label);
    return found !== null && saysOnly('order', found[1]) && !LETTER.test(bare(found[4])) ? found[3] : '';
  };
  const own = DIGIT.test(rec.label) ? number(rec) : '';
  return own !== '' && likeControls(rec).some((other) => !['', own].includes(number(other)));
}

// Whether a press on `rec` places an order, by its label and by all else that it says of itself. A
// box around other controls, and a link that is a whole product, go by what they are called.
function buys(rec, el) {
  const how = howPressed(rec);
  if (saysBuying(rec.label, how)) return true;
  const whole = rec.acts < 2 && !(how === 'link' && surroundings(rec).card);
  if (whole && pieces(rec, LONGEST_TEXT).some((line) => saysBuying(line, how))) return true;
  return sayings(el, whole).some((text) => saysBuying(text, how)) || (how === 'press' && identifiersBuy(el));
}

const howPressed = (rec) => (rec.role === 'link' ? 'link' : isPressable(rec.role) ? 'press' : 'choice');
const isPressable = (role) => role === 'button' || role === 'link' || role === 'menuitem' || role === 'tabbable';

// Whether a press on the element `button` may place an order: by its last look, or by what it says now.
function mayBuy(button) {
  if (kinds.get(button) === 'buy') return true;
  const how = localName(button) === 'a' ? 'link' : isMatch(button, CHOSEN_CONTROLS) ? 'choice' : 'press';
  return sayings(button, true).some((text) => saysBuying(text, how)) || (how === 'press' && identifiersBuy(button));
}

const CHOSEN_CONTROLS = 'input[type=checkbox],input[type=radio],option,[role=checkbox],[role=radio],[role=switch],[role=tab],[role=option]';

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

// The one link of a tile that has a price: nothing is called after the tile, as the link is all there is.
function isInTile(rec) {
  for (let at = rec.up; at && !at.contains; at = at.up) if (at.card && at.price && at.acts === 1) return true;
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
