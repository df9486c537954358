// The pass down a page where something comes by it: parts that wait to come into view, lists that grow
// at their end, lists that draw only the part of them in view. It scrolls as a person would, screen by
// screen, waits where something comes, and goes back to where the customer was.
//
// Bounded in screens and time. A page without signs that something comes is left alone.

{
  const { told, network, scriptless, parentOf } = hands;
  const STRIDE = 0.8; // screens at a time: what comes and goes is met twice
  const SCREENS = 40; // of the window
  const ROWS = 120; // screens of a box in it, which are small
  const TIMES = 3; // down one box, where each time shows more lists that draw only what is in view
  const BEYOND = 8; // screens below what was its end at first: a person looks a few on
  const BOXES = 5; // that scroll, the window among them
  const LEAST = 60; // pixels: a lower box is no list
  const FRAME = 100; // ms: the longest wait for a drawn frame
  const STOP = 6000; // ms: the longest wait for what comes at one stop
  const NOISE = 450; // ms: and where only the page's content changes
  const BROKEN = 2; // long waits for nothing, after which none is made
  const LAZY = 'iframe[loading="lazy"], img[loading="lazy"][onload], img[data-src], [data-lazy], [aria-busy="true"], [class*="skeleton" i], ' +
    '[class*="shimmer" i], [class*="placeholder" i]:empty, [class*="lazy" i], [class*="infinite" i], [class*="sentinel" i]';
  const MANY = 100; // of these looked at
  const MANY_TURNS = 2000; // changed texts looked at
  const PAGED = /([?&])(page|p|seite|pg|offset|start|from)=\d+/g;

  let awaited = []; // what the page waits to see
  let listening = []; // what it listens to for scrolling
  let met = new WeakSet(); // what a pass went by
  let passed = null; // the last pass: where, and how high the page was
  globalThis.addEventListener('shopper:awaited', (event) => awaited.push(event.composedPath()[0]), { capture: true });
  globalThis.addEventListener('shopper:scrolls', (event) => listening.push(event.composedPath()[0]), { capture: true });

  const observed = shopper.observe;
  let wish = {};
  shopper.observe = (options = {}) => observed((wish = options));

  /** What is drawn now: a look, and how its names are listed. */
  function lookNow() {
    const look = lookOver(wish);
    return [look, listed(look.kept, wish, look.rules)];
  }

  Object.assign(hands, { lookNow, wish: () => wish, place: () => place() });

  const place = () => location.origin + location.pathname + location.search.replace(PAGED, '$1');

  // ---- is there anything to go down for?

  const heightOf = (box) => (isRoot(box) ? innerHeight : box.clientHeight);

  /** What scrolls the whole page. */
  function windowBox() {
    const [root, body] = [page.scroller() || page.root(), page.body()];
    if (!body || root === body || overflowOf(page.root()) === 'visible' || !/auto|scroll/.test(overflowOf(body))) return root;
    return body.scrollHeight > body.clientHeight ? body : root;
  }

  const overflowOf = (el) => getComputedStyle(el).overflowY;
  const isHeld = (el) => /hidden|clip/.test(overflowOf(el));

  function isScrolled(box) {
    if (box.scrollHeight <= heightOf(box) + 20) return false;
    if (box === page.body() && box !== page.scroller()) return true;
    if (isRoot(box)) return !isHeld(page.root()) && !(overflowOf(page.root()) === 'visible' && page.body() && isHeld(page.body()));
    return box.clientHeight >= LEAST && /auto|scroll/.test(getComputedStyle(box).overflowY) && isShown(box, PAINTED);
  }

  function boxAround(el) {
    for (let at = parentOf(el); at && !isRoot(at); at = parentOf(at)) if (nodeType(at) === 1 && isScrolled(at)) return at;
    return windowBox();
  }

  /** Whether it lies further down than is in view. */
  function isAhead(el, box) {
    const { top, left, right, bottom } = rectOf(el);
    if (left === right && top === bottom && !top && !left) return false; // not rendered
    return top >= (isRoot(box) ? innerHeight : Math.min(innerHeight, rectOf(box).bottom));
  }

  /** The boxes to go down in, the window first; `enough` of them. */
  function boxesToPass(enough = Infinity) {
    awaited = [];
    listening = [];
    globalThis.dispatchEvent(new Event('shopper:unfolds'));
    const found = new Set();
    for (const el of [...awaited, ...[...page.findAll(LAZY)].slice(0, MANY)]) {
      if (found.size >= enough) break;
      if (met.has(el)) continue;
      const box = boxAround(el);
      if (box && !found.has(box) && isAhead(el, box) && isScrolled(box)) found.add(box);
    }
    for (const heard of listening) {
      const box = heard === window || heard === document || isRoot(heard) ? windowBox() : heard;
      if (box && nodeType(box) === 1 && !met.has(box) && isScrolled(box)) found.add(box);
    }
    const size = (box) => (isRoot(box) ? Infinity : box.clientWidth * box.clientHeight);
    return [...found].sort((a, b) => size(b) - size(a));
  }

  /** Whether the page is another one than the last pass went down, or its lists are. */
  function isNew() {
    if (!passed || passed.place !== place()) return true;
    if (passed.goesOn && windowBox().scrollHeight < passed.height * 0.8) return true;
    return lists.size > 0 && isOld();
  }

  function isOld() {
    const [look, names] = lookNow();
    return [...lists].some(([list, known]) => isOutdated(list, known, look, names));
  }

  /** Whether a pass down the page may show more than is there. */
  hands.unfolds = () => {
    if (window !== window.top || scriptless() || !page.body()) return false;
    if (isNew()) {
      met = new WeakSet();
      lists.clear();
      goesOn = false;
      passed = null;
    } else if (passed.goesOn) return false;
    return boxesToPass(1).length > 0;
  };

  // ---- going down

  const frame = () => new Promise((resolve) => {
    const late = setTimeout(resolve, FRAME);
    requestAnimationFrame(() => { clearTimeout(late); resolve(); });
  });

  class Pass {
    constructor(cap, still) {
      this.until = performance.now() + cap;
      this.still = still;
      this.vain = 0;
      this.goesOn = false;
      this.came = new Map(); // elements to how many children came while the page was scrolled
      this.went = new Map(); // and how many that said something went
      this.turns = 0;
      this.turned = new Map(); // boxes set apart whose words changed, by the element around them
      this.changed = false;
      this.virtual = []; // elements that draw only those of their children that are in view
      this.watcher = new MutationObserver((records) => this.note(records));
    }

    get left() {
      return this.until - performance.now();
    }

    note(records) {
      this.changed ||= records.length > 0;
      for (const { target, type, addedNodes, removedNodes } of records) {
        const come = [...addedNodes].filter((node) => nodeType(node) === 1).length;
        const gone = [...removedNodes].filter((node) => nodeType(node) === 1 && isSaid(textContent(node))).length;
        if (come) this.came.set(target, (this.came.get(target) || 0) + come);
        if (gone) this.went.set(target, (this.went.get(target) || 0) + gone);
        if (type === 'characterData' || (!come && !gone)) this.turn(target);
      }
    }

    /** Boxes that are moved and filled anew instead of made anew. */
    turn(target) {
      if (this.turns++ > MANY_TURNS) return;
      for (let at = target, level = 0; at && level < 6; at = parentOf(at), level++) {
        if (nodeType(at) !== 1 || isRoot(at)) continue;
        const { position, transform } = getComputedStyle(at);
        if (position !== 'absolute' && transform === 'none') continue;
        const around = parentOf(at);
        if (!this.turned.has(around)) this.turned.set(around, new Set());
        this.turned.get(around).add(at);
        return;
      }
    }

    /** Elements whose children came and went as the page was scrolled. */
    drawn() {
      const exchanged = [...this.went].filter(([el, count]) => count > 1 && this.came.get(el) > 1).map(([el]) => el);
      const moved = [...this.turned].filter(([, boxes]) => boxes.size > 2).map(([el]) => el);
      return [...new Set([...exchanged, ...moved])].filter((el) => nodeType(el) === 1 && isConnected(el) && !isRoot(el));
    }

    /** Scroll, and wait for what comes by it. */
    async to(box, top) {
      this.note(this.watcher.takeRecords());
      this.changed = false;
      const before = network().waiting;
      globalThis.dispatchEvent(new Event('shopper:mark'));
      box.scrollTo({ top, behavior: 'instant' });
      await frame();
      await frame();
      const now = network();
      const asked = now.begun > 0 || now.waiting > before;
      if (!asked && !this.changed) return;
      const long = asked && this.vain < BROKEN;
      const cap = Math.min(this.left, long ? STOP : NOISE);
      if (cap <= this.still) return;
      const { state } = JSON.parse(await shopper.quiet({ still: this.still, cap, patient: long, keep: true }));
      if (long && state === 'busy') this.vain++;
    }

    /** Down one box and back; only until it is known which lists are to be remembered, if more are
     * than before. Whether it goes on further. */
    async down(box) {
      const home = box.scrollTop;
      const size = heightOf(box);
      const most = isRoot(box) ? SCREENS : ROWS;
      const known = this.virtual.length;
      let goesOn = false;
      const end = box.scrollHeight + BEYOND * size;
      if (home > 0) await this.to(box, 0);
      await this.sightAll(box);
      for (let screens = 0; isConnected(box); screens++) {
        const at = box.scrollTop;
        const next = Math.min(at + STRIDE * size, box.scrollHeight - size);
        if (next <= at + 1) break;
        if (screens >= most || this.left <= 0 || next + size > end) {
          goesOn = true;
          break;
        }
        await this.to(box, next);
        await this.sightAll(box);
        if (box.scrollTop <= at) break; // it does not let itself be scrolled
        if (screens > 0 && this.drawn().length > known) break;
      }
      await this.to(box, home);
      return goesOn;
    }

    /** Remember what is drawn of the lists in `box` that draw only what is in view. */
    async sightAll(box) {
      const within = this.virtual.filter((list) => list === box || boxAround(list) === box);
      if (!within.length) return;
      const [look, names] = lookNow();
      for (const list of within) sight(list, box, look, names);
    }

    /** Down one box; once more where what comes goes again, to remember it. */
    async through(box) {
      for (const noted of [this.came, this.went, this.turned]) noted.clear();
      let goesOn = false;
      for (let time = 0; time < TIMES && this.left > 0; time++) {
        goesOn = await this.down(box);
        const found = this.drawn();
        if (found.length <= this.virtual.length) break;
        this.virtual = found;
      }
      this.goesOn ||= goesOn;
      for (const list of this.virtual) if (lists.has(list)) lists.get(list).height = lists.get(list).scroller.scrollHeight;
      this.virtual = [];
    }
  }

  /**
   * Go down the page as far as something comes, for at most `cap` ms, and back. JSON {ms, more}: `more`
   * where it goes on further.
   */
  shopper.pass = async ({ cap, still }) => {
    const began = performance.now();
    const found = topRoots() ? [] : boxesToPass(); // behind a dialog nobody scrolls
    const boxes = found.slice(0, BOXES);
    if (!boxes.length) return told({ ms: 0, more: false });
    const before = new Map(messages);
    const pass = new Pass(cap, still);
    pass.watcher.observe(document, { subtree: true, childList: true, characterData: true });
    for (const box of boxes) await pass.through(box);
    pass.watcher.disconnect();
    for (const el of [...awaited, ...page.findAll(LAZY), ...found]) met.add(el);
    globalThis.dispatchEvent(new Event('shopper:unfolded'));
    forgetPassed(before);
    goesOn = pass.goesOn;
    passed = { place: place(), height: windowBox().scrollHeight, goesOn };
    return told({ ms: performance.now() - began, more: goesOn });
  };

  /** What lists said as they were scrolled is no message of the page. */
  function forgetPassed(before) {
    for (const el of waiting.keys()) if ([...lists.keys()].some((list) => isWithin(el, list))) waiting.delete(el);
    for (const el of messages.keys()) if (!before.has(el) && [...lists.keys()].some((list) => isWithin(el, list))) messages.delete(el);
  }

  // ---- acting on what is not drawn now

  /** Scroll to where the sighting called `name` was, and let the name stand for what is drawn there. */
  async function bring(name) {
    const { list, sighting, at } = farOff.get(name);
    const known = lists.get(list);
    if (!known || !isConnected(list)) return;
    const before = new Map(messages);
    const pass = new Pass(STOP, 40);
    const { scroller } = known;
    await pass.to(scroller, sighting.place.y - (heightOf(scroller) - sighting.place.height) / 2);
    forgetPassed(before);
    const [look, names] = lookNow();
    const found = childrenSeen(list, scroller, look, names).find(({ key }) => key === sighting.key);
    const el = found?.named[at]?.el;
    shopper.observe(wish);
    if (el && isConnected(el)) registry.set(name, el);
  }

  const aim = shopper.aim;
  shopper.aim = (name, typing = false) => {
    const el = registry.get(name);
    if (!farOff.has(name) || (el && isConnected(el))) return aim(name, typing);
    return bring(name).then(() => aim(name, typing));
  };
}
