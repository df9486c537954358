// The element of a saved page that somebody acted on, by the mark it carries. Part of the script where
// pages of a trace are looked at. Knows nothing of traces.

/** JSON of `facts` about the marked element, with the `option` of a list that is called or worth
 * `wanted`; nothing without a mark. */
shopper.marked = (mark, wanted) => {
  const target = document.querySelector(`[${mark}]`);
  if (!target) return '';
  const facts = JSON.parse(shopper.facts(target));
  const select = hands.closestOf(target, 'select');
  const option = select && [...select.options].find((one) => wanted.includes(one.value) || wanted.includes(one.label.trim()));
  return JSON.stringify({ ...facts, option: (option && hands.named(option, registry)[0]) || '' });
};
