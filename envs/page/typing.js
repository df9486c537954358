// Putting the keys where they belong, and reading back what they did.

{
  const { told, holds, parentOf, closestOf, hitAt, seen, control, valueOf, formFacts, astray, count, focusedIn } = hands;

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
    under = below(element).map(([x, y]) => hitAt(x, y));
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

  const bare = (t) => t.normalize('NFKC').replace(/[^\p{L}\p{N}]+/gu, '').toLowerCase();

  /** The number that a text says, with a currency or without; NaN when it says none. */
  function amount(text) {
    const digits = text.match(/-?\d[\d.,' \u00a0\u202f]*/)?.[0].replace(/[^\d.,-]/g, '').replace(/[.,]$/, '');
    return digits ? Number(digits.replace(/[.,](?=.*[.,])/g, '').replace(/[.,](\d{3})$/, '$1').replace(',', '.')) : NaN;
  }

  /** Whether a field says the same as what was typed: a mask may add signs, a country code, decimals. */
  function says(value, text) {
    if (value === text || value.trim() === text.trim()) return true;
    const [held, typed] = [bare(value), bare(text)];
    if (!typed) return false;
    if (/^-?\d+[.,]\d\d?$/.test(text.trim())) return amount(value) === amount(text);
    if (held === typed) return true;
    if (!/^[\d\s.,-]+$/.test(text)) return false;
    return (/^\d+$/.test(held) && held.endsWith(typed) && held.length - typed.length <= 3) || amount(value) === amount(text);
  }

  const LETTERS = 4; // a box of a code takes at most so many
  const LEVELS = 4;

  /** The boxes of a code from `first` on, each for some of its letters. */
  function codeBoxes(first) {
    const isBox = (e) => isMatch(e, 'input') && !/^(hidden|checkbox|radio|button|submit)$/.test(e.type) && seen(e);
    if (!isMatch(first, 'input') || first.value.length > LETTERS) return [];
    for (let at = parentOf(first), level = 0; at && level < LEVELS; at = parentOf(at), level++) {
      if (nodeType(at) !== 1) continue;
      const boxes = [...findAll(at, 'input'), ...everyIn(at).filter((e) => shadowRootOf(e)).flatMap((e) => [...shadowRootOf(e).querySelectorAll('input')])].filter(isBox);
      if (boxes.length > 1) return boxes.slice(boxes.indexOf(first));
    }
    return [];
  }

  function holdsText(element, text) {
    const value = valueOf(element);
    if (says(value, text)) return true;
    if (!value || !bare(text).startsWith(bare(value))) return false;
    const boxes = codeBoxes(element);
    return boxes.length > 1 && boxes.every((box) => box.value.length <= LETTERS) && bare(boxes.map((box) => box.value).join('')) === bare(text);
  }

  /** JSON {same, value, list, there, rewritten}: does the field hold `text`, or only a part since the
   * page wrote into it; its value unless secret; an open list; is it still there. */
  shopper.check = (name, text) => {
    const at = focused();
    const known = registry.get(name);
    const element = [typing, known, at].find((e) => e?.isConnected);
    const there = Boolean([typing, known].some((e) => e?.isConnected));
    count();
    if (!element) return told({ same: false, value: '', list: '', there });
    const value = valueOf(element);
    const same = holdsText(element, text);
    const list = at?.getAttribute?.('aria-activedescendant') || '';
    const rewritten = !same && at === element && value.length < text.length && !text.startsWith(value || '\n');
    return told({ same, value: isSecret(element) ? '' : value, list, there: there && !isSecret(element), rewritten });
  };

  let under = []; // what lay below the field before anything was typed

  /** Points right below a field, where its list would open. */
  function below(element) {
    const { left, bottom, width } = rectOf(element);
    return [0.2, 0.5].flatMap((share) => [10, 30].map((down) => [left + width * share, bottom + down]));
  }

  const CHOICES_SHOWN = 'li, a[href], button, [role=option], [role=listbox], [role=menu], [role=menuitem], [role=grid], [role=treeitem]';

  /** Whether something to choose from has opened below the field. */
  const offersChoice = (element) => below(element).some(([x, y], i) => {
    const hit = hitAt(x, y);
    return hit && hit !== under[i] && !holds(element, hit) && (closestOf(hit, CHOICES_SHOWN) || getComputedStyle(hit).cursor === 'pointer');
  });

  /** Leave the field that has the keys, as who goes on does; not one that offers a choice. */
  shopper.leave = (name) => {
    const at = focused();
    const field = registry.get(name);
    if (!at || at === page.body()) return '';
    const open = at.getAttribute('aria-expanded') === 'true' || at.getAttribute('aria-activedescendant');
    if (!open && !(field && offersChoice(field))) at.blur();
    return '';
  };

  /** Resolves when the page has drawn once more, or soon where it does not draw. */
  shopper.drawn = () => new Promise((resolve) => {
    const late = setTimeout(() => resolve(''), 50);
    requestAnimationFrame(() => setTimeout(() => {
      clearTimeout(late);
      resolve('');
    }, 0));
  });

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
    const same = value === wanted || (element && value.length < wanted.length && codeBoxes(element).length > 1 && holdsText(element, wanted)) || (number ? Number(value) === Number(wanted.replace(/,/g, '.')) : value !== '' && value.startsWith(wanted));
    return told({ same: Boolean(element) && same, value: element && !isSecret(element) ? value : '' });
  };

  /** Whose document this is; one without an address has the origin it was given, or `null`. */
  shopper.origin = () => globalThis.origin;

  /** Whether what is typed there must not be known: `yes`, `no`, or nothing when the field is gone. */
  shopper.secret = (name) => {
    const element = registry.get(name);
    return !element ? '' : isSecret(element) ? 'yes' : 'no';
  };

  let picked = null; // the option chosen last, whatever the page made of it
  globalThis.addEventListener('change', (event) => {
    const list = event.composedPath()[0];
    if (event.isTrusted && localName(list) === 'select') picked = list.options[list.selectedIndex];
  }, { capture: true });

  /** Whether the option was chosen: `yes`, `no`, or `gone` in a document that knows of none. */
  shopper.chosen = (name) => {
    const option = registry.get(name);
    if (!option) return 'gone';
    const last = picked;
    picked = null;
    return option.selected || option === last ? 'yes' : 'no';
  };

  /** Number and slider state as JSON {value, min, max, step, shown}; `shown`: it is only read beside
   * the slider, and known for sure once it has moved. */
  shopper.scale = (name) => {
    const element = registry.get(name);
    if (isHandle(element)) return told(hands.shownScale(element));
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
