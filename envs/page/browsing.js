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

  /** How much of the page lies above the lower edge of the window, or of the box in it that scrolls
   * instead: 0 to 1. */
  function depth() {
    const boxes = [...moved].filter((at) => nodeType(at) === 1 && at.clientHeight > innerHeight / 2);
    const box = boxes[0] || scroller();
    const height = isRoot(box) || box === scroller() ? innerHeight : box.clientHeight;
    return Math.max(0, Math.min(1, (box.scrollTop + height) / Math.max(1, box.scrollHeight)));
  }

  const BARELY = 2; // pixels

  /** JSON {above, below}: whether the page goes on beyond the window. */
  shopper.beyond = () => {
    const box = scroller();
    const left = box.scrollHeight - box.scrollTop - innerHeight;
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

  /** JSON {x, y, down}: where to turn the wheel, and by how much, to go on by a screen. */
  shopper.wheel = (direction) => {
    shopper.acted();
    moved = new Set();
    const sign = direction === 'up' ? -1 : 1;
    return told({ x: innerWidth / 2, y: innerHeight / 2, down: sign * Math.round(innerHeight * STRIDE) });
  };

  /** JSON {moved, depth, viewport}, once nothing scrolls any more. Where turning the wheel did not move
   * anything (what is under it may keep it to itself), the page is moved `down` as by the keyboard. */
  shopper.scrolled = async (down) => {
    await rest();
    if (!moved.size && down) {
      scroller().scrollBy({ top: down, behavior: 'instant' });
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
