// Recording what people open by resting the pointer: menus that drop down, buttons of a tile. Part of the
// script in recordings that keep all actions. A pointer that rests and opens nothing is nobody's action.

{
  const { parentOf, holds, named } = hands;
  const RESTS = 350; // ms on one thing after which a pointer rests, and what opens by it has been drawn
  const FEW = 0.5; // of a page's names: what holds more of them is the page, not a thing with a menu
  const tell = (what) => globalThis.__shopperTell?.(JSON.stringify(what));

  let over = null; // {target, before, timer}: what the pointer came to, and the page as it was then
  let open = null; // {within, before, after}: what was opened, and the page before and then

  /** The nearest thing around `el` that the pointer is over, too, unless it is most of the page. */
  function thingAround(el, target, before) {
    let at = parentOf(el);
    while (at && !holds(at, target)) at = parentOf(at);
    if (!at || isRoot(at)) return null;
    const names = [...before.registry.values()];
    return names.filter((known) => holds(at, known)).length <= FEW * names.length ? at : null;
  }

  /** What the page says opens something elsewhere. */
  const opensElsewhere = (el) => {
    for (let at = el; at && !isRoot(at); at = parentOf(at)) {
      if (nodeType(at) === 1 && isMatch(at, '[aria-haspopup]:not([aria-haspopup=false]), [aria-controls], [aria-expanded=true]')) return at;
    }
    return null;
  };

  /** The pointer rests: tell what came to be seen by it. */
  function rested() {
    const { target, before } = over;
    over = null;
    const [name, trigger] = named(target, before.registry);
    if (!name) return;
    const now = shopper.snapshot();
    const known = new Set(before.registry.values());
    const shown = new Set(now.registry.values());
    const fresh = [...shown].filter((el) => !known.has(el));
    const gone = [...known].filter((el) => !shown.has(el));
    if (fresh.length <= gone.length) return; // one thing in another's place: the page goes on by itself
    const popup = opensElsewhere(target);
    const within = fresh.map((el) => thingAround(el, target, before) || (popup && el)).filter(Boolean);
    if (!within.length) return;
    open = { within: [trigger, ...within], before, after: now };
    tell({ type: 'hover', name, answer: before.answer, viewport: before.viewport, at: Date.now() });
  }

  const leave = () => {
    clearTimeout(over?.timer);
    over = null;
  };

  globalThis.addEventListener('pointerover', (event) => {
    if (!event.isTrusted || event.pointerType !== 'mouse' || event.buttons) return;
    const target = event.composedPath()[0];
    leave();
    if (open && !open.within.some((el) => isConnected(el) && holds(el, target))) {
      if (shopper.latest() === open.after) shopper.latest(open.before); // it closes again
      open = null;
    }
    const before = shopper.latest();
    if (before) over = { target, before, timer: setTimeout(rested, RESTS) };
  }, { capture: true, passive: true });

  // Whoever presses, types or scrolls is not resting.
  for (const kind of ['pointerdown', 'keydown', 'wheel', 'pagehide']) globalThis.addEventListener(kind, leave, { capture: true, passive: true });
}
