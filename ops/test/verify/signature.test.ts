import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { openFolder, type RunFolder } from '../../artifacts.ts'
import { reportUnasked } from '../../deploy/report.ts'
import { openSite } from '../../probes/site.ts'
import type { DeployPart, Report } from '../../report/schema.ts'
import { SIGNATURE } from '../../report/seal.ts'
import { openScrubber } from '../../scrub.ts'
import { judgeFolder } from '../../verify/judge-folder.ts'
import { verify, type Wanted } from '../../verify/story.ts'
import { summaryOf } from '../../verify/words.ts'
import { openPretend } from './pretend-product.ts'
import { aLongPlace, aPlace } from './run-folder.ts'

const REPORT = 'meta/post-deploy-report.json'

function aKey(passphrase = '', place = aPlace()): { file: string; line: string } {
  const file = join(place, 'key')
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

const rolledBack: DeployPart = {
  environment: 'staging',
  branch: 'main',
  reason: '--update-only was given',
  release: null,
  previous: null,
  migrations: { before: null, after: null },
  configFingerprint: 'f00',
  backup: null,
  steps: [],
  rollback: { decision: 'done', because: 'What ran before runs again.' },
  logExcerpt: null,
}

describe('O9: what a signed report says cannot be unsaid beside it', async () => {
  const pretend = await openPretend()
  afterAll(() => pretend.close())
  const key = aKey('', aLongPlace())

  /** A whole run, signed, of a product that holds; something else may not. */
  async function asked(about: Partial<Wanted['about']>, certificates?: Wanted['hands']['certificates']) {
    const folder = await openFolder(join(aPlace(), 'run'), openScrubber([]))
    const site = openSite({ origin: pretend.origin, address: '127.0.0.1' })
    const usual = { mode: 'update-only', strict: false, commit: 'abc', signWith: key.file } as const
    const hands = { ...pretend.hands, certificates }
    await verify({ site, folder, hands, about: { ...usual, ...about }, samples: 2 })
    site.close()
    return folder
  }
  const judged = (folder: RunFolder, strict = false) =>
    judgeFolder(folder, { strict, signers: aList(`ada@example.com ${MAY} ${key.line}`) })

  test('a deploy that failed and was rolled back stays one, whatever its questions said', async () => {
    const failures = [{ name: 'deploy', because: 'server-b did not become healthy.', next: 'npm run logs' }]
    const folder = await asked({ failures, deploy: rolledBack })
    const report = await judged(folder)
    expect(report.signature?.because).toBe('Signed by ada@example.com.')
    expect(report).toMatchObject({ success: false, failures, deploy: { rollback: { decision: 'done' } } })
    expect(summaryOf(report)).toContain('It does not hold')
  })

  test('a verdict is the one of the report; a file that says another is named, in a strict run and in any', async () => {
    const open = { name: 'le', directory: 'https://evil.example/dir', email: 'a@example.com' }
    const resolvers = [{ ...open, storageMode: 0o600 }]
    const folder = await asked({}, () => Promise.resolve({ environment: 'staging', resolvers }))
    expect((await judged(folder)).failures.map(({ name }) => name)).toEqual(['tlsAcmeGuard'])
    spoil(folder, 'meta/tls-acme-guard.json', (text) => text.replace('"fail"', '"pass"'))
    spoil(folder, 'meta/smoke.json', (text) => text.replace('"status": 200', '"status": 201'))
    for (const strict of [false, true]) {
      const { success, tlsAcmeGuard, smoke } = await judged(folder, strict)
      expect([success, tlsAcmeGuard.verdict, smoke.verdict]).toEqual([false, 'fail', 'fail'])
      expect(tlsAcmeGuard.because).toMatch(
        /^le asks https:\/\/evil.+ meta\/tls-acme-guard\.json does not say what the report says\.$/,
      )
      expect(smoke.because).toBe('meta/smoke.json does not say what the report says.')
    }
  })

  test('what was judged badly then is not judged well now by a file that was put there since', async () => {
    pretend.fault = (said, { path }) => (path === '/api/openapi.json' ? { ...said, body: {} } : said)
    const folder = await asked({})
    pretend.fault = (said) => said
    const good = await asked({})
    for (const file of ['api/openapi.json', 'api/openapi-validation.json'])
      writeFileSync(join(folder.path, file), (await good.read(file)) ?? '')
    expect((await judged(folder)).failures.map(({ name }) => name)).toEqual(['openApiContractCheck'])
  })

  test('a strict run is judged strictly', async () => {
    const folder = await asked({ strict: true })
    expect(await judged(folder)).toMatchObject({ success: false, strict: true, failures: [] })
    expect(await judged(await asked({}))).toMatchObject({ success: true, strict: false })
  })
})

test('O9: where nothing could be asked, no evidence of an earlier run is left beside the report', async () => {
  const { folder } = await reported(undefined)
  await folder.write('meta/smoke.json', { name: 'smoke', verdict: 'pass' })
  const about = {
    ...({ mode: 'update-only', strict: false, commit: null, startedAt: new Date() } as const),
    ...{ site: { url: 'https://example.com', address: null }, versions: { product: null, node: '24' } },
  }
  await reportUnasked(folder, 'Nothing was asked.', about)
  expect(await folder.read('meta/smoke.json')).toBeUndefined()
})
