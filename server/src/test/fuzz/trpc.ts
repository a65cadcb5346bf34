import fc from 'fast-check'
import { ASKER } from './asker.ts'
import type { Case } from './case.ts'
import { inputOf, type Operation, written } from './operations.ts'
import { anything, damage, damaged, escaped, METHODS, often, pick } from './values.ts'

export function trpcCases(
  operations: Operation[],
  procedures: { name: string; isRead: boolean }[],
): fc.Arbitrary<Case> {
  const known = new Map(operations.map((one) => [one.procedure, one]))
  const plain: Operation = {
    method: 'GET',
    path: '',
    procedure: '',
    takes: [{ name: 'id', schema: {} }],
    example: {},
  }
  const one = fc.oneof(
    ...procedures.map(({ name, isRead }) =>
      fc.record({
        name: fc.constant(name),
        isRead: fc.constant(isRead),
        input: inputOf(known.get(name) ?? plain),
      }),
    ),
  )
  const names = procedures.map(({ name }) => name)
  const reads = procedures.filter(({ isRead }) => isRead).map(({ name }) => name)
  const call = fc.record({ ...ASKER, one }).map(({ one: { name, isRead, input }, ...rest }): Case => ({
    from: 'trpc',
    ...rest,
    method: isRead ? 'GET' : 'POST',
    path: `/api/trpc/${name}${isRead ? `?input=${escaped(input.slice(0, 500))}` : ''}`,
    ...(!isRead && { body: input }),
  }))
  const batch = fc
    .record({
      ...ASKER,
      names: fc.array(
        often([6, pick(...reads)], [1, pick(...names, 'x', '', '__proto__', 'auth', 'constructor.name')]),
        { minLength: 1, maxLength: 12 },
      ),
      inputs: fc.array(
        fc.tuple(
          pick('0', '1', '2', '9', '-1', '__proto__', 'x'),
          anything.map((text) => text.slice(0, 80)),
        ),
        { maxLength: 4 },
      ),
      sign: pick(
        'batch=1',
        'batch=1',
        'batch=1',
        'batch=0',
        'batch',
        'batch=1&batch=1',
        'batch=1&connectionParams={}',
      ),
      method: often([9, fc.constant('GET')], [1, pick('POST', 'HEAD', 'PUT')]),
    })
    .map(({ names, inputs, sign, ...rest }): Case => ({
      from: 'trpc',
      ...rest,
      path: `/api/trpc/${names.join(',')}?${sign}&input=${escaped(written(inputs))}`,
    }))
  const odd = fc
    .record({
      ...ASKER,
      method: pick(...METHODS),
      name: fc.oneof(
        pick(
          '',
          'auth',
          'auth.',
          '.auth',
          'auth..login',
          '__proto__',
          '__proto__.x',
          'constructor',
          'constructor.prototype',
          'toString',
          'auth.login.x',
          'then',
          'auth%2elogin',
          '%',
          '%zz',
          '%E0%A4%A',
          '%00',
          'a/b',
          ',',
          ',,,,,,,,,,,,,,',
          'auth.toString',
          'auth.__proto__',
          'auth/login',
        ),
        fc.tuple(pick(...names), fc.array(damage, { minLength: 1, maxLength: 3 })).map(damaged),
      ),
      asked: fc.oneof(
        fc.constant(''),
        fc
          .tuple(pick('input', 'batch', 'connectionParams', 'x'), anything)
          .map(([name, text]) => `?${name}=${escaped(text.slice(0, 700))}`),
      ),
      body: anything,
      bodied: fc.boolean(),
    })
    .map(({ name, asked, body, bodied, ...rest }): Case => ({
      from: 'trpc',
      ...rest,
      path: `/api/trpc/${name.replace(/[\s\0]/g, '')}${asked}`,
      ...(bodied && { body }),
    }))
  return often([6, call], [2, batch], [2, odd])
}
