// Where on the screen can one element be pressed, and what is in the way if nowhere?
//
// Walks the tree a person sees (through slots and open shadow roots) and tests points. `hands` is
// what the parts that act share; each part keeps the rest of its names to itself.

const hands = {};
{
  /** The parent in the tree a person sees: through slots and out of open shadow roots. */
  function parentOf(node) {
    const slot = nodeType(node) === 1 ? assignedSlot(node) : node.assignedSlot;
    if (slot) return slot;
    const parent = parentNode(node);
    return parent instanceof ShadowRoot ? parent.host : parent;
  }

  function holds(element, node) {
    for (let at = node; at; at = parentOf(at)) if (at === element) return true;
    return false;
  }

  function closestOf(node, selector) {
    for (let at = node; at; at = parentOf(at)) {
      if (nodeType(at) === 1 && isMatch(at, selector)) return at;
    }
    return null;
  }

  function hitAt(x, y) {
    let hit = page.at(x, y);
    while (hit && shadowRootOf(hit)) {
      const inner = shadowRootOf(hit).elementFromPoint(x, y);
      if (!inner || inner === hit) break;
      hit = inner;
    }
    return hit;
  }

  /** Facts on their way to Python. Half a letter (a page may cut an emoji in two) is no JSON there. */
  const told = (facts) => JSON.stringify(facts, (_, fact) => (typeof fact === 'string' ? fact.toWellFormed() : fact));

  function words(text, limit = 60) {
    const flat = String(text || '').replace(/\s+/g, ' ').trim();
    return (flat.length > limit ? `${flat.slice(0, limit).replace(/\s+\S*$/, '')}…` : flat).toWellFormed();
  }

  function labelOf(element) {
    const own = element.getAttribute('aria-label') || element.labels?.[0]?.innerText;
    return words(own || element.innerText || element.getAttribute('placeholder') || element.name);
  }

  const SPOKEN = { a: 'link', img: 'picture', svg: 'picture', body: 'page', li: 'list item', ul: 'list', p: 'text', iframe: 'frame' };

  /** What stands in the way, in words a person would use. */
  function describe(hit) {
    if (!hit) return 'something outside the page';
    const box = closestOf(hit, 'dialog, [role=dialog], [role=alertdialog], [aria-modal=true]');
    const thing = box || closestOf(hit, '[aria-label], [id], header, footer, nav, aside, section') || hit;
    const heading = find(thing, 'h1, h2, h3, h4, legend')?.innerText;
    const label = attr(thing, 'aria-label') || heading || attr(thing, 'title') || renderedText(thing) || renderedText(hit);
    const what = box ? 'the dialog' : `a ${SPOKEN[localName(thing)] || localName(thing)}`;
    const said = words(label) || words(attr(thing, 'id'));
    return said ? `${what} "${said}"` : what;
  }

  /** How well a press on `hit` reaches `element`: 2 itself, 1 through a control inside, 0 not. */
  function reach(hit, element, controls) {
    if (!hit) return 0;
    for (let at = hit; at; at = parentOf(at)) {
      if (at === element) return 2;
      if (controls.has(at)) return holds(element, at) ? 1 : 0;
      if (nodeType(at) === 1 && localName(at) === 'label' && at.control === element) return 2;
    }
    return 0;
  }

  const LOOKS = ['role', 'type', 'href', 'name', 'value', 'aria-label', 'title', 'placeholder', 'alt', 'src'];

  /** The page drew `gone` again: `other` is like it in all a person can tell. */
  function redrawn(gone, other) {
    return !gone.isConnected && gone.localName === other.localName && gone.textContent === other.textContent &&
      LOOKS.every((name) => gone.getAttribute(name) === other.getAttribute(name));
  }

  function viewport() {
    return { width: innerWidth, height: innerHeight, scroll_x: scrollX, scroll_y: scrollY };
  }

  const boxless = (element) => getComputedStyle(element).display === 'contents';

  /** The boxes it is drawn in; what has none of its own is drawn where its contents are. */
  function boxes(element) {
    if (localName(element) === 'area') return pictureOf(element) ? [areaBox(element, pictureOf(element))] : [];
    if (!boxless(element)) return [...element.getClientRects()];
    return [element, shadowRootOf(element)].filter(Boolean).flatMap((tree) => {
      const range = page.range();
      range.selectNodeContents(tree);
      return [...range.getClientRects()];
    });
  }

  function pageBox(element) {
    const drawn = boxes(element);
    const near = (side, pick) => (drawn.length ? pick(...drawn.map((r) => r[side])) : 0);
    const x = near('left', Math.min);
    const y = near('top', Math.min);
    return { x: x + scrollX, y: y + scrollY, width: near('right', Math.max) - x, height: near('bottom', Math.max) - y };
  }

  /** The picture that an area is a part of. */
  function pictureOf(area) {
    const name = attr(parentElement(area), 'name') || '';
    return page.find(`img[usemap="#${CSS.escape(name)}"]`);
  }

  /** Bring it into view, if it has a box; else the first thing in it that has one, or around it. */
  function show(element, block) {
    const drawn = localName(element) === 'area' ? pictureOf(element) || element : boxless(element)
      ? [...findAll(element, '*')].find((inner) => inner.getClientRects().length) || parentOf(element) : element;
    drawn.scrollIntoView({ block, inline: 'center', behavior: 'instant' });
  }

  /** Points worth trying, the middle of each visible part first. */
  function points(element) {
    const found = [];
    for (const r of boxes(element)) {
      const left = Math.max(r.left, 0);
      const right = Math.min(r.right, innerWidth);
      const top = Math.max(r.top, 0);
      const bottom = Math.min(r.bottom, innerHeight);
      if (right - left < 1 || bottom - top < 1) continue;
      for (const [fx, fy] of [[0.5, 0.5], [0.25, 0.5], [0.75, 0.5], [0.5, 0.2], [0.5, 0.8],
        [0.1, 0.1], [0.9, 0.1], [0.1, 0.9], [0.9, 0.9]]) {
        found.push([left + (right - left) * fx, top + (bottom - top) * fy]);
      }
    }
    return found;
  }

  function pointOn(element, controls) {
    let through = null;
    for (const [x, y] of points(element)) {
      const got = reach(hitAt(x, y), element, controls);
      if (got === 2) return { x, y };
      if (got === 1) through ??= { x, y };
    }
    return through;
  }

  function seen(element) {
    const shown = localName(element) === 'area' ? pictureOf(element) !== null : boxless(element) ? getComputedStyle(element).visibility === 'visible' : isShown(element, { visibilityProperty: true });
    return shown && boxes(element).some((r) => r.width >= 1 && r.height >= 1);
  }

  /** The element itself, else the label a person would press in its stead. */
  function pressable(element) {
    const labels = element.labels ? [...element.labels] : [];
    return [element, ...labels].filter(seen);
  }

  function aimAt(element) {
    const controls = new Set(registry.values());
    controls.delete(element);
    const targets = pressable(element);
    if (!targets.length) return { fault: 'hidden', words: '' };
    for (const target of targets) {
      // A frame cannot tell whether it is itself in view.
      if (window !== window.top) show(target, 'center');
      const point = pointOn(target, controls);
      if (point) return { ...point, target };
    }
    for (const block of ['center', 'end', 'start']) {
      for (const target of targets) {
        show(target, block);
        const point = pointOn(target, controls);
        if (point) return { ...point, target };
      }
    }
    if (getComputedStyle(targets[0]).pointerEvents === 'none') return { fault: 'inert', words: '' };
    const [where] = points(targets[0]);
    if (!where) return { fault: 'hidden', words: '' };
    const hit = hitAt(...where);
    return { fault: 'covered', words: describe(hit), hit };
  }

  Object.assign(hands, { told, hitAt, parentOf, holds, closestOf, words, labelOf, describe, reach, redrawn, viewport, pageBox, seen, aimAt });
}
