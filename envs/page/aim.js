// The pre-flight of an action: may this element be acted on now, and where is it to be pressed?
//
// One evaluate. `registry` (observe.js) maps the observed names to elements. Changes nothing on
// the page beyond scrolling and arming the guard.

{
  const { viewport, pageBox, aimAt, arm, control, submitterOf, formFacts, optionFacts, valueOf, find } = hands;

  const fault = (kind, words = '') => JSON.stringify({ fault: kind, words });

  /**
   * The pre-flight of one action. JSON: {fault, words} or {x, y, box, viewport, control, secret,
   * value, form...}; coordinates are CSS pixels in this frame's viewport, the box in its page.
   */
  shopper.aim = (name) => {
    const [element, wrong] = find(name);
    if (wrong) return fault(wrong);
    const kind = control(element);
    const on = kind === 'option' ? element.closest('select') : element;
    if (!on) return fault('stale');
    const spot = aimAt(on);
    if (spot.fault) return fault(spot.fault, spot.words);
    arm(on);
    const facts = kind === 'option' ? optionFacts(on, element) : {};
    if (/^(text|lines|number|date|time|month|week|datetime-local)$/.test(kind)) {
      if (element.readOnly) return fault('readonly');
    }
    return JSON.stringify({
      x: spot.x, y: spot.y, box: pageBox(on), viewport: viewport(), control: kind,
      secret: isSecret(element), value: isSecret(element) ? '' : valueOf(element), ...facts, ...formFacts(on),
    });
  };

  /** Where the form's own submit control can be pressed, once Enter turned out to do nothing. */
  shopper.aimSubmit = (name) => {
    const element = registry.get(name);
    const submitter = element && element.isConnected ? submitterOf(element) : null;
    if (!submitter) return fault('unknown');
    const spot = aimAt(submitter);
    if (spot.fault) return fault(spot.fault, spot.words);
    arm(submitter);
    return JSON.stringify({ x: spot.x, y: spot.y, box: pageBox(submitter), viewport: viewport(), control: 'button' });
  };
}
