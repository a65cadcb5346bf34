import { stripVTControlCharacters } from 'node:util'
import { secondsSince } from '../local/say.ts'
import type { Scrubber } from '../scrub.ts'

/** Who follows a deploy: a person at a terminal, or a file that a pipeline keeps. */
export type Progress = {
  /** Does one step of the story. Its lines are shown with --verbose, and the last of them when it fails. */
  step<T>(name: string, deed: (onLine: (line: string) => void) => Promise<T>): Promise<T>
  /** Something worth knowing that is no step. */
  note(line: string): void
  /** A command of the step, for those who want to see each; a dry run is nothing else. */
  command(line: string): void
  /** Each step so far, for the report. */
  done: readonly StepDone[]
}
export type StepDone = { name: string; outcome: 'done' | 'failed'; seconds: number }
export type Screen = { isTTY?: boolean | undefined; write(text: string): unknown }

/** The same, with what must not be told taken out of what it is told. */
export const hushed = (spoken: Progress, { text }: Pick<Scrubber, 'text'>): Progress => ({
  done: spoken.done,
  note: (line) => spoken.note(text(line)),
  command: (line) => spoken.command(text(line)),
  step: (name, deed) => spoken.step(name, (onLine) => deed((line) => onLine(text(line)))),
})

/** What a failing build or service says last is what is wrong with it. */
const KEPT_LINES = 40

export type Wish = { verbose?: boolean; isDry?: boolean }

export function progressOn(screen: Screen, { verbose = false, isDry = false }: Wish = {}): Progress {
  const done: StepDone[] = []
  const show = isDry ? onPaper(screen) : screen.isTTY ? onTerminal(screen) : inLog(screen)
  return {
    done,
    note: (line) => show.line(`  ${plain(line)}`),
    command: (line) => (verbose || isDry) && show.line(`    ${plain(line)}`),
    async step(name, deed) {
      const startedAt = Date.now()
      const kept: string[] = []
      show.begin(name)
      const onLine = (line: string) => {
        kept.push(plain(line))
        if (kept.length > KEPT_LINES) kept.shift()
        if (verbose) show.line(`    ${plain(line)}`)
      }
      const end = (outcome: StepDone['outcome']) => {
        done.push({ name, outcome, seconds: (Date.now() - startedAt) / 1000 })
        show.end(`${outcome === 'done' ? '✓' : '✗'} ${name} (${secondsSince(startedAt)})`)
      }
      try {
        const result = await deed(onLine)
        end('done')
        return result
      } catch (error) {
        end('failed')
        if (!verbose) for (const line of kept) show.line(`    ${line}`)
        throw error
      }
    },
  }
}

type Show = { begin(name: string): void; line(text: string): void; end(text: string): void }

/** One line a step: what is under way is written over by how it ended. */
function onTerminal(screen: Screen): Show {
  let running: string | undefined
  const clear = () => running !== undefined && screen.write('\r\u001B[2K')
  const redraw = () => running !== undefined && screen.write(running)
  return {
    begin(name) {
      running = `… ${name}`
      redraw()
    },
    line(text) {
      clear()
      screen.write(`${text}\n`)
      redraw()
    },
    end(text) {
      clear()
      running = undefined
      screen.write(`${text}\n`)
    },
  }
}

/** What would be done, as a list: nothing of it ends well or badly. */
function onPaper(screen: Screen): Show {
  const line = (text: string) => screen.write(`${text}\n`)
  return { begin: (name) => line(`• ${name}`), line, end: () => {} }
}

function inLog(screen: Screen): Show {
  const line = (text: string) => screen.write(`${text}\n`)
  return { begin: (name) => line(`… ${name}`), line, end: line }
}

/** Lines come from programs on another machine: no colours, no moving about on the screen. */
export const plain = (line: string): string => stripVTControlCharacters(line).replaceAll(/\p{Cc}/gu, ' ')
