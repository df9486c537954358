// Labels: the words a person would use for an element, from what names it, what it shows, or, for
// a bare icon, what its attributes and address say. Knows nothing of uniqueness.

const TEXT_ENOUGH = 300; // characters gathered for a label before stopping
const PIECE_LIMIT = 90; // a longer text is a block of content: its best piece is the label
const SYMBOLS = { '+': 'plus', '＋': 'plus', '-': 'minus', '−': 'minus', '–': 'minus', '×': 'close', '✕': 'close', '✖': 'close',
  '✗': 'close', '╳': 'close', '<': 'previous', '‹': 'previous', '«': 'previous', '←': 'previous', '❮': 'previous', '◀': 'previous',
  '>': 'next', '›': 'next', '»': 'next', '→': 'next', '❯': 'next', '▶': 'next', '☰': 'menu', '≡': 'menu', '⋮': 'more', '…': 'more',
  '...': 'more', '•••': 'more', '🔍': 'search', '🔎': 'search', '🛒': 'cart', '👤': 'account', '♥': 'favourite', '♡': 'favourite',
  '❤': 'favourite', '★': 'star', '☆': 'star', '?': 'help', '▲': 'up', '↑': 'up', '▼': 'down', '↓': 'down', '▾': 'down', '✓': 'done', '⌂': 'home' };
const HINTS = ['data-original-title', 'data-title', 'data-tooltip', 'data-label', 'data-text', 'data-content', 'data-name'];

// Visible text in `rec`, block by block, at most `enough` characters of it.
function pieces(rec, enough = TEXT_ENOUGH, skip = null) {
  const found = [];
  let text = '';
  let total = 0;
  const stack = [[rec, 0]];
  const flush = () => {
    const piece = squeeze(text);
    if (piece) found.push(piece);
    text = '';
  };
  while (stack.length && total < enough) {
    const top = stack[stack.length - 1];
    const kid = top[0].kids[top[1]++];
    if (kid === undefined) {
      if (top[0].block) flush();
      stack.pop();
    } else if (typeof kid === 'string') {
      text += kid;
      total += kid.length;
    } else if (kid !== skip && kid.tag !== 'option') {
      if (kid.block) flush();
      if (kid.tag === 'br') text += ' ';
      else if (kid.alt) text += ` ${kid.alt} `;
      stack.push([kid, 0]);
    }
  }
  flush();
  return found;
}

const visibleText = (rec, enough) => pieces(rec, enough).join(' ');

// The piece of a block of content that says what it is: its longest worded line, early on.
function titlePiece(found) {
  const worded = found.slice(0, 8).filter((piece) => isWordy(piece) && !hasPrice(piece));
  let best = '';
  for (const piece of worded) if (piece.length > best.length) best = piece;
  return best || found.find(hasLetters) || found[0] || '';
}

function contentLabel(rec) {
  const found = pieces(rec);
  const all = found.join(' ');
  if (found.length < 2) return all;
  if (all.length <= PIECE_LIMIT && !(rec.picture || rec.price) && found.every(isWordy)) return all;
  return rec.heading && rec.heading !== rec ? visibleText(rec.heading) : titlePiece(found);
}

function idsText(el, attribute) {
  const ids = attr(el, attribute);
  if (!ids) return '';
  const texts = ids.split(/\s+/, 8).map((id) => (id ? idText(el, id) : ''));
  return squeeze(clip(texts.join(' '), TEXT_ENOUGH));
}

// What the author says it is called.
const declaredLabel = (el) => idsText(el, 'aria-labelledby') || squeeze(attr(el, 'aria-label') || '');

const attribute = (el, name) => squeeze(clip(attr(el, name) || '', TEXT_ENOUGH));

// Words of an identifier; '' when it looks made by a machine.
function identifierWords(identifier) {
  if (!identifier || identifier.length > 60) return '';
  const words = spaced(identifier).trim().split(' ');
  const plainWords = words.filter((word) => /^\p{L}{3,}$/u.test(word) && /[aeiouyаеиоуыэюя]|[^\x00-\u024f\u0400-\u04ff]/iu.test(word));
  return plainWords.length && plainWords.length * 2 >= words.length && !/\d{2}/.test(identifier) ? plainWords.slice(0, 4).join(' ') : '';
}

