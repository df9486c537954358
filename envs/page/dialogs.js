// A page that opens dialogs in a loop is not allowed any more of them, as in a browser with a
// window: from then on opening one fails, which also ends the loop.
//
// Runs among the page's own scripts, since nothing reaches a page from outside while its dialog
// is open. Knows nothing of how dialogs are answered.
(() => {
  'use strict';
  const MANY = 5; // dialogs in a row
  const SOON = 3000; // ms from one to the next that make them a row
  let row = 0;
  let last = -Infinity;

  // Printing stops the page behind a dialog of the browser's own; it is only told.
  window.print = new Proxy(window.print, {
    apply() {
      window.dispatchEvent(new Event('shopper:print'));
    },
  });

  for (const name of ['alert', 'confirm', 'prompt']) {
    window[name] = new Proxy(window[name], {
      apply(target, self, args) {
        if (row < MANY) row = performance.now() - last < SOON ? row + 1 : 1;
        if (row >= MANY) throw new Error('this page may not open more dialogs');
        const answer = Reflect.apply(target, self, args);
        last = performance.now();
        return answer;
      },
    });
  }
})();
