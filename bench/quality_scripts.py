"""JavaScript that looks at a page by itself, sharing nothing with the simplifier.

Each is a function that returns a string. What is done with it is `bench.quality`'s business.
"""

from __future__ import annotations

VISIBLE_CONTROLS = """() => {
  const wanted = 'a[href],button,input:not([type=hidden]),select,textarea,summary,' +
    '[role=button],[role=link],[role=checkbox],[role=radio],[role=tab],[role=switch],' +
    '[role=textbox],[role=combobox],[role=menuitem],[contenteditable=true]';
  const boxes = [];
  for (const el of document.querySelectorAll(wanted)) {
    if (el.closest('noscript') || !el.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    const r = el.getBoundingClientRect();
    if (r.width < 2 || r.height < 2 || r.right + scrollX <= 0 || r.bottom + scrollY <= 0) continue;
    let clipped = false;
    for (let up = el.parentElement; up && !clipped; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (up === document.body || style.overflow === 'visible') continue;
      const u = up.getBoundingClientRect();
      if (/hidden|clip/.test(style.overflowX) && (r.left >= u.right || r.right <= u.left)) clipped = true;
      if (/hidden|clip/.test(style.overflowY) && (r.top >= u.bottom || r.bottom <= u.top)) clipped = true;
    }
    if (!clipped) boxes.push([r.left + scrollX, r.top + scrollY, r.width, r.height]);
  }
  return JSON.stringify(boxes);
}"""

VISIBLE_TEXT = """() => {
  const seen = (el) => {
    for (let at = el; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at), box = at.getBoundingClientRect();
      if (style.opacity === '0' || /circle\\(0|inset\\((50|100)%/.test(style.clipPath)) return false;
      if (style.overflow !== 'visible' && style.display !== 'inline' && (box.width < 2 || box.height < 2)) return false;
    }
    return true;
  };
  const clipped = (rect, el) => {
    if (rect.right + scrollX <= 0 || rect.bottom + scrollY <= 0) return true;
    for (let at = el; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at), box = at.getBoundingClientRect();
      if (style.display !== 'inline' && /hidden|clip/.test(style.overflowX) &&
          (rect.left >= box.right || rect.right <= box.left)) return true;
      if (style.display !== 'inline' && /hidden|clip/.test(style.overflowY) &&
          (rect.top >= box.bottom || rect.bottom <= box.top)) return true;
      if (style.position === 'fixed') break;
    }
    return false;
  };
  const range = document.createRange(), parts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode, el = text.parentElement;
    if (!text.data.trim() || el.closest('noscript,script,style,template')) continue;
    if (el.closest('select')) { parts.push(' ', text.data, ' '); continue; }
    if (!el.checkVisibility({visibilityProperty: true})) continue;
    range.selectNodeContents(text);
    const rect = range.getBoundingClientRect();
    if (rect.width > 0 && rect.height > 0 && !clipped(rect, el) && seen(el)) parts.push(text.data, ' ');
  }
  return parts.join('');
}"""
"""Text nodes with a box that nothing hides; covers are not looked for, so that a page under a modal
shows in the table as what it is."""

COVERED = """() => {
  const range = document.createRange();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = 0, under = 0;
  while (walker.nextNode()) {
    const el = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !el.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    range.selectNodeContents(walker.currentNode);
    const r = range.getBoundingClientRect();
    const x = r.left + r.width / 2, y = r.top + r.height / 2;
    if (!r.width || x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) continue;
    const hit = document.elementFromPoint(x, y);
    seen++;
    if (hit && !hit.contains(el) && !el.contains(hit)) under++;
  }
  return String(seen ? under / seen : 0);
}"""
"""Share of the texts in the window that something else lies over."""

INNER_TEXT = "() => document.body.innerText"
HIDE_NOSCRIPT = """() => { const s = document.createElement('style');
  s.textContent = 'noscript { display: none !important }'; document.head.append(s); }"""
INSERT_AD = """() => { const ad = document.createElement('div');
  ad.innerHTML = '<a href="/promo">Summer sale, up to half price</a><img alt="Sale">' +
    '<button>Close advertisement</button>';
  document.body.prepend(ad); }"""
REMOVE_ROW = """() => { const rows = [...document.querySelectorAll('li, tr, article')].filter(
    (el) => el.checkVisibility() && el.querySelector('a[href],button') && el.innerText.trim() &&
      el.innerText.length < 500);
  const row = rows[rows.length >> 1];
  const text = row ? row.innerText : '';
  if (row) row.remove();
  return text; }"""
FLOOR = """() => { const start = performance.now(); let seen = 0;
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_ELEMENT);
  while (walker.nextNode()) {
    const el = walker.currentNode;
    const box = el.getBoundingClientRect();
    if (el.checkVisibility({opacityProperty: true, visibilityProperty: true}) &&
        box.width > 0 && box.height > 0) seen++;
  }
  return String(seen); }"""
