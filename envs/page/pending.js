// What a page still has under way: requests, and timers that fire soon.
//
// The only part that runs among the page's own scripts, because only there can fetch and
// setTimeout be seen. It answers a question put as an event and changes nothing the page can
// tell.
(() => {
  'use strict';
  const SOON = 1300; // ms: a timer further away is a feature (a pop-up), not a page still loading
  const OLD = 4000; // ms: a request older than this is a long poll
  const DEAD = 15000; // ms: nobody waits longer for an answer
  const requests = new Map();
  const timers = new Map();
  const patient = new Set(); // addresses that once took too long, e.g. long polls
  const POLLED = 3; // times an address was asked for: more is polling, no answer to a key or a press
  const asked = new Map(); // addresses, to how often
  let begun = 0; // requests since the last mark
  let slow = 0; // requests under way that may be long polls
  let serial = 0;
  let depth = 0; // of timers set by timers: a chain is polling, not loading

  const site = (host) => host.split('.').slice(-2).join('.');
  const key = (address) => String(address && address.url ? address.url : address).split(/[?#]/)[0];
  /** Under way once more, but no new request: its answer is being read. */
  const again = (address) => {
    requests.set(++serial, { since: performance.now(), address: key(address) });
    return serial;
  };
  const ask = (address) => {
    const times = (asked.get(address) || 0) + 1;
    asked.set(address, times);
    if (times <= POLLED) begun++;
  };
  const begin = (address) => { // returns a number to end it by
    ask(key(address));
    return again(address);
  };
  const later = window.setTimeout;
  /** Under way until `promise` and what waits for it are done. */
  const during = (promise, request) => {
    const end = () => later(() => requests.delete(request), 0);
    promise.then(end, end);
    return promise;
  };

  const wrap = (holder, name, apply) => {
    if (holder && typeof holder[name] === 'function') holder[name] = new Proxy(holder[name], { apply });
  };

  wrap(window, 'fetch', (target, self, args) => {
    return during(Reflect.apply(target, self, args), begin(args[0]));
  });
  wrap(window.Navigator && Navigator.prototype, 'sendBeacon', (target, self, args) => {
    const to = URL.parse(args[0], location.href);
    if (to && site(to.hostname) === site(location.hostname)) ask(key(args[0]));
    return Reflect.apply(target, self, args);
  });
  for (const body of ['text', 'json', 'blob', 'arrayBuffer', 'formData']) {
    wrap(window.Response && Response.prototype, body, (target, self, args) =>
      during(Reflect.apply(target, self, args), again(self.url)));
  }

  const addresses = new WeakMap();
  const xhr = window.XMLHttpRequest && window.XMLHttpRequest.prototype;
  if (xhr) {
    wrap(xhr, 'open', (target, self, args) => {
      addresses.set(self, args[1]);
      return Reflect.apply(target, self, args);
    });
    wrap(xhr, 'send', (target, self, args) => {
      const request = begin(addresses.get(self));
      self.addEventListener('loadend', () => requests.delete(request), { once: true });
      return Reflect.apply(target, self, args);
    });
  }

  // Scripts of the site's own that are put into the page while it runs.
  const scripts = new WeakMap();
  const arrived = ({ target }) => requests.delete(scripts.get(target));
  document.addEventListener('load', arrived, { capture: true });
  document.addEventListener('error', arrived, { capture: true });
  new MutationObserver((records) => {
    for (const { addedNodes } of records) {
      for (const node of addedNodes) {
        if (node.localName !== 'script' || !node.src) continue;
        if (site(new URL(node.src, location.href).hostname) === site(location.hostname)) {
          if (!performance.getEntriesByName(node.src).length) scripts.set(node, again(node.src));
        }
      }
    }
  }).observe(document, { subtree: true, childList: true });

  wrap(window, 'setTimeout', (target, self, args) => {
    const [callback, delay = 0, ...rest] = args;
    if (typeof callback !== 'function' || !(delay <= SOON) || depth > 1) {
      return Reflect.apply(target, self, args);
    }
    const level = depth;
    let id = 0;
    const run = function (...values) {
      timers.delete(id);
      depth = level + 1;
      try {
        return callback.apply(this, values);
      } finally {
        depth = 0;
      }
    };
    id = Reflect.apply(target, self, [run, delay, ...rest]);
    timers.set(id, performance.now() + Number(delay));
    return id;
  });
  wrap(window, 'clearTimeout', (target, self, args) => {
    timers.delete(args[0]);
    return Reflect.apply(target, self, args);
  });

  const waiting = () => {
    const now = performance.now();
    let count = 0;
    slow = 0;
    for (const [id, { since, address }] of requests) {
      if (now - since > DEAD) requests.delete(id);
      else if (now - since > OLD || patient.has(address)) {
        patient.add(address);
        slow++;
      } else count++;
    }
    for (const [id, due] of timers) {
      if (due + 200 < now) timers.delete(id);
      else count++;
    }
    return count;
  };
  window.addEventListener('shopper:ask', () => {
    window.dispatchEvent(new CustomEvent('shopper:tell', { detail: `${waiting()} ${begun} ${slow}` }));
  });
  window.addEventListener('shopper:mark', () => {
    begun = 0;
  });
})();
