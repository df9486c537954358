// Service workers are not allowed in our windows, since what they fetch goes past us. The page is told
// so, as by a browser that is set to keep nothing, and that it asked is noted: it may wait for ever.
(() => {
  'use strict';
  const container = navigator.serviceWorker;
  if (!container) return;
  const ask = () => window.dispatchEvent(new Event('shopper:worker'));
  const { prototype } = ServiceWorkerContainer;
  const register = new Proxy(prototype.register, {
    apply() {
      ask();
      return Promise.reject(new DOMException('Service workers are not allowed in this window.', 'SecurityError'));
    },
  });
  Object.defineProperty(prototype, 'register', { value: register, writable: true, enumerable: true, configurable: true });
  if (Object.hasOwn(container, 'register')) delete container.register;
  const ready = Object.getOwnPropertyDescriptor(prototype, 'ready');
  const get = new Proxy(ready.get, {
    apply(target, self, args) {
      ask();
      return Reflect.apply(target, self, args);
    },
  });
  Object.defineProperty(prototype, 'ready', { ...ready, get });
})();
