// Captions: what a field to fill in or to choose from is called: by its label, by the text that stands
// beside or above it, or by what its attributes say. Words that belong to another control are not taken.

const CAPTION = 50; // characters of a line that captions a field
const EXAMPLE = /[\d@]|^(e\.?\s?g|z\.?\s?b|p\.?\s?ex|ex|np|bijv|example|beispiel|ejemplo|esempio)\b/i;
const CONTROLS = 'input:not([type=hidden]),select,textarea,button';

function labelTexts(control, own) {
  const around = closest(control, 'label');
  const before = around && isShared(around, control) ? wordsBefore(around, control).replace(/^[x×]\s+/, '') : '';
  if (slug(before)) return before;
  for (const label of control.labels || []) {
    const rec = own?.el === label ? own : labelRecs.get(label);
    const seen = rec ? pieces(rec, TEXT_ENOUGH, true).join(' ') : '';
    const text = slug(seen) ? seen : squeeze(clip(withoutControls(label), TEXT_ENOUGH)) || attribute(label, 'title');
    if (slug(text)) return text;
  }
  return '';
}

// Whether a label stands around more fields than `control`.
const isShared = (label, control) => isWithin(control, label) && [...findAll(label, CONTROLS)].filter((one) => localName(one) !== 'button').length > 1;

// The words in `label` right before `control`.
function wordsBefore(label, control) {
  let text = '';
  const read = (node) => {
    for (let at = firstChild(node); at; at = nextSibling(at)) {
      if (at === control) return true;
      if (nodeType(at) === 3) text += at.data;
      else if (nodeType(at) === 1) {
        if (isMatch(at, CONTROLS)) text = '';
        else if (read(at)) return true;
      }
    }
    return false;
  };
  return read(label) ? squeeze(text) : '';
}

function withoutControls(label) {
  if (!find(label, 'select,textarea,button,script,style')) return textContent(label);
  let text = '';
  for (const kid of label.childNodes) {
    if (kid.nodeType === 3) text += kid.data;
    else if (kid.nodeType === 1 && !/^(select|textarea|button|script|style)$/.test(kid.localName) && !find(kid, 'select,textarea,button,script,style')) text += textContent(kid);
  }
  return text;
}

const isChoice = (rec) => rec.role === 'checkbox' || rec.role === 'radio' || rec.role === 'switch';

// The text that stands beside a field: after a box to tick, before anything else.
function besideText(rec, after = isChoice(rec)) {
  let at = rec;
  for (let level = 0; level < 3 && at.up; level++, at = at.up) {
    const kids = at.up.kids;
    const index = kids.indexOf(at);
    for (let i = index + (after ? 1 : -1), n = 0; i >= 0 && i < kids.length && n < 3; i += after ? 1 : -1, n++) {
      const kid = kids[i];
      if (typeof kid !== 'string' && (kid.acts > 0 || (kid.size < LINE && isOthers(kid, rec)))) break;
      const text = typeof kid === 'string' ? squeeze(kid) : visibleText(kid, 100);
      if (hasLetters(text) && text.length < 80) return text;
    }
    if (at.up.group === 'row' || at.up.acts > 4) break;
  }
  return '';
}

// A label of another field than `rec`; one whose identifier is there twice may be meant for it all the same.
function labelsAnother(kid, rec) {
  const control = kid.tag === 'label' ? kid.el.control : null;
  if (!control || isWithin(rec.el, control) || drawnBy(control) === rec.el) return false;
  return findAll(page.root(), `#${CSS.escape(attr(kid.el, 'for') || 'none')}`).length < 2;
}

// Whether `kid` holds a control, even one that is drawn by something else, and so has its own words.
const isOthers = (kid, rec) => kid.acts > 0 || kid.role !== '' || labelsAnother(kid, rec) || find(kid.el, CONTROLS) !== null;

// A line right before or above a field that plainly captions it: a label without a field of its own,
// or words that end with a colon or a star.
function captionText(rec) {
  let at = rec;
  for (let level = 0; level < 3 && at.up; level++, at = at.up) {
    const kids = at.up.kids;
    for (let i = kids.indexOf(at) - 1; i >= 0; i--) {
      const kid = kids[i];
      const text = typeof kid === 'string' ? squeeze(kid) : kid.size > LINE || isOthers(kid, rec) ? null : visibleText(kid, 100);
      if (text === null) return '';
      if (!text) continue;
      const caption = /[:*：]$/.test(text) || kid.tag === 'label' || (kid.kids && kid.kids.length === 1 && kid.kids[0].tag === 'label');
      return caption && hasLetters(text) && text.length <= CAPTION ? text : '';
    }
    if (at.up.acts > 1) return '';
  }
  return '';
}

// What heads the column of a field in a table, where the row says nothing.
function columnText(rec) {
  const cell = closest(rec.el, 'td');
  const table = cell && closest(cell, 'table');
  const head = table && table.rows[0] !== parentElement(cell) ? table.rows[0]?.cells[cell.cellIndex] : null;
  const text = head && find(head, CONTROLS) === null ? squeeze(clip(renderedText(head), CAPTION + 1)) : '';
  return text.length <= CAPTION && hasLetters(text) ? text : '';
}

function fieldLabel(rec, control) {
  const el = control;
  const own = declaredLabel(el) || labelTexts(el, rec.stand ? rec : null);
  if (slug(own)) return own;
  if (rec.tag === 'input' && rec.role === 'button') {
    const says = buttonInputLabel(el);
    return slug(says) ? says : SYMBOLS[says] || hintedLabel(rec);
  }
  if (rec.stand) return attribute(rec.el, 'title') || SYMBOLS[visibleText(rec)] || colourLabel(rec) || hintedField(rec, el);
  const caption = isChoice(rec) ? '' : captionText(rec);
  if (caption) return caption;
  const placeholder = attribute(el, 'placeholder');
  const beside = slug(placeholder) && !EXAMPLE.test(placeholder) ? placeholder : '';
  return beside || (slug(attribute(el, 'title')) ? attribute(el, 'title') : '') || besideText(rec) || (slug(placeholder) ? placeholder : '') ||
    columnText(rec) || hintedField(rec, el) || besideText(rec, false);
}

const hintedField = (rec, el) => identifierWords(attr(el, 'name')) || identifierWords(attr(el, 'id')) || purposeWords(el) || hintedLabel(rec);

// What the browser may fill in, as HTML names it: "given-name".
const PURPOSE = /(?:^| )((?:[a-z]+-)?(?:name|address|code|country|tel|email|number|exp|csc|password)|email|tel|organization|address-line\d|bday)$/;

function purposeWords(el) {
  const found = PURPOSE.exec((attr(el, 'autocomplete') || '').toLowerCase());
  return found ? spaced(found[1]) : '';
}
