// Looks: what only colour, border and fading tell of a control: which colour it offers, which one of
// several is chosen, which one is out of use.

const SWATCH = { least: 8, most: 90 }; // pixels each way
const BRIEF = 14; // characters of an option such as a size
const CHOSEN = /(?:^|[\s_-])(?:is-)?(?:active|selected|current|checked|chosen|on|picked)(?:$|[\s_-])/i;
const FADED = 0.75; // less opaque is faded
const OPTIONS = 60; // more controls in a box are no choice between a few

// Colour words and the colours people call so, as red, green, blue; several for one word where it is wide.
const COLOURS = [['black', 0, 0, 0], ['black', 30, 30, 30], ['dark grey', 70, 70, 70], ['grey', 128, 128, 128], ['light grey', 205, 205, 205], ['white', 255, 255, 255],
  ['red', 220, 0, 0], ['red', 255, 60, 50], ['dark red', 130, 10, 20], ['orange', 255, 150, 0], ['brown', 120, 70, 30], ['brown', 150, 90, 50], ['beige', 235, 220, 190],
  ['yellow', 255, 230, 0], ['gold', 212, 175, 55], ['olive', 128, 128, 0], ['green', 0, 140, 0], ['green', 60, 180, 75], ['lime', 130, 230, 40], ['dark green', 0, 70, 30],
  ['turquoise', 64, 214, 200], ['teal', 0, 128, 128], ['light blue', 150, 205, 240], ['blue', 0, 0, 220], ['blue', 40, 110, 220], ['navy', 0, 0, 100], ['navy', 25, 35, 75],
  ['purple', 128, 0, 128], ['purple', 130, 60, 190], ['lilac', 200, 170, 220], ['pink', 255, 150, 190], ['magenta', 230, 0, 150], ['rose', 240, 200, 205], ['cream', 250, 245, 225]];

function colourWord(colour) {
  const found = /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/.exec(colour);
  if (!found || (found[4] !== undefined && Number(found[4]) < 0.3)) return '';
  const [red, green, blue] = found.slice(1, 4).map(Number);
  let best = '';
  let least = Infinity;
  for (const [word, r, g, b] of COLOURS) {
    const mean = (red + r) / 2; // distances weighted as the eye does ("redmean")
    const far = (2 + mean / 256) * (red - r) ** 2 + 4 * (green - g) ** 2 + (2 + (255 - mean) / 256) * (blue - b) ** 2;
    if (far < least) [best, least] = [word, far];
  }
  return best;
}

// The colour that an empty control offers; '' when it is not one of several of different colours.
function colourLabel(rec) {
  const colour = swatchColour(rec);
  if (!colour) return '';
  const others = likeControls(rec);
  return others.length > 1 && others.some((other) => ![colour, ''].includes(swatchColour(other))) ? colourWord(colour) : '';
}

function swatchColour(rec) {
  if (rec.worded || rec.place === null) return '';
  const { width, height } = rec.place.measure();
  if (Math.min(width, height) < SWATCH.least || Math.max(width, height) > SWATCH.most) return '';
  if (find(rec.el, 'svg,img') !== null) return '';
  const own = rec.place.style.backgroundColor;
  const inner = firstElement(rec.el);
  const within = inner ? getComputedStyle(inner).backgroundColor : '';
  return within && !TRANSPARENT.test(within) ? within : TRANSPARENT.test(own) ? '' : own;
}

const firstElement = (el) => {
  for (let node = firstChild(el); node; node = nextSibling(node)) if (nodeType(node) === 1) return node;
  return null;
};

// The controls of the same make around `rec`, itself included: its siblings, or those in its siblings.
function likeControls(rec) {
  for (let at = rec, level = 0; at.up && level < 2; at = at.up, level++) {
    if (at.up.kids.length > OPTIONS * 2) return [];
    if (at.up.alike === null) at.up.alike = at.up.kids.map((kid) => onlyControl(kid)).filter((one) => one !== null);
    const alike = at.up.alike.filter((one) => one.tag === rec.tag && one.role === rec.role);
    if (alike.length > 1 && alike.includes(rec)) return alike;
  }
  return [];
}

