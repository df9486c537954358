// Covering secrets: marks the fields that hold them, and what shows them again, for as long as a
// picture is taken. The picture's own style blackens what is marked.

{
  const MARK = 'data-shopper-secret';
  const FIELDS = 'input, textarea, select, [contenteditable], [role=textbox], [role=combobox], [role=spinbutton]';
  const textsIn = method(Document, 'createTreeWalker');

  /** All elements of the document like `selector`, those in open shadow roots included. */
  function everywhere(selector, root = document) {
    const found = [...root.querySelectorAll(selector)];
    for (const el of root.querySelectorAll('*')) {
      const inner = shadowRootOf(el);
      if (inner) found.push(...everywhere(selector, inner));
    }
    return found;
  }

  /** Mark what shows a secret that is in a field, or one of `told`. */
  shopper.cover = (told = []) => {
    layVeil(told);
    for (const field of everywhere(FIELDS)) if (isSecret(field) || veil(fieldText(field)) !== fieldText(field)) field.setAttribute(MARK, '');
    if (veiled !== null) for (const root of [document, ...fieldRoots]) coverTexts(root);
    return '';
  };

  /** Mark what shows a text that tells a secret. */
  function coverTexts(root) {
    const texts = textsIn(document, root, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const { data, parentNode: shows } = texts.currentNode;
      if (shows && nodeType(shows) === 1 && veil(data) !== data) shows.setAttribute(MARK, '');
    }
  }

  shopper.uncover = () => {
    for (const field of everywhere(`[${MARK}]`)) field.removeAttribute(MARK);
    return '';
  };

  hands.everywhere = everywhere;
}
