// Feedback: short messages that appear and fade (toasts, status lines, badges). A mutation observer
// notes them as they come, so that the next look can show them even if they are gone by then.
// Bounded in memory and in time.

const MESSAGE_LIMIT = 200; // characters: longer is content
const MESSAGES_KEPT = 20;
const MESSAGES_SHOWN = 5;
const WAITING_LIMIT = 300; // changed elements judged at a time; more is a page being built
const JUDGE_AFTER = 30; // ms to gather changes
const TRIES = 4; // looks at something that is still fading in
const LIVE = '[role=status],[role=alert],[role=log],[aria-live=polite],[aria-live=assertive],output';
const PICKING = '[role=listbox],[role=menu],[role=grid],[role=tree],datalist';
const WATCHED = { childList: true, characterData: true, subtree: true, attributes: true,
  attributeFilter: ['class', 'style', 'hidden', 'open', 'aria-hidden', 'popover'] };

const messages = new Map(); // the element that showed it, to {text, shown}
const waiting = new Map(); // changed elements to tries left
const watchedRoots = new WeakSet();
let judging = 0;
let pause = JUDGE_AFTER;

const watcher = new MutationObserver((changes) => {
  if (page.ready() === 'loading') return;
  for (const change of changes) {
    if (waiting.size >= WAITING_LIMIT) break;
    const target = change.target;
    if (change.removedNodes.length && change.addedNodes.length) change.removedNodes.forEach(forget);
    if (change.type === 'childList') for (const node of change.addedNodes) expect(nodeType(node) === 1 ? node : target);
    else expect(nodeType(target) === 1 ? target : parentElement(target));
  }
  judgeSoon();
});

function judgeSoon() {
  if (waiting.size && !judging) judging = setTimeout(judge, pause);
}

// A popover comes and goes without any change to the tree.
document.addEventListener('toggle', (event) => {
  expect(event.composedPath()[0]);
  judgeSoon();
}, { capture: true });

function expect(el) {
  if (el && nodeType(el) === 1 && !isRoot(el) && !NEVER.has(localName(el))) waiting.set(el, TRIES);
}

// Observe a tree from now on: the document, and every open shadow root that is met.
function watchRoot(root) {
  if (watchedRoots.has(root)) return;
  watchedRoots.add(root);
  watcher.observe(root, WATCHED);
}

watchRoot(document);

function judge() {
  judging = 0;
  const began = performance.now();
  const again = [];
  for (const [el, tries] of waiting) {
    const shadow = shadowRootOf(el);
    if (shadow) watchRoot(shadow);
    if (!note(el) && tries > 1) again.push([el, tries - 1]);
  }
  waiting.clear();
  for (const [el, tries] of again) waiting.set(el, tries);
  // A page that changes all the time is looked at less often: at most a twentieth of the time.
  pause = Math.max(JUDGE_AFTER, (performance.now() - began) * 20);
  if (waiting.size) judging = setTimeout(judge, pause + JUDGE_AFTER);
}

// Keep what `el` says if it is a message. False when it is not visible yet.
function note(el) {
  if (!isConnected(el)) return true;
  const root = messageRoot(el);
  if (!root) return true;
  if (!shortText(root, renderedText)) return true;
  if (!isShown(root, PAINTED)) return false;
  const text = shortText(root, readableText);
  if (!text) return false;
  const known = messages.get(root);
  if (known?.text === text) return true;
  messages.delete(root);
  messages.set(root, { text, shown: 0 });
  if (messages.size > MESSAGES_KEPT) messages.delete(messages.keys().next().value);
  return true;
}

// The live region or floating box that `el` belongs to, if it is a small one.
function messageRoot(el) {
  let at = el;
  for (let level = 0; at && level < 7 && !isRoot(at); level++, at = parentOf(at)) {
    if (isMatch(at, PICKING)) return null;
    if (isMatch(at, LIVE)) return at;
    if (/fixed|absolute/.test(getComputedStyle(at).position))
      return findAll(at, 'a[href],button,input,select').length <= 2 ? at : null;
  }
  return null;
}

// The text of a small element, as `read` reads it; '' when it has none or is not small.
function shortText(root, read) {
  if (tagsIn(root, '*').length > 40) return '';
  const text = squeeze(clip(read(root), MESSAGE_LIMIT + 50));
  return text.length <= MESSAGE_LIMIT && /[\p{L}\p{N}]/u.test(text) ? text : '';
}

// The text in `el` without what is only there for screen readers.
function readableText(el) {
  if (isUnread(el)) return '';
  let text = '';
  for (let node = firstChild(shadowRootOf(el) || el); node; node = nextSibling(node)) {
    if (nodeType(node) === 3) text += node.data;
    else if (nodeType(node) === 1 && !NEVER.has(localName(node))) {
      const inner = readableText(node);
      text += /^inline$/.test(getComputedStyle(node).display) ? inner : ` ${inner} `;
    }
  }
  return text;
}

// Whether what `el` says cannot be read off the screen: not rendered, clipped to nothing, moved out.
function isUnread(el) {
  const style = getComputedStyle(el);
  if (style.display === 'none' || style.visibility !== 'visible') return true;
  if (CLIPPED.test(style.clipPath) || isHiddenText(style)) return true;
  if (style.overflow !== 'visible' && isTiny(rectOf(el))) return true;
  if (!/fixed|absolute/.test(style.position)) return false;
  const { left, top, right, bottom, width } = rectOf(el);
  if (style.position === 'fixed' && width > 0 && (left >= innerWidth || top >= innerHeight)) return true;
  return width > 0 && (right + scrollX <= 0 || bottom + scrollY <= 0);
}

// What stood in the place of something new is over, and no message of the page any more.
function forget(gone) {
  if (nodeType(gone) !== 1) return;
  for (const root of messages.keys()) if (gone === root || gone.contains(root)) messages.delete(root);
}

// Whether `root` shows something else by now, so that what it said before is over.
const isReplaced = (root, text) => isConnected(root) && isShown(root, PAINTED) &&
  tagsIn(root, '*').length <= WAITING_LIMIT && isSaid(readableText(root)) && squeeze(readableText(root)) !== text;
const isSaid = (text) => /[\p{L}\p{N}]/u.test(text);

// The hands are about to act: what was shown before is no answer to it.
shopper.acted = () => {
  messages.clear();
  waiting.clear();
  return '';
};

// Messages since the last action that `html`, the page as shown now, does not say anyway.
function pastMessages(html) {
  if (waiting.size) judge();
  if (!messages.size) return [];
  const said = lettersOnly(html.replace(/<[^>]*>/g, ' ').replace(/&lt;/g, '<').replace(/&amp;/g, '&'));
  const found = [];
  for (const [root, message] of messages) {
    if (said.includes(lettersOnly(message.text))) continue;
    if (isReplaced(root, message.text)) {
      messages.delete(root);
      continue;
    }
    found.push(message.text);
    if (message.shown++ > 2) messages.delete(root);
  }
  return found.slice(-MESSAGES_SHOWN);
}

const lettersOnly = (text) => text.replace(/[^\p{L}\p{N}]+/gu, '').toLowerCase();
