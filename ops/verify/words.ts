import type { Block, BlockName, Report } from '../report/schema.ts'

/** How a run reads in a terminal. */
const SIGNS = { pass: '✓ pass       ', fail: '✗ FAIL       ', 'not-checked': '· not checked' } as const
const NAME_WIDTH = 26

export const lineOf = (name: BlockName, { verdict, because }: Block): string =>
  `${SIGNS[verdict]}  ${name.padEnd(NAME_WIDTH)} ${printable(because)}`

/** A terminal obeys what it is shown, and a stranger's server may have said it. */
const printable = (told: string): string => told.replace(/\p{Cc}+/gu, ' ')

export function summaryOf(report: Report, folder?: string): string {
  const { failures, notChecked, success, durations } = report
  const blocks = Object.values(report).filter(
    (one) => typeof one === 'object' && one !== null && 'verdict' in one,
  )
  const passed = blocks.filter((one) => one.verdict === 'pass').length
  return [
    '',
    ...failures.flatMap(({ name, because, next }) => [
      printable(`✗ ${name}: ${because}`),
      printable(`  Next: ${next}`),
      '',
    ]),
    `${success ? 'It holds' : 'It does not hold'}: ${passed} passed, ${failures.length} failed, ${notChecked.length} not checked, in ${(durations.totalMs / 1000).toFixed(1)} s.`,
    ...(report.signature ? [printable(report.signature.because)] : []),
    ...(folder ? [`Evidence: ${folder}/meta/report.html and post-deploy-report.json`] : []),
  ].join('\n')
}

/** Where there is no report, whoever reads one hears why. */
export const noReport = ({ message }: Error): string =>
  JSON.stringify({ success: false, error: message }, undefined, 2)
