/** What a droplet would not get, because it takes what is pushed: a deploy of it would be a deploy of something else. */
export type Unpushed = {
  branch: string | undefined
  /** Paths that change what runs there. */
  runtime: string[]
  /** Docs, tests and the operator's own tools: they may wait. */
  harmless: string[]
}

/** R5: what the image, the stack or the edge is made from. Of the others nothing reaches a container. */
const RUNS =
  /^(?:(?:server|client|shared|db|jobs|traefik|containers)\/|(?:package(?:-lock)?\.json|tsconfig(?:\.[\w-]+)?\.json|\.npmrc|\.dockerignore)$|(?:.*\/)?Dockerfile(?:\.[\w-]+)?$|(?:docker-)?compose(?:\.[\w-]+)?\.ya?ml$|ops\/(?:edge|launch)\/|ops\/launch\.mjs$)/
const NEVER_RUNS = /\.md$|\.test\.tsx?$|(?:^|\/)test\/|^(?:server|jobs)\/bench\//

export const affectsRuntime = (path: string): boolean => RUNS.test(path) && !NEVER_RUNS.test(path)

/** From `git status --porcelain=v2 --branch -z` and `git diff --name-only -z` against the remote's branch. */
export function unpushedOf(status: string, committed: string): Unpushed {
  const read = readStatus(status)
  const paths = [...new Set([...read.paths, ...committed.split('\0').filter(Boolean)])].sort()
  return {
    branch: read.branch,
    runtime: paths.filter(affectsRuntime),
    harmless: paths.filter((path) => !affectsRuntime(path)),
  }
}

/** Fields before the path in each kind of line: changed, renamed (its old path is the next record), unmerged, unknown. */
const FIELDS: Readonly<Record<string, number>> = { '1': 8, '2': 9, u: 10, '?': 1 }

function readStatus(status: string) {
  const paths: string[] = []
  const heads = new Map<string, string>()
  const records = status.split('\0')
  for (let at = 0; at < records.length; at += 1) {
    const fields = (records[at] ?? '').split(' ')
    const kind = fields[0] ?? ''
    if (kind === '#') heads.set(fields[1] ?? '', fields.slice(2).join(' '))
    const skip = FIELDS[kind]
    if (skip !== undefined) paths.push(fields.slice(skip).join(' '))
    if (kind === '2') paths.push(records[(at += 1)] ?? '')
  }
  const branch = heads.get('branch.head')
  return { paths, branch: branch === '(detached)' ? undefined : branch }
}

/** What to say of it. Nothing, when the droplet gets all that matters. */
export function unpushedAdvice({ runtime, branch }: Unpushed, deployed: string): string[] {
  const first = runtime.slice(0, 8)
  const more = runtime.length - first.length
  if (runtime.length === 0) return []
  return [
    `The droplet takes ${deployed} as it is pushed, and this here is not in it:`,
    ...first.map((path) => `  ${path}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
    branch === deployed || branch === undefined
      ? `Next: commit, then git push origin HEAD:${deployed}`
      : `Next: you are on ${branch}: bring it into ${deployed} and push that, or set DO_APP_BRANCH=${branch}`,
  ]
}
