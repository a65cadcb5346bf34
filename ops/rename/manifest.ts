type Manifest = Record<string, unknown> & { packages?: Record<string, Manifest> }
const LISTS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']

/** npm lists packages by name, and would do so the next time: then the scope's new place is in nobody's diff. */
export function sortDependencies(path: string, text: string): string {
  if (!/(^|\/)package(-lock)?\.json$/.test(path)) return text
  const manifest = JSON.parse(text) as Manifest
  if (manifest.packages) manifest.packages = sorted(manifest.packages)
  for (const one of [manifest, ...Object.values(manifest.packages ?? {})]) sortLists(one)
  return `${JSON.stringify(manifest, null, 2)}\n`
}

function sortLists(manifest: Manifest): void {
  for (const list of LISTS) {
    const named = manifest[list]
    if (typeof named === 'object' && named !== null) manifest[list] = sorted(named)
  }
}

const sorted = <T extends object>(named: T): T =>
  Object.fromEntries(Object.entries(named).sort(([a], [b]) => a.localeCompare(b, 'en'))) as T
