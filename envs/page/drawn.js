// What style draws: words that a style sheet adds before or after an element, lines through text, and
// boxes without content that people see and press all the same. Asking for the style of a
// pseudo-element is slow, so it is asked only where it can matter.

const LEAST = 6; // pixels each way: what is smaller draws nothing worth telling
const STRUCK_LEVELS = 3; // boxes around a text that may draw a line through it
const THIN = 3; // pixels: a line
const SAMPLE = 4; // elements with the same classes that are asked
const SAMPLE_SHOWN = 2; // of those that show words already
const ICON_FONT = /icon|glyph|awesome|symbol|fontello|dashicons|icomoon/i;
const PRIVATE = /[\ue000-\uf8ff]|[\u{f0000}-\u{10ffff}]/gu; // where icon fonts keep their pictures
const WORTH_READING = /[\p{L}\p{N}\p{Sc}*%★☆⭐✭✮]/u;
const OWN_BOX = /^inline-|^flow-root/;

// The words that the pseudo-element `side` of `el`, of this style, shows; '' when it has none or draws a picture.
function drawnText(style, el, side, content = style.content) {
  if ((content[0] !== '"' && content[0] !== 'c') || content === '""') return '';
  if (style.display === 'none' || style.visibility !== 'visible' || style.opacity === '0' || style.fontSize === '0px') return '';
  const [shown, spoken] = contentStrings(content, (call) => counterText(call, el, side));
  const text = shown.replace(PRIVATE, '');
  if (text !== shown || ICON_FONT.test(style.fontFamily)) return spoken;
  return WORTH_READING.test(text) ? text : '';
}

// What `content` shows, and what it says of it for those who do not see: "a" "b" / "c" is ab and c.
function contentStrings(content, count = () => '') {
  const parts = ['', ''];
  let at = 0;
  for (const [found, string] of content.matchAll(/"((?:[^"\\]|\\.)*)"|\/|counters?\((?:[^()"]|"(?:[^"\\]|\\.)*")*\)/g)) {
    if (found === '/') at = 1;
    else parts[at] += string === undefined ? count(found) : string.replace(/\\(.)/g, '$1');
  }
  return parts;
}

// The box in which a line is drawn through the text of `rec`, or null. An <s> says it already.
function struckAt(rec) {
  let at = rec;
  for (let level = 0; level < STRUCK_LEVELS && at.up; level++, at = at.up) {
    if (at.tag === 's' || at.tag === 'del') return null;
    if (at.struck === null) at.struck = isLined(at);
    if (at.struck) return isOneLine(rec, at) ? at : null;
  }
  return null;
}

function isLined({ place }) {
  const { style, sight } = place;
  const alike = sight.alike(place);
  if (alike === null) return style.textDecorationLine.includes('line-through');
  if (alike.line === null) alike.line = style.textDecorationLine.includes('line-through');
  return alike.line;
}

// Lines are not drawn through boxes of their own on the way from `box` in to `rec`.
function isOneLine(rec, box) {
  for (let at = rec; at !== box; at = at.up) {
    const style = at.place.style;
    if (OWN_BOX.test(at.place.display) || style.float !== 'none' || style.position === 'absolute') return false;
  }
  return true;
}

// Text that is short enough to be a price or a size, and says one, may be struck out.
const mayBeStruck = (text, rec) => text.length < 40 && (rec.role !== '' || rec.owner !== null || /[\p{Nd}\p{Sc}]/u.test(text));

// Where the text of `rec` goes: into `rec` itself, or into what shows that it is struck out.
function strikeOf(rec, text, recs) {
  if (inkAt(text, false) < 0 || !mayBeStruck(text, rec)) return rec;
  const box = struckAt(rec);
  if (box === null) return rec;
  if (!box.role && !box.block && !KEPT.has(box.tag)) {
    box.strike = true;
    return rec;
  }
  const last = rec.kids[rec.kids.length - 1];
  if (last?.drawn) return last;
  return drawnRec(rec, 's', recs);
}

const MARKED_TAGS = new Set('label legend li dt h1 h2 h3 h4 h5 h6'.split(' ')); // what style puts words or numbers before

// A record of something that no element stands for.
function drawnRec(up, tag, recs) {
  const made = new Rec(up.el, tag, up, up.place);
  made.drawn = true;
  made.known = true;
  made.owner = up.role ? up : up.owner;
  up.kids.push(made);
  recs.push(made);
  return made;
}

// Put the words that style adds into the records, where they can matter: empty boxes, labels, numbers.
// Of elements with the same classes, as cards repeat them, a few are asked.
function readDrawn(rec) {
  if (rec.drawn || rec.tag === 'option' || rec.place === null || (REPLACED.has(rec.tag) && rec.tag !== 'button')) return;
  if (rec.shown ? !rec.numbered && !MARKED_TAGS.has(rec.tag) : !(rec.bare || rec.role || firstChild(rec.el) === null)) return;
  const alike = rec.place.sight.same(rec.place);
  if (alike.plain >= (rec.shown ? SAMPLE_SHOWN : SAMPLE) || (!rec.shown && !rec.seen)) return;
  const before = drawSide(rec, '::before');
  if (!drawSide(rec, '::after') && !before) alike.plain++;
}

// Put what the pseudo-element `side` draws into `rec`; whether it draws anything.
function drawSide(rec, side) {
  const style = getComputedStyle(rec.el, side);
  const content = style.content;
  if (content === 'none' || content === 'normal') return false;
  if (content === '""') return rec.shown && isLineThrough(rec, style) && (rec.strike = true);
  const text = drawnText(style, rec.el, side, content);
  if (!text) return false;
  if (side === '::before') rec.kids.unshift(text);
  else rec.kids.push(isDecimals(rec, text, style) ? usualMark([rec]) + text : text);
  rec.shown = rec.worded = true;
  return true;
}

// Two digits that style adds to a price in small or raised print.
function isDecimals(rec, text, style) {
  const last = rec.kids[rec.kids.length - 1];
  if (!/^\p{Nd}{2}$/u.test(text) || typeof last !== 'string' || !COUNTED.test(last.trimEnd())) return false;
  return parseFloat(style.fontSize) < SMALLER * parseFloat(rec.place.style.fontSize) || /super|top/.test(style.verticalAlign);
}

// An empty pseudo-element laid over a price as a thin line.
function isLineThrough(rec, style) {
  if (style.position !== 'absolute') return false;
  const { width, height } = rec.place.measure();
  const high = parseFloat(style.height) + parseFloat(style.borderTopWidth) + parseFloat(style.borderBottomWidth);
  const middle = Math.abs(parseFloat(style.top) + parseFloat(style.height) / 2 - height / 2);
  return high > 0 && high <= THIN && parseFloat(style.width) >= width / 2 && middle < height / 3;
}

// Whether an element without content or attributes to act by is drawn large enough to matter.
function drawsAlone(el) {
  const rect = rectOf(el);
  return rect.width >= LEAST && rect.height >= LEAST;
}

// Whether such a box says or does anything: by its words, by being pressed, or as part of a picture.
function isOfUse(el, style) {
  if (style.cursor === 'pointer' || listens(el) || style.backgroundImage.includes('(') || hasAttr(el, 'aria-label') || hasAttr(el, 'title')) return true;
  return (style.maskImage !== 'none' && style.maskImage !== '') || style.clipPath.startsWith('polygon') || hasWords(el, '::before') || hasWords(el, '::after');
}

const hasWords = (el, side) => /"[^"]/.test(getComputedStyle(el, side).content);

const isPainted = (style) => style.backgroundImage !== 'none' || !TRANSPARENT.test(style.backgroundColor);
