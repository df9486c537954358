// Rendering: the records as compact HTML in reading order. Structure that means something stays,
// wrappers go, and attributes stay only if they tell a person something. Iterative.

const KEPT = new Set(('h1 h2 h3 h4 h5 h6 ul ol li table tr td th caption form fieldset legend nav main header footer ' +
  'aside dialog details dl dt dd section s del').split(' '));
const AS_TAG = { navigation: 'nav', banner: 'header', contentinfo: 'footer', complementary: 'aside', search: 'search', dialog: 'dialog',
  alertdialog: 'dialog', list: 'ul', listitem: 'li', table: 'table', row: 'tr', cell: 'td', gridcell: 'td', columnheader: 'th',
  rowheader: 'th', form: 'form', main: 'main' };
const NATIVE = new Set('a button input select option textarea summary'.split(' '));
const NATIVE_ROLES = { a: 'link', button: 'button', select: 'combobox', option: 'option', summary: 'button', textarea: 'textbox' };
const ROLE_TAGS = { link: 'a', button: 'button', tabbable: 'button' };
const VOID = new Set(['input', 'img']);
const TEXT_FIELDS = new Set(['textbox', 'searchbox', 'spinbutton', 'slider']);

class Writer {
  constructor() {
    this.parts = [''];
    this.gap = '';
    this.fresh = false;
    this.length = 0;
    this.frames = 0;
  }

  // A line break or a space before what comes next, if anything does.
  space(gap) {
    if (this.gap !== '\n') this.gap = gap;
  }

  put(text) {
    if (this.gap && this.length) this.parts.push(this.gap);
    this.gap = '';
    this.fresh = false; // right after an opening tag
    this.parts.push(text);
    this.length += text.length;
  }

  text(raw) {
    const text = veil(raw.replace(UNSEEN, '').replace(SPACE, ' '));
    if (text === ' ' || text === '') {
      if (text && !this.gap && !this.fresh) this.gap = ' ';
      return;
    }
    if (text[0] === ' ' && !this.gap && !this.fresh) this.gap = ' ';
    this.put(escapeText(text.trim()));
    if (text[text.length - 1] === ' ') this.gap = ' ';
  }
}

// Pieces of HTML with, between them, the iframe records whose content belongs there.
function render(root) {
  const out = new Writer();
  const frames = [];
  const stack = [open(root, out)];
  while (stack.length) step(stack, out, frames);
  return { pieces: joinPieces(out.parts), frames };
}

// The next thing in what is open.
function step(stack, out, frames) {
  const top = stack[stack.length - 1];
  const kid = top.rec.kids[top.at++];
  if (kid === undefined) {
    close(top, out);
    stack.pop();
  } else if (typeof kid === 'string') {
    if (!top.mute) out.text(kid);
  } else if (kid.sighting) recall(kid, out);
  else if (kid.tag === 'br') out.space('\n');
  else if (kid.tag === 'iframe') placeFrame(kid, out, frames);
  else if (kid.alt && !kid.role) out.text(` ${kid.alt} `);
  else if ((kid.tag === 'meter' || kid.tag === 'progress') && !kid.role) gauge(kid, out);
  else if ((kid.words || kid.tag === 'img' || (kid.tag === 'svg' && !kid.kids.length)) && !kid.role) picture(kid, out);
  else stack.push(open(kid, out));
}

// Frames are marked by arrays among the strings.
function joinPieces(parts) {
  const pieces = [''];
  let run = [];
  for (const part of parts) {
    if (typeof part === 'string') run.push(part);
    else {
      pieces[pieces.length - 1] = run.join('');
      pieces.push('');
      run = [];
    }
  }
  pieces[pieces.length - 1] = run.join('');
  return pieces;
}

// What was seen here and is not drawn now.
function recall(kid, out) {
  out.space('\n');
  out.put(kid.sighting);
  out.space('\n');
}

function placeFrame(rec, out, frames) {
  if (!rec.seen) return;
  out.space('\n');
  out.put('');
  out.parts.push([rec.name]);
  out.frames++;
  out.space('\n');
  frames.push(rec);
}

