// Roles: what an element is to a person, as ARIA and Playwright name it, and its state.
// An editable combobox is listed as the text field it is. Knows nothing of names or visibility.

const WIDGETS = new Set(('button link checkbox radio switch tab menuitem menuitemcheckbox menuitemradio ' +
  'option combobox textbox searchbox slider spinbutton treeitem').split(' '));
const STRUCTURE = new Set(('banner complementary contentinfo form main navigation region search article ' +
  'dialog alertdialog group radiogroup listbox menu menubar tablist tabpanel toolbar tree table grid row ' +
  'rowgroup cell gridcell columnheader rowheader list listitem heading img figure status alert feed ' +
  'presentation none separator').split(' '));
const INPUT_ROLES = { button: 'button', submit: 'button', reset: 'button', image: 'button', file: 'button',
  checkbox: 'checkbox', radio: 'radio', range: 'slider', number: 'spinbutton', search: 'searchbox' };
const TAG_ROLES = { nav: 'navigation', main: 'main', aside: 'complementary', form: 'form', search: 'search',
  fieldset: 'group', dialog: 'dialog', article: 'article', section: 'region', table: 'table', tr: 'row',
  td: 'cell', th: 'columnheader', ul: 'list', ol: 'list', menu: 'list', li: 'listitem', details: 'group',
  h1: 'heading', h2: 'heading', h3: 'heading', h4: 'heading', h5: 'heading', h6: 'heading', img: 'img',
  header: 'banner', footer: 'contentinfo' };
const TYPED = new Set(['textbox', 'searchbox', 'spinbutton', 'slider']);

// The role the page declares, if it is one we know.
function declaredRole(el) {
  const value = attr(el, 'role');
  if (!value) return '';
  for (const role of value.toLowerCase().split(/\s+/))
    if (WIDGETS.has(role) || STRUCTURE.has(role)) return role;
  return '';
}

function inputRole(el, declared) {
  const native = INPUT_ROLES[el.type] || 'textbox';
  if (declared === 'combobox' || declared === 'searchbox' || declared === 'textbox')
    return native === 'textbox' && declared === 'searchbox' ? 'searchbox' : native;
  return WIDGETS.has(declared) ? declared : native;
}

// The role of something that can be acted on, or '' when `el` is not such a thing.
function widgetRole(el, tag, declared = declaredRole(el)) {
  switch (tag) {
    case 'input': return el.type === 'hidden' ? '' : inputRole(el, declared);
    case 'textarea': return 'textbox';
    case 'select': return el.multiple || el.size > 1 ? 'listbox' : 'combobox';
    case 'button': case 'summary': return WIDGETS.has(declared) ? declared : 'button';
    case 'a': case 'area':
      if (hasAttr(el, 'href')) return WIDGETS.has(declared) ? declared : 'link';
  }
  if (tag === 'body' && document.designMode === 'on') return 'textbox'; // an editor's frame
  if (hasAttr(el, 'contenteditable') && el.isContentEditable && isEditingHost(el)) return declared === 'searchbox' ? declared : 'textbox';
  if (WIDGETS.has(declared)) return declared;
  if (hasAttr(el, 'onclick') && tag !== 'body' && tag !== 'html') return tag === 'a' ? 'link' : 'button';
  if (hasAttr(el, 'tabindex') && el.tabIndex >= 0 && !STRUCTURE.has(declared) && tag !== 'body') return isHandle(el) ? 'slider' : 'tabbable';
  return '';
}

// The handle of a slider that does not say what it is; what it stands at is shown beside it.
const HANDLE = /slider[\w-]*(?:handle|thumb|knob)|(?:handle|thumb|knob)[\w-]*slider|^noUi-handle/i;
const isHandle = (el) => hasAttr(el, 'tabindex') && !declaredRole(el) && (attr(el, 'class') || '').split(/\s+/).some((name) => HANDLE.test(name)) && !WORDED_HANDLE.test(textContent(el));
const WORDED_HANDLE = /\p{L}{2}/u;

function isEditingHost(el) {
  const above = parentElement(el);
  return !above || !above.isContentEditable;
}

const isTyped = (role) => TYPED.has(role);

const isDisabled = (el) => el.disabled === true || attr(el, 'aria-disabled') === 'true' ||
  (localName(el) === 'input' || localName(el) === 'select' || localName(el) === 'button' || localName(el) === 'textarea'
    ? isMatch(el, ':disabled') : false);

// Attributes that tell a person the state of `el`, as [name, value] pairs.
function states(el, tag, role) {
  const found = [];
  const aria = (name) => attr(el, 'aria-' + name);
  if (tag === 'input' && (el.type === 'checkbox' || el.type === 'radio') ? el.checked : aria('checked') === 'true')
    found.push(['checked', '']);
  if (tag === 'option' ? el.selected : aria('selected') === 'true') found.push(['selected', '']);
  if (aria('pressed') === 'true') found.push(['pressed', '']);
  const current = aria('current');
  if (current && current !== 'false') found.push(['current', '']);
  const expanded = tag === 'summary' && parentElement(el) instanceof HTMLDetailsElement
    ? String(parentElement(el).open) : aria('expanded');
  if (expanded === 'true' || expanded === 'false') found.push(['expanded', expanded]);
  if (aria('invalid') === 'true') found.push(['invalid', '']);
  if (el.required === true || aria('required') === 'true') found.push(['required', '']);
  if ((isTyped(role) && tag !== 'select' && el.readOnly === true) || aria('readonly') === 'true') found.push(['readonly', '']);
  if (role !== 'tabbable' && (isDisabled(el) || isMatch(el, '[inert], [inert] *'))) found.push(['disabled', '']);
  return found;
}
