// Visibility: what of the page a person could have seen. Reads style and layout, changes nothing.
// Clipping is worked out only where something sticks out of its parent, and then once per
// element, so the cost stays linear. Knows nothing of meaning.

const NEVER = new Set(('script style noscript template head link meta title base param source track ' +
  'datalist canvas audio video object embed map col colgroup rp frameset noframes').split(' '));
const NOWHERE = { left: 0, top: 0, right: 0, bottom: 0 };
const SLACK = 4; // pixels a box may stick out before anyone asks whether it is clipped

// What layout says of one element; `up` is the same of the element around it.
class Place {
  constructor(el, style, display, up) {
    const rect = rectOf(el);
    this.el = el;
    this.style = style;
    this.display = display;
    this.up = up;
    this.left = rect.left; // plain numbers: reading a DOMRect is slow
    this.top = rect.top;
    this.width = rect.width;
    this.height = rect.height;
    this.right = this.left + this.width;
    this.bottom = this.top + this.height;
    this.clip = undefined; // where its children can be seen, worked out on demand
    // True when it is not known to lie within every clip around it.
    this.loose = up !== null && (up.loose || !inside(this, up));
  }
}

const inside = (a, b) =>
  a.left >= b.left - SLACK && a.top >= b.top - SLACK && a.right <= b.right + SLACK && a.bottom <= b.bottom + SLACK;

const meets = (a, b) => a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;

const isTiny = (rect) => rect.width < 2 && rect.height < 2 || rect.width < 0.5 || rect.height < 0.5;

// One look at the page: the area that can be seen of it, whole or only the viewport.
class Sight {
  constructor(viewportOnly) {
    this.viewportOnly = viewportOnly;
    this.area = viewportOnly ? { left: 0, top: 0, right: innerWidth, bottom: innerHeight } : wholeArea();
  }

  sees(place) {
    if (isTiny(place)) return false;
    if (!place.loose && !this.viewportOnly) return true;
    const around = containing(place);
    return meets(place, around ? this.clipOf(around) : this.area);
  }

  // Where what lies directly in `place` can be seen.
  clipOf(place) {
    const chain = [];
    let at = place;
    while (at && at.clip === undefined) {
      chain.push(at);
      at = containing(at);
    }
    let clip = at ? at.clip : this.area;
    while (chain.length) {
      at = chain.pop();
      clip = at.clip = this.narrowed(at, clip);
    }
    return clip;
  }

  narrowed(place, clip) {
    const { overflowX, overflowY } = place.style;
    if (overflowX === 'visible' && overflowY === 'visible') return clip;
    if (place.display === 'contents' || place.display === 'inline' || isRoot(place.el)) return clip;
    if (!meets(place, clip)) return NOWHERE;
    const narrow = { ...clip };
    if (overflowX !== 'visible') [narrow.left, narrow.right] = this.reach(place, overflowX, clip, true);
    if (overflowY !== 'visible') [narrow.top, narrow.bottom] = this.reach(place, overflowY, clip, false);
    return narrow;
  }

  // Along one axis: all that can be scrolled to, or just the box.
  reach(place, overflow, clip, sideways) {
    const { el, style, left, top, right, bottom } = place;
    if (overflow === 'hidden' || overflow === 'clip' || this.viewportOnly)
      return sideways
        ? [Math.max(clip.left, left), Math.min(clip.right, right)]
        : [Math.max(clip.top, top), Math.min(clip.bottom, bottom)];
    if (!sideways) return [top - el.scrollTop, top - el.scrollTop + el.scrollHeight];
    const from = style.direction === 'rtl' ? right - el.scrollLeft - el.scrollWidth : left - el.scrollLeft;
    return [from, from + el.scrollWidth];
  }
}

const isRoot = (el) => el === page.root() || el === page.body();

// The page itself in viewport coordinates: nothing before its origin can be scrolled to.
function wholeArea() {
  const root = page.scroller() || page.root();
  const body = page.body();
  const style = getComputedStyle(page.root());
  const top = -scrollY - (body && body !== root ? body.scrollTop : 0);
  const fixed = /hidden|clip/.test(style.overflowX + (body ? getComputedStyle(body).overflowX : ''));
  const width = fixed ? innerWidth : Math.max(root.scrollWidth, innerWidth);
  const left = fixed ? 0 : style.direction === 'rtl' ? innerWidth - width - scrollX : -scrollX;
  return { left, top, right: left + width, bottom: Infinity };
}

// The nearest place whose clip holds for `place`: fixed and absolute boxes escape some ancestors.
function containing(place) {
  const position = place.style.position;
  let up = place.up;
  if (position === 'absolute' || position === 'fixed') {
    if (isTopLayer(place.el)) return null;
    const holds = position === 'fixed' ? holdsFixed : holdsAbsolute;
    while (up && !holds(up.style)) up = up.up;
  }
  return up;
}

const holdsFixed = (style) => style.transform !== 'none' || style.filter !== 'none' || style.perspective !== 'none';

const holdsAbsolute = (style) => style.position !== 'static' || holdsFixed(style);

const isTopLayer = (el) =>
  localName(el) === 'dialog' ? isMatch(el, ':modal') : hasAttr(el, 'popover') && isMatch(el, ':popover-open');

// What lies on top of everything else and keeps it from being seen or used: the modal's elements,
// or null when nothing covers the page.
function modalRoots() {
  const dialogs = page.findAll('dialog:modal');
  if (dialogs.length) return [dialogs[dialogs.length - 1]];
  for (const el of page.findAll('[aria-modal="true"]')) if (isRaised(el) && coversCentre(el)) return [el];
  return coveringRoots();
}

function isRaised(el) {
  for (let at = el; at && !isRoot(at); at = parentOf(at))
    if (/fixed|absolute/.test(getComputedStyle(at).position)) return isShown(el, PAINTED);
  return false;
}

function coversCentre(el) {
  const hit = hitAt(innerWidth / 2, innerHeight / 2);
  return hit !== null && isWithin(hit, el);
}

const parentOf = (el) => assignedSlot(el) || parentElement(el) || rootNode(el).host || null;

function isWithin(el, root) {
  for (let at = el; at; at = parentOf(at)) if (at === root) return true;
  return false;
}

// The innermost element at a point of the viewport, inside open shadow roots too.
function hitAt(x, y) {
  let hit = page.at(x, y);
  for (let deeper = hit; deeper && shadowRootOf(deeper); ) {
    deeper = shadowRootOf(deeper).elementFromPoint(x, y);
    if (!deeper || deeper === hit) break;
    hit = deeper;
  }
  return hit;
}

// Fixed boxes that together lie over nearly every point of the viewport and do not hold the page.
function coveringRoots() {
  const roots = new Set();
  let covered = 0;
  const steps = 5;
  for (let i = 0; i < steps; i++)
    for (let j = 0; j < steps; j++) {
      const hit = hitAt((innerWidth * (i + 0.5)) / steps, (innerHeight * (j + 0.5)) / steps);
      const root = hit && fixedRoot(hit);
      if (!root) continue;
      roots.add(root);
      covered++;
    }
  const centre = hitAt(innerWidth / 2, innerHeight / 2);
  return covered >= steps * steps * 0.8 && centre && fixedRoot(centre) ? [...roots] : null;
}

function fixedRoot(el) {
  let found = null;
  for (let at = el; at && !isRoot(at); at = parentOf(at)) if (getComputedStyle(at).position === 'fixed') found = at;
  return found;
}
