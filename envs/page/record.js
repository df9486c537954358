// Recording a person: what they press, choose and type, told as it happens, each with the page as it
// was just before. Only what people do themselves counts (trusted events); what they type into
// secret fields never leaves the page. Part of the script in recordings only. Knows nothing of
// sessions, and tells Python through the binding __shopperTell.

{
  const { holds, closestOf, control, submitterOf, valueOf, viewport, named, fieldOf, isList } = hands;
  const PAUSE = 300; // ms between two notes that the page has changed
  const look = shopper.observe;
  let wish = {};
  let gesture = null; // what the person began: {seen, target, used}
  let latest = null; // the page as it was looked at last, as `snapshot` gives it
  let typing = null; // the field being filled in: {element, seen, before, changed}

  const tell = (what) => globalThis.__shopperTell?.(JSON.stringify(what));

  /** Parameters of the address that hold secrets: a form may have put them there. */
  const secretKeys = () => [...new URLSearchParams(location.search)]
    .filter(([key, value]) => identifiesSecret(spaced(key)) || looksLikeCard(value)).map(([key]) => key);

  /** An answer of `look` without secrets in its address. */
  function discreet(answer) {
    const keys = secretKeys();
    if (!keys.length) return answer;
    const json = answer.startsWith('{') ? answer : new TextDecoder().decode(Uint8Array.fromBase64(answer));
    const address = new URL(location.href);
    for (const key of keys) address.searchParams.set(key, '[secret]');
    return packed(JSON.stringify({ ...JSON.parse(json), url: address.href }));
  }

  /** Believe the site's own kinds, even before the first look from outside says so. */
  shopper.trust = () => {
    wish = { ...wish, trusted: true };
  };

  /** Looks from outside take nothing away from what the next action will be told with. */
  shopper.observe = (options) => {
    wish = options;
    const kept = [...messages].map(([root, message]) => [root, { ...message }]);
    const answer = discreet(look(options));
    latest = { answer, registry, viewport: viewport() };
    messages.clear();
    for (const [root, message] of kept) messages.set(root, message);
    return answer;
  };

  /** The page as it is now: what the person sees while they decide. */
  function snapshot() {
    const answer = discreet(look(wish));
    shopper.acted();
    latest = { answer, registry, viewport: viewport() };
    return latest;
  }

  shopper.snapshot = snapshot;

  /** The page as it was looked at last, null before the first look; it is set to `seen`, if given. */
  shopper.latest = (seen) => (latest = seen || latest);

  function report(type, name, seen, more = {}) {
    if (!name) return;
    const { answer, viewport: view } = seen;
    tell({ type, name, answer, viewport: view, at: Date.now(), ...more });
  }

  function beginTyping(element) {
    if (typing?.element === element) return;
    finishTyping();
    const began = gesture && !gesture.used && holds(element, gesture.target);
    const seen = began ? gesture.seen : snapshot();
    const before = began ? gesture.before : isSecret(element) ? null : valueOf(element);
    if (began) gesture = null; // what is typed here later is another matter
    typing = { element, seen, before, changed: false };
  }

  /** What was typed, without what must not be known. */
  const typedText = (element) => (isSecret(element) ? { text: '', secret: true } : { text: valueOf(element), secret: false });

  /** Tell what was typed and left. `submits`: a press on the form's own button follows. */
  function finishTyping(submits = false) {
    const done = typing;
    typing = null;
    if (!done?.changed) return;
    const what = typedText(done.element);
    if (!what.secret && what.text === done.before) return;
    report('input', named(done.element, done.seen.registry)[0], done.seen, { ...what, submits });
  }

  function onPress(event) {
    const target = event.composedPath()[0];
    const submits = typing && holds(submitterOf(typing.element), target);
    if (typing && !holds(typing.element, target)) finishTyping(Boolean(submits));
    const field = fieldOf(target);
    const before = field && !isSecret(field) ? valueOf(field) : null;
    gesture = { seen: snapshot(), target, used: false, before };
  }

  function onClick(event) {
    const target = event.composedPath()[0];
    if (gesture?.used || (event.type === 'auxclick' && event.button !== 1)) return;
    const select = closestOf(target, 'select');
    if ((select && !isList(select)) || fieldOf(target)) return;
    const seen = gesture?.seen || snapshot();
    const [name] = named(target, seen.registry);
    gesture = { seen, target, used: true };
    report('click', name, seen);
  }

  function onKey(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const target = event.composedPath()[0];
    const field = fieldOf(target);
    if (!field) {
      if (/^(Enter| |Arrow.*|Home|End|Page.*)$/.test(event.key)) gesture = { seen: snapshot(), target, used: false };
      return;
    }
    if (event.key === 'Enter' && control(field) !== 'lines' && control(field) !== 'rich') onEnter(field);
    else if (!/^(Tab|Shift|Control|Alt|Meta|Escape|CapsLock)$/.test(event.key)) beginTyping(field);
  }

  /** Enter takes a suggestion that is highlighted, or submits what the field holds. */
  function onEnter(field) {
    const chosen = rootNode(field).getElementById?.(attr(field, 'aria-activedescendant') || '');
    if (chosen) {
      finishTyping();
      const seen = snapshot();
      report('click', named(chosen, seen.registry)[0], seen);
    } else {
      const seen = typing?.element === field ? typing.seen : snapshot();
      typing = null;
      report('type_and_submit', named(field, seen.registry)[0], seen, typedText(field));
    }
    gesture = { seen: null, target: field, used: true }; // the click on the button that follows is the browser's
  }

  function onInput(event) {
    const field = fieldOf(event.composedPath()[0]);
    if (!field || field.type === 'file') return;
    beginTyping(field);
    typing.changed = true;
  }

  function onChange(event) {
    const target = event.composedPath()[0];
    if (typing && target === typing.element) {
      if (control(target) !== 'rich') finishTyping();
    } else if (target.localName === 'select' && !isList(target)) {
      const began = gesture?.seen && holds(target, gesture.target);
      const seen = began ? gesture.seen : snapshot();
      report('click', named(target.selectedOptions[0], seen.registry)[0], seen);
      gesture = null;
    }
  }

  const onLeave = (event) => {
    if (typing && event.composedPath()[0] === typing.element) finishTyping();
  };

  const heard = { pointerdown: onPress, click: onClick, auxclick: onClick, keydown: onKey, input: onInput, change: onChange, focusout: onLeave };
  for (const [kind, react] of Object.entries(heard)) {
    globalThis.addEventListener(kind, (event) => event.isTrusted && react(event), { capture: true });
  }
  globalThis.addEventListener('pagehide', () => finishTyping(), { capture: true });

  let due = 0;
  const note = () => {
    due ||= setTimeout(() => {
      due = 0;
      tell({ type: 'changed', at: Date.now() });
    }, PAUSE);
  };
  new MutationObserver(note).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  for (const kind of ['DOMContentLoaded', 'load', 'pageshow', 'change']) globalThis.addEventListener(kind, note, { capture: true });
  if (page.ready() !== 'loading') note();
}
