import type { ShelvedMail } from './outbox-shelf.ts'

/** How the outbox looks in a terminal. */
export function tableOf(mails: ShelvedMail[]): string {
  const rows = mails.map((mail, index) => [String(index + 1), ...cellsOf(mail)])
  const widths = [0, 1, 2, 3].map((at) => Math.max(0, ...rows.map((row) => row[at]?.length ?? 0)))
  return rows.map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')).join('\n')
}

export const letterOf = (mail: ShelvedMail): string =>
  [cellsOf(mail).join('  '), '', printable(mail.written?.text ?? NO_WORDS), ''].join('\n')

export const jsonOf = ({ written, ...mail }: ShelvedMail) => ({ ...mail, ...written })

const cellsOf = ({ createdAt, state, to, written, letter }: ShelvedMail): string[] => [
  CLOCK.format(createdAt),
  state,
  printable(to),
  printable(written?.subject ?? `(${letter})`),
]

const CLOCK = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })
const NO_WORDS = '(Its words are not here: it is not written yet, or it has left and nothing of it was kept.)'

/** A terminal obeys what it is shown, so nothing but lines and letters goes there. */
const printable = (value: string): string => value.replace(/[^\P{Cc}\n]/gu, '�')