function picture(rec, out) {
  if (!rec.seen) return;
  const alt = rec.words || pictureText(rec);
  const words = slug(alt);
  if (!words) return;
  const owner = rec.owner;
  if (owner && (words === slug(owner.label) || words === owner.scope?.part)) return;
  if (rec.scope && words === rec.scope.part) return;
  out.put(`<img alt="${escapeAttribute(clip(alt, 120))}">`);
}

const pictureText = (rec) =>
  rec.tag === 'img' ? attribute(rec.el, 'alt') : declaredLabel(rec.el) || squeeze(find(rec.el, ':scope > title')?.textContent || '');

// A measure of something, such as a rating: how much of how much.
function gauge(rec, out) {
  const { value, max, position } = rec.el;
  if (!rec.seen || position === -1) return;
  const label = declaredLabel(rec.el);
  out.put(`<${rec.tag}${label ? ` aria-label="${escapeAttribute(clip(label, 120))}"` : ''} value="${round(value)}" max="${round(max)}"></${rec.tag}>`);
}

function open(rec, out) {
  const tag = tagOf(rec);
  const frame = { rec, at: 0, tag, mark: 0, before: 0, length: 0, frames: 0, gap: out.gap, mute: false };
  if (rec.block) out.space('\n');
  else if (tag && !out.fresh && typeof rec.kids[0] === 'string' && /^\s/.test(rec.kids[0])) out.space(' ');
  frame.gap = out.gap;
  frame.mark = out.parts.length;
  frame.before = out.length;
  if (tag) {
    out.put(opening(rec, tag));
    if (rec.role && (VOID.has(tag) || tag === 'textarea')) frame.mute = true;
    out.fresh = !VOID.has(tag);
  }
  frame.length = out.length;
  frame.frames = out.frames;
  if (rec.stand) frame.mute = false;
  return frame;
}

function close(frame, out) {
  const { rec, tag } = frame;
  if (tag && !VOID.has(tag)) {
    const empty = out.length === frame.length && out.frames === frame.frames;
    if (empty && !rec.role) {
      out.parts.length = frame.mark;
      out.length = frame.before;
      out.gap = frame.gap;
    } else {
      const after = (tag === 's' || tag === 'del') && out.gap === ' ' ? ' ' : '';
      if (rec.kids.length && out.gap && tag !== 'option' && !rec.role) out.gap = hasBlocks(rec) ? '\n' : '';
      else out.gap = '';
      out.put(`</${tag}>`);
      out.gap = after;
    }
  }
  if (rec.block || tag === 'option' || tag === 'optgroup') out.space('\n');
}

const hasBlocks = (rec) => rec.kids.some((kid) => typeof kid !== 'string' && kid.block);

// The tag to show `rec` as, or '' when it is a wrapper without meaning.
function tagOf(rec) {
  const tag = rec.tag;
  if (rec.drawn) return tag;
  if (rec.role) return widgetTag(rec);
  if (rec.strike && !rec.contains) return 's';
  if (tag === 'optgroup') return tag;
  const shown = AS_TAG[declaredRole(rec.el)] || (KEPT.has(tag) ? tag : '');
  if (rec.group === 'presentation' || rec.group === 'none') return rec.contains ? 'div' : '';
  if (rec.group === 'heading' && !shown) return 'h' + (rec.level || 2);
  if (!shown) return rec.contains ? 'div' : '';
  if (shown === 'li' && !rec.contains && isLoneItem(rec)) return '';
  if ((shown === 'section' || shown === 'form') && !rec.contains && !rec.heading) return '';
  if (/^(table|tr|td|th)$/.test(shown) && !isData(rec)) return rec.contains ? 'div' : '';
  return shown;
}

// A list item that is only one thing to act on: the list says it already.
function isLoneItem(rec) {
  let at = rec;
  for (;;) {
    const kids = at.kids.filter((kid) => typeof kid !== 'string' || kid.trim());
    if (kids.length !== 1 || typeof kids[0] === 'string') return false;
    at = kids[0];
    if (at.role) return true;
  }
}

// A table of data, not of layout.
function isData(rec) {
  let at = rec;
  while (at && at.tag !== 'table' && at.group !== 'table' && at.group !== 'grid') at = at.up;
  if (!at) return false;
  if (at.data === undefined) at.data = declaredRole(at.el) !== 'presentation' && !find(at.el, 'table') && (at.el.rows?.length ?? 2) > 1;
  return at.data;
}

