// Recording how a person looks further: how far they scroll, and when they go back. Part of the script in
// recordings that keep all actions. Stretches of scrolling are told as one, when they are over.

{
  const OVER = 700; // ms without scrolling after which a stretch is over
  const BY_HAND = 1500; // ms after wheel, finger or key in which what scrolls is scrolled by them
  const LEAST = 40; // pixels: less is a hand that trembles
  const KEYS = /^( |Spacebar|Arrow(Up|Down)|Page(Up|Down)|Home|End)$/;
  const tell = (what) => globalThis.__shopperTell?.(JSON.stringify(what));

  let byHand = -Infinity;
  const rested = new WeakMap([[document, scrollY]]); // where boxes last stood still: a wheel is heard of late
  let stretch = null; // {seen, from, at}: the page and its place when it began

  const place = (el) => (nodeType(el) === 1 ? el.scrollTop : scrollY);
  const depthOf = (el) => {
    const box = nodeType(el) === 1 ? el : page.scroller() || page.root();
    const height = nodeType(el) === 1 ? el.clientHeight : innerHeight;
    return Math.max(0, Math.min(1, (box.scrollTop + height) / Math.max(1, box.scrollHeight)));
  };

  /** Tell the stretch that is over. */
  function finish() {
    const done = stretch;
    stretch = null;
    if (!done) return;
    clearTimeout(done.timer);
    if (!done.box) return;
    const way = place(done.box) - done.from;
    rested.set(done.box, place(done.box));
    if (Math.abs(way) < LEAST) return;
    tell({ type: 'scroll', direction: way > 0 ? 'down' : 'up', answer: done.seen.answer, viewport: { ...done.seen.viewport, ...(done.box === document ? { scroll_y: done.from } : {}), depth: depthOf(done.box) }, at: done.at });
  }

  /** What may scroll in a moment: the page is kept as it is before it does. */
  function begin() {
    byHand = performance.now();
    if (!stretch) stretch = { seen: shopper.snapshot(), box: null, from: null, at: Date.now(), timer: setTimeout(finish, OVER), places: new Map([[document, scrollY]]) };
  }

  const hand = (event) => {
    if (!event.isTrusted) return;
    if (event.type === 'keydown' && !KEYS.test(event.key)) return;
    const target = event.composedPath()[0];
    if (event.type === 'keydown' && isMatch(target, 'input, textarea, select, [contenteditable]')) return;
    begin();
    for (let at = target; at && !isRoot(at); at = parentElement(at)) if (!stretch.places.has(at)) stretch.places.set(at, at.scrollTop);
  };
  for (const kind of ['wheel', 'touchmove', 'keydown']) globalThis.addEventListener(kind, hand, { capture: true, passive: true });

  globalThis.addEventListener('scroll', (event) => {
    const box = event.target;
    if (!stretch || performance.now() - byHand > BY_HAND) {
      rested.set(box, place(box));
      return;
    }
    const height = nodeType(box) === 1 ? box.clientHeight : innerHeight;
    if (height < innerHeight / 2) return; // a list in the page
    stretch.box ??= box;
    if (stretch.box !== box) return;
    stretch.from ??= rested.get(box) ?? stretch.places.get(box) ?? place(box);
    const way = place(box) - stretch.from;
    if (stretch.way && way && Math.sign(place(box) - stretch.last) === -stretch.way && Math.abs(stretch.last - stretch.from) >= LEAST) {
      finish(); // they turned round
      begin();
      return;
    }
    stretch.way = Math.sign(way);
    stretch.last = place(box);
    clearTimeout(stretch.timer);
    stretch.timer = setTimeout(finish, OVER);
  }, { capture: true, passive: true });

  // What is pressed comes after what was scrolled to it.
  for (const kind of ['pointerdown', 'pagehide']) globalThis.addEventListener(kind, () => stretch?.box ? finish() : (clearTimeout(stretch?.timer), stretch = null), { capture: true });

  /** The window went back: to another document, which says so first of all, or within this one. */
  const back = () => tell({ type: 'back', at: Date.now() });
  const arrival = globalThis.navigation?.activation;
  if (window === window.top) {
    if (arrival?.navigationType === 'traverse' && (!arrival.from || arrival.from.index > arrival.entry.index)) back();
    globalThis.navigation?.addEventListener('navigate', (event) => {
      if (event.navigationType === 'traverse' && event.destination.sameDocument && event.destination.index < navigation.currentEntry.index) back();
    });
  }
}
