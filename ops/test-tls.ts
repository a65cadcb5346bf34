import { readFileSync } from 'node:fs'
import { linesOfChecks, tallyOf } from './checks/verdict.ts'
import { Advice } from './launch/advice.mjs'
import { hostOrAddress } from './shapes.ts'
import { testTls } from './tls/test-tls.ts'
import { JSON_FLAG, runTool } from './tool.ts'

const TOOL = {
  usage: 'npm run test-tls --',
  says: 'Knocks at the edge: which protocols it speaks, whom its certificate is made out to and how long, and where http leads.',
  flags: {
    host: { takes: 'NAME', says: 'The name that people type.' },
    address: { takes: 'ADDRESS', says: 'Knock there, and ask for that name (where DNS says).' },
    port: { takes: 'PORT', says: 'Where https is (443).' },
    'http-port': { takes: 'PORT', says: 'Where http is (80).' },
    ca: { takes: 'FILE', says: 'Believe this certificate, in PEM, and no other.' },
    untrusted: { says: 'The certificate may be one that browsers do not believe, as with ENV=staging.' },
    ...JSON_FLAG,
  },
} as const

await runTool(TOOL, async ({ host, address, port = '443', 'http-port': httpPort = '80', ca, untrusted }) => {
  if (host === undefined || ![host, address ?? host].every((name) => hostOrAddress.safeParse(name).success))
    throw new Advice('Whom to knock at was not said.', 'Next: npm run test-tls -- --host example.com')
  const target = {
    host,
    address: address ?? host,
    port: Number(port),
    httpPort: Number(httpPort),
    ca: textOf(ca),
  }
  const checks = await testTls(target, { untrusted })
  const ok = checks.every(({ verdict }) => verdict !== 'fail')
  return { lines: [...linesOfChecks(checks), tallyOf(checks)], json: { ok, host, checks }, ok }
})

function textOf(path: string | undefined): string | undefined {
  try {
    return path === undefined ? undefined : readFileSync(path, 'utf8')
  } catch {
    throw new Advice(`${path} cannot be read.`, 'Next: npm run test-tls -- --help')
  }
}
