// What a page still has under way: requests, and timers that fire soon.
//
// The only part that runs among the page's own scripts, because only there can fetch and
// setTimeout be seen. It answers a question put as an event and changes nothing the page can
// tell. Knows nothing of elements or actions.
(() => {
  'use strict';
  const SOON = 1300; // ms: a timer further away is a feature (a pop-up), not a page still loading
  const OLD = 4000; // ms: a request older than this is a long poll
  const requests = new Map();
  const timers = new Map();
  const patient = new Set(); // addresses that once took too long, e.g. long polls
  let serial = 0;
  let depth = 0; // of timers set by timers: a chain is polling, not loading

  const key = (address) => String(address && address.url ? address.url : address).split(/[?#]/)[0];
  const begin = (address) => {
    requests.set(++serial, { since: performance.now(), address: key(address) });
    return serial;
  };
  const wrap = (holder, name, apply) => {
    if (typeof holder[name] === 'function') holder[name] = new Proxy(holder[name], { apply });
  };

  wrap(window, 'fetch', (target, self, args) => {
    const request = begin(args[0]);
    const end = () => setTimeout.call(window, () => requests.delete(request), 0);
    const answer = Reflect.apply(target, self, args);
    answer.then(end, end);
    return answer;
  });

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
    for (const [id, { since, address }] of requests) {
      if (now - since > OLD) {
        patient.add(address);
        requests.delete(id);
      } else if (!patient.has(address)) count++;
    }
    for (const [id, due] of timers) {
      if (due + 200 < now) timers.delete(id);
      else count++;
    }
    return count;
  };
  window.addEventListener('shopper:ask', () => {
    window.dispatchEvent(new CustomEvent('shopper:tell', { detail: waiting() }));
  });
})();
