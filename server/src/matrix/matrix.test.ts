import { afterAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type ErrorCode, statusOf } from '@latchkey/shared/errors'
import { type ProcedureName, ROWS } from '../rest/rows.ts'
import { checksumOf } from '../test/checksum.ts'
import { openTestHost } from '../test/host.ts'
import { settled } from '../test/settled.ts'
import { type Line, POLICY } from './policy.ts'
import { aCaller, CALLERS, type Caller, type CallerName, rolesOf } from './test/callers.ts'
import { type Door, doorsOf, isWrite, NAMES, pathsOf, procedures, type Said } from './test/doors.ts'
import { fieldsOf } from './test/fields.ts'
import { anObject, type Relation, RELATIONS } from './test/objects.ts'

const host = await openTestHost()
await host.deps.boss.start()
afterAll(() => host.close())

const covered = NAMES.filter((name) => name in POLICY)
const knownRows = ROWS.filter(({ procedure }) => procedure in POLICY)
const CELLS = covered.flatMap((name) =>
  CALLERS.flatMap((caller) =>
    doorsOf(name).flatMap(() => (POLICY[name].object ? RELATIONS.map(() => caller) : [caller])),
  ),
)
let asked = 0

const shared = new Map<CallerName, Promise<Caller>>()
/** A read leaves its caller as they were, so one serves for all. */
function callerFor(name: ProcedureName, who: CallerName): Promise<Caller> {
  if (isWrite(name)) return aCaller(host, who)
  const caller = shared.get(who) ?? aCaller(host, who)
  shared.set(who, caller)
  return caller
}

const guardSays = ({ may }: Line, who: CallerName): 'ok' | ErrorCode => {
  const roles = rolesOf(who)
  if (may === 'anyone') return 'ok'
  if (!roles) return 'UNAUTHENTICATED'
  return may === 'signedIn' || roles.includes(may) ? 'ok' : 'FORBIDDEN'
}

const wanted = (line: Line, who: CallerName, relation: Relation): 'ok' | ErrorCode => {
  const guard = guardSays(line, who)
  return guard === 'ok' && relation !== 'own' ? (line.object?.[relation] ?? 'ok') : guard
}

type Cell = { name: ProcedureName; who: CallerName; door: Door; relation: Relation }
/** A refusal may be remembered, and leaves nothing else. */
async function sumsBesideAudit(): Promise<Record<string, string>> {
  return { ...(await checksumOf(host.town.ownerDb)), 'public.audit_events': '' }
}

async function ask({ name, who, door, relation }: Cell): Promise<{ said: Said; wrote: boolean }> {
  const { object, input } = POLICY[name]
  const caller = await callerFor(name, who)
  const id = object ? await anObject(host, { kind: object.kind, relation, caller }) : ''
  const body = (await input?.({ host, caller, id })) ?? {}
  if (!caller.browser.csrf) await caller.browser.get('/api/auth/csrf')
  const before = await sumsBesideAudit()
  const said = await door.ask(caller.browser, body)
  asked += 1
  const after = await sumsBesideAudit()
  return { said, wrote: JSON.stringify(after) !== JSON.stringify(before) }
}

describe(`H1: ${covered.length} of ${NAMES.length} procedures, ${knownRows.length} of ${ROWS.length} rows`, () => {
  test('no procedure without a line, no line without a procedure, no row without either', () => {
    expect(Object.keys(POLICY).sort()).toEqual(NAMES)
    expect(knownRows).toEqual(ROWS)
    const doors = new Set(NAMES.flatMap((name) => doorsOf(name).map(({ name }) => name)))
    for (const row of ROWS)
      for (const path of pathsOf(row)) expect(doors).toContain(`${row.method.toUpperCase()} ${path}`)
  })

  test.each(covered)('%s declares the caller that the table names', (name) => {
    expect(procedures.get(name)?.meta?.caller).toBe(POLICY[name].may)
  })

  test.each(covered)('%s names an object exactly where it takes an id', (name) => {
    const fields = fieldsOf(name).map(([field]) => field)
    expect(POLICY[name].object !== undefined).toBe(fields.includes('id'))
  })
})

describe.each(covered)('H1, H2, H3, B8, A8, pain 10: %s', (name) => {
  const line = POLICY[name]
  const relations: readonly Relation[] = line.object ? RELATIONS : ['own']

  test.each(CALLERS)('as %s, through every door', async (who) => {
    for (const door of doorsOf(name)) {
      const heard = new Map<Relation, Said>()
      for (const relation of relations) {
        const { said, wrote } = await ask({ name, who, door, relation })
        const code = wanted(line, who, relation)
        const status = code === 'ok' ? door.okStatus : statusOf(code)
        const where = `${door.name}, ${relation}`
        expect([where, said.code, said.status], said.answer.text).toEqual([where, code, status])
        if (code === 'ok') expectOnlyTheSchema(name, said.output)
        else expect(wrote, `${where} is refused and writes nothing`).toBe(false)
        heard.set(relation, said)
      }
      const [foreign, missing] = [heard.get('foreign'), heard.get('missing')]
      if (foreign && missing && foreign.code !== 'ok')
        expect(settled(foreign.answer)).toEqual(settled(missing.answer))
    }
  })
})

test(`H1: all ${CELLS.length} cells of the matrix were asked`, () => {
  expect(asked).toBe(CELLS.length)
})

/** Strict, so that a field too many is refused like one too few. */
function expectOnlyTheSchema(name: ProcedureName, output: unknown): void {
  const schema = procedures.get(name)?.output
  const strict = z.fromJSONSchema(z.toJSONSchema(schema ?? z.never()))
  const parsed = strict.safeParse(output)
  expect(parsed.success ? [] : parsed.error.issues, `${name} says what its schema says`).toEqual([])
}
