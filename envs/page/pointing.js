// Where is there something that shows only under the pointer? Told by style rules for `:hover`, and by
// what listens for the pointer and holds something that is not seen.

{
  const { scriptless } = hands;
  const MOST = 12; // places pointed at
  const MANY = 60; // links and buttons looked at in one box
  const RULES = 20000; // read of the page's style
  const SHOWS = ['display', 'visibility', 'opacity', 'max-height', 'height', 'transform', 'clip', 'clip-path', 'left', 'top', 'pointer-events', 'width', 'scale', 'translate'];
  const USED = 'a[href], button, [role=button], [role=menuitem], [onclick], input, select';
  const HOVER = /^(.*?):hover([^\s>+~]*)(\s*[\s>+~]\s*)(\S.*)$/;

  let listening = [];
  let rules = null; // [what to point at, how it leads on, what shows then]
  let ruled = -1; // style sheets these were read from
  globalThis.addEventListener('shopper:points', (event) => listening.push(event.composedPath()[0]), { capture: true });

  /** The page's rules that show something in or beside what is pointed at. */
  function hoverRules() {
    const sheets = [...document.styleSheets].filter((sheet) => !sheet.disabled);
    if (rules && ruled === sheets.length) return rules;
    rules = [];
    ruled = sheets.length;
    let read = 0;
    const go = (list) => {
      for (const rule of list) {
        if (read++ > RULES) return;
        if (rule.selectorText?.includes(':hover') && SHOWS.some((name) => rule.style.getPropertyValue(name))) {
          for (const part of rule.selectorText.split(/,(?![^(]*\))/)) {
            const found = HOVER.exec(part.trim());
            if (found && !found[4].includes(':hover') && !found[1].includes('::')) rules.push([found[1] + found[2] || '*', found[3].trim(), `${found[1]}${found[2]}${found[3]}${found[4]}`]);
          }
        }
        if (rule.cssRules?.length && (!rule.media || matchMedia(rule.media.mediaText).matches)) go(rule.cssRules);
      }
    };
    for (const sheet of sheets) {
      try {
        go(sheet.cssRules);
      } catch {
        continue; // of another site: its rules may not be read
      }
    }
    return rules;
  }

  const NAVS = 'nav, header, [role=navigation], [role=menubar]';

  /** Not shown, or moved out of the page. */
  function isUnseen(el) {
    const rect = rectOf(el);
    return !isShown(el, PAINTED) || isTiny(rect) || rect.right + scrollX <= 0 || rect.bottom + scrollY <= 0;
  }

  const isUsed = (el) => isMatch(el, USED) || find(el, USED) !== null;

  function* hidden() {
    for (const [trigger, way, shown] of hoverRules()) {
      let found;
      try {
        found = page.findAll(shown.replace(/::?(before|after)\b/g, ''));
      } catch {
        continue;
      }
      for (const el of [...found].slice(0, MOST * 2)) {
        if (!isUnseen(el) || !isUsed(el)) continue;
        let at = parentElement(el);
        if (/^[+~]/.test(way)) at = [...parentElement(el).children].find((one) => isMatch(one, trigger));
        else while (at && !isMatch(at, trigger)) at = parentElement(at);
        if (at) yield at;
      }
    }
    listening = [];
    globalThis.dispatchEvent(new Event('shopper:unfolds'));
    for (const heard of listening) yield* listenedFor(heard);
  }

  /** What in `heard`, which listens for the pointer, holds something that is not seen. What listens for
   * half the page is believed about its menus only. */
  function* listenedFor(heard) {
    const whole = nodeType(heard) !== 1 || isRoot(heard) || rectOf(heard).height > innerHeight;
    const root = nodeType(heard) === 1 ? heard : page.root();
    for (const box of whole ? [...findAll(root, NAVS)].slice(0, MOST) : [root]) {
      for (const el of [...findAll(box, USED)].slice(0, MANY).filter(isUnseen)) {
        let at = parentElement(el);
        while (at && at !== box && isUnseen(at)) at = parentElement(at);
        if (at && (at !== box || !whole)) yield at;
      }
      yield* [...findAll(box, '[aria-haspopup]')].slice(0, MOST).filter((el) => attr(el, 'aria-expanded') !== 'true');
    }
  }

  /** Where to point: what is seen, holds something that is not, and was not pointed at yet. */
  function findTriggers() {
    if (window !== window.top || scriptless() || navigator.maxTouchPoints > 0) return [];
    const found = new Set();
    for (const el of hidden()) {
      if (found.size >= MOST) break;
      if (!hovers.has(el) && !isRoot(el) && isShown(el, PAINTED) && !isTiny(rectOf(el))) found.add(el);
    }
    return [...found];
  }

  Object.assign(hands, { findTriggers, isUnseen, USED });
}
