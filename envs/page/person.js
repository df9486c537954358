// What a person presses and types into, told from the element that an event names: its nearest
// ancestor with a name, the field it is in. Part of the script where people are recorded, or their
// recordings played. Knows nothing of events.

{
  const { parentOf, control, disabled } = hands;
  const TYPED = /^(text|lines|rich|date|time|month|week|datetime-local|number|range|slider)$/;

  /** Name and element of what a press on `target` is a press on, by the `names` of a look. */
  hands.named = (target, names) => {
    const nameOf = new Map([...names].map(([name, element]) => [element, name]));
    for (let at = target; at; at = parentOf(at)) {
      if (nameOf.has(at)) return [nameOf.get(at), at];
      if (at.localName === 'label' && nameOf.has(at.control)) return [nameOf.get(at.control), at.control];
    }
    return [null, null];
  };

  const typed = (element) => element?.nodeType === 1 && TYPED.test(control(element)) && !disabled(element);

  /** The field that `target` is in, if it is one. */
  hands.fieldOf = (target) => {
    for (let at = target; at; at = parentOf(at)) {
      if (at.nodeType !== 1 || !typed(at)) continue;
      if (at.localName === 'input' || at.localName === 'textarea' || at.getAttribute('role') === 'slider') return at;
      if (at.isContentEditable && !parentOf(at)?.isContentEditable) return at;
    }
    return null;
  };

  hands.isList = (select) => select.multiple || select.size > 1;
}
