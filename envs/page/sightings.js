// Sightings: what was seen of a list that draws only the part of it in view, and is gone again. Each
// look puts what it remembers in its place among what is drawn now, so that a customer who has been down
// the list sees all of it.
//
// A sighting is one child of such a list as it was rendered, with its names. Whether two are the same is
// told by what is rendered of them, never by their elements, which such lists use again.

const SIGHTED = 1000; // of one list
const NEAR = 4; // pixels by which what lies side by side may be apart in height
const NAME_MARK = /\u0001(\d+)\u0001/g;

let goesOn = false; // the page grew until a pass down it was left at that
const withMore = (html) => [...html.slice(0, -1), `${html[html.length - 1]}\n<p role="note">The page goes on: more of it comes as one scrolls down.</p>`];

const lists = new Map(); // the element whose children come and go, to {scroller, height, seen}
let farOff = new Map(); // names that stand for sightings, to {list, sighting, at}

const scrolledBy = (scroller) => (isRoot(scroller) ? { left: 0, top: 0 } : rectOf(scroller));

// The place of `el` in what `scroller` scrolls, whatever it is scrolled to now.
function placeIn(scroller, el) {
  const { left, top, width, height } = rectOf(el);
  const from = scrolledBy(scroller);
  return { x: left - from.left + scroller.scrollLeft, y: top - from.top + scroller.scrollTop, width, height };
}

// Whether one lies where the other lay, or nearly: lists are mistaken about heights they have not drawn.
const liesAt = (one, other) => Math.abs(one.x - other.x) <= NEAR + other.width / 2 && Math.abs(one.y - other.y) <= NEAR + other.height / 2;

const byPlace = (one, other) => (Math.abs(one.y - other.y) > NEAR ? one.y - other.y : one.x - other.x);

// What is remembered of a list, by key, in the order of its places.
const ranksOf = (seen) => new Map([...seen.values()].sort((a, b) => byPlace(a.place, b.place)).map(({ key }, rank) => [key, rank]));

// What a look renders of the children of `list`: [{key, html, named, place}]. Names stand in `html` as
// places in `named`, [{name, listed}], `listed` the element as it is listed where it can be acted on.
function childrenSeen(list, scroller, look, names) {
  const byIndex = new Map(names.map((listed) => [listed[0], listed]));
  const nameOf = new Map();
  for (const rec of look.kept) if (rec.name) nameOf.set(rec.index, rec);
  const around = look.kept.find((rec) => rec.el === list);
  const found = [];
  const times = new Map();
  for (const rec of around ? around.kids : []) {
    if (typeof rec === 'string' || !rec.el || parentOf(rec.el) !== list) continue;
    const named = [];
    const places = new Map();
    const html = render(rec).pieces.join('').replace(NAME_MARK, (_, index) => {
      if (!places.has(index)) {
        places.set(index, named.length);
        const known = nameOf.get(Number(index));
        named.push({ name: known?.name ?? '', el: known?.el, listed: byIndex.get(Number(index)) });
      }
      return `\u0001${places.get(index)}\u0001`;
    });
    if (!html.trim()) continue;
    const time = (times.get(html) || 0) + 1;
    times.set(html, time);
    found.push({ key: `${time} ${html}`, html, named, rec, place: placeIn(scroller, rec.el) });
  }
  return found;
}

// Remember what is drawn of `list` now.
function sight(list, scroller, look, names) {
  let known = lists.get(list);
  if (!known) lists.set(list, (known = { scroller, height: 0, seen: new Map() }));
  for (const { key, html, named, place } of childrenSeen(list, scroller, look, names)) {
    if (known.seen.size >= SIGHTED) return;
    const kept = named.map(({ name, listed }) => ({ name, listed }));
    known.seen.set(key, { key, html, named: kept, place });
  }
}

// Whether a list shows something else now than what is remembered of it: it was filtered or sorted.
function isOutdated(list, { scroller, height, seen }, look, names) {
  if (!isConnected(list) || !isConnected(scroller)) return true;
  if (Math.abs(scroller.scrollHeight - height) > NEAR + height / 20) return true;
  const ranks = ranksOf(seen);
  const now = childrenSeen(list, scroller, look, names).sort((a, b) => byPlace(a.place, b.place)).map(({ key }) => ranks.get(key));
  const known = now.filter((rank, i) => rank !== undefined && (i === 0 || now[i - 1] === undefined || rank === now[i - 1] + 1));
  return known.length * 2 < now.length;
}

