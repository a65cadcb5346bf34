import { countRows, dumpTo, pruneDumps, restoreFrom } from '../commands/backup.ts'
import { createDatabase, dropDatabase } from '../commands/postgres.ts'
import { makeFolder } from '../commands/files.ts'
import { type Ground, StepFailed } from './ground.ts'
import { insist } from './insist.ts'

export type Backup = { file: string; verified: true; because: string }

const FOLDER = 'state/backups'
const [USER, DATABASE, SCRATCH] = ['postgres', 'latchkey', 'latchkey_drill'] as const
const KEPT = 10

/** A dump counts when it has been restored, and the copy has the rows that the original has. */
export async function backUp(ground: Ground, now = new Date()): Promise<Backup> {
  const file = `${FOLDER}/${DATABASE}-${now.toISOString().replace(/[-:]|\.\d+/g, '')}.dump`
  await insist(ground, 'The folder of backups cannot be made', makeFolder(FOLDER))
  const before = await countAll(ground, DATABASE)
  await insist(ground, 'The database cannot be dumped', dumpTo(file, DATABASE))
  await insist(ground, 'The copy of before cannot be removed', dropDatabase(USER, SCRATCH))
  await insist(ground, 'A database for the drill cannot be made', createDatabase(USER, SCRATCH))
  try {
    await insist(ground, 'The dump cannot be restored', restoreFrom(file, SCRATCH))
    const copied = await countAll(ground, SCRATCH)
    const after = await countAll(ground, DATABASE)
    const missing = missingIn(copied, before, after)
    if (missing) throw new StepFailed(`The dump lacks rows of ${missing}.`, '')
    await insist(ground, 'Old dumps cannot be removed', pruneDumps(FOLDER, KEPT))
    return { file, verified: true, because: `restored, and ${Object.keys(copied).length} tables compared` }
  } finally {
    await ground.run(dropDatabase(USER, SCRATCH))
  }
}

/** People go on working meanwhile: a table has as many rows in the copy as at one of the two moments, or in between. */
function missingIn(copied: Counts, before: Counts, after: Counts): string | undefined {
  return Object.keys(before).find((table) => {
    const [at, from, to] = [copied[table] ?? -1, before[table] ?? 0, after[table] ?? 0]
    return at < Math.min(from, to) || at > Math.max(from, to)
  })
}

type Counts = Record<string, number>
async function countAll(ground: Ground, database: string): Promise<Counts> {
  const said = await insist(ground, `The rows of ${database} cannot be counted`, countRows(USER, database))
  return Object.fromEntries(
    said
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split('|'))
      .map(([table = '', count]) => [table, Number(count)]),
  )
}
