// A page that a recording is played in, asked what a person did there. Its scripts do not run, nor do
// timers of ours: what a timer would do is done when it is asked for. Part of the script in replays
// only. Knows nothing of recordings.

{
  const { holds, closestOf, control, submitterOf, viewport, named, fieldOf, isList } = hands;
  const keys = new WeakMap(); // fields to their numbers
  let count = 0;
  let typing = null; // the field that was asked about last

  const keyOf = (field) => {
    if (!keys.has(field)) keys.set(field, ++count);
    return keys.get(field);
  };

  /**
   * JSON of what a press on `target` is a press on, by the names of the last look: {name, key of the
   * field it is in (0 for none), list: in a native list to choose from, secret, text: what the field
   * holds, submits: it is the button of the form of the field asked about before}.
   */
  shopper.facts = (target) => {
    const el = nodeType(target) === 1 ? target : parentElement(target);
    if (!el) return JSON.stringify({ name: '', key: 0, list: false, secret: false, text: '', submits: false });
    const select = closestOf(el, 'select');
    const field = fieldOf(el);
    const submits = Boolean(!field && typing && holds(submitterOf(typing), el));
    if (field) typing = field;
    const secret = Boolean(field && isSecret(field));
    const text = !field || secret ? '' : hands.valueOf(field);
    return JSON.stringify({
      name: named(field || el, registry)[0] || '', key: field ? keyOf(field) : 0,
      list: Boolean(select && !isList(select)), secret, text, submits,
      kind: select ? 'select' : control(el) || '',
    });
  };

  /** The name of the option that is chosen in a list. */
  shopper.chosenOption = (select) => (select.selectedOptions?.[0] && named(select.selectedOptions[0], registry)[0]) || '';

  shopper.viewportNow = () => JSON.stringify(viewport());

  /** Note the messages that the page shows now, as a timer of ours would. */
  shopper.heed = () => {
    if (waiting.size) judge();
    return '';
  };
}
