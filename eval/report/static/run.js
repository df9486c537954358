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
  const rows = [...document.querySelectorAll('#list tbody tr')];
  const told = new Map(visits.map((visit) => [visit.id, visit]));

  const apply = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (one, text) => (!outcome || one.dataset.outcome === outcome)
      && words.every((word) => text.includes(word));
    for (const visit of visits) visit.hidden = !fits(visit, textOf(visit));
    for (const row of rows) { // by its story, where that is on this page
      const visit = told.get(row.dataset.visit);
      row.hidden = visit ? visit.hidden : !fits(row, textOf(row));
    }
    const all = rows.length ? rows : visits;
    const left = all.filter((one) => !one.hidden).length;
    found.textContent = left === all.length ? '' : `${left} of ${all.length} visits`;
  };

  /* The table of visits, by a column; a second time, the other way round. */
  const sortBy = (head) => {
    const column = [...head.parentNode.children].indexOf(head);
    const up = head.getAttribute('aria-sort') !== 'ascending';
    for (const other of head.parentNode.children) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
    const value = (row) => row.children[column].dataset.value ?? row.children[column].textContent;
    const order = new Intl.Collator(undefined, { numeric: true });
    const sorted = [...rows].sort((a, b) => (up ? 1 : -1) * order.compare(value(a), value(b)));
    rows[0].parentNode.append(...sorted);
  };
  for (const head of document.querySelectorAll('#list th')) {
    head.querySelector('button').addEventListener('click', () => sortBy(head));
  }

  /* `#visit-7`, `#visit-7-step-2`, `#customer-0007` or `#customer-0007/3`, where its story is. */
  const openTarget = () => {
    let name = location.hash.slice(1);
    try { name = decodeURIComponent(name); } catch { /* a name as it is */ }
    const target = document.getElementById(name);
    const visit = target && target.closest('details.visit');
    if (visit) {
      visit.hidden = false;
      visit.open = true;
      target.scrollIntoView();
      return;
    }
    const id = name.split(/(?=-step-)|\//)[0];
    const row = !target && id && rows.find((one) => id === one.dataset.visit || id === one.dataset.id);
    const link = row && row.querySelector('a');
    if (link && !link.getAttribute('href').startsWith('#')) location.href = link.href.split('#')[0] + location.hash;
  };

  /* What Enter opens is brought into view, from its beginning. */
  for (const visit of visits) {
    visit.addEventListener('toggle', () => {
      if (visit.open && visit.querySelector('summary') === document.activeElement) {
        visit.scrollIntoView({ block: 'start' });
      }
    });
  }

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
    const link = event.target.closest('a[href^="#"]');
    if (link && link.getAttribute('href') === location.hash) openTarget();
  });
  addEventListener('beforeprint', () => {
    if (shown().length <= 20) for (const visit of shown()) visit.open = true;
  });
  openTarget();
})();
