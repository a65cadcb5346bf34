import { describe, expect, test } from 'vitest'
import { type Planned, recorder, shownPlanned, telling } from '../../deeds/recorder.ts'
import { run } from '../../deeds/run.ts'
import { hushed, progressOn } from '../../deploy/progress.ts'
import { openScrubber } from '../../scrub.ts'

function screen(isTTY: boolean) {
  const written: string[] = []
  return {
    written,
    text: () => written.join(''),
    screen: { isTTY, write: (text: string) => written.push(text) },
  }
}
const withoutTimes = (text: string) => text.replaceAll(/\(\d+\.\d s\)/g, '(s)')

describe('what a person sees of a deploy', () => {
  test('in a log each step is two plain lines, and its answer comes back', async () => {
    const { screen: log, text } = screen(false)
    const progress = progressOn(log)
    expect(await progress.step('build', async (onLine) => (onLine('layer 1'), 7))).toBe(7)
    progress.note('nothing to migrate')
    expect(withoutTimes(text())).toBe('… build\n✓ build (s)\n  nothing to migrate\n')
    expect(progress.done).toMatchObject([{ name: 'build', outcome: 'done' }])
  })

  test('--verbose shows the lines below their step', async () => {
    const { screen: log, text } = screen(false)
    await progressOn(log, { verbose: true }).step('build', async (onLine) => onLine('layer 1'))
    expect(withoutTimes(text())).toBe('… build\n    layer 1\n✓ build (s)\n')
  })

  test('O4: what must not be told is taken out of notes, of lines, and of what a failure shows', async () => {
    const { screen: log, text } = screen(false)
    const progress = hushed(progressOn(log, { verbose: true }), openScrubber(['the-secret']))
    progress.note('it is the-secret')
    await progress.step('build', async (onLine) => onLine('PASS the-secret'))
    const failing = hushed(progressOn(log), openScrubber(['the-secret'])).step('start', async (onLine) => {
      onLine('FAIL the-secret')
      throw new Error('it broke')
    })
    await expect(failing).rejects.toThrow('it broke')
    expect(text()).toMatch(/it is \[REDACTED\][^]*PASS \[REDACTED\][^]*FAIL \[REDACTED\]/)
    expect(progress.done).toMatchObject([{ name: 'build' }])
  })

  test('what failed shows its last 40 lines, once, and goes on as the failure it was', async () => {
    const { screen: log, text } = screen(false)
    const progress = progressOn(log)
    const failing = progress.step('build', async (onLine) => {
      for (let at = 1; at <= 50; at += 1) onLine(`line ${at}.`)
      throw new Error('it broke')
    })
    await expect(failing).rejects.toThrow('it broke')
    expect(text()).toMatch(/✗ build \(\d/)
    expect(text()).not.toContain('line 10.')
    expect(text().match(/line \d+\./g)).toHaveLength(40)
    expect(progress.done).toMatchObject([{ name: 'build', outcome: 'failed' }])
  })

  test('at a terminal what is under way is written over by how it ended', async () => {
    const { screen: terminal, text } = screen(true)
    const progress = progressOn(terminal)
    await progress.step('build', async () => progress.note('slow today'))
    expect(withoutTimes(text())).toBe('… build\r\u001B[2K  slow today\n… build\r\u001B[2K✓ build (s)\n')
  })

  test('programs over there move nothing on the screen here', async () => {
    const { screen: log, text } = screen(false)
    const nasty = '\u001B[31mred\u001B[0m \u001B]0;title\u0007 \u001B[2J\u001B[H\rover\u0008\u009B2J'
    await progressOn(log, { verbose: true }).step('build', async (onLine) => onLine(nasty))
    expect(text()).toMatch(/red/)
    expect(text().replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  })
})

describe('O8: a plan', () => {
  test('says what would be run, word by word, and nothing of what is given on stdin; it runs nothing', async () => {
    const planned: Planned[] = []
    const dry = recorder((one) => planned.push(one), 'droplet')
    const command = ['false', '--', "it's", 'a b', '$(x)\n'] as const
    expect(await dry(command, { stdin: 'canary' })).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(planned.map(shownPlanned)).toEqual([
      String.raw`droplet: false -- 'it'\''s' 'a b' '$(x)⏎'  (and its stdin)`,
    ])
    expect(JSON.stringify(planned)).not.toContain('canary')
  })

  test('what a run does is told word by word as the plan has it', async () => {
    const [planned, done]: [Planned[], Planned[]] = [[], []]
    const story = async (one: typeof run) => {
      await one(['true', 'a'])
      await one(['cat'], { stdin: 'secret' })
    }
    await story(recorder((one) => planned.push(one), 'here'))
    await story(telling((one) => done.push(one), 'here', run))
    expect(done).toEqual(planned)
  })
})
