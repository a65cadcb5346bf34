import { describe, expect, test } from 'vitest'
import { describeClient, isBound, prefixOf } from './binding.ts'

const AGENTS = {
  'Firefox on Linux': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Chrome on Windows':
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  'Edge on Windows':
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
  'Safari on macOS':
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
  'Safari on iOS':
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
  'Chrome on Android':
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
  'A program': 'curl/8.5.0',
}

test.each(Object.entries(AGENTS))('%s', (name, agent) => expect(describeClient(agent)).toBe(name))

test.each([
  ['192.0.2.7', '192.0.2'],
  ['::ffff:192.0.2.7', '192.0.2'],
  ['2001:db8::1', '2001:db8:0'],
  ['2001:0DB8:0000:0000:0000:0000:0000:0001', '2001:db8:0'],
  ['fe80::1%eth0', 'fe80:0:0'],
  ['::1', '0:0:0'],
])('the neighbourhood of %s is %s', (ip, prefix) => expect(prefixOf(ip)).toBe(prefix))

describe('binding', () => {
  const linux = { ip: '192.0.2.7', userAgent: AGENTS['Firefox on Linux'] }
  const newer = { ...linux, userAgent: linux.userAgent.replaceAll('140', '141') }
  const elsewhere = { ...linux, ip: '203.0.113.7' }
  const other = { ...linux, userAgent: AGENTS['Chrome on Windows'] }
  test.each([
    ['off', other, true],
    ['client', newer, true],
    ['client', elsewhere, true],
    ['client', other, false],
    ['strict', newer, true],
    ['strict', { ...linux, ip: '192.0.2.200' }, true],
    ['strict', elsewhere, false],
    ['strict', { ...linux, ip: null }, false],
  ] as const)('%s', (mode, shown, bound) => expect(isBound(mode, linux, shown)).toBe(bound))
})
