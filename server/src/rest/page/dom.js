/** An element with its properties and children. Text stays text: nothing on this page parses HTML. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value)
    else element.setAttribute(name, value === true ? '' : value)
  }
  element.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== false))
  return element
}

/** `Words` between backticks are code. */
export const prose = (text = '') =>
  text.split('`').map((part, index) => (index % 2 === 1 ? h('code', {}, part) : part))

/** Lines to copy, with a button where the browser lets us. */
export function lines(label, text) {
  const button = h('button', { type: 'button', class: 'quiet', onclick: copy }, 'Copy')
  const said = h('span', { role: 'status', class: 'said' })
  async function copy() {
    await navigator.clipboard.writeText(text)
    said.textContent = 'Copied'
    setTimeout(() => (said.textContent = ''), 2000)
  }
  return h(
    'figure',
    { class: 'lines' },
    h('figcaption', {}, label, h('span', { class: 'copy' }, said, navigator.clipboard ? button : undefined)),
    h('pre', {}, h('code', {}, text)),
  )
}
