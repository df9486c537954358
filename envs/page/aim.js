// The pre-flight of an action: may this element be acted on now, and where is it to be pressed?
//
// One evaluate. `registry` (observe.js) maps the observed names to elements; when the document has
// changed since, it is looked at again, and a name that now stands for something else is not acted
// on. Changes nothing on the page beyond scrolling and arming the guard.

{
  const { told, hitAt, redrawn, describe, viewport, pageBox, aimAt, arm, control, submitterOf, formFacts, optionFacts, holds, closestOf, blocked, everywhere } = hands;

  const fault = (kind, words = '', popup = false) => told({ fault: kind, words, popup });

  // ---- has the document changed since it was observed?

  const TELLING = ['aria-label', 'alt', 'title', 'placeholder', 'href', 'value'];
  const observed = shopper.observe;
  let wish = {};
  let stale = false;
  const changes = new MutationObserver(() => { stale = true; });

  const NOTHING = { title: '', html: [''], names: [], elements: 0, frames: [] };

  shopper.observe = (options) => {
    if (!page.root()) return JSON.stringify({ url: location.href, ...NOTHING });
    const answer = observed(options);
    wish = options;
    changes.observe(document, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: TELLING });
    changes.takeRecords();
    stale = false;
    return answer;
  };

  /** The element `name` stands for, or why there is none any more. */
  function find(name) {
    let element = registry.get(name);
    if (!element) return [null, 'unknown'];
    if (stale || changes.takeRecords().length) {
      const before = registry;
      const was = identities.get(element);
      shopper.observe(wish);
      const now = registry.get(name);
      if (now && redrawn(element, now)) element = now;
      if (!element.isConnected) return [null, 'stale'];
      if (now && now !== element) return [null, 'moved'];
      if (!now) {
        const is = identities.get(element);
        if (is && is !== was) return [null, 'moved'];
        registry = before; // the names that were seen; what is out of sight, the pre-flight says why
      }
    }
    if (!element.isConnected) return [null, 'stale'];
    // A label stands for its own control where that is hidden.
    if (blocked(element) || (localName(element) === 'label' && element.control && blocked(element.control))) return [null, 'disabled'];
    return [element, null];
  }

  const TYPED = /^(text|lines|number|date|time|month|week|datetime-local)$/;
  const SLID = /^(range|slider)$/;
  const DROPPED = '[popover], [role=menu], [role=listbox], [role=tooltip]';
  const POPUPS = `dialog, [role=dialog], [role=alertdialog], [aria-modal=true], ${DROPPED}`;

  /** A layer that shows nothing and is called nothing. */
  const isVeil = (box) => !speaks(box) && !box.getAttribute('aria-label');

  /** A calendar, a list, colours to choose from, that a script has put at the end of the document and
   * laid beside a field: a small box of the body's own. */
  function isPicker(hit, element) {
    let at = hit;
    while (at && !isRoot(at) && localName(parentOf(at) || at) !== 'body') at = parentOf(at);
    if (!at || isRoot(at) || holds(at, element) || getComputedStyle(at).position !== 'absolute') return false;
    const { width, height } = rectOf(at);
    return width * height < (innerWidth * innerHeight) / 4;
  }

  /** Whether what was hit opens over the page and closes only by Escape or by a press beside it. */
  function isPopup(hit, element) {
    if (!hit || isRoot(hit)) return Boolean(topRoots()?.every((root) => !leadsOn(root)));
    const box = closestOf(hit, POPUPS) || fixedRoot(hit);
    if (!box) return isPicker(hit, element);
    if (holds(box, element)) return false;
    if (isVeil(box)) return coversCentre(box);
    return isMatch(box, DROPPED) || ((isMatch(box, POPUPS) || coversCentre(box)) && !leadsOn(box));
  }

  /** Whether the element's own drawing stands in the way: a second slider over the first, its track. */
  function isOwnDrawing(hit, element) {
    const around = parentOf(element);
    return Boolean(hit && around && !isRoot(around)) && (holds(hit, element) || holds(around, hit));
  }

  /** Whether this window has no mouse, as a phone's. */
  const isTouched = () => navigator.maxTouchPoints > 0 && matchMedia('(hover: none)').matches;

  /**
   * The pre-flight of one action. JSON: {fault, words, popup} or {x, y, box, viewport, control,
   * secret, form...}; coordinates are CSS pixels in this frame's viewport, the box in its page.
   * `typing`: keys are to follow, which a read-only field does not take. `by_keys`: a slider that
   * no press reaches, but the keyboard does.
   */
  shopper.aim = (name, typing = false) => {
    const [element, wrong] = find(name);
    if (wrong) return fault(wrong);
    const kind = control(element);
    const on = kind === 'option' ? closest(element, 'select') : element;
    if (!on) return fault('stale');
    if (typing && TYPED.test(kind) && element.readOnly) return fault('readonly');
    const place = kind === 'option' ? optionFacts(on, element) : {};
    if (place.to < 0) return fault('hidden');
    const spot = aimAt(on);
    const by_keys = typing && SLID.test(kind) && (spot.fault === 'inert' || (spot.fault === 'covered' && isOwnDrawing(spot.hit, on)));
    if (spot.fault && !by_keys) return fault(spot.fault, spot.words, spot.fault === 'covered' && isPopup(spot.hit, on));
    const touch = isTouched() && !/^(option|row|slider)$/.test(kind);
    if (!by_keys) arm(on, touch, spot.x, spot.y);
    return told({
      x: spot.x ?? 0, y: spot.y ?? 0, box: pageBox(on), viewport: viewport(), control: kind, by_keys, touch,
      secret: isSecret(element), ...place, ...formFacts(on),
    });
  };

  /** JSON [x, y], a point of the window beside what lies over the page where nothing is to be
   * pressed; or nothing. */
  shopper.beside = () => {
    const known = new Set(registry.values());
    const quiet = (hit) => {
      const over = hit && fixedRoot(hit);
      if (over && isVeil(over)) return true; // there to be pressed
      for (let at = hit; at && !isRoot(at); at = parentOf(at)) {
        if (known.has(at) || isMatch(at, `${POPUPS}, a[href], button, input, select, textarea, iframe, [role], [onclick], [tabindex]`)) return false;
        if (getComputedStyle(at).cursor === 'pointer') return false;
      }
      return true;
    };
    const point = [...gridPoints(FINE)].find(([x, y]) => quiet(hitAt(x, y)));
    return point ? told(point) : '';
  };

  /**
   * The window's point (`x`, `y`) in this document. `quad` are the corners of its frame in the
   * window (x and y of each, clockwise from the top left): it may be scaled or turned.
   */
  function inside(x, y, quad) {
    if (!quad) return [x, y];
    const [ox, oy, rx, ry, , , dx, dy] = quad;
    const [ax, ay, bx, by] = [rx - ox, ry - oy, dx - ox, dy - oy];
    const size = ax * by - ay * bx || 1;
    return [(((x - ox) * by - (y - oy) * bx) / size) * innerWidth, (((y - oy) * ax - (x - ox) * ay) / size) * innerHeight];
  }

  /** For a point that should lie on the frame known by `key`. JSON {viewport, covered, out}: what is
   * there instead, whether the point is out of view. */
  shopper.frameAt = (x, y, quad, key) => {
    const [at, down] = inside(x, y, quad);
    const hit = hitAt(at, down);
    const there = hit && localName(hit) === 'iframe' && shopper.frameKey(hit) === String(key);
    const out = at < 0 || down < 0 || at >= innerWidth || down >= innerHeight;
    return told({ viewport: viewport(), covered: there ? '' : describe(hit), out });
  };

  /** Bring the frame known by `key` into view, the point `down` (0 to 1) of its height in it. */
  shopper.showFrame = (key, down, block) => {
    const frame = everywhere('iframe').find((el) => shopper.frameKey(el) === String(key));
    if (!frame) return '';
    frame.scrollIntoView({ block, inline: 'nearest', behavior: 'instant' });
    const { top, height } = frame.getBoundingClientRect();
    const y = top + height * down;
    if (y < 0 || y >= innerHeight) scrollBy({ top: y - innerHeight / 2, behavior: 'instant' });
    return '';
  };

  /** Where the form's own submit control can be pressed, once Enter turned out to do nothing. */
  shopper.aimSubmit = (name) => {
    const element = registry.get(name);
    const submitter = element && element.isConnected ? submitterOf(element) : null;
    if (!submitter) return fault('unknown');
    const spot = aimAt(submitter);
    if (spot.fault) return fault(spot.fault, spot.words);
    const touch = isTouched();
    arm(submitter, touch, spot.x, spot.y);
    return told({ x: spot.x, y: spot.y, touch, box: pageBox(submitter), viewport: viewport(), control: 'button', submit_buys: mayBuy(submitter) });
  };
}
