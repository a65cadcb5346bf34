import type { Schema, Table } from './live-schema.ts'

/** Every way in which a live schema differs from the expected one, a line each. */
export function driftBetween(expected: Schema, live: Schema): string[] {
  const names = new Set([...Object.keys(expected.tables), ...Object.keys(live.tables)])
  return [...names].sort().flatMap((name) => tableDrift(name, expected.tables[name], live.tables[name]))
}

function tableDrift(name: string, expected: Table | undefined, live: Table | undefined): string[] {
  if (!live) return [`table ${name} is missing`]
  if (!expected) return [`table ${name} is not expected`]
  return [
    ...columnDrift(name, expected.columns, live.columns),
    ...listDrift(`${name}: index`, expected.indexes, live.indexes),
    ...listDrift(`${name}: constraint`, expected.constraints, live.constraints),
    ...listDrift(`${name}: trigger`, expected.triggers, live.triggers),
    ...listDrift(`${name}: policy`, expected.policies, live.policies),
  ]
}

function columnDrift(table: string, expected: Table['columns'], live: Table['columns']): string[] {
  const names = new Set([...Object.keys(expected), ...Object.keys(live)])
  return [...names]
    .filter((name) => expected[name] !== live[name])
    .map(
      (name) => `${table}.${name}: expected ${expected[name] ?? 'nothing'}, found ${live[name] ?? 'nothing'}`,
    )
}

const listDrift = (what: string, expected: string[], live: string[]): string[] => [
  ...expected.filter((one) => !live.includes(one)).map((one) => `${what} is missing: ${one}`),
  ...live.filter((one) => !expected.includes(one)).map((one) => `${what} is not expected: ${one}`),
]
