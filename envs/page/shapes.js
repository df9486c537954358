// Shapes of a drawing that can be pressed, as places in a plan of seats or parts of a chart: where
// nothing else names one, it is called by its colour and form.

const FORMS = { circle: 'circle', ellipse: 'ellipse', rect: 'rectangle', line: 'line', polyline: 'line', polygon: 'shape', path: 'shape' };
const TRIANGLE = /^\s*(?:-?[\d.]+[\s,]+-?[\d.]+[\s,]*){3}$/;

function shapeLabel(rec) {
  const form = rec.place !== null && rec.el instanceof SVGElement ? FORMS[rec.tag] : undefined;
  if (form === undefined) return '';
  const { fill, stroke } = rec.place.style;
  const called = rec.tag === 'polygon' && TRIANGLE.test(attr(rec.el, 'points') || '') ? 'triangle' : form;
  return `${colourWord(fill) || colourWord(stroke)} ${called}`.trim();
}
