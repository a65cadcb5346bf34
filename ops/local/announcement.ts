import { relative } from 'node:path'
import { BRAND } from '@latchkey/shared/brand'
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from '@latchkey/shared/demo'
import { ROOT } from '../launch/places.mjs'
import { seedsDemo } from './prepare-database.ts'
import type { Settings } from './settings.ts'

/** What a person wants to know now. */
export function announcementOf(settings: Settings, took: string): string {
  const { PUBLIC_URL, ENV, SMTP_HOST } = settings.env
  const leaving = SMTP_HOST ? `and leave by ${SMTP_HOST}` : 'none leaves this machine'
  const rows: [string, string][] = [
    ...(seedsDemo(settings) ? demoRows() : []),
    ...(ENV === 'local' ? [['Mail', `${PUBLIC_URL}/dev/inbox   letters land here; ${leaving}`] as Row] : []),
    ['API', `${PUBLIC_URL}/docs`],
    ['Logs', `${relative(ROOT, settings.dataDir) || '.'}/logs/server.log and jobs.log`],
    ['Stop', 'Ctrl-C'],
  ]
  const body = rows.map(([name, value]) => `  ${name.padEnd(10)} ${value}`)
  return ['', `${BRAND.name} runs at ${PUBLIC_URL}   (ready in ${took})`, '', ...body, ''].join('\n')
}

type Row = [string, string]

function demoRows(): Row[] {
  const accounts = DEMO_ACCOUNTS.map(({ email, note }, index): Row => [
    index === 0 ? 'Sign in' : '',
    `${email}   ${note}`,
  ])
  return [...accounts, ['', `password for both: ${DEMO_PASSWORD}`]]
}
