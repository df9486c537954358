// The guard: a press that lands on something else than it was aimed at is stopped before the page
// sees it, and whether a form was submitted or called invalid is noted. Armed by an aim, read and
// taken away by the next look at whether the page is quiet.

{
  const { holds, reach, labelOf, words, describe } = hands;
  const PRESSES = ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click', 'touchstart', 'touchend'];
  let watched = null;

  function arm(element) {
    disarm();
    const controls = new Set(registry.values());
    controls.delete(element);
    const state = { element, landed: false, missed: '', submitted: false, invalid: [] };
    const press = (event) => {
      if (!event.isTrusted || state.landed) return;
      const hit = event.composedPath()[0];
      const targets = [element, ...(element.labels || [])];
      if (targets.some((t) => holds(t, hit) || reach(hit, t, controls))) {
        state.landed = true;
        return;
      }
      state.missed = describe(hit);
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    const submit = () => { state.submitted = true; };
    const invalid = (event) => {
      const field = event.target;
      state.invalid.push(`${labelOf(field) || 'a field'}: ${words(field.validationMessage, 120)}`);
    };
    for (const kind of PRESSES) globalThis.addEventListener(kind, press, { capture: true });
    globalThis.addEventListener('submit', submit, { capture: true });
    globalThis.addEventListener('invalid', invalid, { capture: true });
    state.release = () => {
      for (const kind of PRESSES) globalThis.removeEventListener(kind, press, { capture: true });
      globalThis.removeEventListener('submit', submit, { capture: true });
      globalThis.removeEventListener('invalid', invalid, { capture: true });
    };
    watched = state;
  }

  function disarm() {
    watched?.release();
    watched = null;
  }

  /** What the guard saw since the last aim; part of quiet's answer. */
  function report() {
    if (!watched) return {};
    const { landed, missed, submitted, invalid } = watched;
    disarm();
    return { landed, missed, submitted, invalid: invalid.slice(0, 5) };
  }

  Object.assign(hands, { arm, report });
}
