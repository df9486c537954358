// Closed shadow trees: a person sees what is in them, but no script that was not given the tree can
// look into it. Runs among the page's own scripts and hands each tree, when it is made and still
// empty, to our own world. Objects do not cross worlds but nodes do, as an event's related target:
// so a node is handed over outside the tree, then put into it for a moment.
(() => {
  'use strict';
  const append = Node.prototype.appendChild;
  const remove = Node.prototype.removeChild;
  const create = Document.prototype.createElement;
  const dispatch = EventTarget.prototype.dispatchEvent;
  const Handed = window.FocusEvent;
  const Said = window.Event;

  Element.prototype.attachShadow = new Proxy(Element.prototype.attachShadow, {
    apply(target, self, args) {
      const root = Reflect.apply(target, self, args);
      if (args[0] && args[0].mode === 'closed') {
        const node = Reflect.apply(create, self.ownerDocument, ['i']);
        Reflect.apply(dispatch, window, [new Handed('shopper:node', { relatedTarget: node })]);
        Reflect.apply(append, root, [node]);
        Reflect.apply(dispatch, window, [new Said('shopper:rooted')]);
        Reflect.apply(remove, root, [node]);
      }
      return root;
    },
  });
})();
