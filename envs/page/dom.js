// The platform's own functions, taken before any page can stand in their way. A form's fields hide
// the form's properties by their names (<input name="firstChild">), and images and forms hide the
// document's; called through the prototypes, nothing is hidden. Knows nothing of what is asked.

const getter = (type, name) => {
  const get = Object.getOwnPropertyDescriptor(type.prototype, name).get;
  return (object) => get.call(object);
};
const method = (type, name) => {
  const call = type.prototype[name];
  return (object, ...given) => call.apply(object, given);
};

const parentNode = getter(Node, 'parentNode');
const formElements = getter(HTMLFormElement, 'elements');
const nodeType = getter(Node, 'nodeType');
const firstChild = getter(Node, 'firstChild');
const nextSibling = getter(Node, 'nextSibling');
const parentElement = getter(Node, 'parentElement');
const isConnected = getter(Node, 'isConnected');
const textContent = getter(Node, 'textContent');
const rootNode = method(Node, 'getRootNode');
const contains = method(Node, 'contains');
const localName = getter(Element, 'localName');
const openRootOf = getter(Element, 'shadowRoot');
const assignedSlot = getter(Element, 'assignedSlot');
const childCount = getter(Element, 'childElementCount');
const innerText = getter(HTMLElement, 'innerText');
const renderedText = (el) => (el instanceof HTMLElement ? innerText(el) : textContent(el));
const { getAttribute, hasAttribute, getBoundingClientRect } = Element.prototype;
const attr = (el, name) => getAttribute.call(el, name);
const hasAttr = (el, name) => hasAttribute.call(el, name);
const rectOf = (el) => getBoundingClientRect.call(el);
const isShown = method(Element, 'checkVisibility');
const isMatch = method(Element, 'matches');
const closest = method(Element, 'closest');
const find = method(Element, 'querySelector');
const findAll = method(Element, 'querySelectorAll');
const tagsIn = method(Element, 'getElementsByTagName');

// The shadow tree of an element; closed ones are those that shadows.js has handed over.
const closedRoots = new WeakMap();
let hasClosed = false;

// Remember a closed tree that was handed over.
function takeTree(root) {
  if (closedRoots.has(root.host)) return;
  closedRoots.set(root.host, root);
  hearPresses(root);
  hasClosed = true;
}
const shadowRootOf = (el) => openRootOf(el) || (hasClosed && closedRoots.get(el)) || null;
{
  let handed = null;
  globalThis.addEventListener('shopper:node', (event) => {
    handed = event.relatedTarget;
  });
  globalThis.addEventListener('shopper:rooted', () => {
    const root = handed && rootNode(handed);
    handed = null;
    if (root instanceof ShadowRoot) takeTree(root);
  });
}

const PAINTED = { opacityProperty: true, visibilityProperty: true };

const page = {
  root: () => documentElement(document),
  body: () => body(document),
  scroller: () => scrollingElement(document),
  title: () => title(document),
  base: () => baseURI(document),
  ready: () => readyState(document),
  focused: () => activeElement(document),
  find: (selector) => documentFind(document, selector),
  findAll: (selector) => documentFindAll(document, selector),
  animations: () => animationsOf(document),
  create: (tag) => createElement(document, tag),
  at: (x, y) => elementFromPoint(document, x, y),
  count: () => documentTags(document, '*').length,
  range: () => createRange(document),
};
const documentElement = getter(Document, 'documentElement');
const body = getter(Document, 'body');
const scrollingElement = getter(Document, 'scrollingElement');
const title = getter(Document, 'title');
const baseURI = getter(Node, 'baseURI');
const readyState = getter(Document, 'readyState');
const activeElement = getter(Document, 'activeElement');
const animationsOf = method(Document, 'getAnimations');
const createElement = method(Document, 'createElement');
const documentFind = method(Document, 'querySelector');
const documentFindAll = method(Document, 'querySelectorAll');
const elementFromPoint = method(Document, 'elementFromPoint');
const documentTags = method(Document, 'getElementsByTagName');
const createRange = method(Document, 'createRange');
