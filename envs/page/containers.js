// Containers: which groups give their contents context, and what labels them: landmarks, sections
// with a heading, forms, fieldsets, table rows and repeated cards. Decided from what the group
// itself shows, so that something inserted elsewhere changes nothing.

const LABELLED_GROUPS = new Set(('navigation region complementary group radiogroup listbox menu menubar tablist ' +
  'tabpanel toolbar tree table grid list form search dialog alertdialog article banner contentinfo main feed').split(' '));
const OWN_WORD = { navigation: 'navigation', banner: 'header', contentinfo: 'footer', search: 'search', dialog: 'dialog', alertdialog: 'dialog' };
const HEADED = new Set(('region complementary form group radiogroup dialog alertdialog article navigation tabpanel banner contentinfo search').split(' '));
const ITEM = new Set(['listitem', 'row', 'article']);
const LANDMARKS = new Set('navigation banner contentinfo main search complementary'.split(' '));
const CARD_ACTS = 40;
const CARD_TEXT = 2500;

// Add up, from the leaves to the root, what each record holds.
function measure(recs) {
  for (let i = recs.length - 1; i >= 0; i--) {
    const rec = recs[i];
    if (rec.role) rec.acts++;
    for (const kid of rec.kids) {
      if (typeof kid === 'string') {
        const text = kid.trim();
        rec.size += text.length;
        if (!rec.price && hasPrice(text)) rec.price = true;
      }
    }
    if (!rec.price && rec.size < 40 && rec.kids.length > 1 && rec.acts === 0 && hasPrice(visibleText(rec, 60))) rec.price = true;
    const level = headingLevel(rec);
    if (level && rec.size) {
      rec.level = level;
      rec.heading = rec;
      rec.headings = 1;
    }
    const up = rec.up;
    if (!up) continue;
    up.acts += rec.acts;
    up.size += rec.size;
    up.price = up.price || rec.price;
    up.landmark = up.landmark || rec.landmark || LANDMARKS.has(rec.group);
    up.list = up.list || rec.list || rec.group === 'list';
    up.picture = up.picture || rec.picture || rec.tag === 'img' || rec.tag === 'svg';
    if (rec.heading && rec.size) joinHeadings(up, rec);
  }
}

// Records come last first, so an equal rank replaces: the first in reading order stays.
function joinHeadings(up, rec) {
  const level = rec.heading.level;
  const known = up.heading ? up.heading.level : 9;
  if (level < known) up.headings = 0;
  if (level <= known) {
    up.heading = rec.heading;
    up.headings += rec.headings;
  }
}

function headingLevel(rec) {
  if (rec.group !== 'heading') return 0;
  const level = /^h[1-6]$/.test(rec.tag) ? Number(rec.tag[1]) : Number(rec.el.getAttribute('aria-level')) || 2;
  return Math.min(Math.max(level, 1), 6);
}

// Mark elements that repeat: siblings of one make, each with something to act on.
function markCards(recs) {
  for (const rec of recs) {
    let groups = null;
    for (const kid of rec.kids) {
      if (typeof kid === 'string' || !kid.acts || kid.role || !kid.block) continue;
      if (ITEM.has(kid.group)) {
        kid.card = true;
        continue;
      }
      const make = makeOf(kid) + '>' + makeOf(firstInside(kid));
      groups ??= new Map();
      const found = groups.get(make);
      if (found) found.push(kid);
      else groups.set(make, [kid]);
    }
    if (groups) for (const found of groups.values()) if (found.length > 1) for (const kid of found) kid.card = true;
  }
}

const makeOf = (rec) => (rec ? rec.tag + '.' + (rec.el.classList[0] || '') : '');

const firstInside = (rec) => rec.kids.find((kid) => typeof kid !== 'string');

// The label that makes `rec` a container, or ''.
function containerLabel(rec) {
  if (!rec.acts || rec.role && rec.tag !== 'iframe') return '';
  const group = rec.group;
  if (rec.tag === 'body' || rec.tag === 'html') return '';
  if (rec.tag === 'details') return detailsLabel(rec);
  if (LABELLED_GROUPS.has(group)) {
    const label = groupLabel(rec, group);
    if (slug(label)) return label;
  }
  if (rec.card) return cardLabel(rec);
  if (OWN_WORD[group] && isLandmark(rec, group)) return OWN_WORD[group];
  if (group === 'form' && rec.acts > 1) return formLabel(rec);
  return group === 'main' || group === 'list' || group === 'table' ? '' : sectionLabel(rec);
}

