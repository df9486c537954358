// Plays a visit's pictures one after the other. The page is complete without it.
'use strict';
(() => {
  const HOLD = 1800; // milliseconds a picture stays
  for (const story of document.querySelectorAll('details.visit .story')) {
    const steps = [...story.querySelectorAll('.step')].filter((step) => step.querySelector('img'));
    if (steps.length < 2) continue;
    const bar = document.createElement('div');
    bar.className = 'replay';
    bar.setAttribute('role', 'group');
    bar.setAttribute('aria-label', 'Replay of this visit');
    const play = document.createElement('button');
    const back = document.createElement('button');
    const next = document.createElement('button');
    const says = document.createElement('span');
    for (const button of [back, play, next]) button.type = 'button';
    back.textContent = 'Back';
    next.textContent = 'Next';
    says.className = 'small';
    says.setAttribute('role', 'status');
    bar.append(play, back, next, says);
    let at = -1;
    let timer = 0;

    const show = (index) => {
      at = index;
      story.classList.toggle('playing', at >= 0);
      steps.forEach((step, i) => step.classList.toggle('current', i === at));
      back.disabled = at <= 0;
      next.disabled = at < 0 || at >= steps.length - 1;
      says.textContent = at < 0 ? '' : `${at + 1} of ${steps.length}`;
    };
    const stop = () => { clearTimeout(timer); timer = 0; play.textContent = at < 0 ? 'Play the visit' : 'Go on'; };
    const tick = () => {
      if (at >= steps.length - 1) { show(-1); stop(); return; }
      show(at + 1);
      timer = setTimeout(tick, HOLD);
    };
    play.addEventListener('click', () => {
      if (timer) { stop(); return; }
      play.textContent = 'Pause';
      tick();
    });
    back.addEventListener('click', () => { show(at - 1); stop(); });
    next.addEventListener('click', () => { show(at + 1); stop(); });
    addEventListener('beforeprint', () => { show(-1); stop(); });
    show(-1);
    stop();
    story.querySelector('.steps').before(bar);
  }
})();
