import type { Command } from '../deeds/run.ts'
import { operand } from './operand.ts'

/** Compose finds its file, and `.env` beside it, where the command is run. */
const compose = (...words: string[]): Command => ['docker', 'compose', ...words]
const services = (names: readonly string[]): string[] =>
  names.length === 0 ? [] : ['--', ...names.map((name) => operand('service', name))]

export const buildImages = (...names: string[]): Command =>
  compose('build', '--progress', 'plain', ...services(names))

export const buildTestImage = (image: string): Command => [
  ...(['docker', 'buildx', 'build', '--load', '--progress', 'plain'] as const),
  ...['--file', 'containers/test/Dockerfile', '--tag', operand('image', image), '.'],
]

/** Nothing that a test does leaves its container, and what serves people meanwhile goes first. */
export const runSuite = (image: string, suite: string): Command => [
  ...(['docker', 'run', '--rm', '--init', '--network', 'none', '--cap-drop', 'ALL'] as const),
  ...(['--memory', '2g', '--pids-limit', '2048', '--cpu-shares', '256', '--shm-size', '256m'] as const),
  ...[operand('image', image), operand('service', suite)],
]

/** Starts them, and answers when they are healthy or will not be. What they depend on is left as it is. */
export const startServices = (names: readonly string[], waitSeconds: number): Command =>
  compose(
    ...['up', '--detach', '--no-deps', '--no-build', '--wait'],
    ...['--wait-timeout', operand('duration', String(waitSeconds))],
    ...services(names),
  )

/** Everything that is meant to run, in the order of who depends on whom. */
export const startAll = (waitSeconds: number): Command =>
  compose(
    'up',
    '--detach',
    '--no-build',
    '--wait',
    '--wait-timeout',
    operand('duration', String(waitSeconds)),
  )

/** A one-shot service, to its end and gone. */
export const runOnce = (service: string, ...words: string[]): Command =>
  compose('run', '--rm', '--no-deps', '--no-TTY', ...services([service]), ...words)

export const stopServices = (names: readonly string[], graceSeconds: number): Command =>
  compose('stop', '--timeout', operand('duration', String(graceSeconds)), ...services(names))

export const removeServices = (...names: string[]): Command =>
  compose('rm', '--force', '--stop', ...services(names))

export const listContainers = (): Command => compose('ps', '--all', '--format', 'json')
/** The same for people and for whoever judges which ports are published: a line each, with tabs. */
export const showContainers = (): Command =>
  compose(
    ...['ps', '--all', '--format'],
    ['Service', 'State', 'Health', 'Ports', 'Image'].map((field) => `{{.${field}}}`).join('\t'),
  )
/** With the settings in their places, as the engine is told it. Secrets stand in it as names of files. */
export const showCompose = (): Command => compose('config')
export const checkCompose = (): Command => compose('config', '--quiet')

export const readLogs = (service: string, lines: number): Command =>
  compose(
    ...['logs', '--no-color', '--no-log-prefix', '--timestamps'],
    ...['--tail', operand('duration', String(lines)), ...services([service])],
  )
export const followLogs = (names: readonly string[], lines: number): Command =>
  compose(
    ...['logs', '--no-color', '--timestamps', '--follow'],
    ...['--tail', operand('duration', String(lines)), ...services(names)],
  )

export const execute = (service: string, ...words: string[]): Command =>
  compose('exec', '--no-TTY', ...services([service]), ...words)

/** Another environment for one command, where it says what is to differ. Nothing secret: words are seen by everybody. */
export const withEnv = (values: Readonly<Record<string, string>>, command: Command): Command => [
  'env',
  ...Object.entries(values).map(([name, value]) => operand('environment', `${name}=${value}`)),
  ...command,
]

export const inspectImage = (image: string): Command => [
  ...(['docker', 'image', 'inspect', '--format', '{{json .}}', '--'] as const),
  operand('image', image),
]

export const tagImage = (image: string, as: string): Command => [
  ...(['docker', 'image', 'tag', '--'] as const),
  ...[operand('image', image), operand('image', as)],
]

export const listImages = (repository: string): Command => [
  ...(['docker', 'image', 'ls', '--no-trunc', '--format', '{{json .}}', '--'] as const),
  operand('image', repository),
]

export const removeImages = (...images: string[]): Command => [
  ...(['docker', 'image', 'rm', '--'] as const),
  ...images.map((image) => operand('image', image)),
]

/** What builds have left over for the next ones, and none has wanted for so long: without this a disk fills up. */
export const pruneBuilds = (hours: number): Command => [
  ...(['docker', 'builder', 'prune', '--force', '--filter'] as const),
  `until=${operand('duration', String(hours))}h`,
]

/** How it has been, as the engine saw it: state, exit code, whether memory ran out, the last health checks. */
export const inspectContainer = (container: string): Command => [
  ...(['docker', 'container', 'inspect', '--format', '{{json .State}}', '--'] as const),
  operand('container', container),
]

export const engineVersion = (): Command => ['docker', 'version', '--format', '{{json .}}']

export const composeVersion = (): Command => compose('version', '--short')

export const listServices = (): Command => compose('config', '--services')
export const containerIdsOf = (...names: string[]): Command =>
  compose('ps', '--all', '--quiet', ...services(names))
