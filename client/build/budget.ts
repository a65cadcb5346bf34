import { gzipSync } from 'node:zlib'
import type { Plugin, Rolldown } from 'vite'

type Chunk = Rolldown.OutputChunk

const KIB = 1024

/** Fails the build when the first page costs too much. The first page is the entry and the heaviest route. */
export function budget({ initialKiB }: { initialKiB: number }): Plugin {
  return {
    name: 'budget',
    apply: 'build',
    generateBundle(_options, bundle) {
      const chunks = new Map(
        Object.values(bundle)
          .filter((output) => output.type === 'chunk')
          .map((chunk) => [chunk.fileName, chunk]),
      )
      const sizes = new Map(
        [...chunks].map(([name, { code }]) => [name, gzipSync(code, { level: 9 }).length]),
      )
      const weigh = (names: Set<string>) => [...names].reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0)

      const entry = closureOf(
        [...chunks.values()].filter((chunk) => chunk.isEntry),
        chunks,
      )
      const routes = [...chunks.values()].filter(isRoute).map((chunk) => {
        return { name: chunk.name, bytes: weigh(closureOf([chunk], chunks, new Set(entry))) }
      })
      const heaviest = Math.max(weigh(entry), ...routes.map(({ bytes }) => bytes))

      report('entry', weigh(entry))
      for (const { name, bytes } of routes) report(`entry + ${name}`, bytes)
      if (process.env['ANALYZE'])
        for (const chunk of chunks.values()) analyse(chunk, sizes.get(chunk.fileName) ?? 0)
      if (heaviest > initialKiB * KIB) {
        this.error(`initial JavaScript is ${toKiB(heaviest)} gzip, the budget is ${initialKiB} KiB`)
      }
      console.log(`initial JavaScript ${toKiB(heaviest)} gzip, within the budget of ${initialKiB} KiB`)
    },
  }
}

const isRoute = (chunk: Chunk) =>
  chunk.isDynamicEntry && (chunk.facadeModuleId ?? '').includes('/src/routes/')

/** A chunk and everything it imports before it can run. */
function closureOf(roots: Chunk[], chunks: Map<string, Chunk>, seen = new Set<string>()): Set<string> {
  for (const chunk of roots) {
    if (seen.has(chunk.fileName)) continue
    seen.add(chunk.fileName)
    closureOf(
      chunk.imports.flatMap((name) => chunks.get(name) ?? []),
      chunks,
      seen,
    )
  }
  return seen
}

function analyse(chunk: Chunk, gzip: number): void {
  console.log(`\n${chunk.fileName}  ${toKiB(gzip)} gzip`)
  Object.entries(chunk.modules)
    .map(([id, module]) => ({
      id: id.replace(/^.*\/(node_modules|client|shared)\//, ''),
      bytes: module.renderedLength,
    }))
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, 12)
    .forEach(({ id, bytes }) => console.log(`  ${toKiB(bytes).padStart(12)}  ${id}`))
}

const report = (what: string, bytes: number) => console.log(`  ${toKiB(bytes).padStart(12)} gzip  ${what}`)
const toKiB = (bytes: number) => `${(bytes / KIB).toFixed(1)} KiB`
