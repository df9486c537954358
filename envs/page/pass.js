// The pass down a page where something comes by it: parts that wait to come into view, lists that grow
// at their end, lists that draw only the part of them in view. It scrolls as a person would, screen by
// screen, waits where something comes, and goes back to where the customer was.
//
// Bounded in screens and time. A page without signs that something comes is left alone.

{
  const { told, network, parentOf, lookNow, heightOf, boxAround, boxesToPass, passedBy } = hands;
  const STRIDE = 0.8; // screens at a time: what comes and goes is met twice
  const SCREENS = 40; // of the window
  const ROWS = 120; // screens of a box in it, which are small
  const TIMES = 3; // down one box, where each time shows more lists that draw only what is in view
  const BEYOND = 8; // screens below what was its end at first: a person looks a few on
  const BOXES = 5; // that scroll, the window among them
  const FRAME = 100; // ms: the longest wait for a drawn frame
  const LATE = 20; // ms: the page may hear that something came into view after the frame that showed it
  const STOP = 6000; // ms: the longest wait for what comes at one stop
  const NOISE = 450; // ms: and where only the page's content changes
  const BROKEN = 2; // long waits for nothing, after which none is made
  const MANY_TURNS = 2000; // changed texts looked at
  const BLANK = 30; // frames for a list to draw what is in view: it may be told late that it is

  const frame = () => new Promise((resolve) => {
    const late = setTimeout(resolve, FRAME);
    requestAnimationFrame(() => { clearTimeout(late); resolve(); });
  });

  /** The list whose children come and go, where several came and went in `el`; or all that came is
   * gone, so that it is one of several places that are emptied. */
  function exchangedIn(el, went, came) {
    if (!came || !isConnected(el)) return null;
    if (isSaid(renderedText(el))) return went > 1 && came > 1 ? el : null;
    const around = parentOf(el);
    const alike = nodeType(around) === 1 && !isRoot(around) && [...around.children].filter((one) => localName(one) === localName(el)).length > 2;
    return alike ? around : el;
  }

  /** Whether `list` is in view in `box` and draws nothing there. */
  function isBlank(list, box, look) {
    const { top: from = 0, bottom: to = innerHeight } = isRoot(box) ? {} : rectOf(box);
    const inView = ({ top, bottom }) => Math.min(bottom, to) - Math.max(top, from) > 1;
    return inView(rectOf(list)) && !look.kept.some(({ el }) => el && el !== list && isWithin(el, list) && inView(rectOf(el)));
  }

  /** The document and the shadow trees in it. */
  function trees(root = document, found = []) {
    found.push(root);
    for (const el of root.querySelectorAll('*')) if (shadowRootOf(el)) trees(shadowRootOf(el), found);
    return found;
  }

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
      this.idle = network().waiting;
      this.changed = false;
      this.virtual = []; // elements that draw only those of their children that are in view
      this.watcher = new MutationObserver((records) => this.note(records));
    }

    /** Note what changes from now on. */
    watch() {
      for (const tree of trees()) this.watcher.observe(tree, { subtree: true, childList: true, characterData: true });
    }

    get left() {
      return this.until - performance.now();
    }

    note(records) {
      this.changed ||= records.length > 0;
      for (const { target: changed, type, addedNodes, removedNodes } of records) {
        const target = nodeType(changed) === 11 ? changed.host : changed;
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
      const exchanged = [...this.went].map(([el, count]) => exchangedIn(el, count, this.came.get(el) || 0)).filter(Boolean);
      const moved = [...this.turned].filter(([, boxes]) => boxes.size > 2).map(([el]) => el);
      const found = new Set([...exchanged, ...moved].filter((el) => nodeType(el) === 1 && isConnected(el) && !isRoot(el)));
      return [...found].filter((el) => !found.has(parentOf(el)));
    }

    /** Scroll, and wait for what comes by it. */
    async to(box, top) {
      await this.after(() => box.scrollTo({ top, behavior: 'instant' }));
    }

    /** Wait for what is still on its way that was not when the pass began. */
    async over() {
      await new Promise((resolve) => setTimeout(resolve, LATE));
      if (network().waiting <= this.idle || this.left < this.still) return;
      await shopper.quiet({ still: this.still, cap: Math.min(this.left, STOP), patient: true, keep: true });
    }

    /** Do something, and wait for what comes by it. */
    async after(act) {
      this.note(this.watcher.takeRecords());
      this.changed = false;
      const before = network().waiting;
      globalThis.dispatchEvent(new Event('shopper:mark'));
      act();
      await frame();
      await frame();
      if (this.virtual.length) { // nothing of it may be missed: what comes into view is told late at times
        await new Promise((resolve) => setTimeout(resolve, LATE));
        await frame();
      }
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
      let [look, names] = lookNow();
      for (let frames = 0; frames < BLANK && within.some((list) => isBlank(list, box, look)); frames++) {
        await frame();
        [look, names] = lookNow();
      }
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
    pass.watch();
    for (const box of boxes) await pass.through(box);
    await pass.over();
    pass.watcher.disconnect();
    forgetPassed(before);
    goesOn = pass.goesOn;
    passedBy(found, goesOn);
    return told({ ms: performance.now() - began, more: goesOn });
  };

  /** What lists said as they were scrolled is no message of the page. */
  function forgetPassed(before) {
    for (const el of waiting.keys()) if ([...lists.keys()].some((list) => isWithin(el, list))) waiting.delete(el);
    for (const el of messages.keys()) if (!before.has(el) && [...lists.keys()].some((list) => isWithin(el, list))) messages.delete(el);
  }

  Object.assign(hands, { Pass, forgetPassed, frame });
}
