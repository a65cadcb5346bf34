import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { READS } from '../edge/routers/words.ts'
import { SLOT_CHECK } from '../edge/services.ts'

const file = readFileSync(join(import.meta.dirname, 'engine/stand-in/haproxy.cfg'), 'utf8')
const [, reads = '', writes = ''] = file.split(/^backend .+$/m)

test('decision 30: what stands in for Traefik asks the slots as often, and forgives as little', () => {
  expect(file).toContain(`check inter ${SLOT_CHECK.interval} fall 1 rise 1`)
  expect(file).toContain(`timeout check ${SLOT_CHECK.timeout}`)
  expect(file).toContain(`uri ${SLOT_CHECK.path} `)
})

test('decision 30: it sends again what Traefik sends again, and nothing else', () => {
  const methods = [...READS.matchAll(/Method\(`(\w+)`\)/g)].map(([, name]) => name)
  expect(methods.length).toBeGreaterThan(1)
  expect(file).toContain(`use_backend slots if { method ${methods.join(' ')} }`)
  expect(reads).toMatch(/retries 2\n\s+retry-on conn-failure/)
  expect(writes).toMatch(/no option redispatch\n\s+retries 0/)
  expect(file.slice(0, file.indexOf('backend slots'))).not.toMatch(
    /^\s+(retries|retry-on|option redispatch)/m,
  )
})
