// What people press although it is no control: what listens for a press, and boxes over which the
// pointer becomes a hand. A tile with a button inside is a tile and a button; a box whose parts are
// pressed is none itself, nor is one that holds half the page.

const TILE = { controls: 6, text: 1200, parts: 300 }; // at most, in something that is pressed as a whole
const FIELDS = new Set('textbox searchbox spinbutton slider checkbox radio switch combobox listbox option'.split(' '));
const CHOOSING = new Set('list listbox menu menubar grid table rowgroup radiogroup tablist tree'.split(' '));

function markPressable(recs) {
  if (hears && recs.length > 1) markListening(recs);
  markHands(recs);
}

function markListening(recs) {
  for (const rec of recs) {
    if (rec.up) rec.owner = rec.up.role ? rec.up : rec.up.owner;
    if (rec.role || rec.drawn || !listens(rec.el) || isRoot(rec.el) || rec.tag === 'label') continue;
    if (rec.owner !== null && !isApartFrom(rec.owner)) continue;
    const choices = CHOOSING.has(rec.group) ? itemsIn(rec) : choosers.has(rec.el) ? choicesIn(rec) : [];
    if (choices.length) choices.forEach(press);
    else if (isWhole(rec)) press(rec);
  }
}

const press = (rec) => {
  rec.role = 'tabbable';
};

// Whether something in `owner` may be a thing of its own: a heart in a tile that is a link.
function isApartFrom(owner) {
  if (owner.role !== 'link' && owner.role !== 'tabbable') return false;
  const { text, pictures } = holdings(owner);
  return text > 0 || pictures > 0;
}

// The items of a list, the rows of a table.
function itemsIn(rec) {
  let at = rec;
  for (let level = 0; level < 3; level++) {
    const kids = at.kids.filter((kid) => typeof kid !== 'string');
    const items = kids.filter((kid) => ITEM.has(kid.group) || kid.group === 'cell');
    if (items.length) return items.filter((kid) => !kid.role && isWhole(kid));
    if (kids.length !== 1) return choicesIn(rec);
    at = kids[0];
  }
  return [];
}

// What is chosen from in `rec`: its kids of one make, at least two.
function choicesIn(rec) {
  let at = rec;
  for (let level = 0; level < 3; level++) {
    const kids = at.kids.filter((kid) => typeof kid !== 'string' && !kid.drawn && kid.tag !== 'br');
    if (kids.length !== 1 || at.kids.some((kid) => typeof kid === 'string' && kid.trim())) return alikeIn(kids);
    at = kids[0];
  }
  return [];
}

function alikeIn(kids) {
  const makes = new Map();
  for (const kid of kids) {
    const make = makeOf(kid);
    makes.set(make, [...(makes.get(make) || []), kid]);
  }
  const most = [...makes.values()].sort((a, b) => b.length - a.length)[0] || [];
  return most.length > 1 && !/^(br|hr|p)\./.test(makeOf(most[0])) ? most.filter((kid) => !kid.role && isWhole(kid)) : [];
}

// Whether `rec` can be pressed as one thing.
function isWhole(rec) {
  const held = holdings(rec);
  if (held.fields || held.controls > TILE.controls || held.text > TILE.text || held.headings > 1) return false;
  if (!held.text && !held.pictures && !isDrawn(rec)) return false;
  if (held.blocks > 1 && rec.up && isRoot(rec.up.el) && rec.up.kids.filter((kid) => typeof kid !== 'string' && kid.tag !== 'br').length === 1) return false;
  return held.controls === 0 || (held.linked <= held.text && !held.repeats);
}

// What `rec` shows outside of the controls in it, and what they are.
function holdings(rec) {
  const held = { controls: 0, fields: 0, linked: 0, text: 0, pictures: 0, headings: 0, blocks: 0, repeats: false };
  const stack = [...rec.kids];
  const makes = new Set();
  let parts = 0;
  while (stack.length) {
    const kid = stack.pop();
    if (++parts > TILE.parts) return { ...held, controls: Infinity };
    if (typeof kid === 'string') held.text += kid.trim().length;
    else if (kid.role || listens(kid.el)) {
      held.controls++;
      if (FIELDS.has(kid.role)) held.fields++;
      if (kid.role === 'link') held.linked += visibleText(kid, LINE).length;
    } else {
      if (kid.block) held.blocks++;
      if (kid.group === 'heading') held.headings++;
      if (kid.tag === 'img' || kid.tag === 'svg' || kid.alt || kid.words || kid.bare) held.pictures++;
      if (kid.up === rec && kid.holdsRole) {
        held.repeats ||= makes.has(makeOf(kid));
        makes.add(makeOf(kid));
      }
      stack.push(...kid.kids);
    }
  }
  return held;
}

// Boxes over which the pointer becomes a hand; it is one for all that is in them, too.
function markHands(recs) {
  for (const rec of recs) {
    if (rec.role || rec.owner || !(rec.shows || rec.bare || rec.words || rec.tag === 'img' || rec.tag === 'svg') || !isPointed(rec)) continue;
    let top = rec;
    while (top.up && !top.role && isPointed(top.up)) top = top.up;
    if (top.pressable === undefined) top.pressable = !top.role && !isRoot(top.el) && top.tag !== 'label' && (!top.holdsRole || isTile(top));
    if (top.pressable) top.role = 'tabbable';
    if (top.pressable && rec !== top) rec.owner = top;
  }
}

// A box with a hand that holds controls and says something itself; where there is a link in it, that is where it leads.
const isTile = (rec) => !FORMED.has(rec.tag) && holdings(rec).linked === 0 && isWhole(rec);
const FORMED = new Set('form fieldset nav main header footer section ul ol table tbody'.split(' '));

function isPointed(rec) {
  if (rec.pointed === undefined) rec.pointed = rec.place !== null && rec.place.style.cursor === 'pointer';
  return rec.pointed;
}
