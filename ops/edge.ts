import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fateOf, type Fate } from './edge/reader/fate.ts'
import { readFiles } from './edge/reader/files.ts'
import { readAsked } from './edge/reader/request.ts'
import { edgeOf, edgeSecretsOf, filesOf } from './edge/render.ts'
import { SAMPLE_NAMES, SAMPLE_SETTINGS, SAMPLES, writeFiles, writeSamples } from './edge/samples.ts'
import { type EdgeSettings, requireSound } from './edge/settings.ts'
import { readFlags, type Values } from './flags.ts'
import { Advice } from './launch/advice.mjs'
import { runCommand } from './local/command.ts'
import { say } from './local/say.ts'

/** `npm run edge`: Traefik's files from settings, and what they would do to a request. */
const TOOL = {
  usage: 'npm run edge --',
  says: 'Makes the files of Traefik, or says what they would do to a request.',
  flags: {
    sample: { takes: 'NAME', says: `The settings of a sample: ${SAMPLE_NAMES.join(', ')}.` },
    settings: { takes: 'FILE', says: 'Settings as JSON, of the form of ops/edge/settings.ts.' },
    'typed-host': { takes: 'HOST', says: 'WEBSITE_DOMAIN once more, for real certificates (ENV=prod).' },
    write: { takes: 'DIR', says: 'Writes the files there.' },
    ask: { takes: 'REQUEST', says: "Says what becomes of it, such as 'GET https://example.com/metrics'." },
    'write-samples': { says: 'Writes traefik/samples anew.' },
    json: { says: 'Answers as JSON.' },
  },
} as const

await runCommand(async () => {
  const flags = readFlags(TOOL, process.argv.slice(2))
  if ('help' in flags) return say(flags.help)
  if (flags['write-samples']) return remakeSamples()
  const settings = settingsOf(flags)
  const files = filesOf(edgeOf(settings, flags['typed-host']))
  if (flags.ask) {
    const fate = fateOf(readFiles(files), readAsked(flags.ask))
    return say(flags.json ? JSON.stringify(fate) : inWords(fate))
  }
  if (!flags.write) throw new Advice('Nothing was asked for.', `Next: ${TOOL.usage} --help`)
  writeFiles(resolve(flags.write), files)
  const secrets = Object.keys(edgeSecretsOf(settings))
  const written = { written: files.map(({ path }) => path), secrets }
  say(flags.json ? JSON.stringify(written) : writtenInWords(flags.write, written))
})

function remakeSamples(): void {
  writeSamples()
  say(`written: ${SAMPLES}`)
}

function settingsOf({ sample, settings }: Values<typeof TOOL.flags>): EdgeSettings {
  if (settings) return readSettings(settings)
  const name = SAMPLE_NAMES.find((name) => name === sample)
  if (name) return SAMPLE_SETTINGS[name]
  throw new Advice('Whose edge?', `Next: --settings FILE, or --sample ${SAMPLE_NAMES.join('|')}`)
}

function readSettings(file: string): EdgeSettings {
  try {
    return requireSound(JSON.parse(readFileSync(file, 'utf8')) as EdgeSettings)
  } catch (error) {
    if (error instanceof Advice) throw error
    throw new Advice(
      `${file} holds no settings of an edge: ${(error as Error).message}`,
      'Next: JSON of the form of EdgeSettings in ops/edge/settings.ts.',
    )
  }
}

function inWords(fate: Fate): string {
  const way = [fate.router ?? 'no router', ...fate.through].join(' > ')
  if (fate.kind === 'served') return `${way} > ${fate.service} (${fate.servers.join(', ')})`
  if (fate.kind === 'redirect') return `${way}: ${fate.status} to ${fate.to}`
  if (fate.kind === 'refused') return `${way}: ${fate.status}, refused by ${fate.by}`
  return 'no certificate has this name: the handshake ends'
}

const writtenInWords = (
  folder: string,
  { written, secrets }: { written: string[]; secrets: string[] },
): string =>
  [
    ...written.map((path) => `  ${path}`),
    `${written.length} files in ${folder}.`,
    ...secrets.map((name) => `Traefik reads /run/secrets/${name}; it is not written here.`),
  ].join('\n')
