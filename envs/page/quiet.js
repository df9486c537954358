// When has a document come to rest after something happened to it?
//
// Waits until it is parsed and styled, nothing it started is under way and its content has not
// changed for a while; gives up after a cap.

{
  const { told, report, scriptless, network, clickComes } = hands;
  const underWay = () => network().waiting;

  /** Written into by a script after it had loaded, and never closed: it stays `loading` for ever. */
  const written = () => page.ready() === 'loading' &&
    performance.getEntriesByType('navigation')[0]?.domContentLoadedEventEnd > 0;

  const arriving = () => page.ready() === 'loading' && !written();

  /** Style sheets still on their way: what is visible is not known before they are there. */
  function unstyled() {
    if (page.ready() === 'complete') return false;
    for (const link of page.findAll('link[rel~="stylesheet"][href]')) {
      if (!link.sheet && !link.disabled && (!link.media || matchMedia(link.media).matches)) return true;
    }
    return false;
  }

  /** The page itself says it is loading, or has next to nothing to show yet. */
  function unfinished() {
    if (page.find('[aria-busy="true"], [role="progressbar"]:not([aria-valuenow])')) {
      return true;
    }
    const body = page.body();
    // Its scripts have drawn nothing yet.
    if (body && document.scripts.length && ![...body.children].some((el) => rectOf(el).height) && !body.innerText.trim()) return true;
    // A window a script opened empty, to send it somewhere or to write into it.
    if (window.opener && location.href === 'about:blank' && !body?.firstChild) return true;
    return page.ready() !== 'complete' && !written() && (!body || body.childElementCount < 2);
  }

  const WAITERS = '[aria-busy="true"], [role="progressbar"]:not([aria-valuenow]), [class*="spinner" i], [class*="skeleton" i], [class*="loading" i], [class*="loader" i], [class*="shimmer" i]';
  const MANY_WAITERS = 50;
  const BROKEN = 3; // waits in vain after which a page is not believed any more
  let inVain = 0;

  /** A person would wait on: something that says it is loading is shown, and an answer is under way. */
  function promised() {
    const { waiting, slow } = network();
    if ((!waiting && !slow) || inVain >= BROKEN) return false;
    return [...page.findAll(WAITERS)].slice(0, MANY_WAITERS).some((el) => isShown(el, PAINTED) && rectOf(el).height > 1);
  }

  const SLIDES = 1000; // ms: a longer animation is a show, not something on its way
  const MOVES = /^(left|right|top|bottom|inset.*|transform|translate|scale|opacity|visibility|(max-)?(width|height)|margin.*|clip-path|grid-template.*)$/;
  const ACTS = 'a[href], button, input, select, textarea, [role], [tabindex]';

  /** Something one can act on is sliding or fading into its place; not what the pointer is over. */
  function sliding() {
    return page.animations().some((animation) => {
      const { effect, transitionProperty, playState, currentTime } = animation;
      if (playState !== 'running' || (transitionProperty && !MOVES.test(transitionProperty))) return false;
      if (effect.getComputedTiming().endTime - currentTime > SLIDES) return false;
      const target = effect.target;
      return target && !isMatch(target, ':hover') && (isMatch(target, ACTS) || find(target, ACTS) !== null);
    });
  }

  /** The HTTP status this document came with; 0 when it is not known. */
  const status = () => performance.getEntriesByType('navigation')[0]?.responseStatus ?? 0;

  /** Milliseconds from the start of the navigation, redirects included, to the server's answer and
   * to the parsed document; 0 when not known. */
  const load = () => {
    const [entry] = performance.getEntriesByType('navigation');
    const since = (time) => Math.max(0, (time ?? 0) - (entry?.startTime ?? 0));
    return { server_ms: since(entry?.responseStart), parsed_ms: since(entry?.domInteractive) };
  };

  const CHANGES = { subtree: true, childList: true, characterData: true, attributes: true };

  /**
   * Resolves to JSON {state, ms}: `quiet`; `busy` when changes or requests went on until `cap` ms
   * after the document was parsed; `loading` when it was not parsed by then. `promised`: it says
   * that more is coming, which is waited for up to `cap` where `patient`. `keep` leaves the guard on the last press in place.
   */
  shopper.quiet = ({ still, cap, patient = false, keep = false }) =>
    new Promise((resolve) => {
      if (scriptless()) { // timers do not run for us either, but then nothing is under way
        const state = arriving() || unstyled() ? 'loading' : 'quiet';
        resolve(told({ state, ms: 0, status: status(), load: load(), ...report(keep) }));
        return;
      }
      const begun = performance.now();
      let parsed = arriving() ? null : begun;
      let changed = begun;
      let seen = null;
      const observer = new MutationObserver((records) => {
        const drawn = performance.now() - begun > 300;
        // An animation that only restyles must not hold the visit up for ever.
        if (!drawn || records.some((r) => r.type !== 'attributes' || r.attributeName !== 'style')) {
          changed = performance.now();
        }
      });
      const watch = () => {
        if (seen === page.root() || !page.root()) return;
        seen = page.root();
        observer.observe(document, CHANGES);
      };
      const finish = (state) => {
        observer.disconnect();
        const more = state !== 'loading' && promised();
        if (patient && more) inVain++;
        resolve(told({ state, ms: performance.now() - begun, status: status(), load: load(), promised: more, unfolds: !keep && hands.unfolds(), hovers: !keep && hands.hovers(), ...report(keep) }));
      };
      const look = () => {
        const now = performance.now();
        watch();
        if (window.closed && now - begun < cap) {
          // It asked to be closed and soon will be.
        } else if (arriving()) {
          if (now - begun >= cap) return finish('loading');
        } else {
          parsed ??= now;
          const waiting = clickComes() || underWay() > 0 || unstyled() || unfinished() || sliding() || (patient && promised());
          const noisy = now - changed < still;
          if (!waiting && (!noisy || now - parsed > Math.max(cap / 3, still))) return finish('quiet');
          if (now - parsed >= cap) return finish('busy');
        }
        setTimeout(look, Math.max(8, still / 3));
      };
      look();
    });

  shopper.contentType = () => document.contentType;
}
