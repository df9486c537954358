// The walk: one pass over the page, as it is composed from light and shadow trees, that keeps what
// can be seen as a tree of small records. Iterative, so depth does not matter.

const INLINE = /^(inline|contents|ruby|none)/;
const REPLACED = new Set('input select textarea img svg iframe button meter progress canvas video object embed'.split(' '));
const SHOWS_BARE = new Set([...REPLACED, 'a', 'body', 'area', 'br', 'slot', 'summary', 'textarea']);
const ACTS_BARE = ['role', 'tabindex', 'onclick', 'contenteditable'];
const CHOICES = new Set(['checkbox', 'radio', 'file']);

const LARGE = 200; // pixels each way: smaller is what appears under the pointer

const CLIPPED = /^(?:circle\(0|ellipse\(0|inset\((?:[5-9]\d|100)(?:\.\d+)?%|polygon\(0(?:px|%)? 0(?:px|%)?(?:, 0(?:px|%)? 0(?:px|%)?)*\))/;
const TRANSPARENT = /^rgba.*, 0\)$/;
const NO_RECT = /^rect\((\d)px,? \1px,? \1px,? \1px\)$/;

// One visible element. `kids` holds records and strings, in reading order.
class Rec {
  constructor(el, tag, up, place) {
    this.el = el;
    this.tag = tag;
    this.up = up;
    this.place = place;
    this.kids = [];
    this.block = false;
    this.visible = true;
    this.known = null; // whether it can be seen, once asked
    this.shut = false; // what is in it is not rendered
    this.role = ''; // what it is when it can be acted on
    this.group = ''; // what it is when it groups or structures
    this.owner = null; // the nearest thing around it that can be acted on
    this.stand = null; // the hidden control that this label stands for
    this.acts = 0; // things inside that can be acted on, itself included
    this.shows = null; // whether its own text can be read
    this.size = 0; // characters of text inside
    this.price = false; // a price is shown inside
    this.heading = null; // the first heading of the highest rank inside
    this.headings = 0; // how many headings of that rank
    this.label = ''; // what it is called
    this.part = ''; // its part of the name
    this.name = ''; // the whole name; of containers too
    this.card = false;
    this.kind = '';
    // Filled in later. All are here from the start, since objects that grow are slow.
    this.alt = ''; // what a picture laid over it says
    this.words = ''; // what it says as a picture
    this.bare = false; // it has no content, but is drawn
    this.drawn = false; // no element stands for it
    this.flows = false; // what is in it stands on one line
    this.struck = null; // whether a line is drawn through its text, once asked
    this.strike = false; // its text is shown as struck out
    this.worded = false; // letters or digits are shown inside
    this.numbered = false; // a short text of its own with a digit
    this.starry = false; // glyphs of stars are shown inside
    this.stars = 0; // stars that it draws by itself
    this.rates = null; // whether its class speaks of a rating, once asked
    this.layer = null; // a box in it that draws stars and nothing else
    this.icons = null; // boxes in it that are drawn and say nothing
    this.alike = null; // the controls that its kids are or hold
    this.look = ''; // 'selected' or 'disabled' where only its look says so
    this.shown = false; // something in it can be seen
    this.gone = false; // nothing of it is worth showing
    this.holdsRole = false;
    this.pointed = undefined; // the pointer becomes a hand over it
    this.level = 0; // its rank as a heading
    this.landmark = false; // it holds a landmark, a list, a picture
    this.list = false;
    this.picture = false;
    this.scope = null; // the container it is named in
    this.depth = 0;
    this.contains = false; // it is a container itself
    this.shelf = false; // it holds cards that are containers
    this.index = 0; // its place in the table of names
    this.before = 0; // names listed before it
    this.within = null; // what the groups around say, for its contents
  }

  get seen() {
    if (this.known === null) this.known = this.visible && this.place.sight.sees(this.place);
    return this.known;
  }
}

// Walk the document. Returns {root, recs}: records in reading order.
function walk(sight, modal) {
  const top = new Rec(page.root(), 'html', null, null);
  top.place = new Place(top.el, getComputedStyle(top.el), 'block', null, sight);
  top.block = true;
  const recs = [top];
  const reading = new Reading();
  labelRecs = new Map();
  const frames = [{ rec: top, next: firstChild(top.el), list: null, at: 0, inModal: false }];
  let frame;
  while ((frame = frames[frames.length - 1])) {
    const node = frame.next;
    if (!node) {
      if (frame.rec.block) reading.cross();
      frames.pop();
      continue;
    }
    frame.next = frame.list ? frame.list[++frame.at] || null : nextSibling(node);
    const type = nodeType(node);
    if (type === 3) readText(node, frame.rec, sight, reading, recs);
    else if (type === 1) {
      const rec = visit(node, frame.rec, sight, modal, frame);
      if (!rec) continue;
      recs.push(rec);
      frame.rec.kids.push(rec);
      const closed = REPLACED.has(rec.tag) && rec.tag !== 'button';
      if (rec.block || closed || rec.tag === 'br') reading.cross();
      if ((!closed || (rec.tag === 'svg' && isSpeakingDrawing(node))) && !rec.shut) frames.push(inner(rec, frame, modal));
      else if (rec.tag === 'select') readOptions(rec, recs);
      else if (rec.tag === 'img' && hasAttr(node, 'usemap')) readAreas(rec, recs);
    }
  }
  reading.settle(recs);
  return { root: top, recs };
}

let labelRecs = new Map(); // label element to its record

// The records of a look are not kept for longer: to keep them costs more than to make them.
const forgetRecords = () => {
  labelRecs = new Map();
};

// A drawing with words or things to press in it.
const isSpeakingDrawing = (el) => find(el, 'text,a,foreignObject,[role=button],[role=link],[tabindex],[onclick],g[style*=cursor],g[class]') !== null ||
  (hears && [...tagsIn(el, '*')].some(listens));

// Where to go on inside `rec`: its shadow tree, what is put into its slot, or its children.
function inner(rec, frame, modal) {
  const el = rec.el;
  const inModal = frame.inModal || (modal !== null && modal.has(el));
  const shadow = shadowRootOf(el);
  if (shadow) {
    watchRoot(shadow);
    watchFields(shadow);
  }
  if (shadow) return { rec, next: firstChild(shadow), list: null, at: 0, inModal };
  if (rec.tag === 'slot') {
    const list = el.assignedNodes();
    if (list.length) return { rec, next: list[0], list, at: 0, inModal };
  }
  return { rec, next: firstChild(el), list: null, at: 0, inModal };
}

function readText(node, rec, sight, reading, recs) {
  if (rec.shows === null) rec.shows = textShows(node, rec, sight);
  if (rec.shows) reading.add(node, rec, strikeOf(rec, node.data, recs));
}

function textShows(node, rec, sight) {
  let at = rec;
  while (at.place.display === 'contents' && at.up) at = at.up;
  if (at.tag === 'details' || !rec.visible) return false;
  const style = at.place.style;
  if (style.fontSize === '0px' || isHiddenText(style, at.place)) return false;
  return at.known === true || at.place.runsOn() || (at === rec ? rec.seen : sight.sees(at.place)) || overflows(node, at.place, sight);
}

// Text may be seen outside a box that has no size itself.
function overflows(node, place, sight) {
  if (!isTiny(place) || place.style.overflowY !== 'visible') return false;
  const range = page.range();
  range.selectNodeContents(node);
  const rect = range.getBoundingClientRect();
  return !isTiny(rect) && meets(rect, place.clips ? sight.within(place) : sight.around(place));
}

// Ways to hide text and keep it for screen readers: clipped to nothing, indented out of sight, or
// without colour (unless the colour is in the background).
function isHiddenText(style, place = null) {
  const indent = style.textIndent;
  return (indent.length > 5 && Math.abs(parseFloat(indent)) > 500) || (style.display !== 'inline' && style.clip !== 'auto' && NO_RECT.test(style.clip)) ||
    (isTransparent(style, place) && !style.backgroundClip.includes('text'));
}

// Reading a colour is slow: elements of one class have one, unless they say otherwise themselves.
function isTransparent(style, place) {
  const alike = place === null ? null : place.sight.alike(place);
  if (alike === null) return TRANSPARENT.test(style.color);
  if (alike.clear === null) alike.clear = TRANSPARENT.test(style.color);
  return alike.clear;
}

// A record of `el`, or null when neither it nor anything in it can be seen.
function visit(el, up, sight, modal, frame) {
  const tag = localName(el);
  if (NEVER.has(tag)) return null;
  const bare = isBare(el, tag);
  const alike = bare ? sight.sameIn(up.place, el) : null;
  if (bare && alike.mute >= SAMPLE && !listens(el)) return null;
  const style = getComputedStyle(el);
  const display = style.display;
  if (bare && !(display !== 'none' && drawsAlone(el) && isOfUse(el, style))) alike.mute++;
  else if (display !== 'none') return recordOf(el, tag, style, display, up, sight, modal, frame, bare);
  return null;
}

// The same of what is rendered.
function recordOf(el, tag, style, display, up, sight, modal, frame, bare) {
  if (style.opacity === '0' && (!isOverlaidControl(el, tag) || drawnBy(el) !== null) && !fadesIn(el, style, sight)) return null;
  if (display !== 'inline' && CLIPPED.test(style.clipPath)) return null;
  if (modal !== null && !frame.inModal && !modal.has(el) && !modal.leadsTo(el)) return null;
  if (up.tag === 'details' && !up.el.open && tag !== 'summary' && up.el instanceof HTMLDetailsElement) return null;
  const rec = new Rec(el, tag, up, new Place(el, style, display, up.place, sight));
  rec.block = !INLINE.test(display) && !up.flows;
  rec.bare = bare;
  rec.visible = style.visibility === 'visible';
  rec.shut = display !== 'inline' && style.contentVisibility === 'hidden';
  rec.owner = up.role ? up : up.owner;
  const declared = declaredRole(el);
  rec.role = widgetRole(el, tag, declared);
  if (rec.role && !rec.seen && rec.place.width && rec.place.height) rec.role = '';
  if (tag === 'iframe' && (el.clientWidth < 3 || el.clientHeight < 3)) return null;
  if (MEDIA[tag] !== undefined && !(rec.words = mediaWords(rec))) return null;
  if (tag === 'label') {
    labelRecs.set(el, rec);
    standIn(rec, el);
  }
  if (!rec.role) rec.group = declared || TAG_ROLES[tag] || '';
  else if (!REPLACED.has(tag) && (isTyped(rec.role) || rec.role === 'combobox') && isSecret(el)) rec.shut = true;
  return rec;
}

// Without attributes to act by and without content it shows nothing: half of many pages.
function isBare(el, tag) {
  if (firstChild(el) !== null || SHOWS_BARE.has(tag) || shadowRootOf(el) !== null) return false;
  return !ACTS_BARE.some((name) => hasAttr(el, name));
}

// Custom checkboxes and selects lay the real, transparent control over their drawing.
const isOverlaidControl = (el, tag) => tag === 'select' || (tag === 'input' && CHOICES.has(el.type)) || isStretchedLink(el, tag);

// A native control kept out of sight for the form only: a drawn one beside or around it is pressed.
const DRAWN_CHOICE = /^(checkbox|radio|switch|combobox|listbox)$/;
const drawnBy = (el) => (attr(el, 'aria-hidden') !== 'true' || attr(el, 'tabindex') !== '-1' ? null
  : [el.previousElementSibling, el.nextElementSibling, parentElement(el)].find((near) => near && DRAWN_CHOICE.test(attr(near, 'role')) && !isTiny(rectOf(near))) || null);

// A transparent link laid over a whole tile: what is pressed wherever the tile is pressed.
function isStretchedLink(el, tag) {
  if (tag !== 'a' || !hasAttr(el, 'href') || getComputedStyle(el).position !== 'absolute' || getComputedStyle(el).pointerEvents === 'none') return false;
  const around = el.offsetParent;
  if (!around || isRoot(around)) return false;
  const [own, tile] = [rectOf(el), rectOf(around)];
  return own.width >= 0.8 * tile.width && own.height >= 0.8 * tile.height && own.height >= 20;
}

// A large part of the page, further down than the window shows, that is transparent until it is
// scrolled to: whoever reads the whole page sees it.
function fadesIn(el, style, sight) {
  if (sight.viewportOnly || !/static|relative/.test(style.position) || style.pointerEvents === 'none') return false;
  const rect = rectOf(el);
  return rect.top >= innerHeight && rect.height >= LARGE && rect.width >= LARGE;
}

// A label whose own control is hidden is what a person clicks.
function standIn(rec, el) {
  const control = el.control;
  if (!control || !CHOICES.has(control.type) || drawnBy(control) !== null || !(rec.seen || (rec.visible && rec.place.display === 'contents'))) return;
  const rect = rectOf(control);
  if (!isTiny(rect) && isShown(control, { visibilityProperty: true }) && rect.right + scrollX > 0) return;
  rec.stand = control;
  rec.role = widgetRole(control, 'input');
}