function onlyControl(kid) {
  let at = kid;
  for (let level = 0; level < 3 && typeof at !== 'string'; level++) {
    if (at.role) return at;
    if (at.acts !== 1) return null;
    at = at.kids.find((one) => typeof one !== 'string' && one.acts === 1) ?? '';
  }
  return null;
}

// Mark what is chosen, and what is out of use, where nothing but its look says so.
function markLooks(recs) {
  const judged = new Set();
  for (const rec of recs) {
    if (!isPressed(rec) || judged.has(rec)) continue;
    if (rec.bare && hiddenChoice(rec)?.checked) rec.look = 'checked';
    const group = likeControls(rec);
    for (const one of group) judged.add(one);
    if (group.length < 2 || group.length > OPTIONS || !group.every(isBrief)) continue;
    for (const one of group) if (isFaded(one)) one.look = 'disabled';
    markChosen(group.filter((one) => !one.look));
  }
}

const isPressed = (rec) => rec.role === 'button' || rec.role === 'link' || rec.role === 'tabbable';
const isBrief = (rec) => rec.size <= BRIEF && rec.acts === 1;

// The box to tick that an empty pressed box beside it draws: a switch's knob; null when there is none.
function hiddenChoice(rec) {
  const around = rec.bare ? parentElement(rec.el) : null;
  return around && childCount(around) < 5 ? find(around, 'input[type=checkbox],input[type=radio]') : null;
}

// Faded or struck out, and deaf to the pointer.
function isFaded(rec) {
  const style = rec.place.style;
  return style.pointerEvents === 'none' && (Number(style.opacity) < FADED || rec.strike || rec.kids.some((kid) => kid.drawn || kid.strike));
}

function markChosen(group) {
  if (group.length < 2 || group.some((one) => STATES.some((name) => hasAttr(one.el, name)))) return;
  const named = group.filter((one) => CHOSEN.test(attr(one.el, 'class') || ''));
  if (named.length > 1 || (!named.length && (group.length < 3 || !isOptionGroup(group)))) return; // colours are slow to ask for
  const looks = group.map(lookOf);
  const odd = group.filter((_, i) => looks.filter((look) => look === looks[i]).length === 1);
  if (named.length === 1 && new Set(looks).size > 1 && odd.includes(named[0])) named[0].look = 'selected';
  else if (!named.length && odd.length === 1) odd[0].look = 'selected';
}

const STATES = ['aria-pressed', 'aria-selected', 'aria-checked', 'aria-current'];

// Border, outline and shadow; the ground too unless it is the colour that is offered.
function lookOf(rec) {
  const { borderTopColor, borderTopWidth, outlineStyle, outlineColor, boxShadow, backgroundColor } = rec.place.style;
  const up = rec.up.acts === 1 ? rec.up.place.style : null;
  const around = up ? `${up.borderTopColor} ${up.borderTopWidth} ${up.outlineStyle} ${up.boxShadow}` : '';
  return [borderTopWidth === '0px' ? '' : borderTopColor + borderTopWidth, outlineStyle === 'none' ? '' : outlineStyle + outlineColor, boxShadow,
    rec.worded ? backgroundColor : '', around].join('|');
}

// Sizes, numbers, colours and pictures of equal height are options; "Back", "Print" and "Buy" are not.
function isOptionGroup(group) {
  const { height } = group[0].place.measure();
  if (group.some((one) => Math.abs(one.place.measure().height - height) > 3)) return false;
  return group.every((one) => !one.worded) || group.every((one) => /^[\p{L}]{1,3}$|\p{Nd}/u.test(visibleText(one, 30)));
}
