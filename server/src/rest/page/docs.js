import { CSRF_FUNCTION, curlOf } from './curl.js'
import { h, lines, prose } from './dom.js'
import { badge, operationCard } from './operation.js'
import { groupsOf, idOf } from './operations.js'
import { schemaSection } from './schemas.js'

const ADDRESS = '/api/openapi.json'
const content = document.getElementById('content')
const waiting = document.getElementById('waiting')

function show(api) {
  const groups = groupsOf(api)
  const schemas = Object.entries(api.components?.schemas ?? {})
  document.title = api.info.title
  document.getElementById('title').textContent = api.info.title
  document.getElementById('facts').prepend(`Version ${api.info.version} · OpenAPI ${api.openapi} · `)
  document.getElementById('contents').append(...contents(groups, schemas))
  waiting.remove()
  content.append(
    h(
      'section',
      { class: 'about' },
      h('p', { class: 'lead' }, prose(api.info.description)),
      ...forPrograms(groups),
    ),
    ...[...groups].map(([tag, operations]) =>
      h(
        'section',
        { 'aria-labelledby': `tag-${tag}` },
        h('h2', { id: `tag-${tag}` }, title(tag)),
        operations.map((one) => operationCard(api, one)),
      ),
    ),
    h(
      'section',
      { 'aria-labelledby': 'schemas' },
      h('h2', { id: 'schemas' }, 'Schemas'),
      h(
        'div',
        { class: 'schemas' },
        schemas.map(([name, schema]) => schemaSection(name, schema)),
      ),
    ),
  )
  // What the address points to did not exist yet when the browser looked for it.
  if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView()
}

/** How a program without a browser signs in: two calls and a jar. */
function forPrograms(groups) {
  const all = [...groups.values()].flat()
  const steps = ['auth.csrf', 'auth.login', 'user.me'].map((id) => all.find((one) => idOf(one) === id))
  if (steps.includes(undefined)) return []
  const told = [CSRF_FUNCTION, ...steps.map((one) => curlOf(one, location.origin))].join('\n\n')
  return [h('h2', {}, 'Sign in from a program'), lines('Two calls and a cookie jar, then any other', told)]
}

const contents = (groups, schemas) => [
  ...[...groups].map(([tag, operations]) =>
    h(
      'div',
      {},
      h('h2', {}, title(tag)),
      h(
        'ul',
        {},
        operations.map((one) =>
          h('li', {}, h('a', { href: `#${idOf(one)}` }, badge(one.method), h('span', {}, one.summary))),
        ),
      ),
    ),
  ),
  h(
    'div',
    { class: 'wide-only' },
    h('h2', {}, 'Schemas'),
    h(
      'ul',
      {},
      schemas.map(([name]) => h('li', {}, h('a', { href: `#schema-${name}` }, name))),
    ),
  ),
]

const title = (tag) => tag[0].toUpperCase() + tag.slice(1)

waiting.textContent = 'Reading the document…'
const response = await fetch(ADDRESS).catch(() => undefined)
if (response?.ok) show(await response.json())
else waiting.textContent = `${ADDRESS} did not answer. Is the server running?`
