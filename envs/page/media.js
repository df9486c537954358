// Media: what is drawn by a program or plays, and says nothing that could be read: a person sees that
// it is there.

const MEDIA = { canvas: 'drawing that cannot be read', video: 'video', object: 'embedded content that cannot be read', embed: 'embedded content that cannot be read' };
const PLATE = { width: 60, height: 30 }; // pixels: what is smaller is decoration

// What stands for the medium `el` of `rec`; '' for decoration: what lies behind the page or over all of it.
function mediaWords(rec) {
  const { el, tag, place } = rec;
  const said = declaredLabel(el) || attribute(el, 'title');
  if (!rec.seen || place.width < PLATE.width || place.height < PLATE.height || attr(el, 'aria-hidden') === 'true') return '';
  if (tag === 'video' && el.autoplay && el.muted && !el.controls && !said) return '';
  if (tag !== 'video' && tag !== 'canvas' && !attr(el, tag === 'embed' ? 'src' : 'data')) return '';
  for (let at = place; at; at = at.up) {
    const { position, pointerEvents, zIndex } = at.style;
    if (pointerEvents === 'none' || ((position === 'fixed' || position === 'absolute') && Number(zIndex) < 0)) return '';
    if (position === 'fixed') break;
  }
  return slug(said) ? `${said} (${tag === 'canvas' ? 'drawing' : tag === 'video' ? 'video' : 'embedded'})` : MEDIA[tag];
}
