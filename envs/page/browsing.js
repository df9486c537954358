// Looking further without pressing anything: scrolling and resting the pointer. Stands
// beside the script that simplifies pages and changes nothing of what that sees.

{
  const { told, aimAt, viewport, pageBox } = hands;
  const STRIDE = 0.85; // of a screen: the eye keeps something it knows
  const STILL = 3; // frames without movement after which scrolling is over
  const LONGEST = 1500; // ms: of a smooth scroll, of what slides in under the pointer
  const OPENS = 1000; // ms: an animation that takes longer is a show

  const frame = () => new Promise((resolve) => {
    const late = setTimeout(resolve, 100);
    requestAnimationFrame(() => { clearTimeout(late); resolve(); });
  });

  let moved = new Set(); // what scrolled since it was last asked for
  globalThis.addEventListener('scroll', (event) => moved.add(event.target), { capture: true, passive: true });

  const scroller = () => page.scroller() || page.root();

  const BARELY = 2; // pixels
  const tall = (box) => box.clientHeight > innerHeight / 2;
  const scrolls = (el) => el.scrollHeight - el.clientHeight > BARELY && /auto|scroll|overlay/.test(getComputedStyle(el).overflowY);
  const area = (el) => el.clientWidth * el.clientHeight;

  /** What goes on by the wheel: the largest box of a layer that lies over the page, the box that fills the
   * window, or the page. */
  function turned() {
    const over = (modalRoots() || []).flatMap((root) => [root, ...everyIn(root)]).filter(scrolls);
    if (over.length) return over.reduce((best, el) => (area(el) > area(best) ? el : best));
    for (let at = hitAt(innerWidth / 2, innerHeight / 2); at && !isRoot(at); at = parentOf(at)) if (tall(at) && scrolls(at)) return at;
    return scroller();
  }

  /** Of what scrolls: its height in the window, and the middle of what is seen of it. */
  function place(box) {
    if (isRoot(box) || box === scroller()) return { height: innerHeight, x: innerWidth / 2, y: innerHeight / 2 };
    const { left, right, top, bottom } = rectOf(box);
    const middle = (from, to, most) => (Math.max(from, 0) + Math.min(to, most)) / 2;
    return { height: box.clientHeight, x: middle(left, right, innerWidth), y: middle(top, bottom, innerHeight) };
  }

  /** How much of the page lies above the lower edge of the window, or of the box in it that scrolls
   * instead: 0 to 1. */
  function depth() {
    const box = [...[...moved].filter((at) => nodeType(at) === 1), turned()].find(tall) || scroller();
    return Math.max(0, Math.min(1, (box.scrollTop + place(box).height) / Math.max(1, box.scrollHeight)));
  }

  /** JSON {above, below}: whether what is seen goes on beyond the window. */
  shopper.beyond = () => {
    const box = turned();
    const left = box.scrollHeight - box.scrollTop - place(box).height;
    return told({ above: box.scrollTop > BARELY, below: left > BARELY });
  };

  /** Until nothing scrolls any more. */
  async function rest() {
    const until = performance.now() + LONGEST;
    let before = null;
    for (let still = 0; still < STILL && performance.now() < until;) {
      await frame();
      const now = [scrollX, scrollY, ...[...moved].map((at) => at.scrollTop ?? 0)].join();
      still = now === before ? still + 1 : 0;
      before = now;
    }
  }

  /** JSON {x, y, down}: where to turn the wheel, and by how much, to go on by a screen. Not at all where a
   * layer over the page has come to its end: the wheel would move the page behind it. */
  shopper.wheel = (direction) => {
    shopper.acted();
    moved = new Set();
    const sign = direction === 'up' ? -1 : 1;
    const box = turned();
    const { x, y, height } = place(box);
    const left = sign < 0 ? box.scrollTop : box.scrollHeight - box.scrollTop - height;
    const ended = left <= BARELY && box !== scroller();
    return told({ x, y, down: ended ? 0 : sign * Math.round(height * STRIDE) });
  };

  /** JSON {moved, depth, viewport}, once nothing scrolls any more. Where turning the wheel did not move
   * anything (what is under it may keep it to itself), the page is moved `down` as by the keyboard. */
  shopper.scrolled = async (down) => {
    await rest();
    if (!moved.size && down) {
      turned().scrollBy({ top: down, behavior: 'instant' });
      await rest();
    }
    return told({ moved: moved.size > 0, depth: depth(), viewport: viewport() });
  };

  /** The element called `name`, brought to be drawn where that takes scrolling; else null. */
  async function elementOf(name) {
    let el = registry.get(name);
    if (!el || !isConnected(el)) {
      await shopper.aim(name); // it may be drawn only further down, or under the pointer
      el = registry.get(name);
    }
    if (!el || !isConnected(el)) return null;
    return localName(el) === 'option' ? closest(el, 'select') || el : el;
  }

  /** Scroll to what is called `name`. JSON {fault} or as `scrolled`. */
  shopper.scrollTo = async (name) => {
    shopper.acted();
    const el = await elementOf(name);
    if (!el) return told({ fault: 'stale' });
    moved = new Set();
    const drawn = [el, ...(el.labels || []), ...findAll(el, '*')].find((one) => one.getClientRects().length);
    if (!drawn) return told({ fault: 'hidden' });
    drawn.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
    await rest();
    return told({ moved: moved.size > 0, depth: depth(), viewport: viewport() });
  };

  /** Where to rest the pointer on what is called `name`; JSON as that of `aim`. Arms no guard. */
  shopper.pointAt = async (name) => {
    if (navigator.maxTouchPoints > 0 && matchMedia('(hover: none)').matches) return told({ fault: 'nopointer' });
    const el = await elementOf(name);
    if (!el) return told({ fault: 'stale' });
    const spot = aimAt(el);
    if (spot.fault) return told({ fault: spot.fault, words: spot.words });
    shopper.acted();
    return told({ x: spot.x, y: spot.y, box: pageBox(el), viewport: viewport(), control: 'hover' });
  };

  /** Until what the pointer's coming has started is drawn. */
  shopper.opened = async () => {
    const until = performance.now() + LONGEST;
    const moving = () => page.animations().some(({ effect, playState }) =>
      playState === 'running' && effect && effect.getComputedTiming().endTime < OPENS);
    do {
      await frame();
      await frame();
    } while (moving() && performance.now() < until);
    return '';
  };
}
