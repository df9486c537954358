// Finding, filtering and keys for the visits. The page is complete without it.
'use strict';
(() => {
  const visits = [...document.querySelectorAll('details.visit')];
  const controls = document.getElementById('controls');
  const find = document.getElementById('find');
  const found = document.getElementById('found');
  const pills = [...document.querySelectorAll('[data-show]')];
  const texts = new Map();
  let outcome = '';

  const textOf = (visit) => {
    if (!texts.has(visit)) texts.set(visit, visit.textContent.toLowerCase());
    return texts.get(visit);
  };
  const shown = () => visits.filter((visit) => !visit.hidden);

  const apply = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const visit of visits) {
      const fits = (!outcome || visit.dataset.outcome === outcome)
        && words.every((word) => textOf(visit).includes(word));
      visit.hidden = !fits;
    }
    const all = shown().length === visits.length;
    found.textContent = all ? '' : `${shown().length} of ${visits.length} visits`;
  };

  const openTarget = () => {
    const target = document.getElementById(location.hash.slice(1));
    const visit = target && target.closest('details.visit');
    if (visit) {
      visit.hidden = false;
      visit.open = true;
      target.scrollIntoView();
    }
  };

  const step = (by) => {
    const list = shown();
    const here = list.findIndex((visit) => visit.contains(document.activeElement));
    const next = list[here < 0 ? (by > 0 ? 0 : list.length - 1) : here + by];
    if (next) {
      next.querySelector('summary').focus();
      next.scrollIntoView({ block: 'nearest' });
    }
  };

  if (controls) {
    controls.hidden = false;
    let waiting = 0;
    find.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(apply, 120); });
    for (const pill of pills) {
      pill.addEventListener('click', () => {
        outcome = pill.dataset.show;
        for (const other of pills) other.setAttribute('aria-pressed', String(other === pill));
        apply();
      });
    }
  }
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches('input')) return;
    if (event.key === 'j') step(1);
    else if (event.key === 'k') step(-1);
    else if (event.key === '/' && controls) find.focus();
    else return;
    event.preventDefault();
  });
  addEventListener('hashchange', openTarget);
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#visit-"]');
    if (link && link.getAttribute('href') === location.hash) openTarget();
  });
  addEventListener('beforeprint', () => {
    if (shown().length <= 20) for (const visit of shown()) visit.open = true;
  });
  openTarget();
})();
