// Looking at a page that was never loaded: its HTML is laid out in this document, in the place of the
// page before, and looked at at once. For rehearsals of a shop whose pages are known.

// `lang` and `classes` of the body, its inner HTML, and the options of a look. Answers the look, and
// for each name in it the mark (`data-at`) of the element it stands for.
shopper.lookAtStill = (lang, classes, html, options) => {
  document.documentElement.lang = lang;
  document.body.className = classes;
  document.body.innerHTML = html;
  scrollTo(0, 0);
  shopper.acted();
  const look = shopper.observe(options);
  const marks = [...registry.values()].map((el) => attr(el, 'data-at') ?? attr(el.control ?? el, 'data-at') ?? '');
  return JSON.stringify({ look, marks });
};
