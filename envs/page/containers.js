// Containers: which groups give their contents context, and what labels them: landmarks, sections
// with a heading, forms, fieldsets, table rows and repeated cards. Decided from what the group
// itself shows, so that something inserted elsewhere changes nothing.

const LABELLED_GROUPS = new Set(('navigation region complementary group radiogroup listbox menu menubar tablist ' +
  'tabpanel toolbar tree table grid list form search dialog alertdialog article banner contentinfo main feed').split(' '));
const OWN_WORD = { navigation: 'navigation', banner: 'header', contentinfo: 'footer', search: 'search', dialog: 'dialog', alertdialog: 'dialog' };
const HEADED = new Set(('region complementary form group radiogroup dialog alertdialog article navigation tabpanel banner contentinfo search').split(' '));
const LANDMARKS = new Set('navigation banner contentinfo main search complementary'.split(' '));
const GROUP_ACTS = 80;
const LEAD_TEXT = 50; // characters of a line that titles a group

// Add up, from the leaves to the root, what each record holds.
function measure(recs) {
  for (let i = recs.length - 1; i >= 0; i--) {
    const rec = recs[i];
    if (rec.role || (rec.tag === 'iframe' && rec.seen)) rec.acts++;
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
  const level = /^h[1-6]$/.test(rec.tag) ? Number(rec.tag[1]) : Number(attr(rec.el, 'aria-level')) || 2;
  return Math.min(Math.max(level, 1), 6);
}

// The label that makes `rec` a container, or ''.
function containerLabel(rec) {
  if (!rec.acts) return '';
  if (rec.tag === 'iframe') return frameLabel(rec.el);
  const group = rec.group;
  if (rec.tag === 'body' || rec.tag === 'html') return '';
  if (rec.tag === 'details') return detailsLabel(rec);
  if (rec.tag === 'optgroup') return squeeze(rec.el.label);
  if (LABELLED_GROUPS.has(group)) {
    const label = groupLabel(rec, group);
    if (slug(label)) return label;
  }
  if (rec.card) {
    const label = cardLabel(rec);
    if (label) return label;
  }
  if (rec.tag === 'dd') return termLabel(rec);
  if (OWN_WORD[group] && isLandmark(rec, group)) return OWN_WORD[group];
  if (group === 'form' && rec.acts > 1) return formLabel(rec);
  if (group === 'main' || group === 'list' || group === 'table') return '';
  return sectionLabel(rec) || leadLabel(rec);
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
  if (group === 'listbox' || group === 'menu') return openerLabel(rec.el);
  return HEADED.has(group) && headsAll(rec, group) ? visibleText(rec.heading) : '';
}

// A list that opens elsewhere on the page belongs to what says that it controls it.
function openerLabel(el) {
  const id = attr(el, 'id');
  const opener = id && find(page.root(), `[aria-controls~="${CSS.escape(id)}"],[aria-owns~="${CSS.escape(id)}"]`);
  if (!opener) return '';
  return declaredLabel(opener) || labelTexts(opener, null) || attribute(opener, 'placeholder') ||
    (localName(opener) === 'input' ? '' : hiddenText(opener));
}

// The name under which everything in a frame is found; it may have no words of its own.
const frameLabel = (el) => {
  const said = declaredLabel(el) || attribute(el, 'title');
  return slug(said) ? said : identifierWords(attr(el, 'name')) || addressWords(attr(el, 'src')) || 'frame';
};

// A heading names its group, unless it is the page's own title or the group holds half the page.
function headsAll(rec, group) {
  if (rec.headings !== 1 || rec.heading === rec) return false;
  if (group === 'dialog' || group === 'alertdialog') return true;
  return !rec.landmark && rec.acts <= GROUP_ACTS && (rec.heading.level > 1 || (group === 'form' && rec.acts <= 12));
}

function detailsLabel(rec) {
  const summary = rec.kids.find((kid) => kid.tag === 'summary');
  return summary && rec.acts > 1 ? visibleText(summary) : '';
}

// A form to fill in is called what its button says.
function formLabel(rec) {
  if (rec.tag !== 'form' || rec.acts > 20) return '';
  let fields = 0;
  let label = '';
  const stack = [...rec.kids];
  while (stack.length) {
    const kid = stack.pop();
    if (typeof kid === 'string') continue;
    if (kid.role === 'textbox') fields++;
    else if (kid.role === 'button' && !label) label = (kid.label ||= widgetLabel(kid));
    else stack.push(...kid.kids);
  }
  return fields > 1 ? label : '';
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

// A box that begins with a short line of text of its own, standing over several things to act on.
function leadLabel(rec) {
  if (rec.acts < 2 || rec.acts > GROUP_ACTS || rec.landmark || rec.heading || rec.tag === 'body') return '';
  const [first, second] = rec.kids.filter((kid) => typeof kid !== 'string' || kid.trim());
  if (!first || typeof first === 'string' || first.acts || first.size > LEAD_TEXT) return '';
  if (!first.block && !second?.block) return '';
  const text = visibleText(first, LEAD_TEXT + 20);
  return isWordy(text) && !hasPrice(text) && first.kids.length ? text : '';
}

// What a description list says of this term.
function termLabel(rec) {
  const kids = rec.up.kids;
  for (let i = kids.indexOf(rec) - 1; i >= 0; i--) if (kids[i].tag === 'dt') return visibleText(kids[i], LEAD_TEXT + 20);
  return '';
}
