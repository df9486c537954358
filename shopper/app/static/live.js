// Keeps a page of customers up to date by the events of its run. Pictures are asked for only of those
// in sight, and of nobody while the page is hidden.
'use strict';
(() => {
  const head = document.querySelector('[data-stream]');
  if (!head) return;
  const windows = new Map([...document.querySelectorAll('[data-customer]')].map((el) => [el.dataset.customer, el]));
  const inSight = new Set();
  const thoughts = document.querySelector('.thoughts');
  const MOST = 48; // windows on a page
  let stream = null;
  let waiting = 0;
  let last = '';

  const show = (id, part, html) => {
    const place = windows.get(id) && windows.get(id).querySelector(part);
    if (place) place.innerHTML = html; // escaped by who sent it
  };
  const sums = (html) => {
    const place = document.getElementById('sums');
    if (place) place.innerHTML = html;
  };
  const held = (paused) => {
    for (const place of document.querySelectorAll('.held')) place.hidden = !paused;
  };
  const remember = (id) => { // a thought that another follows
    const now = windows.get(id) && windows.get(id).querySelector('[data-thought]');
    if (!thoughts || !now || !now.textContent.trim() || now.textContent === last) return;
    last = now.textContent;
    const item = document.createElement('li');
    item.dir = 'auto';
    item.textContent = last;
    thoughts.append(item);
  };

  /* A window for somebody who was not there when the page was made; whether there is room. */
  const greet = (id) => {
    const mould = document.getElementById('newcomer');
    const list = document.querySelector('.windows');
    if (!mould || list.children.length >= MOST) return false;
    const window = mould.content.firstElementChild.cloneNode(true);
    window.id = `w-${id}`;
    window.dataset.customer = id;
    window.querySelector('a').href += encodeURIComponent(id);
    window.querySelector('input[name=who]').value = id;
    window.querySelector('form').setAttribute('aria-label', id);
    for (const name of window.querySelectorAll('form .sr')) name.textContent = ` ${id}`;
    windows.set(id, window);
    list.append(window);
    eyes.observe(window);
    return true;
  };

  const heard = {
    all: (told) => {
      for (const [id, html] of Object.entries(told.cards)) show(id, '.told', html);
      sums(told.sums);
      held(told.paused);
    },
    card: (told) => {
      sums(told.sums);
      if (!windows.has(told.id) && !greet(told.id)) return;
      show(told.id, '.told', told.html);
      remember(told.id);
      if (told.over) {
        windows.get(told.id).classList.add('over');
        for (const form of windows.get(told.id).querySelectorAll('form')) form.remove();
      }
    },
    paused: (told) => held(told.paused),
    picture: (told) => {
      const image = windows.get(told.id) && windows.get(told.id).querySelector('img');
      if (!image) return;
      image.src = `data:image/jpeg;base64,${told.jpeg}`;
      image.hidden = false;
    },
    page: (told) => {
      const page = document.getElementById('page');
      if (page) page.textContent = told.text;
    },
    thinks: (told) => {
      const place = windows.get(told.id) && windows.get(told.id).querySelector('[data-thought]');
      if (place) place.textContent = told.text;
    },
    waits: () => {},
    begins: () => { close(); location.reload(); },
    over: () => { close(); location.reload(); },
  };

  const close = () => {
    if (stream) stream.close();
    stream = null;
  };
  const open = () => {
    close();
    if (document.hidden) return;
    const asked = new URLSearchParams();
    for (const id of inSight) asked.append('look', id);
    if (head.dataset.reads) asked.append('reads', head.dataset.reads);
    stream = new EventSource(`${head.dataset.stream}?${asked}`);
    for (const [event, react] of Object.entries(heard)) {
      stream.addEventListener(event, (told) => react(JSON.parse(told.data)));
    }
  };
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(open, 150); };

  const eyes = new IntersectionObserver((seen) => {
    for (const one of seen) {
      const { customer } = one.target.dataset;
      if (one.isIntersecting && !one.target.classList.contains('over')) inSight.add(customer);
      else inSight.delete(customer);
    }
    soon();
  });
  for (const window of windows.values()) eyes.observe(window);
  document.addEventListener('visibilitychange', open);
  addEventListener('pagehide', close);
  soon();
})();
