// What listens for a press. A person finds out by trying, but a customer is to be told: so each
// listener is noted as it is added, and told when our own world asks. Runs among the page's own
// scripts, and changes nothing that they can tell.
//
// Told is an element that is pressed as a whole (`shopper:press`), or one in which a handler goes by
// what exactly was pressed (`shopper:within`). A handler further out often serves many things: which
// they are is read in what it asks of the target of the press ("closest('.tile')").
(() => {
  'use strict';
  const PRESSES = ['click', 'mousedown', 'mouseup', 'pointerdown', 'pointerup', 'touchend'];
  const ON = { click: 'onClick', mousedown: 'onMouseDown', mouseup: 'onMouseUp', pointerdown: 'onPointerDown', pointerup: 'onPointerUp', touchend: 'onTouchEnd' };
  const NATIVE = 'a[href],button,input,select,textarea';
  const LONG = 8000; // characters of a handler that are read
  const MANY = 100000; // listening things that are noted

  const toSource = Function.prototype.toString;
  const dispatch = EventTarget.prototype.dispatchEvent;
  const Told = window.Event;
  const call = (method, self, ...args) => Reflect.apply(method, self, args);

  // ---- noting

  const noted = new WeakMap(); // target to what it listens with: type of press to functions
  let targets = []; // the same targets, held weakly

  const note = (target, type, listener) => {
    if (!listener || !(type in ON)) return;
    let own = noted.get(target);
    if (!own) {
      if (targets.length > MANY) return;
      noted.set(target, (own = new Map()));
      targets.push(new WeakRef(target));
    }
    const known = own.get(type);
    if (known) known.add(listener);
    else own.set(type, new Set([listener]));
  };

  const forget = (target, type, listener) => {
    const known = type in ON && noted.get(target)?.get(type);
    if (known) known.delete(listener);
  };

  const wrap = (name, then) => {
    EventTarget.prototype[name] = new Proxy(EventTarget.prototype[name], {
      apply(target, self, args) {
        if (typeof args[0] === 'string' && args[0] in ON) then(self ?? window, args[0], args[1]);
        return Reflect.apply(target, self, args);
      },
    });
  };
  wrap('addEventListener', note);
  wrap('removeEventListener', forget);

  const handled = new WeakMap(); // target to what its handler of each type is
  for (const type of PRESSES)
    for (const holder of [HTMLElement, SVGElement, Document]) {
      const found = Object.getOwnPropertyDescriptor(holder.prototype, `on${type}`);
      if (!found?.set) continue;
      const set = new Proxy(found.set, {
        apply(target, self, args) {
          const own = handled.get(self) || {};
          forget(self, type, own[type]);
          own[type] = typeof args[0] === 'function' ? args[0] : null;
          handled.set(self, own);
          note(self, type, own[type]);
          return Reflect.apply(target, self, args);
        },
      });
      Object.defineProperty(holder.prototype, `on${type}`, { ...found, set });
    }

  // ---- what stands behind what was added: frameworks add one function for many handlers

  const keyLike = (object, begin) => Object.keys(object).find((key) => begin.test(key));

  const REACT = /^__react(?:Props|EventHandlers)\$/;
  let reactKey = '';

  const reactProps = (element) => {
    if (!reactKey) reactKey = keyLike(element, REACT) || '';
    return reactKey && element[reactKey];
  };

  const jqueryEvents = (target) => {
    const key = keyLike(target, /^jQuery\d/);
    return (key && target[key]?.events) || window.jQuery?._data?.(target, 'events');
  };

  /** The handlers of `target`, as {handler, selector}: those within are meant that `selector` finds. */
  const handlersOf = (target, own) => {
    const found = [];
    const add = (handler, selector = '') => {
      for (const one of Array.isArray(handler) ? handler : [handler]) {
        const made = typeof one === 'function' ? one : one?.handleEvent;
        if (typeof made === 'function') found.push({ handler: made, selector });
      }
    };
    const props = target === window ? null : reactProps(target);
    const events = jqueryEvents(target);
    for (const [type, listeners] of own) {
      if (props?.[ON[type]]) add(props[ON[type]]);
      else if (events?.[type]) for (const { handler, selector } of events[type]) add(handler, selector);
      else if (window.Zone && target[`__zone_symbol__${type}false`]) for (const { callback } of target[`__zone_symbol__${type}false`]) add(callback);
      else for (const listener of listeners) add(typeof listener.value === 'function' || Array.isArray(listener.value) ? listener.value : listener);
    }
    return found;
  };

  /** What frameworks keep at the elements and serve from further out. */
  const keptHandlers = function* () {
    reactKey ||= rootKey(document);
    const keys = [reactKey, ...delegates].filter(Boolean);
    if (!keys.length) return;
    for (const element of document.getElementsByTagName('*'))
      for (const key of keys) {
        const kept = element[key];
        if (!kept) continue;
        const handlers = typeof kept === 'object' ? PRESSES.flatMap((type) => [kept[ON[type]], kept[type]]) : [kept];
        for (const handler of handlers) if (typeof handler === 'function') yield [element, handler];
      }
  };
  const delegates = new Set(); // the properties in which they keep them
  const SAMPLE = 100; // elements of which one has React's

  const rootKey = (root) => {
    let asked = 0;
    for (const element of root.getElementsByTagName('*')) {
      const key = keyLike(element, REACT);
      if (key) return key;
      if (++asked > SAMPLE) break;
    }
    return '';
  };

  // ---- what a handler says of what it is for

  const ASKED = /\.(?:closest|matches|webkitMatchesSelector|is)\(\s*(["'`])([^$]+?)\1\s*\)/g;
  const SIGNS = [
    [/(?:classList\.contains|hasClass)\(\s*["'`]([\w-]+)["'`]/g, (name) => `.${name}`],
    [/(?:target|srcElement)\.className\s*={2,3}\s*["'`]([\w-]+)["'`]/g, (name) => `.${name}`],
    [/(?:target|srcElement)\.(?:has|get)Attribute\(\s*["'`]([\w-]+)["'`]/g, (name) => `[${name}]`],
    [/(?:target|srcElement)\.dataset\.(\w+)/g, (name) => `[data-${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}]`],
    [/\{\s*(\w+)[^}]*\}\s*=\s*\w+\.target\.dataset/g, (name) => `[data-${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}]`],
    [/\.(?:tagName|nodeName|localName)\s*={2,3}\s*["'`](\w+)["'`]/g, (name) => name.toLowerCase()],
    [/["'`](\w+)["'`]\s*={2,3}\s*\w+\.(?:target|srcElement)\.(?:tagName|nodeName|localName)/g, (name) => name.toLowerCase()],
    [/(?:target|srcElement)\.id\s*={2,3}\s*["'`]([\w-]+)["'`]/g, (name) => `#${name}`],
  ];
  const TARGET = /\b(?:target|srcElement|composedPath)\b/;
  const VEIL = /\btarget\s*[!=]={1,2}(?!\s*["'`])|[!=]={1,2}\s*\w+\.target\s*(?![.\w?])|\.contains\(\s*\w+\.target/;
  const UNSAID = /\.(?:closest|matches|is)\(\s*[\w$.]+\s*\)/;
  const KEPT = /["'`](__\w+(?:\$\w*)?|\$\$\w+)["'`]/g;
  const DECIDES = /\belse\b|\?[^.?:][^:]*:/;
  const read = new WeakMap(); // handler to what it says

  const wordsOf = (handler) => {
    let said = read.get(handler);
    if (!said) read.set(handler, (said = readHandler(call(toSource, handler).slice(0, LONG))));
    return said;
  };

  const NOTHING = { parts: [], closest: false, target: false, veil: false, decides: false, keeps: [] };

  /** parts: what is asked of the target, as selectors; closest: that only they are meant; target: that
   * it goes by the target at all; veil: that it is meant for a press beside something; keeps: the
   * properties of elements in which it looks for what to do. */
  const readHandler = (source) => {
    if (!TARGET.test(source)) return { ...NOTHING, source };
    const asked = [...source.matchAll(ASKED)].map(([, , selector]) => selector);
    const parts = SIGNS.flatMap(([sign, made]) => [...source.matchAll(sign)].map(([, name]) => made(name)));
    if (!asked.length && !parts.length && UNSAID.test(source)) asked.push(...scripted());
    const keeps = [...source.matchAll(KEPT)].map(([, key]) => key);
    if (/\$\$|["'`]__["'`$]/.test(source)) for (const type of PRESSES) keeps.push(`__${type}`, `$$${type}`);
    return { source, parts: [...asked, ...parts], closest: asked.length > 0, target: true, veil: VEIL.test(source), decides: DECIDES.test(source), keeps };
  };

  const GIVEN = /["'`](?:click|mousedown|mouseup|pointerdown|pointerup|touchend)["'`]\s*,\s*(["'`])([^$"'`]+)\1\s*,/g;

  /** The selectors that scripts in the page give beside a kind of press: on('click', '.tile', open). */
  const scripted = () => [...new Set([...document.scripts].flatMap(givenIn))];

  const given = new WeakMap(); // script to the selectors in it
  const givenIn = (script) => {
    let known = given.get(script);
    if (!known) given.set(script, (known = [...script.text.slice(0, LONG * 10).matchAll(GIVEN)].map(([, , selector]) => selector)));
    return known;
  };

  const isPage = (target) => target === window || target.nodeType !== 1 || target === document.body || target === document.documentElement;

  let found = new Map(); // how many were found this time: place to selector to number

  /** Put what `selector` finds in `scope` into `whole`; how many they are. */
  const findAll = (scope, selector, whole) => {
    let own = found.get(scope);
    if (!own) found.set(scope, (own = new Map()));
    if (!own.has(selector)) {
      const elements = tried(() => [...scope.querySelectorAll(selector)], []);
      for (const one of elements) whole.add(one);
      own.set(selector, elements.length);
    }
    return own.get(selector);
  };

  /** What was read may be no selector at all. */
  const tried = (ask, otherwise) => {
    try {
      return ask();
    } catch {
      return otherwise;
    }
  };

  const isIn = (scope, selector) => tried(() => scope.closest(selector) !== null, false);

  /** Put what `handler` of `target` is for into `whole` or `parts`. */
  const judge = (target, { handler, selector }, whole, parts) => {
    const scope = target === window ? document : target;
    if (selector) return findAll(scope, selector, whole);
    const said = wordsOf(handler);
    const meant = said.parts.reduce((sum, one) => sum + findAll(scope, one, whole), 0);
    for (const key of said.keeps) delegates.add(key);
    if (isPage(target) || said.keeps.length) return undefined;
    if (said.veil || (meant && !said.decides) || (said.closest && !meant && !said.parts.some((one) => isIn(scope, one)))) return undefined;
    (said.target && !said.parts.length ? parts : whole).add(scope);
    return undefined;
  };

  // ---- telling

  const LEVELS = 3; // boxes in each other with the same handler: it is there for something else
  const TAGS = 4;

  /** Handlers that are added to everything, as those that count what is pressed. */
  const generalOnes = (own) => {
    const holders = new Map(); // source to the elements that have it
    for (const [target, handlers] of own)
      for (const { handler, selector } of handlers) {
        if (selector || target === window) continue;
        const { source } = wordsOf(handler);
        const known = holders.get(source);
        if (known) known.add(target);
        else holders.set(source, new Set([target]));
      }
    const all = document.getElementsByTagName('*').length;
    const general = new Set();
    for (const [source, elements] of holders) {
      if (elements.size < LEVELS) continue;
      const nested = [...elements].some((one) => {
        let level = 1;
        for (let at = one.parentElement; at && elements.has(at); at = at.parentElement) level++;
        return level >= LEVELS;
      });
      const everywhere = elements.size * 2 > all && new Set([...elements].map((one) => one.localName)).size >= TAGS;
      if (nested || everywhere) general.add(source);
    }
    return general;
  };

  let before = [new Set(), new Set()];

  const tell = (kind, now, past) => {
    // Out of a closed tree only its host would be heard: who knows the tree listens in it.
    const say = (one, what) => call(dispatch, one, new Told(what, { composed: one.getRootNode().mode !== 'closed' }));
    for (const one of past) if (!now.has(one) && one.isConnected) say(one, `shopper:un${kind}`);
    for (const one of now) if (!past.has(one)) say(one, `shopper:${kind}`);
  };

  const isFrameworkRoot = (target) => target !== window && keyLike(target, /^_reactListening|^__reactContainer\$|^_reactRootContainer/) !== undefined;

  const collect = () => {
    const own = [];
    found = new Map();
    targets = targets.filter((held) => {
      const target = held.deref();
      if (!target) return false;
      if (target.nodeType === 1 && !target.isConnected) return true;
      if (!isFrameworkRoot(target)) own.push([target, handlersOf(target, noted.get(target))]);
      return true;
    });
    const general = generalOnes(own);
    const whole = new Set();
    const parts = new Set();
    for (const [target, handlers] of own)
      for (const one of handlers) if (!general.has(wordsOf(one.handler).source)) judge(target, one, whole, parts);
    for (const [element, handler] of keptHandlers()) judge(element, { handler, selector: '' }, whole, parts);
    return [whole, parts];
  };

  window.addEventListener('shopper:listeners', () => {
    try {
      const now = collect();
      tell('press', now[0], before[0]);
      tell('within', now[1], before[1]);
      before = now;
    } catch {
      // A page may have put anything in the place of what is used here: then nothing is told.
    }
  });
})();
