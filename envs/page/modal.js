// Modals: what lies over the page and keeps it from being seen or used. Goes by what the browser
// says (showModal), what the page declares and shows, and what is hit at points of the viewport.

const GRID = 5; // points tested each way
const COVERED = 0.8; // share of them that makes a cover

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
  const centre = hitAt(innerWidth / 2, innerHeight / 2);
  if (!centre || !fixedRoot(centre)) return null;
  const roots = new Set();
  let covered = 0;
  for (let i = 0; i < GRID; i++)
    for (let j = 0; j < GRID; j++) {
      const hit = hitAt((innerWidth * (i + 0.5)) / GRID, (innerHeight * (j + 0.5)) / GRID);
      const root = hit && fixedRoot(hit);
      if (!root) continue;
      roots.add(root);
      covered++;
    }
  return covered >= GRID * GRID * COVERED ? [...roots] : null;
}

function fixedRoot(el) {
  let found = null;
  for (let at = el; at && !isRoot(at); at = parentOf(at)) if (getComputedStyle(at).position === 'fixed') found = at;
  return found;
}
