import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'latchkey-boot-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function start(main: string, env: Record<string, string>) {
  const child = spawn(process.execPath, [main], { cwd: ROOT, env })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, said }
}

test.each(['server/src/main.ts', 'jobs/src/main.ts', 'db/src/migrate.ts'])(
  'A18, L1: %s reads the files of its secrets, and does not start on one that is wrong',
  async (main) => {
    const short = join(folder, 'pepper')
    writeFileSync(short, 's3cr3t-p3pp3r\n')
    const { code, said } = await start(main, {
      ENV: 'prod',
      DATABASE_URL_FILE: join(folder, 'nowhere'),
      TOKEN_PEPPER_FILE: short,
      SESSION_SECRET: 's3cr3t-given',
      SESSION_SECRET_FILE: short,
    })
    expect(code).toBe(1)
    expect(said).toContain('  - DATABASE_URL_FILE names a file that is not there\n')
    expect(said).toContain('  - SESSION_SECRET and SESSION_SECRET_FILE are both given; keep one of them\n')
    expect(said).toContain('  - TOKEN_PEPPER must hold at least 32 characters')
    expect(said).toContain('  - PUBLIC_URL is missing\n')
    expect(said).not.toContain('s3cr3t')
  },
)
