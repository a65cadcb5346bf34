// A container's health check: whether the address that it is given answers well, and what it said.
const [url = ''] = process.argv.slice(2)
const answer = await fetch(url, { signal: AbortSignal.timeout(2500) }).catch(() => undefined)
const said = await answer?.text().catch(() => undefined)
process.stdout.write(said ?? '', () => process.exit(answer?.ok ? 0 : 1))
