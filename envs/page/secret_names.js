// What a field is called: every text that a person or a program may know it by, nearest first. Reads
// the document only, so that it can be asked at any time. Knows nothing of secrets.

const NAMED_BY = ['aria-label', 'placeholder', 'aria-placeholder', 'title', 'aria-description', 'aria-roledescription', 'data-label', 'data-placeholder', 'data-title', 'data-original-title', 'data-field', 'label', 'alt'];
const CALLED_BY = ['name', 'id', 'data-testid', 'data-test', 'data-qa', 'data-cy', 'data-name', 'data-field-type', 'data-elements-stable-field-name', 'formcontrolname', 'ng-model', 'v-model', 'x-model', 'data-bind', 'itemprop', 'data-stripe', 'data-braintree-name', 'data-recurly', 'autocomplete', 'aria-errormessage'];
const NEAR_TEXT = 120; // characters of a text beside a field that may name it
const AROUND_LEVELS = 4;
const FRAME_ENTRIES = 2; // fields in a frame that is there for one of them
const ENTRIES = 'input:not([type=hidden]):not([type=submit]):not([type=button]):not([type=checkbox]):not([type=radio]):not([type=image]):not([type=reset]),select,textarea,[contenteditable]:not([contenteditable=false]),[role=textbox],[role=combobox],[role=spinbutton]';

const spaced = (identifier) => identifier.replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2').replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2').replace(/[^\p{L}\p{N}]+/gu, ' ');

const elementOf = (el, id) => rootNode(el).getElementById?.(id) ?? null;
const textsOfIds = (el, name) => (attr(el, name) || '').split(/\s+/).filter(Boolean).slice(0, 8).map((id) => elementOf(el, id)).filter(Boolean).map((found) => clip(textContent(found), NEAR_TEXT));

// The element around, out of shadow trees too.
const outwards = (el) => {
  const up = parentNode(el);
  return up instanceof ShadowRoot ? up.host : up && nodeType(up) === 1 ? up : null;
};

// The words its author gives it: what people read.
function givenNames(el) {
  const texts = NAMED_BY.map((name) => attr(el, name));
  for (const label of el.labels || []) texts.push(clip(textContent(label), NEAR_TEXT));
  texts.push(...textsOfIds(el, 'aria-labelledby'));
  const around = labelAround(el);
  if (around) texts.push(clip(textContent(around), NEAR_TEXT));
  const root = rootNode(el);
  if (root instanceof ShadowRoot) texts.push(...NAMED_BY.map((name) => attr(root.host, name)), ...textsOfIds(root.host, 'aria-labelledby'), ...labelsFor(root.host));
  return texts.filter(Boolean);
}

// Labels that are meant for an element that cannot have any, as the host of a shadow tree.
function labelsFor(el) {
  const root = rootNode(el);
  if (!el.id || !root.querySelectorAll) return [];
  return [...root.querySelectorAll(`label[for="${CSS.escape(el.id)}"]`)].map((label) => clip(textContent(label), NEAR_TEXT));
}

// What the page around calls the frame that the field stands in, where there is little else in it.
function frameNames() {
  let frame = null;
  try {
    frame = globalThis.frameElement; // of another origin it is not to be had
  } catch {
    return [];
  }
  if (!frame || page.findAll(ENTRIES).length > FRAME_ENTRIES) return [];
  return [...NAMED_BY, ...CALLED_BY].map((name) => attr(frame, name)).filter((text) => text && text.length <= NEAR_TEXT).map(spaced);
}

// A label around it, perhaps around the shadow tree that it stands in.
function labelAround(el) {
  for (let at = outwards(el), level = 0; at && level < 8; at = outwards(at), level++) if (localName(at) === 'label') return at;
  return null;
}

