// What shows only under the pointer: menus that drop down, buttons of a tile. Where such things are is
// told by style rules for `:hover` and by listeners for the pointer; what they show is found out by going
// there. What was seen so is remembered and shown in its place, as long as that is there.

const hovers = new Map(); // the element to point at, to {seen: what shows then}
let byPointer = new Map(); // names of what shows only then, to {trigger, key}

// Put what shows under the pointer where it showed. Returns what was put in.
function placeHovers(look) {
  if (!hovers.size) return [];
  const recOf = new Map(look.kept.map((rec) => [rec.el, rec]));
  const placed = [];
  for (const [trigger, { seen }] of hovers) {
    if (!isConnected(trigger) || !recOf.has(trigger)) continue;
    for (const one of seen) {
      const around = recOf.get(one.around);
      if (!around || (recOf.has(one.el) && !isBareBox(recOf.get(one.el)))) continue;
      const at = around.kids.findLastIndex((kid) => kid.el && one.before.includes(kid.el));
      const entry = { sighting: '', block: true, role: '', tag: '', kids: [] };
      around.kids.splice(at + 1, 0, entry);
      placed.push([trigger, one, entry, triggerName(recOf.get(trigger))]);
    }
  }
  return placed;
}

// It is there, but nothing in it is.
const isBareBox = (rec) => rec.size === 0 && !rec.acts;

// What is pointed at is called: its first control, else its words.
function triggerName(rec) {
  const stack = [rec];
  while (stack.length) {
    const at = stack.pop();
    if (at.role && at.name) return at.name;
    for (const kid of [...at.kids].reverse()) if (kid.el) stack.push(kid);
  }
  const words = slug(clip(visibleText(rec, 40), 40));
  return [rec.scope?.name, words].filter(Boolean).join('.');
}

// Give what was put in names of its own. Returns how they are listed.
function nameHovers(placed, { kept, table }, others) {
  byPointer = new Map();
  if (!placed.length) return [];
  const used = new Set([...kept.map((rec) => rec.name), ...others]);
  const listed = [];
  for (const [trigger, one, entry, base] of placed) {
    const places = one.named.map(({ part, listed: own }, at) => {
      let given = [base, part].filter(Boolean).join('.');
      for (let n = 2; used.has(given); n++) given = `${[base, part].filter(Boolean).join('.')}_${n}`;
      used.add(given);
      table.push([-2, given]);
      if (own) {
        listed.push([table.length - 1, ...own.slice(1)]);
        byPointer.set(given, { trigger, one, at });
      }
      return table.length - 1;
    });
    entry.sighting = one.html.replace(NAME_MARK, (_, at) => `\u0001${places[at]}\u0001`);
  }
  return listed;
}

