// Modals: what lies over the page and keeps it from being seen or used. Goes by what the browser
// says (showModal), what the page declares and shows, and what is hit at points of the viewport.

const GRID = 5; // points tested each way for a cover
const FINE = 9; // and for what lies above a modal
const COVERED = 0.8; // share of them that makes a cover
const SPEAKS = 'img, svg, canvas, video, picture, iframe, input, select, textarea, button, [role=img]';

// What lies on top of everything else and keeps it from being seen or used: the modal's elements,
// with the layers above them, or null when nothing covers the page, or what covers it leaves no way
// on but the page behind it.
function modalRoots() {
  const roots = topRoots();
  return roots && roots.some(leadsOn) ? roots : null;
}

function topRoots() {
  const dialogs = page.findAll('dialog:modal');
  if (dialogs.length) {
    const top = [...dialogs].filter(isOnTop);
    const dialog = (top.length ? top : [...dialogs]).pop();
    return [dialog, ...[...page.findAll('[popover]:popover-open')].filter((el) => !isWithin(el, dialog))];
  }
  for (const el of page.findAll('[aria-modal="true"]')) if (isRaised(el) && coversCentre(el)) return [el, ...layersAbove(el)];
  return coveringRoots();
}

function isOnTop(el) {
  const { left, right, top, bottom } = rectOf(el);
  const hit = hitAt((left + right) / 2, (top + bottom) / 2);
  return hit !== null && isWithin(hit, el);
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

// Points spread evenly over the viewport, `count` each way.
function* gridPoints(count) {
  for (let i = 0; i < count; i++)
    for (let j = 0; j < count; j++) yield [(innerWidth * (i + 0.5)) / count, (innerHeight * (j + 0.5)) / count];
}

// Fixed boxes outside `modal` that can be reached and show something: toasts, chats, banners. A
// backdrop shows nothing, and what lies under one is not hit.
function layersAbove(modal) {
  const found = new Set();
  for (const [x, y] of gridPoints(FINE)) {
    const hit = hitAt(x, y);
    const root = hit && !isWithin(hit, modal) && fixedRoot(hit);
    if (root && !isWithin(modal, root)) found.add(root);
  }
  return [...found].filter(speaks);
}

// Fixed boxes that together lie over nearly every point of the viewport, show something and hide
// something of the page: not a background, not a veil, not the page's own frame.
function coveringRoots() {
  const centre = hitAt(innerWidth / 2, innerHeight / 2);
  if (!centre || !fixedRoot(centre)) return null;
  const roots = new Set();
  let covered = 0;
  for (const [x, y] of gridPoints(GRID)) {
    const hit = hitAt(x, y);
    const root = hit && fixedRoot(hit);
    if (!root) continue;
    roots.add(root);
    covered++;
  }
  if (covered < GRID * GRID * COVERED || ![...roots].some(speaks) || !hidesPage([...roots])) return null;
  return [...roots];
}

// Whether it shows anything itself: words, a picture, something to use.
function speaks(root) {
  if (!isShown(root, PAINTED)) return false;
  if (isMatch(root, SPEAKS) || renderedText(root).trim()) return true;
  return everyIn(root).some((el) => (isMatch(el, SPEAKS) || (shadowRootOf(el) && textContent(shadowRootOf(el)).trim())) && isShown(el, PAINTED) && !isTiny(rectOf(el)));
}

const elementsAt = method(Document, 'elementsFromPoint');

// Whether something of the page would be hit if the roots did not lie over it.
function hidesPage(roots) {
  const inRoots = (el) => roots.some((root) => isWithin(el, root));
  for (const el of everyIn(page.root())) {
    if (!saysSomething(el)) continue;
    const { left, top, right, bottom } = rectOf(el);
    const x = (Math.max(left, 0) + Math.min(right, innerWidth)) / 2;
    const y = (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2;
    if (x < left || x > right || y < top || y > bottom || inRoots(el)) continue;
    const stack = elementsAt(document, x, y);
    if (stack.length && inRoots(stack[0]) && stack.some((hit) => isWithin(el, hit) && !isRoot(hit) && !roots.some((root) => isWithin(root, hit)))) return true;
  }
  return false;
}

function saysSomething(el) {
  if (isMatch(el, SPEAKS)) return true;
  for (let node = firstChild(el); node; node = nextSibling(node)) if (nodeType(node) === 3 && node.data.trim()) return true;
  return false;
}

const MANY_PARTS = 2000; // elements looked at in one layer

// All elements in `root`, in reading order, those in open shadow roots included.
function everyIn(root, found = []) {
  for (const tree of [shadowRootOf(root), root]) {
    if (!tree) continue;
    for (const el of tree.querySelectorAll('*')) {
      if (found.length >= MANY_PARTS) return found;
      found.push(el);
      if (shadowRootOf(el)) everyIn(el, found);
    }
  }
  return found;
}

const WAYS = 'button, a[href], summary, iframe, select, [role=button], [role=link], [role=option], [role=menuitem], [onclick], ' +
  'input[type=button], input[type=submit], input[type=image], input[type=checkbox], input[type=radio]';
const WRITTEN = 'input:not([type=button]):not([type=submit]):not([type=image]):not([type=checkbox]):not([type=radio]):not([type=hidden]), textarea';

// Whether there is something in a layer by which to get on: not only a form that wants words.
function leadsOn(root) {
  const open = [root, ...everyIn(root)].filter((el) => isShown(el, { visibilityProperty: true }) && !isTiny(rectOf(el)));
  const ways = open.filter((el) => (isMatch(el, WAYS) ? !isDisabled(el) : listens(el) || getComputedStyle(el).cursor === 'pointer'));
  const sends = (el) => {
    const form = closest(el, 'form');
    return isMatch(el, 'button:not([type=button]):not([type=reset]), input[type=submit], input[type=image], button *') && form && isWithin(form, root) && attr(form, 'method') !== 'dialog' && find(form, WRITTEN);
  };
  return ways.some((el) => !sends(el));
}

function fixedRoot(el) {
  let found = null;
  for (let at = el; at && !isRoot(at); at = parentOf(at)) if (getComputedStyle(at).position === 'fixed') found = at;
  return found;
}
