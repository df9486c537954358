// Visibility: what of the page a person could have seen. Reads style and layout, changes nothing.
// Layout is asked only about what may be shown; clipping is worked out once per clipping element, so
// the cost stays linear. Knows nothing of meaning.

const NEVER = new Set(('script style noscript template head link meta title base param source track ' +
  'datalist audio map col colgroup rp frameset noframes').split(' '));
const NOWHERE = { left: 0, top: 0, right: 0, bottom: 0 };

// What layout says of one element; `up` is the same of the element around it.
class Place {
  constructor(el, style, display, up, sight) {
    this.el = el;
    this.style = style;
    this.display = display;
    this.up = up;
    this.sight = sight;
    this.clips = display !== 'inline' && display !== 'contents' && style.overflow !== 'visible' && !isRoot(el);
    this.clipper = clipperOf(this); // the nearest element that clips it
    this.area = undefined; // where its children can be seen, worked out on demand
    this.measured = false;
    this.make = -1; // the number of its tag and classes, once asked
    this.styled = false; // whether it has a style of its own or no class, known with `make`
    this.whole = null; // whether all of its text that is not set apart can be seen, once asked
    this.left = this.top = this.width = this.height = this.right = this.bottom = 0;
  }

  // Whether it is a part of the lines of a box that is seen whole, so that its text is seen as well.
  // Boxes are slow to ask for, and most text stands in such lines.
  runsOn() {
    return this.display === 'inline' && this.up !== null && this.style.position === 'static' && this.up.holdsWhole();
  }

  holdsWhole() {
    if (this.whole === null) this.whole = this.display === 'inline' ? this.runsOn() : this.display !== 'contents' && !this.clips && this.sight.seesWhole(this);
    return this.whole;
  }

  // Its box in the viewport's coordinates, as plain numbers: reading a DOMRect is slow.
  measure() {
    if (this.measured) return this;
    this.measured = true;
    const rect = rectOf(this.el);
    this.left = rect.left;
    this.top = rect.top;
    this.width = rect.width;
    this.height = rect.height;
    this.right = this.left + this.width;
    this.bottom = this.top + this.height;
    return this;
  }
}

const meets = (a, b) => a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;

const isTiny = (rect) => (rect.width < 2 && rect.height < 2) || rect.width < 0.5 || rect.height < 0.5;

const MAKES = 30000; // makes that are told apart: their product is still a small number
const makeNumbers = new Map(); // tag to classes to the number of such elements
let makeCount = 0;

function makeOfPlace(place) {
  if (place.make < 0) {
    place.make = makeNumber(place.el);
    place.styled = hasAttr(place.el, 'style') || !hasAttr(place.el, 'class');
  }
  return place.make;
}

// A number for the tag and the classes of `el`.
function makeNumber(el) {
  const tag = localName(el);
  let classes = makeNumbers.get(tag);
  if (classes === undefined) makeNumbers.set(tag, (classes = new Map()));
  const name = attr(el, 'class');
  let number = classes.get(name);
  if (number === undefined) classes.set(name, (number = makeCount = (makeCount % (MAKES - 1)) + 1));
  return number;
}

// What is known of the elements of one make.
class Alike {
  constructor() {
    this.clear = null; // whether their text is transparent
    this.line = null; // whether a line is drawn through it
    this.mute = 0; // how many empty ones draw nothing
    this.plain = 0; // how many have no words of style
  }
}

// One look at the page: the area that can be seen of it, whole or only the viewport.
class Sight {
  constructor(viewportOnly) {
    this.viewportOnly = viewportOnly;
    this.makes = new Map(); // class around, class and tag to what is known of such elements
    this.area = viewportOnly ? { left: 0, top: 0, right: innerWidth, bottom: innerHeight } : wholeArea();
  }

  // What is known of the elements of the same class and tag as that of `place`, in boxes of the same class.
  same(place) {
    return this.made((place.up === null ? 0 : makeOfPlace(place.up)) * MAKES + makeOfPlace(place));
  }

  // The same of an element without a place of its own, in that of `around`.
  sameIn(around, el) {
    return this.made(makeOfPlace(around) * MAKES + makeNumber(el));
  }

  made(key) {
    let found = this.makes.get(key);
    if (found === undefined) this.makes.set(key, (found = new Alike()));
    return found;
  }

  // The same where class alone decides how they look; null where one has a style of its own.
  alike(place) {
    if (place.up === null) return null;
    const found = this.same(place);
    return place.styled || place.up.styled ? null : found;
  }

  sees(place) {
    return !isTiny(place.measure()) && meets(place, this.around(place));
  }

