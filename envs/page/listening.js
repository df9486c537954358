// What listens for a press, as listeners.js tells it from among the page's own scripts. Knows nothing
// of what is to be made of it.

const wholes = new WeakSet(); // elements that are pressed as a whole
const choosers = new WeakSet(); // elements in which it matters what exactly is pressed
let hears = false; // whether anything was told at all

// Whether something happens when `el`, or a thing right in it, is pressed.
const listens = (el) => hears && (wholes.has(el) || choosers.has(el));

// Hear what is told of the elements in `tree`: events do not tell out of a closed tree what is in it.
function hearPresses(tree) {
  const hear = (kind, then) => tree.addEventListener(kind, (event) => then(event.composedPath()[0]), true);
  const note = (set) => (el) => {
    hears = true;
    set.add(el);
  };
  hear('shopper:press', note(wholes));
  hear('shopper:within', note(choosers));
  hear('shopper:unpress', (el) => wholes.delete(el));
  hear('shopper:unwithin', (el) => choosers.delete(el));
}

hearPresses(globalThis);

const ASKING = new Event('shopper:listeners');
const askListeners = () => globalThis.dispatchEvent(ASKING);
