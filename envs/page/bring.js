// Acting on what is not drawn now: the page is scrolled to where it was seen, and its name stands for what
// is drawn there. Where scrolling makes a page draw more, it is aimed again once that is over.

{
  const { lookNow, wish, heightOf, Pass, forgetPassed, frame, wasPassed } = hands;
  const PATIENCE = 3000; // ms
  const TRIES = 15; // frames until it is drawn
  const AGAIN = 4; // times that it is aimed at while what comes moves it
  const aim = shopper.aim;

  /** Scroll to where the sighting called `name` was, and let the name stand for what is drawn there. */
  async function bring(name) {
    const { list, sighting, at } = farOff.get(name);
    const { scroller } = lists.get(list) || {};
    if (!scroller || !isConnected(list)) return;
    const before = new Map(messages);
    const pass = new Pass(PATIENCE, 40);
    pass.watch();
    await pass.to(scroller, sighting.place.y - (heightOf(scroller) - sighting.place.height) / 2);
    let found = null;
    for (let times = 0; !found && times < TRIES; times++) {
      const [look, names] = lookNow();
      found = childrenSeen(list, scroller, look, names).find(({ key }) => key === sighting.key);
      if (!found) await frame();
    }
    pass.watcher.disconnect();
    forgetPassed(before);
    const el = found?.named[at]?.el;
    shopper.observe(wish());
    if (el && isConnected(el)) registry.set(name, el);
  }

  /** Where it is in the window, to the pixel. */
  function placeOf(name) {
    const el = registry.get(name);
    return el && isConnected(el) ? Math.round(rectOf(el).top) : null;
  }

  /** As before, where nothing comes by scrolling. */
  shopper.aim = (name, typing = false) => (wasPassed() ? reach(name, typing) : aim(name, typing));

  async function reach(name, typing) {
    const known = registry.get(name);
    if (farOff.has(name) && !(known && isConnected(known))) await bring(name);
    const el = registry.get(name);
    const top = el && rectOf(el).top;
    let answer = aim(name, typing);
    if (!el || Math.abs(rectOf(el).top - top) < 1) return answer;
    const pass = new Pass(PATIENCE, 40); // it was scrolled to
    pass.watch();
    for (let times = 0; times < AGAIN; times++) {
      const at = placeOf(name);
      await pass.after(() => {});
      if (!pass.changed && placeOf(name) === at) break;
      answer = aim(name, typing);
    }
    pass.watcher.disconnect();
    return answer;
  }
}