  seesWhole(place) {
    if (!this.sees(place)) return false;
    const { left, top, right, bottom } = this.around(place);
    return place.left >= left && place.top >= top && place.right <= right && place.bottom <= bottom;
  }

  // Where `place` itself can be seen.
  around(place) {
    return place.clipper === null ? this.area : this.within(place.clipper);
  }

  // Where what lies in `clipper` can be seen.
  within(clipper) {
    const chain = [];
    let at = clipper;
    while (at !== null && at.area === undefined) {
      chain.push(at);
      at = at.clipper;
    }
    let area = at === null ? this.area : at.area;
    while (chain.length) {
      at = chain.pop();
      area = at.area = this.narrowed(at.measure(), area);
    }
    return area;
  }

  narrowed(place, area) {
    if (!meets(place, area)) return NOWHERE;
    const { overflowX, overflowY } = place.style;
    const narrow = { ...area };
    if (overflowX !== 'visible') [narrow.left, narrow.right] = this.reach(place, overflowX, area, true);
    if (overflowY !== 'visible') [narrow.top, narrow.bottom] = this.reach(place, overflowY, area, false);
    return narrow;
  }

  // Along one axis: all that can be scrolled to, or just the box.
  reach(place, overflow, area, sideways) {
    const { el, style, left, top, right, bottom } = place;
    if (overflow === 'hidden' || overflow === 'clip' || this.viewportOnly)
      return sideways
        ? [Math.max(area.left, left), Math.min(area.right, right)]
        : [Math.max(area.top, top), Math.min(area.bottom, bottom)];
    if (!sideways) {
      const start = isFromBottom(style) ? bottom - el.scrollTop - el.scrollHeight : top - el.scrollTop;
      return [start, start + el.scrollHeight];
    }
    const from = isFromRight(style) ? right - el.scrollLeft - el.scrollWidth : left - el.scrollLeft;
    return [from, from + el.scrollWidth];
  }
}

const isRoot = (el) => el === page.root() || el === page.body();

// Where lines, or what is in them, begin: what overflows is scrolled to on the other side.
const isFromRight = ({ writingMode, direction }) => (writingMode === 'horizontal-tb' ? direction === 'rtl' : writingMode.endsWith('-rl'));
const isFromBottom = ({ writingMode, direction }) => writingMode !== 'horizontal-tb' && (direction === 'rtl') !== (writingMode === 'sideways-lr');

// The page itself in viewport coordinates: nothing before its origin can be scrolled to.
function wholeArea() {
  const root = page.scroller() || page.root();
  const body = page.body();
  const style = writing(getComputedStyle(page.root()), body);
  const top = isFromBottom(style) ? innerHeight - Math.max(root.scrollHeight, innerHeight) - scrollY : -scrollY - (body && body !== root ? body.scrollTop : 0);
  const fixed = /hidden|clip/.test(style.overflowX + (body ? getComputedStyle(body).overflowX : ''));
  const width = fixed ? innerWidth : Math.max(root.scrollWidth, innerWidth);
  const left = fixed ? 0 : isFromRight(style) ? innerWidth - width - scrollX : -scrollX;
  return { left, top, right: left + width, bottom: Infinity };
}

// How the page is written: as its root is, or as its body is where the root says nothing.
function writing(style, body) {
  if (style.writingMode !== 'horizontal-tb' || !body) return style;
  const { writingMode } = getComputedStyle(body);
  return writingMode === 'horizontal-tb' ? style : { writingMode, direction: style.direction, overflowX: style.overflowX };
}

// Fixed and absolute boxes escape the clips of ancestors that do not hold them.
function clipperOf({ el, style, display, up }) {
  const nearest = up === null ? null : clipperIn(up);
  if (nearest === null || display === 'inline') return nearest;
  const position = style.position;
  if (position !== 'absolute' && position !== 'fixed') return nearest;
  if (isTopLayer(el)) return null;
  const holds = position === 'fixed' ? holdsFixed : holdsAbsolute;
  let at = up;
  while (at !== null && !holds(at.style)) at = at.up;
  return at === null ? null : clipperIn(at);
}

const clipperIn = (place) => (place.clips ? place : place.clipper);

const holdsFixed = (style) => style.transform !== 'none' || style.filter !== 'none' || style.perspective !== 'none';

const holdsAbsolute = (style) => style.position !== 'static' || holdsFixed(style);

const isTopLayer = (el) =>
  localName(el) === 'dialog' ? isMatch(el, ':modal') : hasAttr(el, 'popover') && isMatch(el, ':popover-open');