// Put what is remembered among the children drawn now, in the order of their places, which is not always
// that of the document. Returns the sightings put in.
function placeSightings(look) {
  const placed = [];
  for (const [list, known] of lists) {
    if (!isConnected(list) || !isConnected(known.scroller)) continue;
    const own = look.kept.find((rec) => rec.el === list);
    const around = own || recAround(list, look);
    if (!around) continue;
    const now = own ? childrenSeen(list, known.scroller, look, []) : [];
    const missing = missingFrom(known.seen, now);
    if (!missing.length) continue;
    const entries = missing.map((sighting) => ({ sighting: '', block: true, role: '', tag: '', kids: [], place: sighting.place }));
    missing.forEach((sighting, i) => placed.push([list, sighting, entries[i]]));
    const kids = [...now.map(({ rec, place }) => [rec, place]), ...entries.map((entry) => [entry, entry.place])];
    kids.sort(([, one], [, other]) => byPlace(one, other));
    const drawn = new Set(now.map(({ rec }) => rec));
    const at = own ? Math.max(0, around.kids.findIndex((kid) => drawn.has(kid))) : placeAmong(around, known.scroller, missing[0].place);
    around.kids = around.kids.filter((kid) => !drawn.has(kid));
    around.kids.splice(at, 0, ...kids.map(([kid]) => kid));
  }
  return placed;
}

// What is remembered and is not among what is drawn now, nor was where that is.
function missingFrom(seen, now) {
  const ranks = ranksOf(seen);
  const drawn = now.map(({ key }) => ranks.get(key)).filter((rank) => rank !== undefined);
  const [first, last] = [Math.min(...drawn), Math.max(...drawn)];
  const isThere = ({ key, place }) => (ranks.get(key) >= first && ranks.get(key) <= last) || now.some((one) => liesAt(one.place, place));
  return [...seen.values()].filter((one) => !isThere(one));
}

// The nearest record around a list of which nothing is drawn now.
function recAround(list, look) {
  const recOf = new Map(look.kept.map((rec) => [rec.el, rec]));
  for (let at = parentOf(list); at; at = parentOf(at)) if (recOf.has(at)) return recOf.get(at);
  return null;
}

// Where among the kids of `around` something at `place` belongs.
function placeAmong(around, scroller, place) {
  const isBelow = (kid) => typeof kid !== 'string' && (kid.el ? placeIn(scroller, kid.el) : kid.place || place).y > place.y + NEAR;
  const at = around.kids.findIndex(isBelow);
  return at < 0 ? around.kids.length : at;
}

// Give what was put in names that nothing else has, in the table of names. Returns how they are listed.
function nameSightings(placed, { kept, table }) {
  farOff = new Map();
  if (!placed.length) return [];
  const used = new Set(kept.map((rec) => rec.name));
  const listed = [];
  for (const [list, sighting, entry] of placed) {
    const renamed = new Map();
    const places = sighting.named.map(({ name, listed: own }, at) => {
      const given = freeName(name, renamed, used);
      renamed.set(name, given);
      used.add(given);
      table.push([-2, given]);
      if (own) {
        listed.push([table.length - 1, ...own.slice(1)]);
        farOff.set(given, { list, sighting, at });
      }
      return table.length - 1;
    });
    entry.sighting = sighting.html.replace(NAME_MARK, (_, at) => `\u0001${places[at]}\u0001`);
  }
  return listed;
}

// `name` under what its container is called now, with the next number that is free.
function freeName(name, renamed, used) {
  let base = name;
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    const around = renamed.get(name.slice(0, dot));
    if (around === undefined) continue;
    base = around + name.slice(dot);
    break;
  }
  let given = base;
  for (let n = 2; used.has(given); n++) given = `${base}_${n}`;
  return given;
}

// The names in the order in which the HTML holds them, and how many come before each frame in it.
function inReadingOrder(names, html) {
  const order = new Map();
  const ends = html.map((piece) => {
    for (const [, index] of piece.matchAll(NAME_MARK)) if (!order.has(Number(index))) order.set(Number(index), order.size);
    return order.size;
  });
  let last = 0;
  const at = names.map(([index]) => (last = order.get(index) ?? last));
  const sorted = names.map((listed, i) => [at[i], listed]).sort((a, b) => a[0] - b[0]);
  const before = ends.slice(0, -1).map((end) => sorted.filter(([place]) => place < end).length);
  return { names: sorted.map(([, listed]) => listed), before };
}
