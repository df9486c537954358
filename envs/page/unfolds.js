// Is there anything to go down a page for? Goes by what the page's own scripts wait for, as unfolding.js
// tells it, and by what stands in the page for what is still to come. A page that was gone down is not
// gone down again unless it has become another, or new things wait further down.

{
  const { scriptless, parentOf } = hands;
  const LEAST = 60; // pixels: a lower box is no list
  const LAZY = 'iframe[loading="lazy"], img[loading="lazy"][onload], img[data-src], [data-lazy], [aria-busy="true"], [class*="skeleton" i], ' +
    '[class*="shimmer" i], [class*="placeholder" i]:empty, [class*="lazy" i], [class*="infinite" i], [class*="sentinel" i]';
  const MANY = 100; // of these looked at
  const PAGED = /([?&])(page|p|seite|pg|offset|start|from)=\d+/g;

  let awaited = []; // what the page waits to see
  let listening = []; // what it listens to for scrolling
  let met = new WeakSet(); // what a pass went by
  const again = new Set(); // boxes whose lists are others now
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

  const place = () => location.origin + location.pathname + location.search.replace(PAGED, '$1') + (/^#[/!]/.test(location.hash) ? location.hash : '');

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
    const found = new Set([...again].filter((box) => isConnected(box) && isScrolled(box)));
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
      for (const { scroller } of lists.values()) again.add(scroller);
      lists.clear();
      goesOn = false;
      passed = null;
    } else if (passed.goesOn) return false;
    return boxesToPass(1).length > 0;
  };

  /** A pass went by all that `boxes` hold. */
  function passedBy(boxes, goesOn) {
    for (const el of [...awaited, ...page.findAll(LAZY), ...boxes]) met.add(el);
    globalThis.dispatchEvent(new Event('shopper:unfolded'));
    again.clear();
    passed = { place: place(), height: windowBox().scrollHeight, goesOn };
  }

  Object.assign(hands, { lookNow, wish: () => wish, place, heightOf, boxAround, boxesToPass, passedBy, wasPassed: () => passed !== null });
}
