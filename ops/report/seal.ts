import { join } from 'node:path'
import type { RunFolder } from '../artifacts.ts'
import { checkSignature, sign } from '../deeds/signature.ts'
import { pageOf } from './page.ts'
import type { Report } from './schema.ts'

const REPORT = 'meta/post-deploy-report.json'
export const SIGNATURE = 'meta/post-deploy-report.sig'

/** As data and as a page. */
export async function writeReport(folder: RunFolder, report: Report): Promise<void> {
  await folder.write(REPORT, report)
  await folder.write('meta/report.html', pageOf(report))
}

/** The last that is written of a report: after it, not a byte may change. Without a key, or where that fails, it says so. */
export async function sealReport(
  folder: RunFolder,
  report: Report,
  keyFile: string | undefined,
): Promise<Report> {
  await folder.forget([SIGNATURE])
  if (keyFile === undefined) return unsigned(folder, report, 'this run has no key')
  const signed = { ...report, signature: { file: SIGNATURE, because: `Signed: ${SIGNATURE}.` } }
  await writeReport(folder, signed)
  const done = await sign((await folder.read(REPORT)) ?? '', keyFile)
  if ('because' in done) return unsigned(folder, report, done.because)
  await folder.write(SIGNATURE, done.signature)
  if ((await folder.read(SIGNATURE)) === done.signature) return signed
  await folder.forget([SIGNATURE])
  return unsigned(folder, report, 'the signature looks like a secret')
}

async function unsigned(folder: RunFolder, report: Report, why: string): Promise<Report> {
  const told = { ...report, signature: { file: null, because: `Not signed: ${why}.` } }
  await writeReport(folder, told)
  return told
}

/** Whether somebody of the list has signed the report as it lies there. */
export async function judgeSeal(folder: RunFolder, signers: string) {
  const text = await folder.read(REPORT)
  const isSigned = (await folder.read(SIGNATURE)) !== undefined
  if (text === undefined || !isSigned)
    return { because: `${text === undefined ? REPORT : SIGNATURE} is missing` }
  return checkSignature(text, { signers, file: join(folder.path, SIGNATURE) })
}
