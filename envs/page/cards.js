// Cards: what repeats on a page, such as product tiles, items of a list and rows of a table, and what
// each of them is called.

const ITEM = new Set(['listitem', 'row', 'article']);
const CARD_GROUPS = new Set(['', 'listitem', 'row', 'article', 'region', 'group', 'cell', 'gridcell', 'presentation', 'none']);
const CARD_ACTS = 40;
const CARD_TEXT = 2500;

// Mark elements that repeat: items of a list, and siblings of one make, most of which begin alike.
function markCards(recs) {
  for (const rec of recs) {
    let groups = null;
    for (const kid of rec.kids) {
      if (typeof kid === 'string' || !kid.acts || kid.role || kid.tag === 'br' || !CARD_GROUPS.has(kid.group)) continue;
      if (ITEM.has(kid.group)) {
        kid.card = true;
        continue;
      }
      groups ??= new Map();
      const make = makeOf(kid);
      const found = groups.get(make);
      if (found) found.push(kid);
      else groups.set(make, [kid]);
    }
    if (groups) for (const [make, found] of groups) if (found.length > 1) markAlike(found, make.endsWith('.'));
  }
}

function markAlike(found, classless) {
  const counts = new Map();
  for (const kid of found) {
    const inner = makeOf(firstInside(kid));
    counts.set(inner, (counts.get(inner) || 0) + 1);
  }
  const most = Math.max(...counts.values());
  for (const kid of found) {
    const same = counts.get(makeOf(firstInside(kid)));
    kid.card = same > 1 || (!classless && most > 1 && most * 2 >= found.length);
  }
}

const makeOf = (rec) => (rec ? rec.tag + '.' + (attr(rec.el, 'class') || '').trim().split(/\s+/, 1)[0] : '');

const firstInside = (rec) => rec.kids.find((kid) => typeof kid !== 'string');

function cardLabel(rec) {
  const item = rec.group === 'listitem';
  if (rec.landmark || holdsTable(rec)) return '';
  if (!(item && rec.list) && (rec.acts > CARD_ACTS || rec.size > CARD_TEXT)) return '';
  const declared = declaredLabel(rec.el);
  if (slug(declared)) return declared;
  if (rec.acts < 2 && rec.group !== 'row') return offerLabel(rec);
  if (rec.group === 'row') return rec.size > 0 ? rowLabel(rec) : '';
  if (item && rec.list) return openerOf(rec) || mainLink(rec) || firstText(rec);
  if (rec.heading) return rec.headings === 1 && rec.heading.level > 1 ? visibleText(rec.heading) : '';
  if (!rec.price && !item) {
    const lead = leadLabel(rec);
    if (lead) return lead;
  }
  if (item || rec.price || rec.picture || rec.group === 'article') return mainLink(rec) || firstText(rec);
  return '';
}

// A thing with a price and nothing to press but one button: ten of them are told apart by what they offer.
function offerLabel(rec) {
  if (!rec.price) return '';
  let button = rec;
  while (button && !button.role) button = button.kids.find((kid) => typeof kid !== 'string' && kid.acts);
  if (button?.role !== 'button' || button.size * 2 > rec.size) return '';
  const label = rec.heading ? visibleText(rec.heading) : firstText(rec);
  return slug(label) === slug(button.label ||= widgetLabel(button)) ? '' : label;
}

const holdsTable = (rec) => rec.group === 'row' && find(rec.el, 'table') !== null;

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

// The words of the link that leads to what a card shows: the address linked to most often, or the
// first that is linked with words.
function mainLink(rec) {
  const links = linksIn(rec);
  const counts = new Map();
  for (const link of links) {
    const href = attr(link.el, 'href');
    if (href && href.length > 1) counts.set(href, (counts.get(href) || 0) + 1);
  }
  let best = '';
  let href = null;
  let most = 0;
  for (const link of links) {
    const label = (link.label ||= widgetLabel(link));
    if (!isWordy(label) || hasPrice(label)) continue;
    const own = attr(link.el, 'href');
    const count = counts.get(own) || 0;
    if (!best || count > most || (own === href && count > 1 && label.length > best.length)) {
      best = label;
      href = own;
      most = count;
    }
  }
  return best;
}

// The words of the first link in an item of a menu where it leads nowhere: it opens the list under it.
function openerOf(rec) {
  const [first] = linksIn(rec);
  if (!first || !/^(#|javascript:|$)/.test(attr(first.el, 'href') || '')) return '';
  const label = (first.label ||= widgetLabel(first));
  return isWordy(label) ? label : '';
}

const firstText = (rec) => pieces(rec, 200).find((piece) => isWordy(piece) && !hasPrice(piece)) || '';

function linksIn(rec) {
  const found = [];
  const stack = [...rec.kids].reverse();
  for (let seen = 0; stack.length && seen < 300; seen++) {
    const kid = stack.pop();
    if (typeof kid === 'string') continue;
    if (kid.role === 'link') found.push(kid);
    else if (!kid.role) for (let i = kid.kids.length - 1; i >= 0; i--) stack.push(kid.kids[i]);
  }
  return found;
}
