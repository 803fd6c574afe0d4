// Things that stand on a picture, moved by hand or by keys. A spot is [x, y], parts of the picture from the top left.

const STEP = 0.005
const FAR = 10
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
const within = (part) => Math.min(1, Math.max(0, part))

export function stand(element, [x, y]) {
  element.style.left = `${x * 100}%`
  element.style.top = `${y * 100}%`
}

/** Where on `box` a pointer is. */
export function spotOf(event, box) {
  const shown = box.getBoundingClientRect()
  return [within((event.clientX - shown.left) / shown.width), within((event.clientY - shown.top) / shown.height)]
}

/** Let a person move `element` over `box`: `where()` is its spot now, `put(spot)` is called with each new one, `gone()` on Delete. */
export function movable(element, box, { may = () => true, where, put, gone = null }) {
  element.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || !may()) return
    event.preventDefault()
    element.focus()
    element.setPointerCapture(event.pointerId)
    const over = (at) => put(spotOf(at, box))
    element.addEventListener('pointermove', over)
    element.addEventListener('lostpointercapture', () => element.removeEventListener('pointermove', over), { once: true })
  })
  element.addEventListener('keydown', (event) => {
    if (!may()) return
    if (gone && (event.key === 'Delete' || event.key === 'Backspace')) {
      event.preventDefault()
      return gone()
    }
    const step = STEPS[event.key]
    if (!step) return
    event.preventDefault()
    const far = STEP * (event.shiftKey ? FAR : 1), [x, y] = where()
    put([within(x + step[0] * far), within(y + step[1] * far)])
  })
}
