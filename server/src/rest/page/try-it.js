import { h } from './dom.js'
import { contentOf, idOf, isWrite, queryOf } from './operations.js'

/** Sends the request from this browser, with its cookies, and shows what came back. */
export function tryIt(operation) {
  const id = idOf(operation)
  const content = contentOf(operation.requestBody)
  const paths = [operation.path, ...operation.also]
  const path = h(
    'select',
    { id: `${id}-path` },
    paths.map((one) => h('option', {}, one)),
  )
  const asked = queryOf(operation)
  const query =
    asked &&
    h('input', {
      id: `${id}-query`,
      placeholder: Object.keys(asked.properties)
        .map((name) => `${name}=…`)
        .join('&'),
    })
  const body =
    content && h('textarea', { id: `${id}-body`, rows: '6', spellcheck: 'false', autocapitalize: 'none' })
  if (body) body.value = JSON.stringify(content.example ?? {}, null, 2)
  const button = h('button', { class: 'send' }, 'Send')
  const answer = h('output', {
    class: 'answer',
    for: [path.id, query?.id, body?.id].filter(Boolean).join(' '),
  })

  async function send(event) {
    event.preventDefault()
    button.disabled = true
    answer.replaceChildren(h('p', {}, 'Waiting for the answer…'))
    answer.replaceChildren(
      ...(await ask(operation.method, addressOf(path, query), body?.value).then(told, failed)),
    )
    button.disabled = false
    button.focus()
  }

  return h(
    'details',
    { class: 'try' },
    h('summary', {}, 'Try it', h('span', { class: 'unseen' }, `: ${operation.summary}`)),
    h(
      'form',
      { onsubmit: send },
      paths.length > 1 && [h('label', { for: path.id }, 'Path'), path],
      query && [h('label', { for: query.id }, 'Query'), query],
      body && [h('label', { for: body.id }, 'Body'), body],
      h(
        'p',
        { class: 'buttons' },
        button,
        isWrite(operation) && h('small', {}, 'A CSRF token is fetched first.'),
      ),
      answer,
    ),
  )
}

const addressOf = (path, query) => (query?.value ? `${path.value}?${query.value}` : path.value)

async function ask(method, path, body) {
  const headers = {}
  if (method !== 'GET') headers['X-CSRF-Token'] = await csrfToken()
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  const started = performance.now()
  const response = await fetch(path, {
    method,
    headers,
    body,
    credentials: 'same-origin',
    redirect: 'manual',
  })
  const text = await response.text()
  return { response, text, took: Math.round(performance.now() - started) }
}

async function csrfToken() {
  const response = await fetch('/api/auth/csrf')
  return response.ok ? (await response.json()).csrfToken : ''
}

const OF_INTEREST = ['content-type', 'x-request-id', 'retry-after', 'allow', 'location', 'clear-site-data']

function told({ response, text, took }) {
  const { status } = response
  const headers = OF_INTEREST.filter((name) => response.headers.has(name))
  return [
    h(
      'p',
      {},
      h('strong', { class: `status s${String(status)[0]}` }, String(status)),
      ` ${response.statusText} in ${took} ms`,
    ),
    h(
      'dl',
      {},
      headers.map((name) => h('div', {}, h('dt', {}, name), h('dd', {}, response.headers.get(name)))),
    ),
    h('pre', {}, h('code', {}, pretty(text))),
  ]
}

const failed = () => [h('p', {}, 'There was no answer. Is the server running?')]

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
