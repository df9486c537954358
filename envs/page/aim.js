// The pre-flight of an action: may this element be acted on now, and where is it to be pressed?
//
// One evaluate. `registry` (observe.js) maps the observed names to elements; when the document has
// changed since, it is looked at again, and a name that now stands for something else is not acted
// on. Changes nothing on the page beyond scrolling and arming the guard.

{
  const { told, hitAt, redrawn, describe, viewport, pageBox, aimAt, arm, control, submitterOf, formFacts, optionFacts, valueOf, disabled } = hands;

  const fault = (kind, words = '') => told({ fault: kind, words });

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
    if (disabled(element) || (localName(element) === 'label' && element.control && disabled(element.control))) return [null, 'disabled'];
    return [element, null];
  }

  const TYPED = /^(text|lines|number|date|time|month|week|datetime-local)$/;

  /**
   * The pre-flight of one action. JSON: {fault, words} or {x, y, box, viewport, control, secret,
   * form...}; coordinates are CSS pixels in this frame's viewport, the box in its page.
   */
  shopper.aim = (name) => {
    const [element, wrong] = find(name);
    if (wrong) return fault(wrong);
    const kind = control(element);
    const on = kind === 'option' ? closest(element, 'select') : element;
    if (!on) return fault('stale');
    if (TYPED.test(kind) && element.readOnly) return fault('readonly');
    const place = kind === 'option' ? optionFacts(on, element) : {};
    if (place.to < 0) return fault('hidden');
    const spot = aimAt(on);
    if (spot.fault) return fault(spot.fault, spot.words);
    arm(on);
    return told({
      x: spot.x, y: spot.y, box: pageBox(on), viewport: viewport(), control: kind,
      secret: isSecret(element), ...place, ...formFacts(on),
    });
  };

  /** For a point that should lie on the frame known by `key`. JSON {viewport, covered}: what is there instead. */
  shopper.frameAt = (x, y, key) => {
    const hit = hitAt(x, y);
    const there = hit && localName(hit) === 'iframe' && shopper.frameKey(hit) === String(key);
    return told({ viewport: viewport(), covered: there ? '' : describe(hit) });
  };

  /** Where the form's own submit control can be pressed, once Enter turned out to do nothing. */
  shopper.aimSubmit = (name) => {
    const element = registry.get(name);
    const submitter = element && element.isConnected ? submitterOf(element) : null;
    if (!submitter) return fault('unknown');
    const spot = aimAt(submitter);
    if (spot.fault) return fault(spot.fault, spot.words);
    arm(submitter);
    return told({ x: spot.x, y: spot.y, box: pageBox(submitter), viewport: viewport(), control: 'button', submit_buys: mayBuy(submitter) });
  };
}
