import { BlockList, isIPv6 } from 'node:net'

export type Change = { add: readonly string[]; remove: readonly string[]; only: boolean }

/** The value of one list, with who is added and without who is removed. Somebody in a range is in already. */
export function changed(value: string, { add, remove, only }: Change): string {
  const before = only ? [] : value.split(',').map((part) => part.trim())
  const kept = before.filter((entry) => entry !== '' && !remove.includes(entry))
  const missing = add.filter((entry) => !kept.some((range) => covers(range, entry)))
  return [...kept, ...new Set(missing)].join(', ')
}

function covers(range: string, entry: string): boolean {
  const [network = '', bits] = range.split('/')
  const [address = '', wanted] = entry.split('/')
  const family = isIPv6(network) ? 'ipv6' : 'ipv4'
  if (isIPv6(address) !== isIPv6(network)) return false
  const most = family === 'ipv6' ? 128 : 32
  const list = new BlockList()
  list.addSubnet(network, Number(bits ?? most), family)
  return Number(bits ?? most) <= Number(wanted ?? most) && list.check(address, family)
}

/** The text of deploy.env with one line changed: the one that sets it, else the one that shows it, else a new one. */
export function withLine(text: string, key: string, value: string): string {
  const line = `${key}=${value}`
  for (const known of [new RegExp(`^${key}=.*$`, 'm'), new RegExp(`^# ?${key}=.*$`, 'm')])
    if (known.test(text)) return text.replace(known, () => line)
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`
}
