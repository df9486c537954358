// How long the page itself took, by its own clock: from the press, or from the start of the
// navigation, to its last change. What we wait to be sure that it is at rest is not in it. Stands
// beside the script that simplifies pages and changes nothing of what that sees.

{
  const { told } = hands;
  let pressed = null; // when the button or a key went down last
  let changed = null; // when content came or went last

  for (const kind of ['pointerdown', 'keydown', 'wheel']) {
    const note = (event) => { if (event.isTrusted) pressed = performance.now(); };
    globalThis.addEventListener(kind, note, { capture: true, passive: true });
  }
  // Not attributes: what only restyles itself, as a banner that turns, has no end.
  new MutationObserver(() => { changed = performance.now(); })
    .observe(document, { subtree: true, childList: true, characterData: true });

  const [entry] = performance.getEntriesByType('navigation');
  const arrival = () => Math.max(entry?.domInteractive ?? 0, entry?.domContentLoadedEventEnd ?? 0);

  /** Milliseconds until the last change: `opened` since the navigation began, `answered` since the
   * last press, null where there was none on this document. */
  shopper.pageClock = () => told({
    opened: Math.max(0, Math.max(arrival(), changed ?? 0) - (entry?.startTime ?? 0)),
    answered: pressed === null ? null : Math.max(0, (changed ?? 0) - pressed),
  });
}