function addressWords(href) {
  if (!href || href.startsWith('#') && href.length < 3 || /^javascript:/i.test(href)) return '';
  let url;
  try {
    url = new URL(href, page.base());
  } catch {
    return '';
  }
  if (!/^https?:$/.test(url.protocol)) return squeeze(url.protocol.replace(':', ' ') + safeDecode(url.pathname));
  const foreign = url.host !== location.host;
  for (const step of url.pathname.split('/').reverse()) {
    const words = safeDecode(step).replace(/\.\w{2,5}$/, '');
    if (isWordy(words) && /\p{L}{3}/u.test(words)) return spaced(words);
  }
  if (foreign) return url.hostname.replace(/^www\./, '').split('.')[0];
  if (url.hash.length > 2) return identifierWords(safeDecode(url.hash.slice(1)));
  return url.pathname === '/' && !url.search ? 'home' : '';
}

function safeDecode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

// Text that is in the element though nobody sees it: for screen readers.
function hiddenText(el) {
  if (childCount(el) > 30) return '';
  for (const inner of findAll(el, 'script,style,noscript,template')) if (inner) return '';
  return squeeze(clip(textContent(el), TEXT_ENOUGH));
}

function pictureLabel(rec) {
  for (const img of findAll(rec.el, 'img[alt],[aria-label],[title],svg title,svg desc')) {
    const text = img.localName === 'title' || img.localName === 'desc' ? squeeze(textContent(img))
      : attribute(img, 'alt') || attribute(img, 'aria-label') || attribute(img, 'title');
    if (slug(text)) return text;
  }
  return '';
}

// Last resorts for an icon: what its attributes, address and file names say.
function hintedLabel(rec) {
  const el = rec.el;
  for (const hint of HINTS) {
    const text = attribute(el, hint);
    if (text.length < 80 && hasLetters(text) && !/[{}<>]/.test(text)) return text;
  }
  const use = find(el, 'use');
  const fragment = use && (attr(use, 'href') || attr(use, 'xlink:href') || '').split('#')[1];
  return identifierWords(fragment) || addressWords(attr(el, 'href')) || identifierWords(attr(el, 'name')) ||
    identifierWords(attr(el, 'id')) || pictureFile(el) || classWords(el);
}

