// Whether the page shows a secret now, for pictures that are taken without covering any.

{
  const HOLDS = 'input, textarea, select, [contenteditable]';

  const holdsAny = (root) => [...root.querySelectorAll(HOLDS)].some((field) => fieldText(field).trim() !== '' && isSecret(field));

  /** 'yes' where a secret field holds something, or the page says one of `told`, which were typed before. */
  shopper.showsSecret = (told = []) => {
    const roots = [document, ...fieldRoots];
    if (roots.some(holdsAny)) return 'yes';
    const ways = told.map((text) => text.trim()).filter((text) => [...text].length >= VEIL_LEAST).flatMap(spellings);
    if (!ways.length) return '';
    const said = new RegExp(ways.join('|'), 'iu');
    return roots.some((root) => said.test(textContent(root === document ? document.documentElement : root))) ? 'yes' : '';
  };
}
