import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { refuseUnfit } from '../../deploy/preflight.ts'
import { type DeploySettings, readDeploySettings } from '../../deploy/read-settings.ts'
import { type Given, TOOL } from '../../deploy/tool.ts'
import { readFlags } from '../../flags.ts'
import { Unusable } from '../../unusable.ts'

describe('the file of the processes, as a deploy reads it', () => {
  let home: string
  let file: string
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'latchkey-settings-'))
    file = join(home, 'mine.env')
    writeFileSync(
      join(home, 'deploy.env'),
      'ENV=staging\nWEBSITE_DOMAIN=example.com\nACME_EMAIL=ops@example.com\n',
    )
  })
  afterEach(() => rm(home, { recursive: true, force: true }))

  const given = () => readFlags(TOOL, ['--settings', join(home, 'deploy.env'), '--env', file]) as Given
  const read = (text: string): DeploySettings => {
    writeFileSync(file, text)
    return readDeploySettings(given(), {})
  }
  const refusalOf = (deed: () => unknown): string => {
    try {
      deed()
    } catch (error) {
      expect(error).toBeInstanceOf(Unusable)
      return (error as Error).message
    }
    return expect.unreachable('it was taken')
  }

  test('what the processes and compose know is taken, and an empty line is none', () => {
    const { processSettings } = read(
      'ADMIN_EMAIL=a@b.example\nCOMPOSE_PROFILES=edge\nSMTP_PASS=\nOF_NOBODY=\n',
    )
    expect(processSettings).toMatchObject({ ADMIN_EMAIL: 'a@b.example', COMPOSE_PROFILES: 'edge' })
  })

  test.each(['SMTP_HSOT', 'IMAGE_TAG', 'DEPLOY_HOST'])(
    '%s, which nobody knows there, is refused by its name',
    (key) => {
      expect(refusalOf(() => read(`ADMIN_EMAIL=a@b.example\n${key}=one\n`))).toContain(
        `  - ${key} is in ${file}, and no setting of the processes\n`,
      )
    },
  )

  test.each(['SMTP_PASS', 'SESSION_SECRET', 'SMTP_PASS_FILE'])(
    '%s is a secret: it is refused, and not shown',
    (key) => {
      const refusal = refusalOf(() => read(`${key}=canary-of-a-secret\n`))
      const name = key.replace('_FILE', '').toLowerCase()
      expect(refusal).toContain(
        `  - ${file} holds ${key}, and secrets are files on the host: secrets/${name} there`,
      )
      expect(refusal).not.toContain('canary')
    },
  )

  test('what preflight finds names the file that the operator has', () => {
    const wrong = read('SMTP_PORT=none\n')
    const refusal = refusalOf(() => refuseUnfit(given(), wrong, { note: () => {} } as never))
    expect(refusal).toContain(`set SMTP_PORT in ${file}`)
    expect(refusal).not.toContain('preflight-')
  })
})
