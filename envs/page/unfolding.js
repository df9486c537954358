// What a page waits for, as far as its scripts tell: elements to come into view, scrolling, the pointer.
//
// Runs among the page's own scripts, where alone they can be heard of, and changes nothing the page can
// tell. Nodes cross to our own world as the targets of events; objects do not.
(() => {
  'use strict';
  const MANY = 2000; // elements kept of a kind before those that are gone are let go
  const TOLD = 300; // of a kind told at a time
  const dispatch = EventTarget.prototype.dispatchEvent;
  const Said = window.Event;
  const KINDS = {
    scroll: 'shopper:scrolls',
    mouseenter: 'shopper:points', mouseover: 'shopper:points', pointerenter: 'shopper:points', pointerover: 'shopper:points',
  };
  const heard = { 'shopper:awaited': new Set(), 'shopper:scrolls': new Set(), 'shopper:points': new Set() };

  function note(kind, target) {
    const known = heard[kind];
    if (known.size >= MANY) for (const one of known) if (one.isConnected === false) known.delete(one);
    if (known.size < MANY) known.add(target);
  }

  const wrap = (holder, name, before) => {
    if (!holder || typeof holder[name] !== 'function') return;
    holder[name] = new Proxy(holder[name], {
      apply(target, self, args) {
        before(self, args);
        return Reflect.apply(target, self, args);
      },
    });
  };

  wrap(window.IntersectionObserver && IntersectionObserver.prototype, 'observe', (_, [target]) => {
    if (target instanceof Element) note('shopper:awaited', target);
  });
  wrap(EventTarget.prototype, 'addEventListener', (self, [type]) => {
    const kind = KINDS[type];
    if (kind) note(kind, self || window);
  });

  // Listeners set as properties: element.onscroll = ...
  for (const holder of [window, Document.prototype, HTMLElement.prototype, HTMLBodyElement.prototype, SVGElement.prototype]) {
    for (const [type, kind] of Object.entries(KINDS)) {
      const property = Object.getOwnPropertyDescriptor(holder, `on${type}`);
      if (!property || !property.set || !property.configurable) continue;
      const set = new Proxy(property.set, {
        apply(target, self, args) {
          if (typeof args[0] === 'function') note(kind, self || window);
          return Reflect.apply(target, self, args);
        },
      });
      Object.defineProperty(holder, `on${type}`, { ...property, set });
    }
  }

  window.addEventListener('shopper:unfolds', () => {
    for (const [kind, known] of Object.entries(heard)) {
      let told = 0;
      for (const one of known) {
        if (one.isConnected === false) known.delete(one);
        else if (told++ < TOLD) Reflect.apply(dispatch, one, [new Said(kind, { composed: true })]);
      }
    }
  });
  window.addEventListener('shopper:unfolded', () => heard['shopper:awaited'].clear());
})();
