import { describe, expect, test } from 'vitest'
import { clientAddressOf, countedAddress } from './client-address.ts'

const ask = (trusted: string[], peer: string, headers: Record<string, string | string[]> = {}) =>
  clientAddressOf({ TRUSTED_PROXIES: trusted })({ socket: { remoteAddress: peer }, headers } as never)

const PROXY = '10.0.0.5'
const CALLER = '203.0.113.9'

describe('I1, pain 2: nobody chooses the address that is counted', () => {
  const values = [
    '1.2.3.4',
    '127.0.0.1',
    '::1',
    PROXY,
    '10.0.0.1, 1.2.3.4',
    '"1.2.3.4"',
    'for=1.2.3.4',
    '1.2.3.4:80',
    '[::1]:80',
    'unknown',
    '_hidden',
    '',
    ' ',
    ',',
    '0',
    '1.2.3.4%eth0',
    '::ffff:1.2.3.4',
    '1.2.3.4\u0000',
    '9'.repeat(4000),
    '%31.2.3.4',
  ]
  const names = ['x-forwarded-for', 'forwarded', 'x-real-ip']

  test.each(names.flatMap((name) => values.map((value) => [name, value] as const)))(
    'straight to the port, %s: %s',
    (name, value) => {
      expect(ask([], CALLER, { [name]: value })).toBe(CALLER)
      expect(ask(['10.0.0.0/8'], CALLER, { [name]: value })).toBe(CALLER)
    },
  )

  test('behind our proxy the rightmost foreign hop counts, whatever stands to its left', () => {
    for (const forged of values)
      expect(ask(['10.0.0.0/8'], PROXY, { 'x-forwarded-for': `${forged}, ${CALLER}` })).toBe(CALLER)
  })

  test('two proxies of ours are both passed over', () => {
    expect(
      ask(['10.0.0.0/8', 'fd00::/8'], 'fd00::5', { 'x-forwarded-for': `1.2.3.4, ${CALLER}, 10.1.2.3` }),
    ).toBe(CALLER)
  })

  test('a header that came twice is read as one', () => {
    expect(ask(['10.0.0.0/8'], PROXY, { 'x-forwarded-for': ['1.2.3.4', CALLER] })).toBe(CALLER)
  })

  test('a proxy that names nobody, or nonsense, is itself the caller', () => {
    expect(ask(['10.0.0.0/8'], PROXY)).toBe(PROXY)
    expect(ask(['10.0.0.0/8'], PROXY, { 'x-forwarded-for': 'nonsense' })).toBe(PROXY)
    expect(ask(['10.0.0.0/8'], PROXY, { 'x-forwarded-for': `${CALLER}, nonsense` })).toBe(PROXY)
  })

  test('I7: no address at all is one bucket, not none', () => {
    expect(ask([], '')).toBeNull()
    expect(countedAddress(null)).toBe('unknown')
  })
})

describe('I2: what is counted', () => {
  test('neighbours of one /64 share a counter, the next /64 has its own', () => {
    const spellings = [
      '2001:db8:1:2::1',
      '2001:DB8:1:2:ffff:ffff:ffff:ffff',
      '2001:0db8:0001:0002:0:0:0:9',
      '2001:db8:1:2:0:0:192.0.2.1',
    ]
    expect(new Set(spellings.map(countedAddress))).toEqual(new Set(['2001:db8:1:2::/64']))
    expect(countedAddress('2001:db8:1:3::1')).not.toBe(countedAddress('2001:db8:1:2::1'))
  })

  test('all 65,536 neighbours of a /64 are one, in whatever case and with leading zeros', () => {
    const counted = new Set<string>()
    for (let last = 0; last < 2 ** 16; last += 1) {
      const group = last.toString(16)
      counted
        .add(countedAddress(`2001:db8::${group}`))
        .add(countedAddress(`2001:0DB8:0::${group.toUpperCase()}`))
    }
    expect([...counted]).toEqual(['2001:db8:0:0::/64'])
  })

  test('a mapped address is the IPv4 address that it is', () => {
    expect(countedAddress(ask([], '::ffff:203.0.113.9'))).toBe(CALLER)
  })
})
