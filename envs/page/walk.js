// The walk: one pass over the page, as it is composed from light and shadow trees, that keeps what
// can be seen as a tree of small records. Iterative, so depth does not matter. Knows what
// elements are, not what they are called.

const INLINE = /^(inline|contents|ruby|none)/;
const REPLACED = new Set('input select textarea img svg iframe button meter progress'.split(' '));
const SHOWS_BARE = new Set([...REPLACED, 'a', 'area', 'br', 'slot', 'summary', 'textarea']);
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

// Walk the document. Returns {root, recs, elements}: records in reading order, elements counted.
function walk(sight, modal) {
  const top = new Rec(page.root(), 'html', null, null);
  top.place = new Place(top.el, getComputedStyle(top.el), 'block', null, sight);
  top.block = true;
  const recs = [top];
  const frames = [{ rec: top, next: firstChild(top.el), list: null, at: 0, inModal: false }];
  let frame;
  while ((frame = frames[frames.length - 1])) {
    const node = frame.next;
    if (!node) {
      frames.pop();
      continue;
    }
    frame.next = frame.list ? frame.list[++frame.at] || null : nextSibling(node);
    const type = nodeType(node);
    if (type === 3) readText(node, frame.rec, sight);
    else if (type === 1) {
      const rec = visit(node, frame.rec, sight, modal, frame);
      if (!rec) continue;
      recs.push(rec);
      frame.rec.kids.push(rec);
      if ((!REPLACED.has(rec.tag) || rec.tag === 'button') && !rec.shut) frames.push(inner(rec, frame, modal));
      else if (rec.tag === 'select') readOptions(rec, recs);
    }
  }
  return { root: top, recs };
}

// Where to go on inside `rec`: its shadow tree, what is put into its slot, or its children.
function inner(rec, frame, modal) {
  const el = rec.el;
  const inModal = frame.inModal || (modal !== null && modal.has(el));
  const shadow = shadowRootOf(el);
  if (shadow) watchRoot(shadow);
  if (shadow) return { rec, next: firstChild(shadow), list: null, at: 0, inModal };
  if (rec.tag === 'slot') {
    const list = el.assignedNodes();
    if (list.length) return { rec, next: list[0], list, at: 0, inModal };
  }
  return { rec, next: firstChild(el), list: null, at: 0, inModal };
}

function readText(node, rec, sight) {
  const text = node.data;
  if (rec.shows === null) rec.shows = textShows(node, rec, sight);
  if (rec.shows) rec.kids.push(text);
}

function textShows(node, rec, sight) {
  let at = rec;
  while (at.place.display === 'contents' && at.up) at = at.up;
  if (at.tag === 'details' || !rec.visible) return false;
  const style = at.place.style;
  if (style.fontSize === '0px' || isHiddenText(style)) return false;
  return (at === rec ? rec.seen : sight.sees(at.place)) || overflows(node, at.place, sight);
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
const isHiddenText = (style) =>
  (style.textIndent.length > 5 && Math.abs(parseFloat(style.textIndent)) > 500) ||
  (TRANSPARENT.test(style.color) && !style.backgroundClip.includes('text')) ||
  (style.clip !== 'auto' && NO_RECT.test(style.clip));

// A record of `el`, or null when neither it nor anything in it can be seen.
function visit(el, up, sight, modal, frame) {
  const tag = localName(el);
  if (NEVER.has(tag) || isBare(el, tag)) return null;
  const style = getComputedStyle(el);
  const display = style.display;
  if (display === 'none') return null;
  if (style.opacity === '0' && !isOverlaidControl(el, tag) && !fadesIn(el, style, sight)) return null;
  if (CLIPPED.test(style.clipPath)) return null;
  if (modal !== null && !frame.inModal && !modal.has(el) && !modal.leadsTo(el)) return null;
  if (up.tag === 'details' && !up.el.open && tag !== 'summary' && up.el instanceof HTMLDetailsElement) return null;
  const rec = new Rec(el, tag, up, new Place(el, style, display, up.place, sight));
  rec.block = !INLINE.test(display);
  rec.visible = style.visibility === 'visible';
  rec.shut = style.contentVisibility === 'hidden';
  rec.owner = up.role ? up : up.owner;
  rec.role = widgetRole(el, tag);
  if (rec.role && !rec.seen && rec.place.width && rec.place.height) rec.role = '';
  if (tag === 'iframe' && (el.clientWidth < 3 || el.clientHeight < 3)) return null;
  if (tag === 'label') standIn(rec, el);
  if (!rec.role) rec.group = structureRole(el, tag);
  return rec;
}

// Without attributes to act by and without content it shows nothing: half of many pages.
function isBare(el, tag) {
  if (firstChild(el) !== null || SHOWS_BARE.has(tag) || shadowRootOf(el) !== null) return false;
  return !ACTS_BARE.some((name) => hasAttr(el, name));
}

// Custom checkboxes and selects lay the real, transparent control over their drawing.
const isOverlaidControl = (el, tag) => tag === 'select' || (tag === 'input' && CHOICES.has(el.type)) || isStretchedLink(el, tag);

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
  if (!control || !CHOICES.has(control.type) || !rec.seen) return;
  const rect = rectOf(control);
  if (!isTiny(rect) && isShown(control, { visibilityProperty: true }) && rect.right + scrollX > 0) return;
  rec.stand = control;
  rec.role = widgetRole(control, 'input');
}

// Whether an option is in its list for people, too: shops hide sizes that are not to be had.
function isOffered(option) {
  if (getComputedStyle(option).display === 'none') return false;
  const around = parentElement(option);
  return localName(around) !== 'optgroup' || getComputedStyle(around).display !== 'none';
}

function readOptions(rec, recs) {
  if (!rec.seen) return;
  for (const option of rec.el.options) {
    if (option.hidden || !isOffered(option)) continue;
    const made = new Rec(option, 'option', rec, rec.place);
    made.known = true;
    made.role = 'option';
    made.owner = rec;
    made.kids.push(option.label || option.text);
    rec.kids.push(made);
    recs.push(made);
  }
}
