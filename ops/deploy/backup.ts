import { countRows, dumpTo, pruneDumps, restoreFrom, tellShape } from '../commands/backup.ts'
import { askDatabase, createDatabase, dropDatabase } from '../commands/postgres.ts'
import { makeFolder, moveFile, removeFile } from '../commands/files.ts'
import { type Ground, StepFailed } from './ground.ts'
import { insist } from './insist.ts'

export type Backup = { file: string; verified: true; because: string }

const FOLDER = 'state/backups'
const [USER, DATABASE, SCRATCH] = ['postgres', 'latchkey', 'latchkey_drill'] as const
const KEPT = 10

/** Whether there is anything to lose: also where a first deploy ended before it could be written down. */
export async function hasData(ground: Ground): Promise<boolean> {
  const ask = (database: string, question: string) =>
    insist(ground, 'The database cannot be asked what it has', askDatabase(USER, database), {
      stdin: question,
    })
  const found = await ask(USER, "select 1 from pg_database where datname = 'latchkey';\n")
  if (found.trim() !== '1') return false
  return (
    (await ask(DATABASE, "select 1 from pg_tables where tablename = 'kysely_migration';\n")).trim() === '1'
  )
}

/** A dump counts when it has been restored, and the copy is what the original is. Until then it has another name. */
export async function backUp(ground: Ground, now = new Date()): Promise<Backup> {
  const file = `${FOLDER}/${DATABASE}-${now.toISOString().replace(/[-:]|\.\d+/g, '')}.dump`
  const unproved = `${file}.new`
  const startedAt = Date.now()
  await insist(ground, 'The folder of backups cannot be made', makeFolder(FOLDER))
  const before = await readContents(ground, DATABASE)
  try {
    const bytes = Number(await insist(ground, 'The database cannot be dumped', dumpTo(unproved, DATABASE)))
    const copied = await restored(ground, unproved)
    const lack = lackOf(copied, before, await readContents(ground, DATABASE))
    if (lack) throw new StepFailed(`The dump is no copy of the database: ${lack}.`, '')
    await insist(ground, 'The dump cannot be kept', moveFile(unproved, file))
    await insist(ground, 'Old dumps cannot be removed', pruneDumps(FOLDER, KEPT))
    return { file, verified: true, because: sizeOf(copied, bytes, Date.now() - startedAt) }
  } finally {
    await ground.run(dropDatabase(USER, SCRATCH))
    await ground.run(removeFile(unproved))
  }
}

async function restored(ground: Ground, file: string): Promise<Contents> {
  await insist(ground, 'The copy of before cannot be removed', dropDatabase(USER, SCRATCH))
  await insist(ground, 'A database for the drill cannot be made', createDatabase(USER, SCRATCH))
  await insist(ground, 'The dump cannot be restored', restoreFrom(file, SCRATCH))
  return readContents(ground, SCRATCH)
}

type Contents = { rows: ReadonlyMap<string, number>; shape: ReadonlySet<string> }

async function readContents(ground: Ground, database: string): Promise<Contents> {
  const rows = await insist(ground, `The rows of ${database} cannot be counted`, countRows(USER, database))
  const counts = linesOf(rows).map((line) => line.split('|'))
  if (counts.length === 0) throw new StepFailed(`${database} has no table, and so proves nothing.`, '')
  const shape = await insist(ground, `The schema of ${database} cannot be read`, tellShape(USER, database))
  return {
    rows: new Map(counts.map(([table = '', count]) => [table, Number(count)])),
    shape: new Set(linesOf(shape)),
  }
}

const linesOf = (said: string): string[] => said.split('\n').filter(Boolean)

/** People go on working meanwhile: the copy is what the original was at one of the two moments, or in between. */
function lackOf(copied: Contents, before: Contents, after: Contents): string | undefined {
  const table = tableThatDiffers(copied.rows, before.rows, after.rows)
  if (table !== undefined) return `it has other rows of ${table}`
  const lost = [...before.shape].find((line) => after.shape.has(line) && !copied.shape.has(line))
  if (lost !== undefined) return `it lacks the ${lost}`
  const stray = [...copied.shape].find((line) => !before.shape.has(line) && !after.shape.has(line))
  return stray === undefined ? undefined : `it has the ${stray}, which the database has not`
}

type Rows = Contents['rows']
function tableThatDiffers(copied: Rows, before: Rows, after: Rows): string | undefined {
  return [...before.keys()].find((table) => {
    const [at, from, to] = [copied.get(table) ?? -1, before.get(table) ?? 0, after.get(table) ?? 0]
    return at < Math.min(from, to) || at > Math.max(from, to)
  })
}

const sizeOf = ({ rows, shape }: Contents, bytes: number, tookMs: number): string =>
  `${(bytes / 1_000_000).toFixed(1)} MB, restored in ${(tookMs / 1000).toFixed(1)} s; ${rows.size} tables with their rows, ${shape.size} parts of the schema compared`
