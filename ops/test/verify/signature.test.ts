import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openFolder, type RunFolder } from '../../artifacts.ts'
import { reportUnasked } from '../../deploy/report.ts'
import type { Report } from '../../report/schema.ts'
import { SIGNATURE } from '../../report/seal.ts'
import { openScrubber } from '../../scrub.ts'
import { judgeFolder } from '../../verify/judge-folder.ts'
import { summaryOf } from '../../verify/words.ts'
import { aPlace } from './run-folder.ts'

const REPORT = 'meta/post-deploy-report.json'

function aKey(passphrase = ''): { file: string; line: string } {
  const file = join(aPlace(), 'key')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', 'test', '-f', file])
  return { file, line: readFileSync(`${file}.pub`, 'utf8').trim() }
}
function aList(...lines: string[]): string {
  const file = join(aPlace(), 'signers')
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''))
  return file
}
const MAY = 'namespaces="latchkey-report"'

async function reported(keyFile: string | undefined, secrets: string[] = []) {
  const folder = await openFolder(join(aPlace(), 'run'), openScrubber(secrets))
  const report = await reportUnasked(folder, 'Nothing was asked.', {
    mode: 'update-only',
    strict: false,
    site: { url: 'https://example.com', address: null },
    commit: 'abc',
    versions: { product: null, node: '24' },
    startedAt: new Date(),
    failures: [],
    signWith: keyFile,
  })
  return { folder, report }
}
const sealed = async (folder: RunFolder, signers: string) => {
  const { signature, failures } = await judgeFolder(folder, { strict: false, signers })
  return { signature, failures: failures.filter(({ name }) => name === 'signature') }
}
const spoil = (folder: RunFolder, file: string, change: (text: string) => string) => {
  const path = join(folder.path, file)
  const text = readFileSync(path, 'utf8')
  expect(change(text)).not.toBe(text)
  writeFileSync(path, change(text))
}

test('O9: a report is signed with the key of the operator, and who it was can be told', async () => {
  const key = aKey()
  const { folder, report } = await reported(key.file)
  expect(report.signature).toEqual({ file: SIGNATURE, because: `Signed: ${SIGNATURE}.` })
  expect(JSON.parse((await folder.read(REPORT)) ?? '')).toEqual(report)
  expect(await folder.read('meta/report.html')).toContain(`Signed: ${SIGNATURE}.`)
  expect(summaryOf(report, folder.path)).toContain(`\nSigned: ${SIGNATURE}.\n`)
  expect(await folder.read(SIGNATURE)).toMatch(
    /^-----BEGIN SSH SIGNATURE-----\n(.{1,40}\n)+-----END SSH SIGNATURE-----\n$/,
  )
  const signers = aList(`bob@example.com ${MAY} ${aKey().line}`, `ada@example.com ${MAY} ${key.line}`)
  expect(await sealed(folder, signers)).toEqual({
    signature: { file: SIGNATURE, because: 'Signed by ada@example.com.' },
    failures: [],
  })
})

test('O9: one byte is another, and it is refused', async () => {
  const key = aKey()
  const signers = aList(`ada@example.com ${MAY} ${key.line}`)
  for (const [file, change] of [
    [REPORT, (text: string) => text.replace('"commit": "abc"', '"commit": "abd"')],
    [REPORT, (text: string) => `${text} `],
    [SIGNATURE, (text: string) => text.replace(/\n(.)/, (_, first) => `\n${first === 'V' ? 'W' : 'V'}`)],
    [SIGNATURE, () => 'nothing of the kind\n'],
  ] as const) {
    const { folder } = await reported(key.file)
    spoil(folder, file, change)
    const { failures } = await sealed(folder, signers)
    expect([file, failures.map(({ because }) => because)]).toEqual([
      file,
      [expect.stringMatching(/^The report is not as somebody of the list has signed it: /)],
    ])
  }
})

test('O9: the key of somebody else, a key for something else, and no signature at all are refused', async () => {
  const [key, other] = [aKey(), aKey()]
  const { folder } = await reported(key.file)
  for (const line of [
    `bob@example.com ${MAY} ${other.line}`,
    `ada@example.com namespaces="git" ${key.line}`,
    `ada@example.com ${MAY},valid-before="20200101" ${key.line}`,
  ])
    expect([line, (await sealed(folder, aList(line))).failures.length]).toEqual([line, 1])
  const { folder: bare, report } = await reported(undefined)
  expect(report.signature).toEqual({ file: null, because: 'Not signed: this run has no key.' })
  const { failures } = await sealed(bare, aList(`ada@example.com ${MAY} ${key.line}`))
  expect(failures[0]?.because).toContain(`${SIGNATURE} is missing`)
})

test('O9: who was not asked is not told, and it fails nothing', async () => {
  const judged = async (folder: RunFolder): Promise<Report> => judgeFolder(folder, { strict: false })
  const signed = await judged((await reported(aKey().file)).folder)
  expect(signed.signature?.because).toBe('Signed; by whom was not asked (--signers FILE).')
  const unsigned = await judged((await reported(undefined)).folder)
  expect(unsigned.signature).toEqual({ file: null, because: 'Not signed.' })
  expect(unsigned.failures.map(({ name }) => name)).toEqual(signed.failures.map(({ name }) => name))
})

test.each([
  ['that is not there', () => '/nowhere/at/all'],
  ['that is locked, without anybody being asked for its passphrase', () => aKey('a passphrase').file],
  ['that is none', () => aList('no key')],
])('O9: with a key %s the report says in one line that it is not signed', async (_what, keyOf) => {
  const { folder, report } = await reported(keyOf())
  expect(report.signature).toEqual({
    file: null,
    because: expect.stringMatching(/^Not signed: .+\.$/) as string,
  })
  expect(report.signature?.because).not.toContain('\n')
  expect(await folder.read(SIGNATURE)).toBeUndefined()
  expect(JSON.parse((await folder.read(REPORT)) ?? '')).toEqual(report)
})

test('O9: a signature of an earlier run is not left beside another report', async () => {
  const { folder } = await reported(aKey().file)
  const about = {
    ...({ mode: 'update-only', strict: false, commit: null, startedAt: new Date() } as const),
    ...{ site: { url: 'https://example.com', address: null }, versions: { product: null, node: '24' } },
  }
  await reportUnasked(folder, 'Nothing was asked.', about)
  expect(await folder.read(SIGNATURE)).toBeUndefined()
})

test('O9: a scrubber that would change the signature keeps it from being written', async () => {
  const { report } = await reported(aKey().file, ['SSH SIGNATURE'])
  expect(report.signature).toEqual({ file: null, because: 'Not signed: the signature looks like a secret.' })
})
