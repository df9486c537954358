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
  const { told, hitAt, holds, scriptless } = hands;
  const MOST = 12; // places pointed at
  const PARTS = 5; // of what shows at one place
  const RULES = 20000; // read of the page's style
  const SHOWS = ['display', 'visibility', 'opacity', 'max-height', 'height', 'transform', 'clip', 'clip-path', 'left', 'top', 'pointer-events', 'width', 'scale', 'translate'];
  const USED = 'a[href], button, [role=button], [role=menuitem], [onclick], input, select';
  const HOVER = /^(.*?):hover([^\s>+~]*)(\s*[\s>+~]\s*)(\S.*)$/;
  const FADE = 700; // ms: the longest wait for what fades or slides in

  let listening = [];
  let rules = null; // [what to point at, how it leads on, what shows then]
  let ruled = -1; // style sheets these were read from
  let triggers = [];
  let before = new Set();
  globalThis.addEventListener('shopper:points', (event) => listening.push(event.composedPath()[0]), { capture: true });

  /** The page's rules that show something in or beside what is pointed at. */
  function hoverRules() {
    const sheets = [...document.styleSheets].filter((sheet) => !sheet.disabled);
    if (rules && ruled === sheets.length) return rules;
    rules = [];
    ruled = sheets.length;
    let read = 0;
    const go = (list) => {
      for (const rule of list) {
        if (read++ > RULES) return;
        if (rule.selectorText?.includes(':hover') && SHOWS.some((name) => rule.style.getPropertyValue(name))) {
          for (const part of rule.selectorText.split(/,(?![^(]*\))/)) {
            const found = HOVER.exec(part.trim());
            if (found && !found[4].includes(':hover') && !found[1].includes('::')) rules.push([found[1] + found[2] || '*', found[3].trim(), `${found[1]}${found[2]}${found[3]}${found[4]}`]);
          }
        }
        if (rule.cssRules?.length && (!rule.media || matchMedia(rule.media.mediaText).matches)) go(rule.cssRules);
      }
    };
    for (const sheet of sheets) {
      try {
        go(sheet.cssRules);
      } catch {
        continue; // of another site: its rules may not be read
      }
    }
    return rules;
  }

  const isUnseen = (el) => !isShown(el, PAINTED) || isTiny(rectOf(el));
  const isUsed = (el) => isMatch(el, USED) || find(el, USED) !== null;

  function* hidden() {
    for (const [trigger, way, shown] of hoverRules()) {
      let found;
      try {
        found = page.findAll(shown.replace(/::?(before|after)\b/g, ''));
      } catch {
        continue;
      }
      for (const el of [...found].slice(0, MOST * 2)) {
        if (!isUnseen(el) || !isUsed(el)) continue;
        let at = parentElement(el);
        if (/^[+~]/.test(way)) at = [...parentElement(el).children].find((one) => isMatch(one, trigger));
        else while (at && !isMatch(at, trigger)) at = parentElement(at);
        if (at) yield at;
      }
    }
    listening = [];
    globalThis.dispatchEvent(new Event('shopper:unfolds'));
    for (const el of listening) {
      if (nodeType(el) !== 1 || isRoot(el) || rectOf(el).height > innerHeight) continue;
      const inside = [...findAll(el, USED)].slice(0, 40);
      if (inside.some(isUnseen)) yield el;
    }
  }

  /** Where to point: what is seen, holds something that is not, and was not pointed at yet. */
  function findTriggers() {
    if (window !== window.top || scriptless() || navigator.maxTouchPoints > 0) return [];
    const found = new Set();
    for (const el of hidden()) {
      if (found.size >= MOST) break;
      if (!hovers.has(el) && !isRoot(el) && isShown(el, PAINTED) && !isTiny(rectOf(el))) found.add(el);
    }
    return [...found];
  }

  let searched = ''; // the page that was searched

  /** Whether there is anything to point at on a page that was not searched yet. */
  hands.hovers = () => {
    if (searched === hands.place() || page.ready() === 'loading') return false;
    searched = hands.place();
    for (const el of hovers.keys()) if (!isConnected(el)) hovers.delete(el);
    triggers = findTriggers();
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

  /** JSON: the places to go to, [[number, x, y]]. */
  shopper.hovering = () => {
    if (topRoots()) return told([]);
    const [look] = hands.lookNow();
    before = new Set(look.kept.map((rec) => rec.el));
    return told(triggers.map((el, number) => [number, ...(pointOver(el) || [])]).filter((place) => place.length > 1));
  };

  /** The pointer is at the place of that number: remember what shows. */
  shopper.hovered = async (number) => {
    const trigger = triggers[number];
    await drawn(trigger);
    const [look, names] = hands.lookNow();
    const fresh = look.kept.filter((rec) => rec.up && !before.has(rec.el) && before.has(rec.up.el));
    const seen = fresh.slice(0, PARTS).map((rec) => fragmentOf(rec, look, names));
    hovers.set(trigger, { seen: seen.filter((one) => one.html.trim()) });
    return '';
  };

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

  /** As before; JSON {fault: 'apart', x, y} where the pointer has to be somewhere else first. */
  shopper.aim = (name, typing = false) => {
    const el = registry.get(name);
    const far = byPointer.get(name);
    if (!far || (el && isConnected(el) && isShown(el, PAINTED))) return aim(name, typing);
    far.trigger.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
    const point = pointOver(far.trigger);
    return point ? told({ fault: 'apart', x: point[0], y: point[1] }) : aim(name, typing);
  };

  /** The pointer is there: let the name stand for what shows. */
  shopper.shown = async (name) => {
    const { trigger, one, at } = byPointer.get(name);
    await drawn(trigger);
    const [look, names] = hands.lookNow();
    const again = () => look.kept.filter((rec) => rec.up?.el === one.around).map((rec) => fragmentOf(rec, look, names)).find(({ html }) => html === one.html);
    const known = one.named[at].el;
    const el = isConnected(known) ? known : again()?.named[at].el;
    shopper.observe(hands.wish());
    if (el) registry.set(name, el);
    return '';
  };
}
