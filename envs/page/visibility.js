// Visibility: what of the page a person could have seen. Reads style and layout, changes nothing.
// Clipping is worked out only where something sticks out of its parent, and then once per
// element, so the cost stays linear. Knows nothing of meaning.

const NEVER = new Set(('script style noscript template head link meta title base param source track ' +
  'datalist canvas audio video object embed map col colgroup rp frameset noframes').split(' '));
const NOWHERE = { left: 0, top: 0, right: 0, bottom: 0 };
const SLACK = 4; // pixels a box may stick out before anyone asks whether it is clipped

// What layout says of one element; `up` is the same of the element around it.
class Place {
  constructor(el, style, up) {
    this.el = el;
    this.style = style;
    this.up = up;
    this.rect = el.getBoundingClientRect();
    this.clip = undefined; // where its children can be seen, worked out on demand
    // True when it is not known to lie within every clip around it.
    this.loose = up !== null && (up.loose || !inside(this.rect, up.rect));
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
    const rect = place.rect;
    if (isTiny(rect)) return false;
    if (!place.loose && !this.viewportOnly) return true;
    const around = containing(place);
    return meets(rect, around ? this.clipOf(around) : this.area);
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
    const { overflowX, overflowY, display } = place.style;
    if (overflowX === 'visible' && overflowY === 'visible') return clip;
    if (display === 'contents' || display === 'inline' || isRoot(place.el)) return clip;
    if (!meets(place.rect, clip)) return NOWHERE;
    const narrow = { ...clip };
    if (overflowX !== 'visible') [narrow.left, narrow.right] = this.reach(place, overflowX, clip, true);
    if (overflowY !== 'visible') [narrow.top, narrow.bottom] = this.reach(place, overflowY, clip, false);
    return narrow;
  }

  // Along one axis: all that can be scrolled to, or just the box.
  reach({ el, rect, style }, overflow, clip, sideways) {
    if (overflow === 'hidden' || overflow === 'clip' || this.viewportOnly)
      return sideways
        ? [Math.max(clip.left, rect.left), Math.min(clip.right, rect.right)]
        : [Math.max(clip.top, rect.top), Math.min(clip.bottom, rect.bottom)];
    if (!sideways) return [rect.top - el.scrollTop, rect.top - el.scrollTop + el.scrollHeight];
    const from = style.direction === 'rtl' ? rect.right - el.scrollLeft - el.scrollWidth : rect.left - el.scrollLeft;
    return [from, from + el.scrollWidth];
  }
}

const isRoot = (el) => el === document.documentElement || el === document.body;

// The page itself in viewport coordinates: nothing before its origin can be scrolled to.
function wholeArea() {
  const root = document.scrollingElement || document.documentElement;
  const body = document.body;
  const style = getComputedStyle(document.documentElement);
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
  el.localName === 'dialog' ? el.matches(':modal') : el.hasAttribute('popover') && el.matches(':popover-open');

// What lies on top of everything else and keeps it from being seen or used: the modal's elements,
// or null when nothing covers the page.
function modalRoots() {
  const dialogs = document.querySelectorAll('dialog:modal');
  if (dialogs.length) return [dialogs[dialogs.length - 1]];
  for (const el of document.querySelectorAll('[aria-modal="true"]')) if (isRaised(el) && coversCentre(el)) return [el];
  return coveringRoots();
}

function isRaised(el) {
  for (let at = el; at && !isRoot(at); at = parentOf(at))
    if (/fixed|absolute/.test(getComputedStyle(at).position)) return el.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  return false;
}

function coversCentre(el) {
  const hit = hitAt(innerWidth / 2, innerHeight / 2);
  return hit !== null && isWithin(hit, el);
}

const parentOf = (node) => node.assignedSlot || node.parentElement || node.getRootNode().host || null;

function isWithin(el, root) {
  for (let at = el; at; at = parentOf(at)) if (at === root) return true;
  return false;
}

// The innermost element at a point of the viewport, inside open shadow roots too.
function hitAt(x, y) {
  let hit = document.elementFromPoint(x, y);
  for (let deeper = hit; deeper?.shadowRoot; ) {
    deeper = deeper.shadowRoot.elementFromPoint(x, y);
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
