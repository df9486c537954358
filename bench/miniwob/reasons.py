"""Tasks that no customer's action can do, each with the reason; they are not played.

A customer clicks and types by name. It has no picture, does not drag, hover, mark text or follow
what moves. What only some problems of a task ask for is said by its solver with `NotPossible`.
"""

from __future__ import annotations

POINT = "a press at a chosen point of a drawing: names are of things, not of points"
DRAG = "dragging: there is no such action"
DRAW = "drawing with the pointer held down: there is no such action"
MARK = "marking text with the pointer: there is no such action"
FOLLOW = "keeping the pointer on something that moves: there is no such action"
SHADE = "the exact shade of a patch, which is seen as a colour word only"
ICON = "finding an icon that the task shows and does not name: pictures have no words"
HOVER = "opening a menu by hovering, where a press chooses at once: there is no such action"
SCROLL = "scrolling inside a text area: there is no such action"


class NotPossible(Exception):
    """A problem that no customer's action can do, though others of its task can be done."""


NOT_POSSIBLE = {
    "bisect-angle": POINT,
    "chase-circle": FOLLOW,
    "click-shades": SHADE,
    "count-shape": "counting figures in a drawing: what is drawn has no words",
    "count-sides": "counting the sides of a figure on a canvas: what is drawn has no words",
    "circle-center": POINT,
    "daily-calendar": DRAG,
    "drag-box": DRAG,
    "drag-circle": DRAG,
    "drag-cube": DRAG,
    "drag-items": DRAG,
    "drag-items-grid": DRAG,
    "drag-shapes": DRAG,
    "drag-shapes-2": DRAG,
    "drag-single-shape": DRAG,
    "drag-sort-numbers": DRAG,
    "draw-circle": DRAW,
    "draw-line": DRAW,
    "find-midpoint": POINT,
    "highlight-text": MARK,
    "highlight-text-2": MARK,
    "hot-cold": POINT,
    "hover-shape": FOLLOW,
    "moving-items": "ten presses on things that cross the window in 3.5 s each, faster than looks",
    "resize-textarea": DRAG,
    "right-angle": POINT,
    "scroll-text-2": SCROLL,
    "simon-says": "the order is shown by blinks of a quarter of a second, shorter than a look",
    "text-editor": MARK,
    "terminal": "typing where no field is drawn: text is typed into fields only",
    "use-colorwheel-2": SHADE,
    "visual-addition": "counting boxes in a drawing: what is drawn has no words",
}
