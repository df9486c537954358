// Typography: what pieces of text mean by where they stand beside each other. A person reads the
// gap, the size and the height of print: two digits raised beside a price are its decimals, and
// words drawn apart are two words although the markup leaves no space between them.

const APART = 0.13; // of a letter's height: a gap that is read as a space
const SMALLER = 0.88; // of the height before: smaller print
const RAISED = 0.12; // of the height before: off its line
const BESIDE = 0.7; // of the height before: further away is another thing
const CLIMB = 4; // boxes around a piece that are asked what it belongs to
const LINE = 80; // characters: a longer text around a number says nothing of it

const SIGN = new RegExp(CURRENCY, 'iu');
const PRICED = new RegExp(`\\p{Nd}\\s?${CURRENCY}\\s*$`, 'iu');
const COUNTED = /(\p{Nd}[\p{Nd}.,’'\u00a0\u202f ]*)$/u;
const TWO = /^\s*(\p{Nd}\p{Nd})(?!\p{Nd})([^]*)$/u;
const WITH_DECIMALS = /[.,]\p{Nd}{2}$/u;
const MARKED = /(?<![\d.,])\d{1,3}(?:[.,’'\s]?\d{3})*([.,])\d{2}(?![\d.,])/g;
const WORTH = /price|preis|prix|precio|preco|preço|prezzo|prijs|\bcena|\bcen[ay]\b|fiyat|hinta|\bpris\b|\beuros?\b|dollar|\bpounds?\b|цена|cost|amount/i;

const isSpace = (code) => code <= 32 || code === 160 || code === 0x202f || code === 0x3000;
const isDigit = (code) => (code >= 48 && code <= 57) || (code >= 0x660 && code <= 0x669) || (code >= 0x6f0 && code <= 0x6f9);
const isIdeograph = (code) => code >= 0x2e80;
const isWordChar = (code) => isDigit(code) || (code > 127 ? LETTER.test(String.fromCharCode(code)) : (code | 32) >= 97 && (code | 32) <= 122);

// The place of the first or last character of `text` that is not a space; -1 when there is none.
function inkAt(text, fromEnd) {
  let at = fromEnd ? text.length - 1 : 0;
  while (at >= 0 && at < text.length && isSpace(text.charCodeAt(at))) at += fromEnd ? -1 : 1;
  return at < text.length ? at : -1;
}

// Reads the pieces of a page in order, each into its record, and says what stands between them.
class Reading {
  constructor() {
    this.node = null; // the piece before
    this.rec = null;
    this.into = null; // where it was put
    this.text = '';
    this.former = ''; // the text of the one before that, on the same line
    this.place = 0; // of the piece before among the kids of its record
    this.end = -1; // where its last letter is
    this.crossed = false; // another line or thing begins since
    this.blanks = []; // spaces since, as records and places among their kids
    this.tails = []; // decimals whose mark is to be found: record, place, what tells the mark
    this.asked = new Map(); // element to whether it is about a price
    this.pairs = new Map(); // classes before and here to how such pieces stand
    this.range = null;
  }

  // What comes next stands on another line, or something else stands between.
  cross() {
    this.crossed = true;
  }

  add(node, rec, into) {
    const text = node.data;
    const start = inkAt(text, false);
    if (start < 0) {
      if (this.blanks.length < 8) this.blanks.push([into, into.kids.length]);
      into.kids.push(text);
      return;
    }
    into.kids.push(this.node !== null && this.rec !== rec ? this.joined(node, rec, text, start, into) : text);
    this.former = this.crossed || this.blanks.length ? '' : this.text;
    this.node = node;
    this.rec = rec;
    this.into = into;
    this.text = text;
    this.place = into.kids.length - 1;
    this.end = inkAt(text, true);
    this.crossed = false;
    this.blanks.length = 0;
  }

  // `text` with what stands between it and the piece before.
  joined(node, rec, text, start, into) {
    const last = this.text.charCodeAt(this.end);
    const first = text.charCodeAt(start);
    const tight = start === 0 && this.end === this.text.length - 1 && !this.blanks.length && !this.crossed;
    if (isDigit(first) && isDigit(last)) return this.numbers(node, rec, text, start, into, tight);
    if (!tight) return text;
    if (isDigit(first) && this.endsPrice()) return this.print(node, rec, start).off ? ' ' + text : text;
    if (!isWordChar(first) || !isWordChar(last) || (isIdeograph(first) && isIdeograph(last))) return text;
    return this.print(node, rec, start).apart ? ' ' + text : text;
  }

  // How a piece is drawn beside the one before: in other print or off its line, as decimals are, apart.
  // Boxes of letters are slow to ask for: where pieces in elements of the same classes stood alike twice,
  // the next ones do so, too.
  print(node, rec, start) {
    const key = this.pairOf(rec);
    const known = key && this.pairs.get(key);
    if (known && known.times > 1) return known;
    const made = this.measured(this.boxes(node, start));
    if (key && !known) this.pairs.set(key, made);
    if (!known) return made;
    if (known.off === made.off && known.beside === made.beside && known.apart === made.apart) known.times++;
    return made;
  }

  measured(boxes) {
    const off = this.isOff(boxes);
    const beside = off && this.isBeside(boxes) && boxes.next.bottom < boxes.last.bottom + RAISED * boxes.last.height;
    return { off, beside, apart: this.isApart(boxes), times: 1 };
  }

  // What tells alike pieces from others: tags and classes of their boxes; '' where they have a style of their own.
  pairOf(rec) {
    if (hasAttr(this.rec.el, 'style') || hasAttr(rec.el, 'style')) return '';
    const [one, other] = [this.rec.place, rec.place];
    const makes = [one, other, one.up ?? one, other.up ?? other].map(makeOfPlace);
    return `${makes.join()} ${this.crossed} ${this.blanks.length}`;
  }

  // The piece before ends with the currency after a number.
  endsPrice() {
    const text = this.text.slice(-LINE);
    return PRICED.test(text.length < 6 ? this.former.slice(-4) + text : text);
  }

  // A digit after a digit: the decimals of a price, another number, or the same number going on.
  numbers(node, rec, text, start, into, tight) {
    const { off, beside, apart } = this.print(node, rec, start);
    const whole = COUNTED.exec(this.text.slice(0, this.end + 1))[1].trim();
    const tail = beside && TWO.exec(text);
    if (tail && !WITH_DECIMALS.test(whole) && isTail(tail[2])) {
      const about = this.priceAround(rec);
      if (about) return this.tail(text.trimStart(), rec, into, whole, tail[1], about);
    }
    return tight && (off || apart) ? ' ' + text : text;
  }

  // Put the decimals on the line of what they belong to; their mark is known when all is read.
  tail(text, rec, into, whole, two, about) {
    for (const [blank, at] of this.blanks) blank.kids[at] = '';
    this.into.kids[this.place] = this.text.trimEnd();
    if (this.crossed) flowTogether(this.rec, rec);
    this.tails.push([into, into.kids.length, ownMark(whole) || twinMark(about, whole, two)]);
    return text;
  }

  // The boxes of the last letter before and of the first of `node`.
  boxes(node, start) {
    const range = (this.range ??= page.range());
    return { last: letterBox(range, this.node, this.end), next: letterBox(range, node, start) };
  }

  isApart({ last, next }) {
    if (!last.height || !next.height) return false;
    if (next.top >= last.bottom || next.bottom <= last.top) return true;
    const gap = Math.max(next.left - last.right, last.left - next.right);
    return gap > APART * Math.min(last.height, next.height) || gap < -last.height; // another piece may lie over it
  }

  // In other print, or off the line.
  isOff({ last, next }) {
    if (!last.height || !next.height) return false;
    if (next.height < SMALLER * last.height || last.height < SMALLER * next.height) return true;
    return Math.abs(next.bottom - last.bottom) > RAISED * last.height;
  }

  // Smaller or raised, and right after.
  isBeside({ last, next }) {
    if (next.top >= last.bottom || next.bottom <= last.top - last.height / 2 || next.height > last.height * 1.05) return false;
    const gap = next.left - last.right;
    return gap > -2 && gap < BESIDE * last.height;
  }

  // The nearest box that says that the number in `rec` is a price.
  priceAround(rec) {
    let el = rec.el;
    for (let level = 0; el && level < CLIMB && childCount(el) < 12; level++, el = parentElement(el)) {
      let known = this.asked.get(el);
      if (known === undefined) this.asked.set(el, (known = isAboutPrice(el)));
      if (known) return el;
    }
    return null;
  }

  // All is read: give the decimals the mark that the page uses.
  settle(recs) {
    if (!this.tails.length) return;
    let usual = '';
    for (const [into, at, mark] of this.tails) into.kids[at] = (mark || (usual ||= usualMark(recs))) + into.kids[at];
  }
}

// Selecting the whole node first spares the range to find out in which order its two ends stand,
// for which it would walk past all that lies between.
function letterBox(range, node, at) {
  range.selectNodeContents(node);
  range.setStart(node, at);
  range.setEnd(node, at + 1);
  return range.getBoundingClientRect();
}

// What may follow decimals: a currency, or nothing with a letter in it.
const isTail = (rest) => !LETTER.test(rest) || SIGN.test(rest.slice(0, 8));

function isAboutPrice(el) {
  const says = `${attr(el, 'class') || ''} ${attr(el, 'itemprop') || ''} ${attr(el, 'aria-label') || ''} ${attr(el, 'title') || ''}`;
  if (WORTH.test(says) || SIGN.test(attr(el, 'aria-label') || '')) return true;
  const text = textContent(el);
  return text.length < LINE && SIGN.test(text);
}

// A number that sets its thousands apart by one mark has the other for its decimals.
function ownMark(whole) {
  const found = /([.,])\p{Nd}{3}$/u.exec(whole);
  return !found ? '' : found[1] === '.' ? ',' : '.';
}

// The same price written out beside, for screen readers.
function twinMark(el, whole, two) {
  for (let level = 0; el && level < 2 && childCount(el) < 12; level++, el = parentElement(el))
    for (const said of [clip(textContent(el), 400), attr(el, 'aria-label') || '', attr(el, 'title') || '']) {
      const at = said.search(new RegExp(`${whole.replace(/[^\p{Nd}]/gu, '.')}[.,]${two}`, 'u'));
      if (at >= 0) return said[at + whole.length];
    }
  return '';
}

// The decimal mark of most prices on the page, else of its language.
function usualMark(recs) {
  let points = 0;
  let commas = 0;
  for (const { kids } of recs)
    for (const kid of kids)
      if (typeof kid === 'string' && kid.length < LINE && /[.,]\d\d/.test(kid)) for (const [, mark] of kid.matchAll(MARKED)) mark === '.' ? points++ : commas++;
  if (points !== commas) return points > commas ? '.' : ',';
  try {
    return new Intl.NumberFormat(attr(page.root(), 'lang') || 'en').format(1.5)[1];
  } catch {
    return '.';
  }
}

// Boxes side by side on one line, as those of a flex row or floats, are read as one line.
function flowTogether(one, other) {
  const path = new Set();
  for (let at = one; at; at = at.up) path.add(at);
  let top = other;
  while (!path.has(top)) {
    top.block = false;
    top = top.up;
  }
  for (let at = one; at !== top; at = at.up) at.block = false;
  if (!/flex/.test(top.place.display)) return;
  top.flows = true;
  for (const kid of top.kids) if (typeof kid !== 'string') kid.block = false;
}
