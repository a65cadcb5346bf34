import { z } from 'zod'
import type { Captured } from './captured.ts'
import { fail, notChecked, pass } from './finding.ts'
import type { Tool } from './hands.ts'
import type { Probe } from './probe.ts'

/** No letter is sent for it: a worker signs in at its mail server when it starts, and a deploy has just started one. */
export const mail: Probe = {
  name: 'mail',
  file: 'jobs/mail.json',
  question: 'Does the mail server let the worker in, so that letters can leave?',
  next: 'look at SMTP_HOST and its like and at what the worker says; docs/MAIL.md tells what it does about each refusal',
  async ask({ captures, tool }) {
    if (!captures) return notChecked('Needs the host itself: the worker tells nobody else.')
    const read = healthIn((await captures())['jobs/jobs-health.json'])
    if (typeof read === 'string') return notChecked(`The worker could not be asked: ${read}.`)
    const { mail_ok } = read
    const facts = { mail_ok, status: tool ? await statusBy(tool) : 'not asked' }
    if (mail_ok === null) return notChecked(NO_SERVER, facts)
    return mail_ok
      ? pass('The mail server has let the worker in.', facts)
      : fail('The mail server is away, or does not let the worker in: letters wait.', facts)
  },
}

const NO_SERVER = 'No mail server is set up (SMTP_HOST): letters are written and kept, and nobody gets them.'

const health = z.looseObject({ mail_ok: z.boolean().nullable() })

function healthIn(captured: Captured): z.infer<typeof health> | string {
  if ('because' in captured) return captured.because
  const read = health.safeParse(JSON.parse(captured.text))
  return read.success ? read.data : 'its health does not say mail_ok'
}

/** How many wait, left and were given up: numbers and ages, no letter and no address. */
async function statusBy(tool: Tool): Promise<string[]> {
  const { code, stdout, stderr } = await tool(['db/src/mail.ts', 'status'])
  return (code === 0 ? stdout : stderr).trim().split('\n')
}