// A header or footer is a landmark only outside articles and sections.
function isLandmark(rec, group) {
  if (group !== 'banner' && group !== 'contentinfo') return true;
  for (let up = rec.up; up; up = up.up) if (/^(article|section|aside|main|nav)$/.test(up.tag)) return false;
  return rec.acts > 0;
}

function groupLabel(rec, group) {
  const declared = declaredLabel(rec.el);
  if (slug(declared)) return declared;
  for (const kid of rec.kids)
    if (kid.tag === 'legend' || kid.tag === 'caption') {
      const text = visibleText(kid, 100);
      if (slug(text)) return text;
    }
  if (HEADED.has(group) && rec.heading && rec.headings === 1) return visibleText(rec.heading);
  return '';
}

function detailsLabel(rec) {
  const summary = rec.kids.find((kid) => kid.tag === 'summary');
  return summary && rec.acts > 1 ? visibleText(summary) : '';
}

function formLabel(rec) {
  if (rec.el.localName !== 'form') return '';
  return identifierWords(rec.el.getAttribute('name')) || identifierWords(rec.el.getAttribute('id'));
}

// The outermost box that begins with its only heading of that rank.
function sectionLabel(rec) {
  const heading = rec.heading;
  if (!heading || heading === rec || rec.headings !== 1 || heading.level === 1) return '';
  if (rec.landmark || rec.acts === heading.acts) return '';
  const up = rec.up;
  if (up && up.heading === heading && up.headings === 1 && beginsWith(up, heading) && up.tag !== 'body' && up.group !== 'main') return '';
  return beginsWith(rec, heading) ? visibleText(heading) : '';
}

function beginsWith(rec, wanted) {
  let at = rec;
  while (at !== wanted) {
    const first = at.kids.find((kid) => (typeof kid === 'string' ? kid.trim() : kid.size || kid.role));
    if (!first || typeof first === 'string') return false;
    at = first;
  }
  return true;
}

function cardLabel(rec) {
  const item = rec.group === 'listitem';
  if (rec.landmark || holdsTable(rec)) return '';
  if (!(item && rec.list) && (rec.acts > CARD_ACTS || rec.size > CARD_TEXT)) return '';
  const declared = declaredLabel(rec.el);
  if (slug(declared)) return declared;
  if (rec.acts < 2 && rec.group !== 'row') return '';
  if (rec.group === 'row') return rec.size > 0 ? rowLabel(rec) : '';
  if (item && rec.list) return mainLink(rec) || firstText(rec);
  if (rec.heading) return rec.headings === 1 && rec.heading.level > 1 ? visibleText(rec.heading) : '';
  if (item && !rec.price || rec.price || rec.picture || rec.group === 'article') return mainLink(rec) || firstText(rec);
  return '';
}

const holdsTable = (rec) => rec.group === 'row' && rec.el.querySelector('table') !== null;

function rowLabel(rec) {
  let first = '';
  for (const cell of rec.kids) {
    if (typeof cell === 'string') continue;
    const text = pieces(cell, 200)[0] || '';
    if (!isWordy(text) || hasPrice(text)) continue;
    if (cell.tag === 'th' || cell.group === 'rowheader') return text;
    first ||= text;
  }
  return first;
}

// The words of the link that leads to what a card shows.
function mainLink(rec) {
  const stack = [...rec.kids].reverse();
  let fallback = '';
  for (let seen = 0; stack.length && seen < 200; seen++) {
    const kid = stack.pop();
    if (typeof kid === 'string') continue;
    if (kid.role === 'link' || kid.role === 'button') {
      const label = kid.label || (kid.label = widgetLabel(kid));
      if (kid.role === 'link' && isWordy(label) && !hasPrice(label)) return label;
      fallback ||= isWordy(label) && !hasPrice(label) ? label : '';
    } else for (let i = kid.kids.length - 1; i >= 0; i--) stack.push(kid.kids[i]);
  }
  return fallback;
}

const firstText = (rec) => pieces(rec, 200).find((piece) => isWordy(piece) && !hasPrice(piece)) || '';
