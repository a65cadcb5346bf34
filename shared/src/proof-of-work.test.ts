import { expect, test } from 'vitest'
import { askForWork, checkWork, doWork } from './proof-of-work.ts'

const PURPOSE = { act: 'login', holder: 'somebody' }
const KEY = { secret: 'only we know', seconds: 300 }

test('work that is done is known again, under the id of its question', async () => {
  const question = await askForWork(PURPOSE, KEY)
  const answer = (await doWork(question)) ?? ''
  const checked = await checkWork(answer, PURPOSE, KEY)
  expect(checked).toEqual({ id: (JSON.parse(question) as { signature: string }).signature })
})

test('an answer is too late after its time', async () => {
  const answer = (await doWork(await askForWork(PURPOSE, { ...KEY, seconds: -1 }))) ?? ''
  expect(await checkWork(answer, PURPOSE, KEY)).toEqual({ refused: 'expired' })
})

test('a question of half the work is not ours', async () => {
  const answer = JSON.parse(atob((await doWork(await askForWork(PURPOSE, KEY))) ?? '')) as {
    challenge: { parameters: { cost: number } }
  }
  answer.challenge.parameters.cost = 1
  expect(await checkWork(btoa(JSON.stringify(answer)), PURPOSE, KEY)).toEqual({ refused: 'malformed' })
})

test.each(['', 'x', '%%%', btoa('null'), btoa('[]'), btoa('{}'), 'é'.repeat(9)])(
  '%j is no answer',
  async (answer) => {
    expect(await checkWork(answer, PURPOSE, KEY)).toEqual({ refused: 'malformed' })
  },
)

test('an answer proves what it was asked for, to who was asked, and only under our key', async () => {
  const text = (await doWork(await askForWork(PURPOSE, KEY))) ?? ''
  const foreign = { refused: 'foreign' }
  expect(await checkWork(text, { ...PURPOSE, act: 'register' }, KEY)).toEqual(foreign)
  expect(await checkWork(text, { ...PURPOSE, holder: 'another' }, KEY)).toEqual(foreign)
  expect(await checkWork(text, PURPOSE, { secret: 'somebody else knows' })).toEqual(foreign)

  const answer = JSON.parse(atob(text)) as { solution: { derivedKey: string } }
  answer.solution.derivedKey = '0'.repeat(64)
  expect(await checkWork(btoa(JSON.stringify(answer)), PURPOSE, KEY)).toEqual({ refused: 'wrong' })
})
