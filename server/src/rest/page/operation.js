import { curlOf } from './curl.js'
import { h, lines, prose } from './dom.js'
import { contentOf, idOf, isWrite, queryOf, resolve, wants } from './operations.js'
import { fieldsOf, typeOf } from './schemas.js'
import { tryIt } from './try-it.js'

export const badge = (method) => h('span', { class: `method ${method.toLowerCase()}` }, method)

/** One operation: what it is, what it takes, what it answers, and how to call it. */
export const operationCard = (api, operation) =>
  h(
    'article',
    { id: idOf(operation), class: 'operation', tabindex: '-1', 'aria-labelledby': `${idOf(operation)}-name` },
    h(
      'div',
      { class: 'told' },
      h('h3', { id: `${idOf(operation)}-name` }, operation.summary ?? idOf(operation)),
      h('p', { class: 'address' }, badge(operation.method), ' ', h('code', {}, operation.path)),
      operation.also.length > 0 &&
        h(
          'p',
          { class: 'also' },
          'Also at ',
          operation.also.flatMap((path, index) => [index > 0 && ', ', h('code', {}, path)]),
        ),
      operation.description && h('p', {}, prose(operation.description)),
      h('p', { class: 'wants' }, wanted(operation)),
      requestOf(api, operation),
      answersOf(api, operation),
    ),
    h('div', { class: 'called' }, lines('curl', curlOf(operation, location.origin)), tryIt(operation)),
  )

function wanted(operation) {
  const chips = [
    wants(operation, 'session') ? 'wants a session' : 'open to anyone',
    ...(isWrite(operation) ? ['wants a CSRF token'] : []),
  ]
  return chips.map((chip) => h('span', { class: 'chip' }, chip))
}

function requestOf(api, operation) {
  const content = contentOf(resolve(api, operation.requestBody))
  const asked = queryOf(operation)
  return [
    content && [
      h('h4', {}, 'Takes ', ...typeOf(content.schema)),
      fieldsOf(resolve(api, content.schema), 'Fields of the body'),
    ],
    asked && [h('h4', {}, 'Takes in the query'), fieldsOf(asked, 'Parameters of the query')],
  ]
}

function answersOf(api, operation) {
  const answers = Object.entries(operation.responses).map(([status, response]) => ({
    status,
    ...resolve(api, response),
  }))
  const good = answers.filter(({ status }) => status < 400)
  const bad = answers.filter(({ status }) => status >= 400)
  return [
    h('h4', {}, 'Answers'),
    good.map(answerLine),
    bad.length > 0 &&
      h(
        'details',
        { class: 'errors' },
        h(
          'summary',
          {},
          `or one of ${bad.length} errors`,
          h('span', { class: 'unseen' }, ` of ${operation.summary}`),
        ),
        h('p', {}, 'Each is an ', typeOf({ $ref: USUAL }), ', unless it says otherwise.'),
        bad.map(answerLine),
      ),
  ]
}

const USUAL = '#/components/schemas/Error'

function answerLine({ status, description, ...response }) {
  const content = contentOf(response)
  return h(
    'p',
    { class: 'line' },
    h('span', { class: `status s${status[0]}` }, status),
    h('span', {}, prose(description)),
    h('span', {}, content && content.schema.$ref !== USUAL && typeOf(content.schema)),
  )
}
