import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { dumpTo, pruneDumps } from '../../commands/backup.ts'
import { type Ran, type Run, run } from '../../deeds/run.ts'
import { backUp, hasData } from '../../deploy/backup.ts'
import type { Ground } from '../../deploy/ground.ts'

const ORIGINAL = `
  create table users (id int primary key, email text not null unique);
  create table letters (id int primary key, user_id int references users);
  create table kysely_migration (name text primary key);
  alter table letters enable row level security; create policy own_rows on letters using (true);
  create view people as select id from users;
  create function touch() returns trigger language plpgsql as 'begin return new; end';
  create trigger users_touch before update on users for each row execute function touch();
  insert into users values (1, 'a'), (2, 'b'); insert into letters values (1, 1);
  insert into kysely_migration values ('0001_people'), ('0002_letters');`

/** One database has the part of the dump, so that what is asked is asked of a real Postgres; its files are real as well. */
describe('a backup counts when its copy is what the original is', () => {
  const suffix = randomBytes(4).toString('hex')
  const NAMES = {
    latchkey: `hands_${suffix}`,
    latchkey_drill: `drill_${suffix}`,
    dump: `dump_${suffix}`,
  }
  let place: string
  /** What befalls the copy between its restoring and the look at it. */
  let harm: string
  /** What people do to the original meanwhile. */
  let meanwhile: string

  const urlOf = (database: string): string => {
    const url = new URL(process.env['TEST_POSTGRES_URL'] ?? '')
    url.pathname = `/${database}`
    return url.href
  }
  async function sql(database: string, text: string): Promise<string> {
    const client = new pg.Client({ connectionString: urlOf(database) })
    await client.connect()
    try {
      const answer = (await client.query({ text, rowMode: 'array' })) as { rows?: unknown[][] }
      return (answer.rows ?? []).map((row) => `${row.join('|')}\n`).join('')
    } finally {
      await client.end()
    }
  }
  const remake = (name: string, template = 'template1') =>
    sql('postgres', `drop database if exists ${name} with (force)`).then(() =>
      sql('postgres', `create database ${name} template ${template}`),
    )

  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'latchkey-backup-'))
    ;[harm, meanwhile] = ['', '']
    await remake(NAMES.latchkey)
    await sql(NAMES.latchkey, ORIGINAL)
  })
  afterEach(() => rm(place, { recursive: true, force: true }))
  afterAll(async () => {
    for (const name of Object.values(NAMES))
      await sql('postgres', `drop database if exists ${name} with (force)`)
  })

  const nameOf = (database = ''): string =>
    NAMES[database.replace('--dbname=', '') as keyof typeof NAMES] ?? 'postgres'
  const saying = (stdout: string): Ran => ({ code: 0, stdout, stderr: '' })

  const play: Run = async (command, options) => {
    const line = command.join(' ')
    const last = command.at(-1)
    if (line.includes('pg_dump')) {
      await remake(NAMES.dump, NAMES.latchkey)
      writeFileSync(join(place, command.at(-2) ?? ''), 'a dump')
      return saying('2500000\n')
    }
    if (line.includes('pg_restore')) {
      await remake(NAMES.latchkey_drill, NAMES.dump)
      await sql(NAMES.latchkey_drill, harm)
      await sql(NAMES.latchkey, meanwhile)
      return saying('')
    }
    if (line.includes(' psql '))
      return saying(
        await sql(
          nameOf(last),
          command.includes('--command') ? (command.at(-2) ?? '') : (options?.stdin ?? ''),
        ),
      )
    if (line.includes(' createdb ') || line.includes(' dropdb ')) return saying('')
    return run(command, { cwd: place, ...options })
  }
  const ground = { run: play } as unknown as Ground
  const dumps = () => readdirSync(join(place, 'state/backups'))

  test('one that is: it is kept, and says how big it is, how long it took and what was compared', async () => {
    const { file, because } = await backUp(ground, new Date('2026-11-22T05:06:07.890Z'))
    expect(file).toBe('state/backups/latchkey-20261122T050607Z.dump')
    expect(because).toMatch(
      /^2\.5 MB, restored in \d+\.\d s; 3 tables with their rows, \d\d parts of the schema compared$/,
    )
    expect(dumps()).toEqual(['latchkey-20261122T050607Z.dump'])
  })

  test.each([
    ['a row', 'delete from letters', /other rows of public\.letters/],
    ['a table', 'drop table letters', /other rows of public\.letters/],
    [
      'a column',
      'alter table letters drop column user_id',
      /lacks the column public\.letters\.user_id integer/,
    ],
    [
      'that a column must be there',
      'alter table users alter email drop not null',
      /lacks the column .*email text not null/,
    ],
    [
      'a rule',
      'alter table users drop constraint users_email_key',
      /lacks the (constraint|index) public\.users/,
    ],
    ['a trigger', 'drop trigger users_touch on users', /lacks the trigger public\.users users_touch/],
    ['a function', 'drop trigger users_touch on users; drop function touch', /lacks the (trigger|function)/],
    ['a wall', 'drop policy own_rows on letters', /lacks the policy public\.letters own_rows for \*/],
    [
      'a wall that is down',
      'alter table letters disable row level security',
      /(lacks|has) the policy public\.letters own_rows for \*/,
    ],
    ['a view', 'drop view people', /lacks the column public\.people\.id/],
    [
      'a right',
      'grant select on users to public',
      /has the grant SELECT on public\.users to everybody, which/,
    ],
    [
      'a migration',
      "update kysely_migration set name = '0000' where name like '0002%'",
      /lacks the migration 0002_letters/,
    ],
  ])('a copy that differs by %s refuses it, and no dump is left', async (_, harmed, says) => {
    harm = harmed
    await expect(backUp(ground)).rejects.toThrow(says)
    expect(dumps()).toEqual([])
  })

  test('a database without a table proves nothing', async () => {
    await remake(NAMES.latchkey)
    await expect(backUp(ground)).rejects.toThrow(/has no table/)
  })

  test('people go on working meanwhile', async () => {
    meanwhile = "insert into users values (3, 'c'); delete from letters"
    expect((await backUp(ground)).verified).toBe(true)
  })

  test('there is something to lose as soon as a migration has run, whether a release was written down or not', async () => {
    // Who is asked whether there is such a database knows it by its real name.
    const named: Run = (command, options) =>
      play(command, {
        ...options,
        stdin: (options?.stdin ?? '').replace("'latchkey'", `'${NAMES.latchkey}'`),
      })
    const has = () => hasData({ run: named } as unknown as Ground)
    expect(await has()).toBe(true)
    await sql(NAMES.latchkey, 'drop table kysely_migration')
    expect(await has()).toBe(false)
    await sql('postgres', `drop database ${NAMES.latchkey} with (force)`)
    expect(await has()).toBe(false)
  })

  test('the newest ten stay, and what a killed run has left half does not', async () => {
    const folder = join(place, 'state/backups')
    mkdirSync(folder, { recursive: true })
    const all = Array.from(
      { length: 13 },
      (__, at) => `latchkey-2026112${at % 10}T00000${at % 10}Z-${at}.dump`,
    )
    for (const name of [...all, 'latchkey-1.dump.new', 'notes.txt']) writeFileSync(join(folder, name), '')
    expect((await run(pruneDumps(folder, 10))).code).toBe(0)
    expect(dumps().sort()).toEqual([...all.sort().slice(3), 'notes.txt'].sort())
    expect((await run(pruneDumps(folder, 10))).code).toBe(0)
  })

  test('a dump that fails says so: an empty file is none', async () => {
    const program = join(place, 'docker')
    writeFileSync(program, '#!/bin/sh\nexit 5\n', { mode: 0o755 })
    const file = join(place, 'one.dump.new')
    const ran = await run(dumpTo(file, 'latchkey'), {
      env: { PATH: `${place}:${process.env['PATH'] ?? ''}` },
    })
    expect(ran.code).not.toBe(0)
    rmSync(file, { force: true })
    expect(existsSync(file)).toBe(false)
  })
})