function pictureFile(el) {
  const img = localName(el) === 'img' ? el : find(el, 'img');
  const src = img && (attr(img, 'src') || '');
  if (!src || src.startsWith('data:')) return '';
  return identifierWords(safeDecode(src.split(/[?#]/)[0].split('/').pop()).replace(/\.\w{2,5}$/, ''));
}

function classWords(el) {
  const icon = find(el, 'svg,i,span,img');
  for (const at of [icon, el]) {
    const classes = at ? (attr(at, 'class') || '').split(/\s+/).map(identifierWords).filter(Boolean) : [];
    if (classes.length) return classes[classes.length - 1];
  }
  return '';
}

function labelTexts(control, own) {
  for (const label of control.labels || []) {
    const text = squeeze(clip(own?.el === label ? visibleText(own) : withoutControls(label), TEXT_ENOUGH));
    if (slug(text)) return text;
  }
  return '';
}

function withoutControls(label) {
  if (!find(label, 'select,textarea,button,script,style')) return textContent(label);
  let text = '';
  for (const kid of label.childNodes) {
    if (kid.nodeType === 3) text += kid.data;
    else if (kid.nodeType === 1 && !/^(select|textarea|button|script|style)$/.test(kid.localName) && !find(kid, 'select,textarea,button,script,style')) text += textContent(kid);
  }
  return text;
}

// The text that stands beside a field: after a box to tick, before anything else.
function besideText(rec, after = rec.role === 'checkbox' || rec.role === 'radio' || rec.role === 'switch') {
  let at = rec;
  for (let level = 0; level < 3 && at.up; level++, at = at.up) {
    const kids = at.up.kids;
    const index = kids.indexOf(at);
    for (let i = index + (after ? 1 : -1), n = 0; i >= 0 && i < kids.length && n < 3; i += after ? 1 : -1, n++) {
      const kid = kids[i];
      if (typeof kid !== 'string' && kid.acts) break;
      const text = typeof kid === 'string' ? squeeze(kid) : visibleText(kid, 100);
      if (hasLetters(text) && text.length < 80) return text;
    }
    if (at.up.group === 'row' || at.up.acts > 4) break;
  }
  return '';
}

function fieldLabel(rec, control) {
  const el = control;
  const own = declaredLabel(el) || labelTexts(el, rec.stand ? rec : null);
  if (slug(own)) return own;
  if (rec.tag === 'input' && rec.role === 'button') return buttonInputLabel(el) || hintedLabel(rec);
  for (const name of ['placeholder', 'title']) if (slug(attribute(el, name))) return attribute(el, name);
  return besideText(rec) || hintedField(rec, el) || besideText(rec, false);
}

const hintedField = (rec, el) => identifierWords(attr(el, 'name')) || identifierWords(attr(el, 'id')) || purposeWords(el) || hintedLabel(rec);

// What the browser may fill in, as HTML names it: "given-name".
const PURPOSE = /(?:^| )((?:[a-z]+-)?(?:name|address|code|country|tel|email|number|exp|csc|password)|email|tel|organization|address-line\d|bday)$/;

function purposeWords(el) {
  const found = PURPOSE.exec((attr(el, 'autocomplete') || '').toLowerCase());
  return found ? spaced(found[1]) : '';
}

const buttonInputLabel = (el) => squeeze(el.type === 'image' ? attribute(el, 'alt') : el.type === 'file' ? '' : el.value || '') ||
  attribute(el, 'title') || (el.type === 'submit' ? 'submit' : el.type === 'reset' ? 'reset' : '');

// What something that can be acted on is called; '' when nothing says.
function widgetLabel(rec) {
  const el = rec.stand || rec.el;
  if (rec.tag === 'option') return squeeze(rec.kids[0]) || attribute(el, 'value');
  if (rec.stand || rec.tag === 'input' || rec.tag === 'select' || rec.tag === 'textarea' || isTyped(rec.role)) return fieldLabel(rec, el);
  if (rec.role === 'combobox') return choiceLabel(rec, el);
  const declared = declaredLabel(el);
  if (slug(declared)) return declared;
  const content = contentLabel(rec);
  if (slug(content)) return content;
  const symbol = SYMBOLS[content];
  const text = hiddenText(el);
  if (slug(text) && text.length <= PIECE_LIMIT) return text;
  return pictureLabel(rec) || (slug(attribute(el, 'title')) ? attribute(el, 'title') : '') || symbol ||
    (rec.role === 'checkbox' || rec.role === 'radio' || rec.role === 'switch' ? besideText(rec) : '') || hintedLabel(rec);
}

// What a box that shows its choice is a choice of; only if nothing says, what is chosen.
function choiceLabel(rec, el) {
  const ids = (attr(el, 'aria-labelledby') || '').split(/\s+/);
  const itself = ids.some((id) => id && find(el, `#${CSS.escape(id)}`));
  const declared = itself ? squeeze(attr(el, 'aria-label') || '') : declaredLabel(el);
  if (slug(declared)) return declared;
  const said = labelTexts(el, null) || attribute(el, 'title') || besideText(rec);
  return slug(said) ? said : contentLabel(rec) || hintedLabel(rec);
}

// What a bare number counts or chooses, from what is said beside it.
function numberHint(rec, number) {
  const el = rec.stand || rec.el;
  const title = attribute(el, 'title');
  if (hasLetters(title)) return title;
  for (const [key, value] of addressQuery(el)) if (value === number) return spaced(key);
  return besideText(rec) || addressWords(attr(el, 'href')) || identifierWords(attr(el, 'name')) || classWords(el);
}

function addressQuery(el) {
  try {
    return new URL(attr(el, 'href') || '', page.base()).searchParams;
  } catch {
    return [];
  }
}
