// What the hands must know of fields and forms: which control, whose value, what submits it.
//
// Reads only. Knows nothing of points or events.

{
  const { holds, closestOf, seen, labelOf, words } = hands;
  function disabled(element) {
    return element.matches(':disabled') || Boolean(closestOf(element, '[aria-disabled="true"], [inert]'));
  }

  /** What kind of control it is, as far as the hands treat it differently. */
  function control(element) {
    if (element.localName === 'option') return element.closest('select')?.matches('[multiple], [size]:not([size="1"])') ? 'row' : 'option';
    if (element.localName === 'input') {
      if (/^(date|time|month|week|datetime-local|number|range|file|color)$/.test(element.type)) return element.type;
      return /^(checkbox|radio|button|submit|reset|image)$/.test(element.type) ? 'button' : 'text';
    }
    if (element.localName === 'textarea') return 'lines';
    if (element.isContentEditable) return 'rich';
    if (element.getAttribute('role') === 'slider') return 'slider';
    return element.localName === 'select' ? 'select' : 'button';
  }

  function optionFacts(select, option) {
    const open = [...select.options].filter((o) => !o.disabled &&
      !o.closest('optgroup[disabled]') && getComputedStyle(o).display !== 'none');
    return { from: open.indexOf(select.selectedOptions[0]), to: open.indexOf(option), of: open.length };
  }

  function valueOf(element) {
    if (element.localName === 'select') return element.selectedOptions[0]?.label ?? '';
    if ('value' in element && element.localName !== 'button') return String(element.value);
    if (element.getAttribute?.('role') === 'slider') return element.getAttribute('aria-valuenow') || '';
    return element.innerText || '';
  }

  function formOf(element) {
    return element.form || closestOf(element, 'form') || closestOf(element, '[role=search], [role=form]');
  }

  const SUBMITS = 'button:not([type=button]):not([type=reset]), input[type=submit], input[type=image]';

  function submitterOf(element) {
    const form = formOf(element);
    if (!form) return null;
    const all = [...(form.elements || []), ...form.querySelectorAll('input[type=image]')];
    const own = all.find((e) => e.matches?.(SUBMITS) && !disabled(e));
    if (own || form.localName === 'form') return own || null;
    const buttons = form.querySelectorAll('button, [role=button]');
    return buttons.length === 1 ? buttons[0] : null;
  }

  function nameOf(element) {
    for (const [name, known] of registry) if (known === element) return name;
    return null;
  }

  /** What submitting the element's form would mean, and whether it is ready for it. */
  function formFacts(element) {
    const form = formOf(element);
    const fields = form ? [...(form.elements || form.querySelectorAll('input, textarea'))] : [];
    const open = fields.filter((f) => f !== element && seen(f) && !disabled(f) &&
      /^(text|email|tel|password|number|textarea|select-one|date|url)$/.test(f.type || '') && !f.value);
    const needed = (f) => f.required || f.getAttribute('aria-required') === 'true';
    const submitter = submitterOf(element);
    return {
      form: Boolean(form),
      submitter: submitter ? nameOf(submitter) : null,
      submit_text: submitter ? labelOf(submitter) || submitter.value || '' : '',
      missing: (fields.some(needed) ? open.filter(needed) : open).map(labelOf),
      required: fields.some(needed),
    };
  }

  /** The element of an observed name and, where it cannot be acted on, why. */
  function find(name) {
    const element = registry.get(name);
    if (!element) return [null, 'unknown'];
    if (!element.isConnected) return [null, 'stale'];
    if (disabled(element)) return [null, 'disabled'];
    return [element, null];
  }

  function focused() {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return at;
  }

  /** Make sure the keys will go to the field: `own`, `other` (a field that opened over it), `none`. */
  shopper.take = (name) => {
    const [element, fault] = find(name);
    if (fault) return 'none';
    let at = focused();
    const writable = (e) => e && (e.isContentEditable || /^(text|lines)$/.test(control(e)));
    if (at !== element && !holds(element, at) && !writable(at)) {
      element.focus({ preventScroll: true });
      at = focused();
    }
    if (at === element || (at && holds(element, at) && at !== document.body)) return 'own';
    return writable(at) ? 'other' : 'none';
  };

  /** JSON {same, value, list}: does the field hold `text`; its value unless secret; an open list. */
  shopper.check = (name, text) => {
    const known = registry.get(name);
    const at = focused();
    const element = known && known.isConnected ? known : at;
    if (!element) return JSON.stringify({ same: false, value: '', list: '' });
    const value = valueOf(element);
    const bare = (t) => t.normalize('NFKC').replace(/[^\p{L}\p{N}]+/gu, '').toLowerCase();
    const same = value === text || value.trim() === text.trim() || (bare(text) !== '' && bare(value) === bare(text));
    const list = at?.getAttribute?.('aria-activedescendant') || '';
    return JSON.stringify({ same, value: isSecret(element) ? '' : value, list });
  };

  /** What a field that is not secret holds. */
  shopper.value = (name) => {
    const element = registry.get(name);
    return element && !isSecret(element) ? valueOf(element) : '';
  };

  /** Whether the option is the one chosen now; `yes` or `no`. */
  shopper.chosen = (name) => (registry.get(name)?.selected ? 'yes' : 'no');

  /** Number and slider state as JSON {value, min, max, step}. */
  shopper.scale = (name) => {
    const element = registry.get(name);
    const aria = element.getAttribute('role') === 'slider' && element.type !== 'range';
    const read = (own, attribute, otherwise) =>
      Number((aria ? element.getAttribute(attribute) : element[own]) || otherwise);
    return JSON.stringify({
      value: read('value', 'aria-valuenow', 0), min: read('min', 'aria-valuemin', 0),
      max: read('max', 'aria-valuemax', 100), step: aria ? 1 : Number(element.step) || 1,
    });
  };

  Object.assign(hands, { disabled, control, submitterOf, formFacts, optionFacts, valueOf, find });
}
