import { render, screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { Ago } from './moment.tsx'

const NOW = Date.parse('2026-11-21T12:00:00.000Z')

test.each([
  ['2026-11-21T12:00:30.000Z', 'now'],
  ['2026-11-21T11:58:01.000Z', 'now'],
  ['2026-11-21T11:58:00.000Z', '2 minutes ago'],
  ['2026-11-21T11:00:01.000Z', '59 minutes ago'],
  ['2026-11-21T11:00:00.000Z', '1 hour ago'],
  ['2026-11-20T11:00:00.000Z', 'yesterday'],
  ['2026-11-15T12:00:00.000Z', '6 days ago'],
])('%s is said as %s', (at, words) => {
  render(<Ago at={at} asOf={NOW} />)
  expect(screen.getByText(words)).toHaveAttribute('datetime', at)
})
