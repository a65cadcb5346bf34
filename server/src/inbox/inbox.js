/** Asks for this very page again and takes over what is new in it. Whatever is open stays where it is. */
const EVERY_MS = 2000
const title = document.title
const list = document.getElementById('letters')
const said = document.getElementById('said')
const unread = new Set()
let tag
let timer

/** Nobody looks at a hidden tab, so it does not ask; it asks at once when it is shown. */
async function watch() {
  clearTimeout(timer)
  if (document.hidden) return
  await look()
  timer = setTimeout(watch, EVERY_MS)
}

async function look() {
  const answer = await fetch('/dev/inbox', { headers: tag ? { 'if-none-match': tag } : {} }).catch(
    () => undefined,
  )
  if (answer?.status === 304) return answered()
  if (!answer?.ok) return say(SILENCE)
  answered()
  tag = answer.headers.get('etag')
  show(new DOMParser().parseFromString(await answer.text(), 'text/html'))
}

function show(page) {
  const letters = lettersIn(page)
  const arrived = letters.filter(({ id }) => !document.getElementById(id))
  for (const letter of letters) takeTime(letter)
  for (const gone of lettersIn(document).filter(({ id }) => !page.getElementById(id))) letGo(gone)
  if (arrived.length > 0) holdStill(() => takeIn(arrived))
  document.getElementById('count').textContent = page.getElementById('count').textContent
  if (arrived.length > 0) say(`New: ${arrived.map(subjectOf).join('; ')}`)
}

function takeIn(arrived) {
  document.getElementById('empty')?.remove()
  for (const letter of arrived) markNew(letter)
  list.prepend(...arrived)
  tellUnread()
}

/** Closed, so that it takes no more than a line from what is being read. */
function markNew(letter) {
  const [details] = letter.getElementsByTagName('details')
  details.removeAttribute('open')
  letter.classList.add('new')
  unread.add(letter.id)
  // Also heard of the closing above, some time later.
  details.addEventListener('toggle', () => {
    if (!details.open) return
    letter.classList.remove('new')
    unread.delete(letter.id)
    tellUnread()
  })
}

function letGo(letter) {
  if (!letter.getElementsByTagName('details')[0].open) letter.remove()
}

/** "A minute ago" has become "two minutes ago". */
function takeTime(letter) {
  const [shown] = document.getElementById(letter.id)?.getElementsByTagName('time') ?? []
  shown?.replaceChildren(...letter.getElementsByTagName('time')[0].cloneNode(true).childNodes)
}

/** Who has scrolled reads on where they were; who is at the top sees what came. */
function holdStill(change) {
  const read = scrollY > 0 && lettersIn(document).find((letter) => letter.getBoundingClientRect().bottom > 0)
  const before = read && read.getBoundingClientRect().top
  change()
  if (read) scrollBy(0, read.getBoundingClientRect().top - before)
}

const lettersIn = (page) => [...page.getElementsByTagName('article')]
const subjectOf = (letter) => letter.getElementsByTagName('h3')[0].textContent

function tellUnread() {
  document.title = unread.size > 0 ? `(${unread.size}) ${title}` : title
}

/** Said once, and not again every two seconds: screen readers read it out. */
function say(words) {
  if (said.textContent !== words) said.textContent = words
}
function answered() {
  if (said.textContent === SILENCE) say(WAITING)
}
const SILENCE = 'The server does not answer. This page goes on asking.'
const WAITING = 'New letters appear by themselves.'

document.addEventListener('visibilitychange', watch)
say(WAITING)
await watch()
