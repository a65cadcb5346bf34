import { describe, expect, test } from 'vitest'
import { shownPlan, type Plan, recorder, recording } from '../../deeds/recorder.ts'
import { run } from '../../deeds/run.ts'
import { progressOn } from '../../deploy/progress.ts'

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

describe('O8: a dry run', () => {
  test('prints what would be run, and runs nothing', async () => {
    const plan: Plan = { planned: [] }
    const dry = recorder(plan, 'droplet')
    expect(await dry(['false', '--', "it's", 'a b', '$(x)\n'], { stdin: 'canary' })).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    })
    expect(shownPlan(plan)).toEqual([
      String.raw`droplet: false -- 'it'\''s' 'a b' '$(x)⏎'  (6 bytes on stdin)`,
    ])
    expect(JSON.stringify(plan)).not.toContain('canary')
  })

  test('what only looks is really asked, so that the story takes its real turns', async () => {
    const plan: Plan = { planned: [] }
    const dry = recorder(plan, 'here', { run, isLook: ([program]) => program === 'echo' })
    expect((await dry(['echo', 'hello'])).stdout).toBe('hello\n')
    expect(plan.planned).toEqual([])
  })

  test('what a run does is written down word by word as the plan has it', async () => {
    const [planned, done]: Plan[] = [{ planned: [] }, { planned: [] }]
    if (!planned || !done) return expect.unreachable()
    const story = async (one: typeof run) => {
      await one(['true', 'a'])
      await one(['cat'], { stdin: 'secret' })
    }
    await story(recorder(planned, 'here'))
    await story(recording(done, 'here', run))
    expect(done).toEqual(planned)
  })
})
