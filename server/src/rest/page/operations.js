/** The document as this page tells it: canonical operations by tag, each with the other paths that open it. */
export function groupsOf(api) {
  const all = Object.entries(api.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      path,
      also: [],
    })),
  )
  const groups = new Map()
  for (const operation of all) {
    const [tag = 'other'] = operation.tags ?? []
    if (operation['x-alias-of']) continue
    operation.also = all
      .filter((other) => other['x-alias-of'] === operation.path && other.method === operation.method)
      .map(({ path }) => path)
    groups.set(tag, [...(groups.get(tag) ?? []), operation])
  }
  return groups
}

export const wants = (operation, scheme) => (operation.security ?? []).some((schemes) => scheme in schemes)
export const isWrite = ({ method }) => method !== 'GET'
export const idOf = ({ operationId, method, path }) => operationId ?? `${method} ${path}`

const JSON_TYPE = 'application/json'
export const contentOf = (piece) => piece?.content?.[JSON_TYPE]

/** What may stand behind the question mark, told as the object that it is. */
export function queryOf({ parameters = [] }) {
  const asked = parameters.filter((parameter) => parameter.in === 'query')
  if (asked.length === 0) return undefined
  return {
    required: asked.filter(({ required }) => required).map(({ name }) => name),
    properties: Object.fromEntries(
      asked.map(({ name, schema, description }) => [name, { description, ...schema }]),
    ),
  }
}

/** Follows a reference inside the document. */
export function resolve(api, piece) {
  if (!piece?.$ref) return piece
  const parts = piece.$ref.slice(2).split('/')
  return parts.reduce((at, part) => at[part.replaceAll('~1', '/').replaceAll('~0', '~')], api)
}
