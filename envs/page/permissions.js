// What a page asks a person's leave for, in a box of the browser's own: it is refused, and told. Runs
// among the page's own scripts and changes nothing that they can tell.
(() => {
  'use strict';
  const ASKED = [
    [window.Geolocation?.prototype, ['getCurrentPosition', 'watchPosition'], 'your location'],
    [window.Notification, ['requestPermission'], 'leave to send you notifications'],
    [window.PushManager?.prototype, ['subscribe'], 'leave to send you notifications'],
    [window.MediaDevices?.prototype, ['getUserMedia', 'getDisplayMedia'], 'the camera, microphone or screen'],
    [window.Clipboard?.prototype, ['read', 'readText'], 'what was copied last'],
  ];
  for (const [holder, names, what] of ASKED)
    for (const name of names) {
      if (typeof holder?.[name] !== 'function') continue;
      holder[name] = new Proxy(holder[name], {
        apply(target, self, args) {
          window.dispatchEvent(new CustomEvent('shopper:asked', { detail: what }));
          return Reflect.apply(target, self, args);
        },
      });
    }
})();