function widgetTag(rec) {
  if (rec.stand) return 'input';
  if (NATIVE.has(rec.tag)) return rec.tag === 'a' && rec.role === 'button' ? 'button' : rec.tag === 'input' && rec.role === 'button' ? 'button' : rec.tag;
  return ROLE_TAGS[rec.role] || 'div';
}

// Names are long and come again and again: they travel in a table, and the HTML says where they go.
// No text from a page holds control characters by now.
const nameMark = (rec) => `\u0001${rec.index}\u0001`;

function opening(rec, tag) {
  if (rec.drawn) return `<${tag}>`;
  const label = rec.tag === 'optgroup' ? ` label="${escapeAttribute(clip(rec.el.label, 120))}"` : '';
  if (!rec.role) return rec.contains ? `<${tag} name="${nameMark(rec)}"${label}>` : `<${tag}${label}>`;
  const el = rec.stand || rec.el;
  const given = [`<${tag} name="${nameMark(rec)}"`];
  const add = (name, value) => given.push(value === '' ? ` ${name}` : ` ${name}="${escapeAttribute(value)}"`);
  if (tag === 'input') {
    if (el.type && el.type !== 'text') add('type', el.type);
  } else if (tag === 'div' || (NATIVE_ROLES[tag] && NATIVE_ROLES[tag] !== rec.role && rec.role !== 'tabbable' && rec.tag !== 'input' && rec.role !== 'listbox'))
    add('role', rec.role);
  fieldAttributes(rec, el, tag, add);
  const said = states(el, rec.stand ? 'input' : rec.tag, rec.role);
  for (const [name, value] of said) if (!hides(rec, name)) add(name, value);
  if (rec.look && !said.some(([name]) => name === rec.look)) add(rec.look, '');
  given.push('>');
  if (rec.tag === 'input' && tag === 'button') given.push(escapeText(buttonInputLabel(el)));
  return given.join('');
}

// Which expiry month is chosen is a payment field's value too.
const hides = (rec, state) => state === 'selected' && rec.tag === 'option' && isSecret(rec.owner.el);

const HELD = { start: 400, end: 100 }; // characters of a long text in a field that are shown

// A long text by its beginning and its end, as one who scrolls through a field sees both.
const bothEnds = (text) => text.length <= HELD.start + HELD.end ? text
  : `${clip(text, HELD.start)} … ${text.slice(-HELD.end).replace(/^\S*\s|^[\udc00-\udfff]/, '')}`;

const SUGGESTED = 12; // words of a list that are told

// The words that a field suggests in a list of its own.
function suggestions(el, add) {
  const options = el.list?.options ?? [];
  const words = [];
  for (let i = 0; i < Math.min(options.length, SUGGESTED); i++) words.push(clip(squeeze(options[i].label || options[i].value), 60));
  if (options.length > SUGGESTED) words.push('...');
  if (words.length) add('suggestions', words.join(' | '));
}

function fieldAttributes(rec, el, tag, add) {
  if (rec.role === 'button' || rec.role === 'link' || rec.role === 'tabbable') {
    if (!rec.size && rec.tag !== 'input' && rec.label && slug(declaredLabel(el))) add('aria-label', clip(declaredLabel(el), 120));
    return;
  }
  if (!TEXT_FIELDS.has(rec.role)) return;
  const placeholder = attribute(el, 'placeholder');
  if (placeholder) add('placeholder', clip(placeholder, 120));
  if (tag === 'div' && rec.role !== 'slider' && rec.role !== 'spinbutton') {
    if (rec.shut && textContent(el).trim()) add('filled', '');
    return;
  }
  const value = el.value !== undefined ? String(el.value) : attr(el, 'aria-valuetext') || attr(el, 'aria-valuenow') || '';
  if (value && isSecret(el)) add('filled', '');
  else if (value) add('value', bothEnds(veil(value.replace(SPACE, ' '))));
  if (hasAttr(el, 'list') && !isSecret(el)) suggestions(el, add);
}
