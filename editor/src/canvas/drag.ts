// What a dragged kind is called on the clipboard of a drag.
export const KIND_DRAG = 'application/x-suiro-kind'
