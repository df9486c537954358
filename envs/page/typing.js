// Putting the keys where they belong, and reading back what they did.

{
  const { told, holds, parentOf, control, valueOf, formFacts, astray, count, focusedIn } = hands;

  const focused = () => focusedIn(page.focused());

  let typing = null; // the field the keys go to

  /**
   * Make sure the keys will go to the field: `own`, `other` (a field that opened
   * over it), `none`, or `missed:` and what the press hit instead.
   */
  shopper.take = (name) => {
    typing = null;
    const element = registry.get(name);
    const missed = astray();
    if (!element || missed) return `missed:${missed}`;
    let at = focused();
    const writable = (e) => e && (e.isContentEditable || /^(text|lines)$/.test(control(e)));
    if (at !== element && !holds(element, at) && !writable(at)) {
      element.focus({ preventScroll: true });
      at = focused();
    }
    if (at === element || (at && at !== page.body() && holds(element, at))) {
      typing = element;
      count();
      return 'own';
    }
    if (!writable(at)) return 'none';
    typing = at;
    count();
    return 'other';
  };

  /** Give the keys to what no press reaches. */
  shopper.focus = (name) => {
    registry.get(name)?.focus({ preventScroll: true });
    return '';
  };

  /** JSON {same, value, list}: does the field hold `text`; its value unless secret; an open list. */
  shopper.check = (name, text) => {
    const at = focused();
    const known = registry.get(name);
    const element = [typing, known, at].find((e) => e?.isConnected);
    count();
    if (!element) return told({ same: false, value: '', list: '' });
    const value = valueOf(element);
    const bare = (t) => t.normalize('NFKC').replace(/[^\p{L}\p{N}]+/gu, '').toLowerCase();
    const same = value === text || value.trim() === text.trim() || (bare(text) !== '' && bare(value) === bare(text));
    const list = at?.getAttribute?.('aria-activedescendant') || '';
    return told({ same, value: isSecret(element) ? '' : value, list });
  };

  /** JSON of the form that Enter would submit now: typing may have changed it, or moved the focus. */
  shopper.form = (name) => {
    const at = focused();
    const element = at && at !== page.body() ? at : registry.get(name);
    return told(element ? formFacts(element) : {});
  };

  /** JSON {same, value}: does a number, date or time hold `wanted`; its value unless secret. */
  shopper.holds = (name, wanted) => {
    const element = registry.get(name);
    const value = element ? valueOf(element) : '';
    const number = element?.type === 'number' && value !== '';
    const same = value === wanted || (number ? Number(value) === Number(wanted.replace(/,/g, '.')) : value !== '' && value.startsWith(wanted));
    return told({ same: Boolean(element) && same, value: element && !isSecret(element) ? value : '' });
  };

  /** Whose document this is; one without an address has the origin it was given, or `null`. */
  shopper.origin = () => globalThis.origin;

  /** Whether what is typed there must not be known: `yes`, `no`, or nothing when the field is gone. */
  shopper.secret = (name) => {
    const element = registry.get(name);
    return !element ? '' : isSecret(element) ? 'yes' : 'no';
  };

  /** Whether the option is the one chosen now; `yes` or `no`. */
  shopper.chosen = (name) => (registry.get(name)?.selected ? 'yes' : 'no');

  /** Number and slider state as JSON {value, min, max, step}. */
  shopper.scale = (name) => {
    const element = registry.get(name);
    const aria = element.getAttribute('role') === 'slider' && element.type !== 'range';
    const read = (own, attribute, otherwise) =>
      Number((aria ? element.getAttribute(attribute) : element[own]) || otherwise);
    return told({
      value: read('value', 'aria-valuenow', 0), min: read('min', 'aria-valuemin', 0),
      max: read('max', 'aria-valuemax', 100), step: aria ? 1 : Number(element.step) || 1,
    });
  };

  /** JSON {length, upright}: how far a slider's handle can travel, in pixels, and whether upwards. */
  shopper.track = (name) => {
    const element = registry.get(name);
    const own = rectOf(element);
    let around = own;
    for (let at = parentOf(element), level = 0; at && level < 4 && !isRoot(at); at = parentOf(at), level++) {
      around = rectOf(at);
      if (Math.max(around.width, around.height) >= 3 * Math.max(own.width, own.height)) break;
    }
    const long = Math.max(own.width, own.height) >= 3 * Math.min(own.width, own.height);
    const rail = long ? own : around;
    const upright = rail.height > rail.width;
    const length = (upright ? rail.height : rail.width) - (long ? 0 : upright ? own.height : own.width);
    return told({ length, upright });
  };
}
