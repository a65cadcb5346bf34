import { type ErrorCode, isErrorCode } from '@latchkey/shared/errors'
import { proceduresOf } from '../../procedures.ts'
import { type ProcedureName, ROWS, type Row } from '../../rest/rows.ts'
import { appRouter } from '../../router.ts'
import type { Answer, Ask, Browser } from '../../test/browser.ts'

/** One way to ask for a procedure, and what was said there, in words that all doors share. */
export type Door = {
  name: string
  ask(browser: Browser, input: object, headers?: Ask['headers']): Promise<Said>
  okStatus: number
}
export type Said = { status: number; code: 'ok' | ErrorCode; output: unknown; answer: Answer }

export const procedures = proceduresOf(appRouter)
export const NAMES = [...procedures.keys()].sort() as ProcedureName[]
export const isWrite = (name: ProcedureName): boolean => procedures.get(name)?.type === 'mutation'
export const WRITES = NAMES.filter(isWrite)
export const rowsOf = (name: ProcedureName): Row[] => ROWS.filter(({ procedure }) => procedure === name)
export const pathsOf = ({ path, also, inside }: Row): string[] => [path, ...also, ...inside]

export const doorsOf = (name: ProcedureName): Door[] => [
  trpc(name),
  ...(isWrite(name) ? [] : [batch(name)]),
  ...rowsOf(name).flatMap((row) => pathsOf(row).map((path) => rest(row, path))),
]

/** Whether a path reads something, whatever else it does by other methods. */
export const isRead = (path: string): boolean =>
  ROWS.some((row) => row.method === 'get' && pathsOf(row).includes(path))

/** The two doors, each once: where a test is about the procedure and not about its addresses. */
export const twoDoorsOf = (name: ProcedureName): Door[] => [
  trpc(name),
  ...rowsOf(name).map((row) => rest(row, row.path)),
]

export const asQuery = (input: unknown): string => `input=${encodeURIComponent(JSON.stringify(input))}`

const trpc = (name: ProcedureName): Door => ({
  name: 'tRPC',
  okStatus: 200,
  async ask(browser, input, headers = {}) {
    const path = `/api/trpc/${name}`
    const answer = isWrite(name)
      ? await browser.send('POST', path, {
          body: input,
          headers: { 'x-csrf-token': browser.csrf, ...headers },
        })
      : await browser.get(`${path}?${asQuery(input)}`, { headers })
    return inTrpc(answer, answer.body as Envelope, answer.status)
  },
})

/** Asked for twice at once; the first answer counts. */
const batch = (name: ProcedureName): Door => ({
  name: 'tRPC batch',
  okStatus: 200,
  async ask(browser, input, headers = {}) {
    const path = `/api/trpc/${name},${name}?batch=1&${asQuery({ 0: input, 1: input })}`
    const answer = await browser.get(path, { headers })
    const [first = {}] = answer.body as Envelope[]
    return inTrpc(answer, first, first.error?.data.httpStatus ?? 200)
  },
})

const rest = (row: Row, path: string): Door => ({
  name: `${row.method.toUpperCase()} ${path}`,
  okStatus: typeof row.status === 'number' ? row.status : 200,
  async ask(browser, input, headers = {}) {
    const answer =
      row.method === 'get'
        ? await browser.get(withQuery(path, input), { headers })
        : await browser.send(row.method.toUpperCase(), path, {
            body: input,
            headers: { 'x-csrf-token': browser.csrf, ...headers },
          })
    const { code } = (answer.body ?? {}) as { code?: unknown }
    return { status: answer.status, code: codeOf(code), output: answer.body, answer }
  },
})

type Envelope = {
  result?: { data: unknown }
  error?: { data: { code: string; httpStatus: number } }
}

const inTrpc = (answer: Answer, { result, error }: Envelope, status: number): Said => ({
  status,
  code: codeOf(error?.data.code),
  output: result?.data,
  answer,
})

const codeOf = (code: unknown): 'ok' | ErrorCode => (isErrorCode(code) ? code : 'ok')

function withQuery(path: string, input: object): string {
  const query = new URLSearchParams(input as Record<string, string>).toString()
  return query ? `${path}?${query}` : path
}
