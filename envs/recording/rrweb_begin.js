// Recording a page with rrweb, among the page's own scripts: what CSS-in-JS and shadow trees do can be
// seen only there. Runs in every document before the page's scripts, with `rrweb` and `isSecret` in
// reach; each event is handed to `tell` as text, as soon as it is there, since a press may be the last
// thing before another page. Knows nothing of files.

const COVER = '*';
const tell = globalThis.__shopperRrweb;
delete globalThis.__shopperRrweb;

/** What a field holds, or as many stars where nobody may read it; when in doubt, stars. */
function discreet(text, field) {
  try {
    return field && !isSecret(field) ? text : COVER.repeat(text.length);
  } catch {
    return COVER.repeat(text.length);
  }
}

/** Tell where the window is when the page changes its address by itself. */
function watchAddress() {
  let shown = location.href;
  globalThis.navigation?.addEventListener('currententrychange', () => {
    if (location.href === shown) return;
    shown = location.href;
    try {
      rrweb.record.addCustomEvent('$url_changed', { href: shown });
    } catch {
      // before the recording has begun its first event says where it is
    }
  });
}

if (window === window.top && tell && /^https?:$/.test(location.protocol)) {
  const text = JSON.stringify; // the page may put another in its place
  rrweb.record({
    emit: (event) => tell(text(event)),
    recordAfter: 'DOMContentLoaded',
    maskAllInputs: true,
    maskInputFn: discreet,
    userTriggeredOnInput: true,
  });
  watchAddress();
}
