import { expect, test } from 'vitest'
import { lettersBy } from '../../probes/hands.ts'

test('letters by way of the database: the newest to the address, nothing while it is not written, and why not', async () => {
  const asked: (readonly string[])[] = []
  const listed = (...mails: object[]) =>
    lettersBy((words) => {
      asked.push(words)
      return Promise.resolve({ code: 0, stdout: JSON.stringify(mails), stderr: '' })
    })
  const to = 'verify-1@synthetic.invalid'
  expect(await listed({ to, text: 'newer' }, { to, text: 'older' })(to)).toBe('newer')
  expect(await listed({ to, state: 'queued' })(to)).toBeUndefined()
  expect(await listed()(to)).toBeUndefined()
  expect(asked[0]).toEqual(['db/src/outbox-command.ts', '--to', to, '--json'])
  const refused = lettersBy(() => Promise.resolve({ code: 1, stdout: '', stderr: 'outbox: no route\n' }))
  await expect(refused(to)).rejects.toThrow('the outbox could not be read: outbox: no route')
})