// The identifiers it goes by, as words. A shadow tree's field goes by its host's, too.
function identifierNames(el) {
  const texts = CALLED_BY.map((name) => attr(el, name));
  const root = rootNode(el);
  if (root instanceof ShadowRoot) texts.push(...CALLED_BY.map((name) => attr(root.host, name)), localName(root.host));
  return texts.filter((text) => text && text.length < 200).map(spaced);
}

// What stands around it and may be meant for it: descriptions, legends, table heads, text beside it.
function nearNames(el) {
  const texts = [...textsOfIds(el, 'aria-describedby'), ...textsOfIds(el, 'aria-details'), ...tableNames(el), ...besideNames(el), ...frameNames()];
  for (let at = outwards(el), level = 0; at && level < 8; at = outwards(at), level++) {
    const grouped = localName(at) === 'fieldset' ? legendOf(at) : /^(?:group|radiogroup)$/.test(attr(at, 'role') || '') ? groupName(at) : '';
    if (grouped) texts.push(grouped);
  }
  return texts.map((text) => text.trim()).filter((text) => text && text.length <= NEAR_TEXT);
}

const legendOf = (fieldset) => {
  const legend = find(fieldset, 'legend');
  return legend ? clip(textContent(legend), NEAR_TEXT) : attr(fieldset, 'aria-label') || '';
};
const groupName = (group) => attr(group, 'aria-label') || textsOfIds(group, 'aria-labelledby').join(' ');

// The cell before it in its row, the head of its row and of its column; the term before its description.
function tableNames(el) {
  const description = closest(el, 'dd');
  if (description) {
    let term = description.previousElementSibling;
    while (term && localName(term) === 'dd') term = term.previousElementSibling;
    if (term) return [clip(textContent(term), NEAR_TEXT)];
  }
  const cell = closest(el, 'td,th,[role=cell],[role=gridcell]');
  if (!cell) return [];
  const texts = [];
  const before = cell.previousElementSibling;
  if (before && find(before, ENTRIES) === null) texts.push(textContent(before));
  const row = cell.parentElement;
  const table = cell instanceof HTMLTableCellElement ? closest(cell, 'table') : null;
  const at = cell instanceof HTMLTableCellElement ? cell.cellIndex : [...(row?.children || [])].indexOf(cell);
  const rows = table ? table.rows : row?.parentElement?.children || [];
  for (const other of rows) {
    if (other === row) break;
    const head = (other.cells || other.children)[at];
    if (head && find(head, ENTRIES) === null && head.textContent.trim()) texts.push(head.textContent);
    if (texts.length > 4) break;
  }
  return texts.map((text) => clip(text, NEAR_TEXT));
}

// The text right before it, up to the field before; and all text of the nearest box that is its alone.
function besideNames(el) {
  const texts = [];
  let at = el;
  for (let level = 0; at && level < AROUND_LEVELS; level++) {
    const before = textBefore(at);
    if (before.text) texts.push(before.text);
    if (before.stopped) break;
    const up = outwards(at);
    if (!up || isRoot(up) || findAll(up, ENTRIES).length > 1) break;
    const own = clip(textContent(up), NEAR_TEXT + 1);
    if (own.trim() && own.length <= NEAR_TEXT && localName(up) !== 'form') texts.push(own.replace(String(el.value || '\u0000'), ''));
    at = up;
  }
  return texts;
}

function textBefore(el) {
  let text = '';
  for (let node = el.previousSibling; node && text.length < NEAR_TEXT; node = node.previousSibling) {
    if (nodeType(node) === 3) text = node.data + text;
    else if (nodeType(node) === 1) {
      if (isMatch(node, ENTRIES) || find(node, ENTRIES) !== null) return { text: tail(text), stopped: true };
      if (!/^(?:script|style|template|noscript|button)$/.test(localName(node))) text = ` ${textContent(node)} ${text}`;
    }
  }
  return { text: tail(text), stopped: false };
}

// The end of a long text is what stands beside.
const tail = (text) => {
  const said = text.replace(/\s+/g, ' ').trim();
  return said.length <= NEAR_TEXT ? said : said.slice(-60);
};
