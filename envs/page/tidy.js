// Tidying the walk's records: what turned out empty goes, pictures that stand for words get them,
// and boxes that people press although they are no controls are marked. Knows nothing of names.

const ICON = 6; // pixels: a smaller picture is decoration

// Drop what turned out empty, from the leaves up; keep what can be acted on and can be seen.
function prune(recs) {
  for (let i = recs.length - 1; i > 0; i--) {
    const rec = recs[i];
    rec.shown = keepShown(rec.kids);
    if (!rec.shown && firstChild(rec.el) !== null && showsPicture(rec)) rec.alt = unreadText(rec.el);
    if (rec.role && !rec.seen && !rec.shown) rec.role = '';
    rec.gone = !rec.role && !rec.shown && !rec.alt && rec.tag !== 'br' && !(REPLACED.has(rec.tag) && rec.seen);
    if ((rec.role || rec.holdsRole) && !rec.gone) rec.up.holdsRole = true;
  }
  return recs.filter((rec) => !rec.gone);
}

// Take what is gone out of `kids`; whether anything is left to see.
function keepShown(kids) {
  let shown = false;
  let live = 0;
  for (const kid of kids) {
    if (typeof kid === 'string') shown ||= kid.trim() !== '';
    else if (kid.gone) continue;
    else shown = true;
    kids[live++] = kid;
  }
  kids.length = live;
  return shown;
}

// Asks for the style first: most have no picture, and layout costs more.
function showsPicture(rec) {
  const place = rec.place;
  if (REPLACED.has(rec.tag)) return false;
  const { backgroundImage, maskImage } = place.style;
  if (backgroundImage === 'none' && (maskImage === 'none' || maskImage === '')) return false;
  return rec.seen && place.width >= ICON && place.height >= ICON;
}

// Text that a picture was laid over: rendered, but clipped, indented or transparent.
function unreadText(el) {
  return childCount(el) > 3 ? '' : clip(squeeze(renderedText(el)), 120);
}

// What people press although it is no control: boxes over which the pointer becomes a hand.
function markPressable(recs) {
  for (const rec of recs) {
    if (rec.role || rec.owner || !(rec.shows || rec.tag === 'img' || rec.tag === 'svg') || !isPointed(rec)) continue;
    let top = rec;
    while (top.up && isPointed(top.up)) top = top.up;
    if (top.pressable === undefined) top.pressable = !isRoot(top.el) && top.tag !== 'label' && !top.holdsRole;
    if (top.pressable) top.role = 'tabbable';
    if (top.pressable && rec !== top) rec.owner = top;
  }
}

function isPointed(rec) {
  if (rec.pointed === undefined) rec.pointed = rec.place !== null && rec.place.style.cursor === 'pointer';
  return rec.pointed;
}

