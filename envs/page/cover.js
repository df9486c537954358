// Covering secrets: marks the fields that hold them for as long as a picture is taken. The picture's
// own style blackens what is marked.

{
  const MARK = 'data-shopper-secret';
  const FIELDS = 'input, textarea, select, [contenteditable]';

  /** All elements of the document like `selector`, those in open shadow roots included. */
  function everywhere(selector, root = document) {
    const found = [...root.querySelectorAll(selector)];
    for (const el of root.querySelectorAll('*')) {
      const inner = shadowRootOf(el);
      if (inner) found.push(...everywhere(selector, inner));
    }
    return found;
  }

  shopper.cover = () => {
    for (const field of everywhere(FIELDS)) if (isSecret(field)) field.setAttribute(MARK, '');
    return '';
  };

  shopper.uncover = () => {
    for (const field of everywhere(`[${MARK}]`)) field.removeAttribute(MARK);
    return '';
  };

  hands.everywhere = everywhere;
}
