// What the hands must know of fields and forms: which control, whose value, what submits it.
//
// Reads only. Knows nothing of points or events.

{
  const { parentOf, holds, closestOf, seen, labelOf } = hands;
  function disabled(element) {
    return element.matches(':disabled') || Boolean(closestOf(element, '[aria-disabled="true"], [inert]'));
  }

  /** Whether the browser itself keeps a press or a key from it; `aria-disabled` is only told. */
  const blocked = (element) => element.matches(':disabled') || Boolean(closestOf(element, '[inert]'));

  /** What kind of control it is, as far as the hands treat it differently. */
  function control(element) {
    if (element.localName === 'option') return element.closest('select')?.matches('[multiple], [size]:not([size="1"])') ? 'row' : 'option';
    if (element.localName === 'input') {
      if (/^(date|time|month|week|datetime-local|number|range|file|color)$/.test(element.type)) return element.type;
      return /^(checkbox|radio|button|submit|reset|image)$/.test(element.type) ? 'button' : 'text';
    }
    if (element.localName === 'textarea') return 'lines';
    if (element.isContentEditable) return 'rich';
    if (element.getAttribute('role') === 'slider' || isHandle(element)) return 'slider';
    return element.localName === 'select' ? 'select' : 'button';
  }

  const NEAR = 12; // steps with the arrow keys at most, where letters lead there as well

  /** Where an open list is after `letters` were typed, as the browser finds its way to an option. */
  function afterTyping(labels, from, letters) {
    let at = from;
    for (let typed = 1; typed <= letters.length; typed++) {
      const prefix = letters.slice(0, typed).toLowerCase();
      const cycles = new Set(prefix).size === 1; // one letter again and again goes from one to the next
      const sought = cycles ? prefix[0] : prefix;
      const start = Math.max(at, 0) + (cycles ? 1 : 0);
      const found = labels.findIndex((_, i) => labels[(start + i) % labels.length].startsWith(sought));
      if (found >= 0) at = (start + found) % labels.length;
    }
    return at;
  }

  /** The way to an option of a select: letters to type, then steps with the arrows. */
  function optionFacts(select, option) {
    const open = [...select.options].filter((o) => !o.disabled &&
      !o.closest('optgroup[disabled]') && isOffered(o));
    const from = open.indexOf(select.selectedOptions[0]);
    const to = open.indexOf(option);
    if (Math.abs(to - from) <= NEAR) return { from, to, letters: '' };
    const labels = open.map((o) => squeeze(o.label || o.text).toLowerCase());
    const letters = squeeze(option.label || option.text).slice(0, 30);
    const reached = afterTyping(labels, from, letters);
    return Math.abs(to - reached) < Math.abs(to - from) ? { from: reached, to, letters } : { from, to, letters: '' };
  }

  const BESIDE = 5; // boxes around a slider in which the number it stands at is looked for
  const stands = new WeakMap(); // a slider's handle to the numbers shown around it, and which is its own

  /** What a slider that does not say it stands at: the number beside it that changes with it. */
  function shownScale(handle) {
    let around = parentOf(handle);
    let numbers = [];
    for (let level = 0; around && !isRoot(around) && level < BESIDE && !numbers.length; level++, around = parentOf(around))
      numbers = (renderedText(around).match(/-?\d+(?:[.,]\d+)*/g) || []).map((text) => Number(text.replace(/,(?=\d{3})/g, '').replace(',', '.')));
    const before = stands.get(handle) || { numbers, own: 0 };
    const changed = numbers.findIndex((number, i) => number !== before.numbers[i]);
    const own = numbers.length === before.numbers.length && changed >= 0 ? changed : before.own;
    stands.set(handle, { numbers, own });
    const far = 1e9;
    return { value: numbers[own] || 0, min: -far, max: far, step: 1, shown: true };
  }

  function valueOf(element) {
    if (isHandle(element)) return String(shownScale(element).value);
    if (element.localName === 'select') return element.selectedOptions[0]?.label ?? '';
    if ('value' in element && element.localName !== 'button') return String(element.value);
    if (element.getAttribute?.('role') === 'slider') return element.getAttribute('aria-valuenow') || '';
    return element.innerText || '';
  }

  function formOf(element) {
    return element.form || closestOf(element, 'form') || closestOf(element, '[role=search], [role=form]');
  }

  /** A picture without words, as a magnifier beside a field is. */
  const isIcon = (button) => control(button) === 'button' && !renderedText(button).trim() &&
    !button.getAttribute('aria-label') && Boolean(find(button, 'svg, img, i') || isMatch(button, 'svg, img'));

  /** Without a form, the one thing to press in the box around a field: if all it says is "search",
   * or if it is an icon right beside a field that says what it is for. */
  function searchButtonBeside(field) {
    let box = parentOf(field);
    for (let level = 0; box && level < 3; level++, box = parentOf(box)) {
      const others = [...registry].filter(([, known]) => known !== field && holds(box, known));
      if (others.length > 1) return null;
      for (const [name, button] of others) {
        const goes = saysOnly('search', spaced(name.split('.').pop().replace(/_\d+$/, ''))) || (level === 0 && field.getAttribute('placeholder') && isIcon(button));
        return goes ? button : null;
      }
    }
    return null;
  }

  const controlsOf = (form) => [...(localName(form) === 'form' ? formElements(form) : findAll(form, 'input, textarea'))];

  const SUBMITS = 'button:not([type=button]):not([type=reset]), input[type=submit], input[type=image]';
  const BUTTONS = 'button, [role=button], input[type=submit], input[type=button], input[type=image]';
  const CONTROLS = `${BUTTONS}, a[href], input, select, textarea`;

  const submitsOf = (form) => [...(localName(form) === 'form' ? controlsOf(form) : []), ...findAll(form, 'input[type=image]')]
    .filter((e) => isMatch(e, SUBMITS));

  function submitterOf(element) {
    const form = formOf(element);
    if (!form) return searchButtonBeside(element);
    const own = submitsOf(form).find((e) => !disabled(e));
    if (own || localName(form) === 'form') return own || null;
    const buttons = findAll(form, 'button, [role=button]');
    return buttons.length === 1 ? buttons[0] : null;
  }

  const AROUND = 6; // boxes around a field without a form, one of which may stand for it
  const CROWDED = 40; // a box with more controls is a page

  /** The buttons of a form, those that submit it first, and links that buy. */
  function buttonsOf(form) {
    const links = [...registry.values()].filter((e) => kinds.get(e) === 'buy' && holds(form, e));
    return [...new Set([...submitsOf(form), ...findAll(form, BUTTONS), ...links])];
  }

  /** A field's form; where it has none with a button, the nearest box with something to buy with. */
  function orderFormOf(field) {
    const form = formOf(field);
    if (form && buttonsOf(form).length) return form;
    let box = form || field;
    for (let level = 0; level < AROUND; level++) {
      box = parentOf(box);
      if (!box || nodeType(box) !== 1 || findAll(box, CONTROLS).length > CROWDED) break;
      if (buttonsOf(box).some(mayBuy)) return box;
    }
    return form;
  }

  /**
   * What Enter in `field` may press. Where that plainly searches, filters or fills the cart, what
   * the browser itself presses; else any button of the form, disabled or not, since scripts press
   * what they like and enable it as soon as something is typed.
   */
  function pressedFrom(field, form) {
    if (isMatch(field, BUTTONS)) return [field];
    const buttons = buttonsOf(form);
    const first = buttons.findIndex((e) => isMatch(e, SUBMITS) && !disabled(e));
    const plain = /^(search|filter)$/.test(kinds.get(field)) || /^(search|cart)$/.test(kinds.get(buttons[first]));
    return plain ? (localName(form) === 'form' ? buttons.slice(0, first + 1) : []) : buttons;
  }

  const FILLED = /^(text|email|tel|password|number|textarea|select-one|date|url)$/;

  /** What submitting the element's form would mean, and whether it is ready for it. */
  function formFacts(element) {
    const form = orderFormOf(element);
    if (!form) return {};
    const fields = controlsOf(form);
    const empty = fields.filter((f) => f !== element && FILLED.test(f.type || '') && !f.value && seen(f) && !disabled(f));
    const needed = (f) => f.required || f.getAttribute('aria-required') === 'true';
    return {
      form: Boolean(formOf(element)),
      asks: localName(form) === 'form' && (attr(form, 'method') || 'get').toLowerCase() === 'get',
      submit_buys: pressedFrom(element, form).some(mayBuy),
      missing: empty.filter(needed).map(labelOf),
      // Where nothing is marked as needed, any empty field may be.
      blank: fields.some(needed) ? empty.filter(needed).length : empty.length,
    };
  }

  Object.assign(hands, { shownScale, disabled, blocked, control, submitterOf, formFacts, optionFacts, valueOf });
}
