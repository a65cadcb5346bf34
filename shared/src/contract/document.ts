/** Any piece of an OpenAPI document. */
export type Json = { [key: string]: unknown }

/** Follows a reference to where it points; what stands beside the reference stays. */
export function resolve(document: Json, piece: unknown): Json {
  const { $ref, ...rest } = piece as Json
  if (typeof $ref !== 'string') return rest
  const target = lookUp(document, $ref)
  if (target === undefined) throw new Error(`${$ref} points nowhere`)
  return { ...resolve(document, target), ...rest }
}

export const lookUp = (document: Json, ref: string): unknown =>
  ref
    .slice('#/'.length)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((at, part) => (at as Json | undefined)?.[part], document)

export const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const
