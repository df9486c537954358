// The guard: a press that lands on something else than it was aimed at is stopped before the page
// sees it. It also notes what became of the press: whether a form was submitted or called invalid,
// whether the page took Enter for itself, asked for something or moved the focus, whether anything
// changed. Armed by an aim; read and taken away by the next look at whether the page is quiet, unless
// that is asked to keep it.

{
  const { told, hitAt, holds, parentOf, reach, redrawn, seen, viewport, aimAt, labelOf, words, describe } = hands;
  const PRESSES = ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click', 'touchstart', 'touchend'];
  let watched = null;

  /** What the press lands on, in closed shadow trees too, out of which an event does not tell. */
  function innermost(event) {
    const hit = event.composedPath()[0];
    return nodeType(hit) === 1 && shadowRootOf(hit) && event.clientX !== undefined ? hitAt(event.clientX, event.clientY) || hit : hit;
  }

  globalThis.addEventListener('shopper:print', () => globalThis.shopperTell?.('print'));
  globalThis.addEventListener('shopper:asked', (event) => globalThis.shopperTell?.(`asked ${event.detail}`));

  let answer = '';
  globalThis.addEventListener('shopper:tell', (event) => { answer = String(event.detail); });

  /** The page's requests and timers: how many are under way, how many requests began since a mark,
   * how many take so long that they may be long polls. */
  function network() {
    answer = '';
    globalThis.dispatchEvent(new Event('shopper:ask'));
    const [waiting = 0, begun = 0, slow = 0] = answer.split(' ').map(Number);
    return { waiting, begun, slow };
  }

  const mark = () => globalThis.dispatchEvent(new Event('shopper:mark'));

  const TAP = 500; // ms: the click of a touch comes so late where a second touch would zoom

  function arm(element, touch = false, x = 0, y = 0) {
    disarm();
    shopper.acted();
    const controls = new Set(registry.values());
    controls.delete(element);
    const state = { element, under: () => true, landed: false, missed: '', submitted: false, taken: false, changes: 0, typed: 0, focus: null, left: false, up: null, clicked: false, invalid: [], clickBy: touch ? performance.now() + TAP : 0, at: [x, y], place: placeOf(element) };
    /** On what the page put in the element's place when the pointer or the scrolling came. */
    const onTwin = (hit) => {
      for (let at = hit; at?.nodeType === 1; at = parentOf(at)) if (redrawn(element, at)) return true;
      return false;
    };
    const landsOn = (hit) => [element, ...(element.labels || [])].some((t) => holds(t, hit) || reach(hit, t, controls)) || onTwin(hit);
    state.under = () => {
      const hit = hitAt(...state.at);
      return hit !== null && landsOn(hit);
    };
    const press = (event) => {
      if (!event.isTrusted) return;
      const hit = innermost(event);
      const lands = () => landsOn(hit);
      if (event.type === 'click') {
        state.clickBy = 0;
        state.clicked ||= lands(); // else it is the click of what the press began and ended in
      }
      if (event.type === 'mouseup') state.up = hit;
      if (state.landed) return;
      if (!state.missed && lands()) {
        state.landed = true;
        return;
      }
      state.missed ||= describe(hit); // what begins elsewhere does not become a press by its end
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    const left = (event) => { state.left ||= state.landed && !state.up && !holds(element, event.composedPath()[0]); };
    const submit = () => { state.submitted = true; };
    const invalid = (event) => {
      const field = event.target;
      state.invalid.push(`${labelOf(field) || 'a field'}: ${words(field.validationMessage, 120)}`);
    };
    const enter = (event) => {
      if (event.isTrusted && event.key === 'Enter') setTimeout(() => { state.taken ||= event.defaultPrevented; }, 0);
    };
    const heard = [...PRESSES.map((kind) => [kind, press]), ['focusout', left], ['submit', submit], ['invalid', invalid], ['keydown', enter], ['keypress', enter]];
    const elsewhere = (record) => !holds(element, record.target); // a line break in the field is no effect
    const changes = new MutationObserver((records) => { state.changes += records.filter(elsewhere).length; });
    for (const [kind, listener] of heard) globalThis.addEventListener(kind, listener, { capture: true, passive: false });
    state.count = () => {
      if (state.focus) state.typed += state.changes + network().begun;
      state.changes = 0;
      state.focus = focusedIn(page.focused());
      mark();
      changes.observe(document, { subtree: true, childList: true, characterData: true });
    };
    state.release = () => {
      changes.disconnect();
      for (const [kind, listener] of heard) globalThis.removeEventListener(kind, listener, { capture: true });
    };
    watched = state;
    mark();
  }

  function focusedIn(at) {
    while (at && shadowRootOf(at)?.activeElement) at = shadowRootOf(at).activeElement;
    return at;
  }

  /** Where scripts are off, as in some frames, no listener hears of a press. */
  const scriptless = () => matchMedia('(scripting: none)').matches;

  function disarm() {
    watched?.release();
    watched = null;
  }

  /** Count what changes in the document from now on; what changed since the last time came while
   * typing. */
  const count = () => watched?.count();

  /** The button went down on the element, another field lost the focus by it, and that moved the
   * element: the button came up elsewhere, and no click came of it. */
  function isLost({ element, landed, left, up, clicked, focus }) {
    if (!landed || !left || !up || clicked || focus) return false;
    return element.isConnected && seen(element) && !holds(element, up) && !reach(up, element, new Set());
  }

  /** Whether the click of a touch is still to come. */
  const clickComes = () => Boolean(watched) && performance.now() < watched.clickBy;

  /** Why the press did not reach its element, '' when it did. */
  const astray = () => (!watched || watched.landed ? '' : watched.missed || (scriptless() ? '' : 'nothing'));

  /** What the guard saw since the last aim; part of quiet's answer. */
  function report(keep) {
    if (!watched) return {};
    const { missed, submitted, taken, changes, typed, focus, invalid } = watched;
    const requested = network().begun > 0;
    const refocused = focus !== null && focusedIn(page.focused()) !== focus;
    if (isLost(watched)) watched.landed = false;
    const landed = watched.landed || (!missed && scriptless() ? null : false);
    if (!keep) disarm();
    return { landed, missed, submitted, taken, requested, refocused, changes, typed, invalid: invalid.slice(0, 5) };
  }

  const HOVERED = 600; // ms for what the pointer makes of an element: another picture of it, say
  const RESTS = 3; // frames in which what moved stays where it went

  /** What was aimed at, once the pointer is over it and it is under the pointer: some change under
   * it. Answers when it is so, when it has moved away and come to rest, or was not for a while. */
  async function underPointer() {
    const until = performance.now() + HOVERED;
    let [at, rests] = ['', 0];
    while (watched && !watched.under() && performance.now() < until && rests < RESTS) {
      const now = placeOf(watched.element);
      rests = now === at && now !== watched.place ? rests + 1 : 0;
      at = now;
      await new Promise(requestAnimationFrame);
    }
    return watched && !watched.under() ? aside() : '';
  }

  const placeOf = (el) => {
    const { left, top } = rectOf(el);
    return `${Math.round(left)} ${Math.round(top)}`;
  };

  /** Where to press it instead: what loads late moves a page about. JSON {x, y, viewport}, or ''
   * where nothing of it can be pressed any more. */
  function aside() {
    const { fault, x, y } = isConnected(watched.element) ? aimAt(watched.element) : { fault: 'stale' };
    if (fault) return '';
    watched.at = [x, y];
    watched.place = placeOf(watched.element);
    return told({ x, y, viewport: viewport() });
  }
  shopper.underPointer = underPointer;

  Object.assign(hands, { arm, count, astray, scriptless, report, network, focusedIn, clickComes });
}
