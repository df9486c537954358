// Labels: the words a person would use for an element, from what names it, what it shows, or, for
// a bare icon, what its attributes and address say.

const TEXT_ENOUGH = 300; // characters gathered for a label before stopping
const PIECE_LIMIT = 90; // a longer text is a block of content: its best piece is the label
const SYMBOLS = { '+': 'plus', '＋': 'plus', '-': 'minus', '−': 'minus', '–': 'minus', '×': 'close', '✕': 'close', '✖': 'close',
  '✗': 'close', '╳': 'close', '<': 'previous', '‹': 'previous', '«': 'previous', '←': 'previous', '❮': 'previous', '◀': 'previous',
  '>': 'next', '›': 'next', '»': 'next', '→': 'next', '❯': 'next', '▶': 'next', '☰': 'menu', '≡': 'menu', '⋮': 'more', '…': 'more',
  '...': 'more', '•••': 'more', '🔍': 'search', '🔎': 'search', '🛒': 'cart', '👤': 'account', '♥': 'favourite', '♡': 'favourite',
  '❤': 'favourite', '★': 'star', '☆': 'star', '?': 'help', '▲': 'up', '↑': 'up', '▼': 'down', '↓': 'down', '▾': 'down', '✓': 'done', '⌂': 'home' };
const ICON_HEIGHT = 48; // pixels: what is higher is no icon
const IDS = ['data-testid', 'data-test-id', 'data-test', 'data-qa', 'data-cy'];
const HINTS = ['data-original-title', 'data-title', 'data-tooltip', 'data-label', 'data-text', 'data-content', 'data-name'];

// Visible text in `rec`, block by block, at most `enough` characters of it; `plain`: only what is
// not itself a field or a button.
function pieces(rec, enough = TEXT_ENOUGH, plain = false) {
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
    } else if (kid.tag !== 'option' && !(plain && kid.role && kid.role !== 'link')) {
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
  const texts = ids.split(/\s+/, 8).map((id) => (id ? readableId(el, id) : ''));
  return squeeze(clip(texts.join(' '), TEXT_ENOUGH));
}

// What can be read of the element called `id`; all it says where nothing of it can be read.
function readableId(el, id) {
  const found = rootNode(el).getElementById?.(id);
  if (!found) return '';
  return (tagsIn(found, '*').length < 20 && readableText(found)) || textContent(found);
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
  if (find(el, 'script,style,noscript,template') !== null) return '';
  if (find(el, 'svg,[aria-hidden=true]') === null) return squeeze(clip(textContent(el), TEXT_ENOUGH));
  return squeeze(clip(spokenText(el), TEXT_ENOUGH));
}

// The same without what screen readers are told to leave out.
function spokenText(el) {
  let text = '';
  for (let node = firstChild(el); node; node = nextSibling(node)) {
    if (nodeType(node) === 3) text += node.data;
    else if (nodeType(node) === 1 && localName(node) !== 'svg' && attr(node, 'aria-hidden') !== 'true') text += ` ${spokenText(node)} `;
  }
  return text;
}

function pictureLabel(rec) {
  if (MEDIA[rec.tag] !== undefined) return rec.words;
  const own = rec.tag === 'img' || rec.tag === 'area' ? attribute(rec.el, 'alt') : '';
  if (slug(own)) return own;
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
  return identifierWords(fragment) || addressWords(attr(el, 'href')) || identifierWords(attr(el, 'name')) || idWords(el) ||
    pictureFile(el) || pictureAddress(rec) || shapeLabel(rec) || classWords(el);
}

function idWords(el) {
  for (const name of ['id', ...IDS]) {
    const words = identifierWords(attr(el, name));
    if (words) return words;
  }
  return '';
}

// The words of the picture file that style lays under an empty element.
function pictureAddress(rec) {
  if (rec.shown || rec.place === null) return '';
  const found = /url\("([^"]+)"\)/.exec(rec.place.style.backgroundImage);
  return found && !found[1].startsWith('data:') ? fileWords(found[1]) : '';
}

function pictureFile(el) {
  const img = localName(el) === 'img' ? el : find(el, 'img');
  const src = img && (attr(img, 'src') || '');
  return !src || src.startsWith('data:') ? '' : fileWords(src);
}

