// Playing a recording: rrweb's replayer in a window of its own. It is told every event when it is its
// turn, all of them as long past, so that each is applied at once and to the page itself. Runs in the
// outer page, with `rrweb` in reach; the recorded page is in a frame without scripts. Knows nothing of
// what people did.

if (window === window.top) {
  const WARNED = /not found|could not remove|Exception in mutation/;
  let live = null;
  let changed = new WeakMap(); // nodes to the recorded time of their last change
  let snapshotAt = 0;
  let lost = 0;

  /** A replayer that has played nothing yet. */
  function begin() {
    live?.destroy();
    document.body.replaceChildren();
    live = new rrweb.Replayer([], {
      root: document.body, liveMode: true, useVirtualDom: false, mouseTail: false, pauseAnimation: false,
      showWarning: true, logger: { log() {}, warn: (_, text) => { if (WARNED.test(String(text))) lost += 1; } },
    });
    live.startLive(Number.MAX_SAFE_INTEGER);
    live.timer.clear();
    live.handleResize({ width: innerWidth, height: innerHeight }); // until the recording says how large it is
  }

  /** When which node changed, for what is animated since. */
  function note(event) {
    if (event.type === 2) {
      changed = new WeakMap();
      snapshotAt = event.timestamp;
      return;
    }
    if (event.type !== 3 || event.data.source !== 0) return;
    const mirror = live.getMirror();
    for (const { node } of event.data.adds || []) mark(mirror.getNode(node.id), event.timestamp);
    for (const { id } of event.data.attributes || []) mark(mirror.getNode(id), event.timestamp);
  }

  const mark = (node, at) => node && changed.set(node, at);

  /** Whether a mutation speaks of nodes that are not there: one before it is lost. */
  function isTorn({ type, data }) {
    if (type !== 3 || data.source !== 0) return false;
    const mirror = live.getMirror();
    const added = new Set((data.adds || []).map(({ node }) => node.id));
    const gone = new Set((data.removes || []).map(({ id }) => id));
    const isKnown = (id) => added.has(id) || mirror.getNode(id) !== null;
    return (data.adds || []).some(({ parentId }) => !isKnown(parentId))
      || (data.removes || []).some(({ id, parentId }) => !isKnown(id) && !gone.has(parentId))
      || [...(data.texts || []), ...(data.attributes || [])].some(({ id }) => !isKnown(id) && !gone.has(id));
  }

  /** Apply events, given as JSON; how many of them the page did not fit. */
  async function feed(text) {
    lost = 0;
    let torn = 0;
    for (const event of JSON.parse(text)) {
      if (live.getMirror().getIds().length && isTorn(event)) torn += 1;
      live.addEvent(event);
      await null; // it is applied in a microtask, and so is what watches the page
      await null;
      note(event);
    }
    const { events } = live.service.state.context;
    events.splice(0, events.length - 1);
    return torn;
  }

  /** Bring everything that is animated to where it was at the recorded time `now`. */
  function settle(now) {
    live.emitter.emit('flush'); // the pointer is where it was last
    for (const animation of live.iframe.contentDocument?.getAnimations() || []) {
      let since = snapshotAt;
      for (let at = animation.effect?.target; at; at = at.parentNode) since = Math.max(since, changed.get(at) || 0);
      const end = animation.effect?.getComputedTiming().endTime;
      if (!Number.isFinite(end)) continue;
      try {
        if (now - since >= end) animation.finish();
        else animation.currentTime = now - since;
      } catch {
        // one that cannot be finished goes on
      }
    }
  }

  /** Say that the page is at another address now; of another site it cannot be said. */
  function moveTo(href) {
    for (const one of [window, live.iframe.contentWindow]) {
      try {
        one.history.replaceState(null, '', href);
      } catch {
        return false;
      }
    }
    return true;
  }

  const node = (id) => live.getMirror().getNode(id);

  /** The frame element around a node of the recorded page, null where that is the replayer's own. */
  const frameOf = (id) => {
    const around = node(id)?.ownerDocument?.defaultView?.frameElement;
    return around === live.iframe ? null : around;
  };

  const unstyled = () => [...live.iframe.contentDocument.querySelectorAll('link[rel~=stylesheet][href]')].length;

  window.addEventListener('DOMContentLoaded', begin);
  window.__replay = { feed, settle, moveTo, node, frameOf, unstyled };
}