{
  const { told, hitAt, holds, findTriggers, isUnseen, USED } = hands;
  const INNER = 8; // places pointed at in what shows at one
  const PARTS = 5; // of what shows at one place
  const FADE = 700; // ms: the longest wait for what fades or slides in

  let triggers = []; // [{el, outer, before}]: `outer` the place at which it shows itself, `before` what was seen
  let searched = ''; // the page that was searched

  /** Whether there is anything to point at on a page that was not searched yet. */
  hands.hovers = () => {
    if (searched === hands.place() || page.ready() === 'loading') return false;
    searched = hands.place();
    for (const el of hovers.keys()) if (!isConnected(el)) hovers.delete(el);
    triggers = findTriggers().map((el) => ({ el, outer: null, before: null }));
    return triggers.length > 0;
  };

  const frames = () => new Promise((resolve) => {
    const late = setTimeout(resolve, 100);
    requestAnimationFrame(() => requestAnimationFrame(() => { clearTimeout(late); resolve(); }));
  });

  /** Until what the pointer started is drawn. */
  async function drawn(trigger) {
    const until = performance.now() + FADE;
    await frames();
    await shopper.quiet({ still: 10, cap: 150, keep: true });
    const moving = () => page.animations().some(({ effect, playState }) => playState === 'running' && effect?.target && holds(trigger, effect.target) &&
      effect.getComputedTiming().endTime < FADE * 2);
    while (moving() && performance.now() < until) await frames();
  }

  /** A point of the window at which the pointer is over `el`; null where there is none. */
  function pointOver(el) {
    const { left, right, top, bottom } = rectOf(el);
    for (const share of [0.5, 0.25, 0.75, 0.1, 0.9]) {
      const [x, y] = [left + (right - left) * share, top + (bottom - top) * share];
      if (x >= 0 && y >= 0 && x < innerWidth && y < innerHeight && holds(el, hitAt(x, y))) return [x, y];
    }
    return null;
  }

  /** JSON: the numbers of the places to go to. */
  shopper.hovering = () => {
    if (topRoots()) return told([]);
    const [look] = hands.lookNow();
    const before = new Set(look.kept.map((rec) => rec.el));
    for (const trigger of triggers) trigger.before = before;
    return told(triggers.map((_, number) => number));
  };

  /** JSON [x, y], the place of that number now that the pointer is elsewhere; or nothing. */
  shopper.placeOf = async (number) => {
    if (!triggers[number].outer) await frames();
    const point = pointOver(triggers[number].el);
    return point ? told(point) : '';
  };

  /** The pointer is at the place of that number: remember what shows. JSON: the numbers of the places
   * in that. */
  shopper.hovered = async (number) => {
    const { el, outer, before } = triggers[number];
    await drawn(el);
    const [look, names] = hands.lookNow();
    const fresh = look.kept.filter((rec) => rec.up && !before.has(rec.el) && before.has(rec.up.el));
    const seen = fresh.slice(0, PARTS).map((rec) => fragmentOf(rec, look, names)).filter((one) => one.html.trim());
    if (outer) {
      putBehind(outer.el, el, seen);
      return told([]);
    }
    hovers.set(el, { seen });
    const from = triggers.length;
    const now = new Set(look.kept.map((rec) => rec.el));
    const inside = findTriggers().filter((one) => seen.some((part) => holds(part.el, one)));
    for (const inner of inside.slice(0, INNER)) triggers.push({ el: inner, outer: triggers[number], before: now });
    return told(triggers.slice(from).map((_, i) => from + i));
  };

  /** What shows at a place in a menu stands behind that menu, under the name of the place. */
  function putBehind(outer, place, seen) {
    const all = hovers.get(outer).seen;
    const around = all.find((one) => holds(one.el, place));
    if (!around) return;
    const word = slug(clip(squeeze(renderedText(find(place, USED) || place)), 40));
    const named = (one) => one.named.map((own) => ({ ...own, part: [word, own.part].filter(Boolean).join('.') }));
    all.push(...seen.map((one) => ({ ...one, named: named(one), way: [place], around: around.around, before: [...around.before, around.el] })));
  }

  /** What is rendered of `rec`, with its names as places in `named`, and where it stands. */
  function fragmentOf(rec, look, names) {
    const byIndex = new Map(names.map((own) => [own[0], own]));
    const recOf = new Map();
    for (const one of look.kept) if (one.name) recOf.set(one.index, one);
    const named = [];
    const places = new Map();
    const html = render(rec).pieces.join('').replace(NAME_MARK, (_, index) => {
      if (!places.has(index)) {
        const one = recOf.get(Number(index));
        places.set(index, named.length);
        named.push({ part: partOf(one, rec), el: one?.el, listed: byIndex.get(Number(index)) });
      }
      return `\u0001${places.get(index)}\u0001`;
    });
    const kids = rec.up.kids.filter((kid) => kid.el);
    return { el: rec.el, around: rec.up.el, before: kids.slice(0, kids.indexOf(rec)).map((kid) => kid.el), html, named };
  }

  /** Its name within what shows: the containers there, and its own words. */
  function partOf(one, top) {
    const parts = [slug(one.label) || one.part];
    for (let at = one.scope; at && at !== at.scope && holds(top.el, at.el); at = at.scope) parts.unshift(at.part);
    return parts.filter(Boolean).join('.');
  }

  // ---- acting on what shows only under the pointer

  const aim = shopper.aim;
  let asked = null; // what is being aimed at

  /** As before; JSON {fault: 'apart', x, y} where the pointer has to be somewhere else first. */
  shopper.aim = (name, typing = false) => {
    const el = registry.get(name);
    const far = byPointer.get(name);
    if (!far || (el && isConnected(el) && !isUnseen(el))) return aim(name, typing);
    const place = [far.trigger, ...(far.one.way || [])].findLast((one) => isConnected(one) && !isUnseen(one)) || far.trigger;
    place.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
    const point = pointOver(place);
    asked = far;
    return point ? told({ fault: 'apart', x: point[0], y: point[1] }) : aim(name, typing);
  };

  /** The pointer is there: let the name stand for what shows. */
  shopper.shown = async (name) => {
    const { trigger, one, at } = byPointer.get(name) || asked;
    await drawn(trigger);
    const [look, names] = hands.lookNow();
    const again = () => look.kept.filter((rec) => rec.up?.el === one.around).map((rec) => fragmentOf(rec, look, names)).find(({ html }) => html === one.html);
    const known = one.named[at].el;
    const el = isConnected(known) ? known : again()?.named[at].el;
    shopper.observe(hands.wish());
    if (el) registry.set(name, el);
    byPointer.set(name, { trigger, one, at });
    return '';
  };
}
