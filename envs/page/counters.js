// Counters: the numbers that a style sheet draws before steps, chapters and dishes. What a browser
// counts it does not tell, so it is counted again, once in a look and only where a counter is drawn.

let counted = null; // what was counted in this look: {values, makes}
const forgetCounters = () => {
  counted = null;
};

const PLAIN = (value) => String(value);
const ALPHA = (value, first) => (value > 0 && value < 27 ? String.fromCharCode(first + value - 1) : String(value));
const COUNTERS = { 'decimal-leading-zero': (value) => String(value).padStart(2, '0'), 'upper-alpha': (value) => ALPHA(value, 65),
  'upper-latin': (value) => ALPHA(value, 65), 'lower-alpha': (value) => ALPHA(value, 97), 'lower-latin': (value) => ALPHA(value, 97) };

// What `counter(...)` or `counters(...)` shows before (`side`) the content of `el`.
function counterText(call, el, side) {
  const [, many, name, between = '', kind = ''] = /^counter(s?)\(\s*([\w-]+)\s*(?:,\s*"((?:[^"\\]|\\.)*)")?\s*(?:,\s*([\w-]+))?\s*\)$/.exec(call) || [];
  if (!name) return '';
  const make = makeAt(el) + side;
  if (counted === null || !counted.makes.has(make)) counted = count(new Set([...(counted?.makes ?? []), make]));
  const values = counted.values.get(el)?.[side]?.[name] ?? [0];
  const shown = values.map(COUNTERS[kind] || PLAIN);
  return many ? shown.join(between) : shown[shown.length - 1];
}

const makeAt = (el) => `${localName(el)}.${attr(el, 'class') || ''}`;

// Goes through the page in order. `makes`: which elements' pseudo-elements count as well.
function count(makes) {
  const open = {}; // name to its counters that are in force, the innermost last: {value, scope}
  const values = new Map();
  const change = (el, style) => {
    for (const [name, value] of changes(style.counterReset)) (open[name] ??= []).push({ value, scope: parentElement(el) || el });
    for (const [name, value] of changes(style.counterIncrement)) {
      const own = (open[name] ??= []);
      if (!own.length) own.push({ value: 0, scope: parentElement(el) || el });
      own[own.length - 1].value += value;
    }
  };
  const closeAt = (el) => {
    for (const own of Object.values(open)) while (own.length && !contains(own[own.length - 1].scope, el)) own.pop();
  };
  for (const el of tagsIn(page.root(), '*')) {
    const style = getComputedStyle(el);
    if (style.display === 'none') continue;
    closeAt(el);
    change(el, style);
    for (const side of ['::before', '::after']) {
      if (!makes.has(makeAt(el) + side)) continue;
      change(el, getComputedStyle(el, side));
      const now = {};
      for (const name of Object.keys(open)) now[name] = open[name].map(({ value }) => value);
      values.set(el, { ...values.get(el), [side]: now });
    }
  }
  return { values, makes };
}

const changes = (list) => (list === 'none' || !list ? [] : [...list.matchAll(/([\w-]+)\s+(-?\d+)/g)].map(([, name, value]) => [name, Number(value)]));
