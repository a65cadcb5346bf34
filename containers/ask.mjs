// A container's health check: whether the address that it is given answers well.
const [url = ''] = process.argv.slice(2)
const answer = await fetch(url, { signal: AbortSignal.timeout(2500) }).catch(() => undefined)
process.exit(answer?.ok ? 0 : 1)
