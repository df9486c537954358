// Observing: one look at this document, as one string of JSON. Joins the other parts; `registry`
// keeps what each name of the last look stands for, so that hands can act on it.

let registry = new Map(); // name to element
let identities = new Map(); // element to what it must still be when its name has changed
const frameKeys = new WeakMap(); // iframe element to its number
let frameCount = 0;

// The number by which Python knows an iframe element.
shopper.frameKey = (el) => {
  if (!frameKeys.has(el)) frameKeys.set(el, ++frameCount);
  return String(frameKeys.get(el));
};

class Modal {
  constructor(roots) {
    this.roots = new Set(roots);
    this.path = new Set();
    for (const root of roots) for (let at = root; at; at = parentOf(at)) this.path.add(at);
  }

  has(el) {
    return this.roots.has(el);
  }

  leadsTo(el) {
    return this.path.has(el);
  }
}

// For closed trees that stand in the HTML itself: where the document came from, and one of them.
shopper.address = () => location.href;
shopper.takeTree = takeTree;

let asksForWorker = false; // whether the page wanted a service worker
globalThis.addEventListener('shopper:worker', () => {
  asksForWorker = true;
});
const NO_WORKER = 'This page asked for a service worker, a program of its own in the browser, which is not allowed here. It may wait for it.';

// Options: viewport (only what is in it), trusted (believe declared kinds), prefix (the name of the
// frame around this document), x and y (where the document lies in the top page), rules, secrets
// (what was typed and must not be told).
shopper.observe = (options = {}) => {
  const look = lookOver(options);
  const names = listed(look.kept, options, look.rules);
  const passed = options.viewport ? [] : placeSightings(look);
  const pointed = options.viewport ? [] : placeHovers(look);
  names.push(...nameSightings(passed, look), ...nameHovers(pointed, look, farOff.keys()));
  const { pieces: html, frames } = render(look.root);
  const order = passed.length || pointed.length ? inReadingOrder(names, html) : { names, before: frames.map((rec) => rec.before) };
  forgetRecords();
  return packed(JSON.stringify({
    url: veil(location.href.toWellFormed()),
    title: squeeze(page.title()).toWellFormed(),
    html: withMessages(goesOn ? withMore(html) : html, asksForWorker && !names.length).map((piece) => piece.toWellFormed()),
    table: look.table,
    names: order.names,
    elements: page.count(),
    frames: frames.map((rec, i) => framed(rec, order.before[i], options)),
  }));
};

// What is seen now, as records with their names.
function lookOver(options) {
  askListeners();
  forgetCounters();
  layVeil(options.secrets || []);
  const roots = modalRoots();
  const sight = new Sight(Boolean(options.viewport));
  const { root, recs } = walk(sight, roots && new Modal(roots));
  const kept = prune(recs);
  markPressable(kept);
  measure(kept);
  markCards(kept);
  markLooks(kept);
  const rules = adapterRules(options.rules);
  return { root, kept, rules, table: nameAll(kept, options.prefix || '', rules) };
}

// `wanting`: the page has nothing to act on, and asked for what it cannot have.
function withMessages(html, wanting) {
  const lines = pastMessages(html.join(' ')).map((text) => `<div role="status">${escapeText(veil(text))}</div>\n`);
  if (wanting) lines.push(`<p role="alert">${NO_WORKER}</p>\n`);
  return [lines.join('') + html[0], ...html.slice(1)];
}

function adapterRules(rules) {
  if (!rules || !rules.length) return null;
  const found = new Map();
  for (const rule of rules)
    for (const el of page.findAll(rule.selector)) found.set(el, { ...found.get(el), ...rule });
  return found;
}

function listed(recs, options, rules) {
  registry = new Map();
  identities = new Map();
  markShelves(recs);
  const names = [];
  const corner = { x: options.x ?? scrollX, y: options.y ?? scrollY };
  for (const rec of recs) {
    rec.before = names.length; // so that a frame's own names can be put in their place
    if (!rec.role || !rec.name) continue;
    registry.set(rec.name, rec.el);
    rec.kind = kindOf(rec, options.trusted, rules);
    identities.set(rec.el, identity(rec));
    const role = rec.role === 'tabbable' ? 'button' : rec.role;
    names.push([rec.index, role, rec.kind, boxOf(rec, corner)]);
  }
  return names;
}

function markShelves(recs) {
  for (const rec of recs) {
    if (!rec.card || !rec.contains) continue;
    for (let at = rec.scope; at && !at.shelf; at = at.scope) at.shelf = true;
  }
}

// The same as long as at most numbers change in what the sections around it are called, as those of
// a countdown do. The words for a single thing may not: the page may show another in its place.
function identity(rec) {
  const { scope, name, role, kind } = rec;
  const parts = [role, kind, name.replace(/\p{Nd}+/gu, '0'), scope.name ? name.slice(scope.name.length) : name];
  for (let at = scope; at !== at.scope; at = at.scope) if (at.card && !at.shelf) parts.push(at.part);
  return parts.join('\n');
}

// A string on its way out of the browser is escaped twice, two characters for each quote and six for
// each letter beyond ASCII: all but the shortest travel faster as base64 of UTF-8.
const packed = (json) =>
  json.length < 2000 || !Uint8Array.prototype.toBase64 ? json : new TextEncoder().encode(json).toBase64();

const round = (value) => Math.round(value * 10) / 10;

function boxOf(rec, corner) {
  let at = rec;
  while (isTiny(at.place.measure())) {
    const kid = at.kids.find((one) => typeof one !== 'string');
    if (!kid) return null;
    at = kid;
  }
  const { left, top, width, height } = at.place;
  return [round(left + corner.x), round(top + corner.y), round(width), round(height)];
}

function framed(rec, before, options) {
  const el = rec.el;
  const { left, top } = rec.place;
  const key = Number(shopper.frameKey(el));
  return { key, name: rec.name, before, x: round(left + el.clientLeft + (options.x ?? scrollX)), y: round(top + el.clientTop + (options.y ?? scrollY)) };
}
