import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { playEngine } from './pretend-engine.ts'

/**
 * A program of the pretended droplet, for when it is no plain one: the engine, which is played, or any program while a
 * test has orders for it. Its words are the folder of the rig, its name, the real one, and what it was given.
 */
export type Order = {
  /** How the call begins, such as `docker compose up`. */
  on: string
  /** Which of those calls is the first that is meant; the first of all unless said. */
  nth: number
  times: number
  /** `hang` goes on until somebody ends it. */
  how: 'hang' | { code: number; stdout?: string; stderr?: string }
}

const [rig = '', name = '', real = '', ...words] = process.argv.slice(2)
const file = join(rig, 'orders.json')
const orders = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Order[]) : []
const order = orders.find(isMeant)
if (order?.how === 'hang') setInterval(() => {}, 60_000)
else process.exitCode = order ? obey(order.how) : await play()

function isMeant({ on, nth, times }: Order, at: number): boolean {
  if (!`${[name, ...words].join(' ')} `.startsWith(`${on} `)) return false
  const hits = join(rig, `hits-${at}`)
  appendFileSync(hits, '.')
  const count = statSync(hits).size
  return count >= nth && count < nth + times
}

function obey({ code, stdout = '', stderr = '' }: Exclude<Order['how'], 'hang'>): number {
  process.stdout.write(stdout)
  process.stderr.write(stderr)
  return code
}

function play(): Promise<number> {
  if (name === 'docker') return playEngine(join(rig, 'engine'), words)
  return new Promise((ended) =>
    spawn(real, words, { stdio: 'inherit' }).once('close', (code) => ended(code ?? 1)),
  )
}