const fileWords = (src) => identifierWords(safeDecode(src.split(/[?#]/)[0].split('/').pop()).replace(/\.\w{2,5}$/, ''));

// Words of style and layout, which say nothing of what a thing is for.
const STYLING = new Set(('active off selected current disabled unavailable soldout align animate animation background badge base bg block body bold border box btn btns button buttons card center ' +
  'class clear clickable corner col color colour column component container content control cursor custom dark default display divider element elem ' +
  'fill fixed handle flat flex float focus font footer full ghost gray grey grid group header height hidden hover icon icons image img inline inner ' +
  'inside item items justify label large layout left light link links lazy list margin max medium min mobile module mod new none only outer outline ' +
  'overflow overlay padding panel picture pointer pos position primary radius relative reset right root rounded row secondary section shadow ' +
  'sharp size small solid square state style styled styles sub svg tertiary text theme top bottom toggle transition transparent ui underline unstyled ' +
  'view visible white black width widget wrap wrapper wrp fab far fas fal glyphicon material dashicons sprite regular desktop tablet parent child').split(' '));

// The classes of an icon often say what it shows ("fa-heart"); words of style among them do not.
function classWords(el) {
  const icon = find(el, 'svg,i,span,img');
  for (const at of [icon, el]) {
    if (!at) continue;
    const found = (attr(at, 'class') || '').split(/\s+/).map(classWord).filter(Boolean);
    if (found.length) return found[found.length - 1];
  }
  return '';
}

function classWord(name) {
  const words = identifierWords(name).toLowerCase().split(' ');
  return words.filter((word) => word && !STYLING.has(word)).join(' ');
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
  const content = contentLabel(rec);
  if (slug(declared) && !contradicts(rec, content, declared)) return declared;
  if (slug(content)) return rec.picture && !hasLetters(content) ? countLabel(rec, content) : symbolLabel(content) || content;
  const symbol = SYMBOLS[content];
  const text = hiddenText(el);
  if (slug(text) && text.length <= PIECE_LIMIT) return text;
  return pictureLabel(rec) || (slug(attribute(el, 'title')) ? attribute(el, 'title') : '') || symbol || colourLabel(rec) ||
    (isChoice(rec) || hiddenChoice(rec) ? besideText(rec, true) : '') || hintedLabel(rec);
}

// Whether what a control shows says something else than what its author calls it: people go by what
// they see. Words in an icon font are pictures.
function contradicts(rec, content, declared) {
  if (!isWordy(content) || content.length > PIECE_LIMIT || rec.acts > 1) return false;
  const said = normal(declared);
  const shown = normal(content);
  if (isEchoed(shown, said) || isEchoed(said, shown) || !/^[\p{Script=Latin}\p{P}\p{N}\p{S}\s]*$/u.test(content + declared)) return false;
  return /^\p{L}/u.test(content) && !inIconFont(rec);
}

const isEchoed = (one, other) => (one.match(WORD) || []).some((word) => word.length > 2 && other.includes(word));

function inIconFont(rec) {
  for (let at = rec; at; at = at.kids.find((kid) => typeof kid !== 'string')) if (ICON_FONT.test(at.place.style.fontFamily)) return true;
  return false;
}

// A picture with a number, as a basket has: what the picture is, and the number.
function countLabel(rec, number) {
  if (!/^\(?\p{Nd}{1,3}\+?\)?$/u.test(number) || rec.place.measure().height > ICON_HEIGHT) return number;
  const said = pictureLabel(rec) || addressWords(attr(rec.el, 'href'));
  return hasLetters(said) && said.length < 40 ? `${said} ${number}` : number;
}

// A symbol with a number: "🛒 2" is the cart, 2.
function symbolLabel(content) {
  if (content.length > 12 || hasLetters(content)) return '';
  const symbol = SYMBOLS[content.replace(/[\p{N}\s().,\ufe0f]+/gu, '')];
  return symbol && symbol.length > 3 && !/^(plus|minus|next|close|previous)$/.test(symbol) ? `${symbol} ${content.replace(/[^\p{N}.,]+/gu, ' ').trim()}` : '';
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
