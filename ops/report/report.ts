import { BLOCKS, type Block, type BlockName, type DeployPart, type Report, SCHEMA_VERSION } from './schema.ts'

export type Blocks = Record<BlockName, Block>
/** What is known besides the blocks. A deploy adds its own part, and what failed before there was anything to ask. */
export type About = Pick<Report, 'mode' | 'strict' | 'site' | 'commit' | 'versions' | 'by'> & {
  startedAt: Date
  finishedAt?: Date
  durations?: Partial<Omit<Report['durations'], 'totalMs'>>
  failures?: Report['failures']
  deploy?: DeployPart
  /** The operator's SSH key. Without one a report is not signed. */
  signWith?: string | undefined
}

/** The blocks may be those of another report, which is told anew with what has happened since. */
export function reportOf(blocks: Blocks, about: About): Report {
  const { mode, strict, site, commit, versions, by } = about
  const { startedAt, finishedAt = new Date(), durations, failures = [], deploy } = about
  const named = BLOCKS.map((name) => ({ name, ...blocks[name] }))
  const failed = named.filter(({ verdict }) => verdict === 'fail')
  const notChecked = named.filter(({ verdict }) => verdict === 'not-checked')
  const all = [...failures, ...failed.map(({ name, because, next }) => ({ name, because, next }))]
  return {
    schemaVersion: SCHEMA_VERSION,
    success: all.length === 0 && !(strict && notChecked.length > 0),
    mode,
    strict,
    site,
    commit,
    versions,
    ...(by && { by }),
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    durations: {
      totalMs: finishedAt.getTime() - startedAt.getTime(),
      fullMs: null,
      updateOnlyMs: null,
      savedPercent: null,
      ...durations,
    },
    failures: all,
    notChecked: notChecked.map(({ name, because }) => ({ name, because })),
    ...(Object.fromEntries(BLOCKS.map((name) => [name, blocks[name]])) as Blocks),
    ...(deploy && { deploy }),
  }
}
